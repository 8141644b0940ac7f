//! Passcodes and the guesses at them. Only hashes come here.

use openvisit_core::Timestamp;
use openvisit_core::ids::SessionId;

use crate::value::micros;
use crate::{StoreError, Tx};

/// How many guesses have been made since the passcode was set, with the one just counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guesses {
    /// Of this caller, since his or her last right one.
    pub caller: i64,
    /// Of all callers; who guessed right has taken his or her guesses back.
    pub session: i64,
}

impl Tx {
    /// Gives a session a new passcode, which nobody has guessed at yet.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn set_passcode(
        &mut self,
        session: SessionId,
        hash: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let session = session.to_string();
        let sql = "insert into passcode (session_id, hash, guesses, set_at) values ($1, $2, 0, $3) \
                   on conflict (session_id) do update \
                   set hash = excluded.hash, guesses = 0, set_at = excluded.set_at";
        execute!(self, sql, &session, hash, micros(at))?;
        execute!(self, "delete from passcode_guess where session_id = $1", &session)?;
        Ok(())
    }

    /// The hash of a session's passcode; `None` where it has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn passcode_hash(&mut self, session: SessionId) -> Result<Option<String>, StoreError> {
        let sql = "select hash from passcode where session_id = $1";
        Ok(fetch_optional!(self, (String,), sql, session.to_string())?.map(|(hash,)| hash))
    }

    /// Counts a guess. Commit before comparing, so that guesses at the same moment all count.
    /// `None` where the session has no passcode.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_guess(
        &mut self,
        session: SessionId,
        caller: &str,
    ) -> Result<Option<Guesses>, StoreError> {
        let session = session.to_string();
        // The passcode's row first, always: two callers meet here and nowhere else.
        let count = "update passcode set guesses = guesses + 1 where session_id = $1 returning guesses";
        let Some((of_session,)) = fetch_optional!(self, (i64,), count, &session)? else { return Ok(None) };
        let sql = "insert into passcode_guess (session_id, caller, guesses) values ($1, $2, 1) \
                   on conflict (session_id, caller) do update set guesses = passcode_guess.guesses + 1 \
                   returning guesses";
        let of_caller = fetch_optional!(self, (i64,), sql, &session, caller)?.map_or(1, |(count,)| count);
        Ok(Some(Guesses { caller: of_caller, session: of_session }))
    }

    /// Takes a caller's guesses back, after a right one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_guesses(&mut self, session: SessionId, caller: &str) -> Result<(), StoreError> {
        let session = session.to_string();
        let sql = "update passcode set guesses = guesses - coalesce((select guesses from passcode_guess \
                   where session_id = $1 and caller = $2), 0) where session_id = $1";
        execute!(self, sql, &session, caller)?;
        let sql = "delete from passcode_guess where session_id = $1 and caller = $2";
        execute!(self, sql, &session, caller)?;
        Ok(())
    }
}
