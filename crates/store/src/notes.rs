//! The practitioner's notes of a session. They come and go sealed: the store never sees what they say.

use openvisit_core::Timestamp;
use openvisit_core::ids::SessionId;

use crate::value::micros;
use crate::{StoreError, Tx};

impl Tx {
    /// The sealed notes of a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn notes(&mut self, session: SessionId) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select sealed from session_note where session_id = $1";
        Ok(fetch_optional!(self, (Vec<u8>,), sql, session.to_string())?.map(|(sealed,)| sealed))
    }

    /// Replaces the notes of a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_notes(
        &mut self,
        session: SessionId,
        sealed: &[u8],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "insert into session_note (session_id, sealed, updated_at) values ($1, $2, $3) \
                   on conflict (session_id) do update \
                   set sealed = excluded.sealed, updated_at = excluded.updated_at";
        execute!(self, sql, session.to_string(), sealed, micros(at))?;
        Ok(())
    }
}
