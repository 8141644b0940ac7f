//! Passcodes and the guesses at them. Only hashes come here.

use openvisit_core::Timestamp;
use openvisit_core::ids::SessionId;

use crate::value::micros;
use crate::{StoreError, Tx};

/// A guess that has just been counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// How many this caller has made, with this one, since the passcode was set.
    pub of_caller: i64,
    /// How many all callers have made; who guessed right has withdrawn their guesses.
    pub of_session: i64,
    /// What it is to be compared with.
    pub hash: String,
}

impl Tx {
    /// Gives a session a new passcode, which nobody has guessed at yet and nobody knows.
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
        execute!(self, "delete from passcode_right where session_id = $1", &session)?;
        Ok(())
    }

    /// What a guess at a session's passcode is compared with; `None` where it has none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn passcode_hash(&mut self, session: SessionId) -> Result<Option<String>, StoreError> {
        let sql = "select hash from passcode where session_id = $1";
        Ok(fetch_optional!(self, (String,), sql, session.to_string())?.map(|(hash,)| hash))
    }

    /// Counts a guess. Commit before comparing, so that guesses at the same moment all count; drop the
    /// transaction for one that is too many, so that it counts against nobody.
    /// `None` where the session has no passcode.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn count_guess(
        &mut self,
        session: SessionId,
        caller: &str,
    ) -> Result<Option<Guess>, StoreError> {
        let session = session.to_string();
        // The passcode's row first, always: two callers meet here and nowhere else.
        let count = "update passcode set guesses = guesses + 1 where session_id = $1 returning guesses, hash";
        let counted = fetch_optional!(self, (i64, String), count, &session)?;
        let Some((of_session, hash)) = counted else { return Ok(None) };
        let sql = "insert into passcode_guess (session_id, caller, guesses) values ($1, $2, 1) \
                   on conflict (session_id, caller) do update set guesses = passcode_guess.guesses + 1 \
                   returning guesses";
        let of_caller = fetch_optional!(self, (i64,), sql, &session, caller)?.map_or(1, |(count,)| count);
        Ok(Some(Guess { of_caller, of_session, hash }))
    }

    /// A caller's guess was right: their guesses are withdrawn, and they are not asked again. Says
    /// whether the passcode is still the one that was compared; where it is not, nothing happens.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn guessed_right(
        &mut self,
        session: SessionId,
        caller: &str,
        hash: &str,
    ) -> Result<bool, StoreError> {
        let session = session.to_string();
        let sql = "update passcode set guesses = guesses - coalesce((select guesses from passcode_guess \
                   where session_id = $1 and caller = $2), 0) where session_id = $1 and hash = $3";
        if execute!(self, sql, &session, caller, hash)? == 0 {
            return Ok(false);
        }
        let sql = "delete from passcode_guess where session_id = $1 and caller = $2";
        execute!(self, sql, &session, caller)?;
        let sql = "insert into passcode_right (session_id, caller) values ($1, $2) on conflict do nothing";
        execute!(self, sql, &session, caller)?;
        Ok(true)
    }

    /// Whether a session has a passcode that this caller must still give.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn must_guess(&mut self, session: SessionId, caller: &str) -> Result<bool, StoreError> {
        let sql = "select 1 from passcode where session_id = $1 and not exists \
                   (select 1 from passcode_right where session_id = $1 and caller = $2)";
        Ok(fetch_optional!(self, (i32,), sql, session.to_string(), caller)?.is_some())
    }
}
