//! The rooms that media providers opened for sessions: one of each provider for each session.

use openvisit_core::Timestamp;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::SessionId;
use serde_json::Value;
use sqlx::FromRow;

use crate::value::{from_json, instant, micros, parse, to_json};
use crate::{StoreError, Tx};

#[derive(Clone, Debug, PartialEq)]
pub struct Meeting {
    pub session_id: SessionId,
    pub provider: MediaProvider,
    /// What the provider answered when it opened the room.
    pub handle: Value,
    pub opened_at: Timestamp,
}

#[derive(FromRow)]
struct MeetingRow {
    session_id: String,
    provider: String,
    said: String,
    opened_at: i64,
}

impl TryFrom<MeetingRow> for Meeting {
    type Error = StoreError;

    fn try_from(row: MeetingRow) -> Result<Self, StoreError> {
        Ok(Self {
            session_id: parse("meeting.session_id", &row.session_id)?,
            provider: from_json("meeting.provider", &row.provider)?,
            handle: from_json("meeting.said", &row.said)?,
            opened_at: instant("meeting.opened_at", row.opened_at)?,
        })
    }
}

macro_rules! take {
    ($dialect:ident) => {
        concat!(
            "update meeting set close_at = $2 where (session_id, provider) in \
             (select session_id, provider from meeting where close_at <= $1 order by close_at limit $3",
            skip_locked!($dialect),
            ") returning session_id, provider, said, opened_at"
        )
    };
}

impl Tx {
    /// The latest room of a session at a provider, even if it is closed by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn meeting(
        &mut self,
        session: SessionId,
        provider: MediaProvider,
    ) -> Result<Option<Meeting>, StoreError> {
        let sql = "select session_id, provider, said, opened_at from meeting \
                   where session_id = $1 and provider = $2";
        let row = fetch_optional!(self, MeetingRow, sql, session.to_string(), to_json(&provider)?)?;
        row.map(Meeting::try_from).transpose()
    }

    /// Saves the handle of a room that is needed; it replaces an earlier one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn save_meeting(&mut self, meeting: &Meeting) -> Result<(), StoreError> {
        let sql = "insert into meeting (session_id, provider, said, opened_at) values ($1, $2, $3, $4) \
                   on conflict (session_id, provider) do update set said = excluded.said, \
                   opened_at = excluded.opened_at, close_at = null, closed_at = null";
        execute!(
            self,
            sql,
            meeting.session_id.to_string(),
            to_json(&meeting.provider)?,
            to_json(&meeting.handle)?,
            micros(meeting.opened_at),
        )?;
        Ok(())
    }

    /// A session's rooms are no longer needed, except that of its current provider. Those that were closed
    /// before are closed once more: somebody may have opened them with an old token.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn release_meetings(
        &mut self,
        session: SessionId,
        carried_on: Option<MediaProvider>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql =
            "update meeting set close_at = $3, closed_at = null where session_id = $1 and provider <> $2";
        let carried_on = carried_on.as_ref().map(to_json).transpose()?.unwrap_or_default();
        execute!(self, sql, session.to_string(), carried_on, micros(now))?;
        Ok(())
    }

    /// Up to `limit` rooms that are to be closed now, for whoever asks; nobody else gets them before `until`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_meetings_to_close(
        &mut self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Meeting>, StoreError> {
        let sql = sql_for!(self, take!());
        let rows = fetch_all!(self, MeetingRow, sql, micros(now), micros(until), i64::from(limit))?;
        rows.into_iter().map(Meeting::try_from).collect()
    }

    /// A room that was taken until `until` is closed, unless it is wanted again by now, or is to be closed once more.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn meeting_closed(
        &mut self,
        meeting: &Meeting,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update meeting set close_at = null, closed_at = $4 \
                   where session_id = $1 and provider = $2 and close_at = $3";
        let provider = to_json(&meeting.provider)?;
        execute!(self, sql, meeting.session_id.to_string(), provider, micros(until), micros(now))?;
        Ok(())
    }

    /// Closing is tried again later.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn close_meeting_later(&mut self, meeting: &Meeting, at: Timestamp) -> Result<(), StoreError> {
        let sql = "update meeting set close_at = $3 \
                   where session_id = $1 and provider = $2 and close_at is not null";
        let provider = to_json(&meeting.provider)?;
        execute!(self, sql, meeting.session_id.to_string(), provider, micros(at))?;
        Ok(())
    }
}
