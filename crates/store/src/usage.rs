//! What a month's sessions used.

use openvisit_core::ids::SessionId;
use openvisit_core::session::Session;
use openvisit_core::usage::Month;
use openvisit_core::{SignedDuration, Timestamp};
use sqlx::{AssertSqlSafe, FromRow};

use crate::sessions::row::{SessionRow, select_session, session_columns};
use crate::sessions::visible::owner;
use crate::value::{instant, micros, parse, to_json};
use crate::{OffsetList, Store, StoreError, Tx};

/// What the sessions that were held used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthTotals {
    pub sessions: i64,
    /// The time of all attendees together.
    pub attended: SignedDuration,
}

/// What a session used, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionUse {
    pub session: SessionId,
    pub client_name: Option<String>,
    /// `None` until it is over, and of sessions that ended before it was kept.
    pub kept: Option<KeptUse>,
}

/// What a session that is over used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptUse {
    pub started_at: Timestamp,
    pub lasted: SignedDuration,
    /// The time of all attendees together.
    pub attended: SignedDuration,
    /// How many were connected.
    pub attendees: usize,
}

#[derive(FromRow)]
struct UseRow {
    id: String,
    name: Option<String>,
    started_at: Option<i64>,
    lasted: Option<i64>,
    attended: Option<i64>,
    attendees: Option<i64>,
}

impl UseRow {
    fn kept(&self) -> Result<Option<KeptUse>, StoreError> {
        let all = (self.started_at, self.lasted, self.attended, self.attendees);
        let (Some(started_at), Some(lasted), Some(attended), Some(attendees)) = all else { return Ok(None) };
        Ok(Some(KeptUse {
            started_at: instant("session.started_at", started_at)?,
            lasted: SignedDuration::from_micros(lasted),
            attended: SignedDuration::from_micros(attended),
            attendees: usize::try_from(attendees).unwrap_or_default(),
        }))
    }
}

macro_rules! keep_attendees {
    ($dialect:ident) => {
        concat!(
            "update session set attendees = kept.attendees from (select value ->> 0 as id, \
             cast(value ->> 1 as bigint) as attendees from ",
            json_rows!($dialect, "$1"),
            ") as kept where session.id = kept.id and session.attendees is null and session.lasted is not null"
        )
    };
}

impl Store {
    /// What the sessions of a list used.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_uses(&self, list: &OffsetList) -> Result<Vec<SessionUse>, StoreError> {
        let direction = list.direction();
        let sql = format!(
            "select page.id, name, started_at, lasted, attended, attendees from ({}) as page \
             left join person on person.id = client_id order by place {direction}, page.id {direction}",
            list.page(self.database(), ", client_id, started_at, lasted, attended, attendees")
        );
        let ((from, to), owner) = (list.span(), owner(list.visible_to));
        let (limit, offset) = (i64::from(list.limit), i64::from(list.offset));
        let rows = read_all!(self, UseRow, AssertSqlSafe(sql), limit, offset, from, to, owner)?;
        rows.into_iter()
            .map(|row| {
                let kept = row.kept()?;
                Ok(SessionUse { session: parse("session.id", &row.id)?, client_name: row.name, kept })
            })
            .collect()
    }

    /// Keeps how many took part in sessions that ended before it was kept. What is not over, or has been kept meanwhile,
    /// stays as it is.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_attendees(&self, attendees: &[(SessionId, usize)]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        execute!(tx, sql_for!(tx, keep_attendees!()), to_json(attendees)?)?;
        tx.commit().await
    }
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
