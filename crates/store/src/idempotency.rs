//! Calls that are carried out once, however often they are made: each names a key.
//!
//! A try first claims its key and then renews its claim while it runs. [`carrying_out`] makes each commit of
//! the work say "committed" in the same transaction, and refuse where another try has taken over in the
//! meantime. So a try that died has either changed nothing, and its key is free once its lease is over, or it
//! is known to have changed something, and is not made again.

use openvisit_core::Timestamp;
use sqlx::FromRow;

use crate::value::{corrupt, micros};
use crate::{StoreError, Tx};

/// One try at a call that names a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedCall {
    /// Keys are the caller's own: two callers may use the same.
    pub caller: String,
    pub key: String,
    /// Tells a repeat from another call; any text.
    pub fingerprint: String,
    /// This try's own.
    pub attempt: String,
}

/// What became of an earlier try with the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierCall {
    pub fingerprint: String,
    pub progress: CallProgress,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CallProgress {
    Running,
    Answered(KeptAnswer),
    /// It was carried out, and died before it was answered.
    Lost,
}

/// An answer, to be given again. The body comes sealed: the store never sees what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub content_type: Option<String>,
    pub location: Option<String>,
    pub sealed_body: Vec<u8>,
}

tokio::task_local! {
    static CARRIED_OUT: KeyedCall;
}

/// Does `work` as the one try that `call` has claimed: whatever it commits says so, in the same transaction.
/// Tasks that `work` starts are not part of it.
pub async fn carrying_out<F: Future>(call: KeyedCall, work: F) -> F::Output {
    CARRIED_OUT.scope(call, work).await
}

/// The call that is being carried out here.
pub(crate) fn carried_out() -> Option<KeyedCall> {
    CARRIED_OUT.try_with(Clone::clone).ok()
}

#[derive(FromRow)]
struct Row {
    fingerprint: String,
    lease_until: i64,
    committed: bool,
    status: Option<i32>,
    content_type: Option<String>,
    location: Option<String>,
    sealed_body: Option<Vec<u8>>,
}

impl Row {
    /// `None` when the key is free again: its try died without having changed anything.
    fn progress(self, now: Timestamp) -> Result<Option<CallProgress>, StoreError> {
        Ok(match (self.status, self.sealed_body) {
            (Some(status), Some(sealed_body)) => Some(CallProgress::Answered(KeptAnswer {
                status: status.try_into().map_err(|_| corrupt("keyed_call.status"))?,
                content_type: self.content_type,
                location: self.location,
                sealed_body,
            })),
            _ if self.lease_until > micros(now) => Some(CallProgress::Running),
            _ if self.committed => Some(CallProgress::Lost),
            _ => None,
        })
    }
}

macro_rules! forget_expired_calls {
    ($dialect:ident) => {
        concat!(
            "delete from keyed_call where (caller, key) in (select caller, key from keyed_call \
             where expires_at <= $1 order by expires_at limit $2",
            skip_locked!($dialect),
            ")"
        )
    };
}

impl Tx {
    /// What became of an earlier try with this caller's key; `None` when the key is free.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn earlier_call(
        &mut self,
        caller: &str,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<EarlierCall>, StoreError> {
        let sql = "select fingerprint, lease_until, committed, status, content_type, location, sealed_body \
                   from keyed_call where caller = $1 and key = $2 and expires_at > $3";
        let Some(row) = fetch_optional!(self, Row, sql, caller, key, micros(now))? else { return Ok(None) };
        let fingerprint = row.fingerprint.clone();
        Ok(row.progress(now)?.map(|progress| EarlierCall { fingerprint, progress }))
    }

    /// Claims a free key until `lease_until`; whether it was free. Of several at once one gets it. All of it
    /// is forgotten at `expires_at`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn claim_call(
        &mut self,
        call: &KeyedCall,
        now: Timestamp,
        lease_until: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let sql = "insert into keyed_call (caller, key, fingerprint, attempt, lease_until, committed, expires_at) \
                   values ($1, $2, $3, $4, $5, false, $6) \
                   on conflict (caller, key) do update set fingerprint = excluded.fingerprint, \
                   attempt = excluded.attempt, lease_until = excluded.lease_until, committed = false, \
                   status = null, content_type = null, location = null, sealed_body = null, \
                   expires_at = excluded.expires_at \
                   where keyed_call.expires_at <= $7 or (keyed_call.lease_until <= $7 \
                   and keyed_call.status is null and not keyed_call.committed)";
        let claimed = execute!(
            self,
            sql,
            &call.caller,
            &call.key,
            &call.fingerprint,
            &call.attempt,
            micros(lease_until),
            micros(expires_at),
            micros(now),
        )?;
        Ok(claimed > 0)
    }

    /// Renews the claim of a try that still runs. One that gives up ends its claim now: the key is free at once
    /// where nothing was committed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lease_call(&mut self, call: &KeyedCall, until: Timestamp) -> Result<(), StoreError> {
        let sql = "update keyed_call set lease_until = $4 where caller = $1 and key = $2 and attempt = $3";
        execute!(self, sql, &call.caller, &call.key, &call.attempt, micros(until))?;
        Ok(())
    }

    /// Keeps the answer for those who call again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_answer(&mut self, call: &KeyedCall, answer: &KeptAnswer) -> Result<(), StoreError> {
        let sql = "update keyed_call set status = $4, content_type = $5, location = $6, sealed_body = $7 \
                   where caller = $1 and key = $2 and attempt = $3";
        execute!(
            self,
            sql,
            &call.caller,
            &call.key,
            &call.attempt,
            i32::from(answer.status),
            &answer.content_type,
            &answer.location,
            &answer.sealed_body,
        )?;
        Ok(())
    }

    /// Frees the key: the call was refused for now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_call(&mut self, call: &KeyedCall) -> Result<(), StoreError> {
        let sql = "delete from keyed_call where caller = $1 and key = $2 and attempt = $3";
        execute!(self, sql, &call.caller, &call.key, &call.attempt)?;
        Ok(())
    }

    /// Forgets at most `limit` calls that have expired; how many it were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn forget_expired_calls(&mut self, now: Timestamp, limit: u32) -> Result<u64, StoreError> {
        execute!(self, sql_for!(self, forget_expired_calls!()), micros(now), i64::from(limit))
    }

    /// Part of every commit.
    pub(crate) async fn mark_committed(&mut self) -> Result<(), StoreError> {
        let Some(call) = self.carried_out.take() else { return Ok(()) };
        let sql = "update keyed_call set committed = true where caller = $1 and key = $2 and attempt = $3";
        match execute!(self, sql, &call.caller, &call.key, &call.attempt)? {
            0 => Err(StoreError::TakenOver),
            _ => Ok(()),
        }
    }
}
