//! What a month's sessions used.

use openvisit_core::SignedDuration;
use openvisit_core::session::Session;
use openvisit_core::usage::Month;

use crate::sessions::row::{SessionRow, select_session, session_columns};
use crate::value::micros;
use crate::{StoreError, Tx};

/// What the sessions that were held used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthTotals {
    pub sessions: i64,
    /// The time of all attendees together.
    pub attended: SignedDuration,
}

impl Tx {
    /// The sum over the sessions that began in a month and are over. It is kept: nothing is counted here.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn used(&mut self, month: Month) -> Result<MonthTotals, StoreError> {
        let sql = "select cast(coalesce(sum(sessions), 0) as bigint), cast(coalesce(sum(attended), 0) as bigint) \
                   from usage where month = $1";
        let sum = fetch_optional!(self, (i64, i64), sql, month.to_string())?;
        Ok(sum.map_or_else(MonthTotals::default, |(sessions, attended)| MonthTotals {
            sessions,
            attended: SignedDuration::from_micros(attended),
        }))
    }

    /// The sessions that began in a month and are still in progress: what they use grows.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn in_progress(&mut self, month: Month) -> Result<Vec<Session>, StoreError> {
        let (from, to) = month.span();
        let sql = sql_for!(
            self,
            select_session!(
                "where status = 'in_progress' and coalesce(started_at, starts_at) >= $1 \
                 and coalesce(started_at, starts_at) < $2"
            )
        );
        let rows = fetch_all!(self, SessionRow, sql, micros(from), micros(to))?;
        rows.into_iter().map(Session::try_from).collect()
    }

    /// Records that a month has reached so many per cent of its quota; true for the first to do so.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record_usage_mark(&mut self, month: Month, percent: i64) -> Result<bool, StoreError> {
        let sql = "insert into usage_notice (month, percent) values ($1, $2) on conflict do nothing";
        Ok(execute!(self, sql, month.to_string(), percent)? > 0)
    }
}
