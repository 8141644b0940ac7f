//! The attendance ledger's rows.

use openvisit_core::Timestamp;
use openvisit_core::attendance::{Interval, Key, Ledger, Source};
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};

use crate::value::{from_json, micros, optional_instant, to_json};
use crate::{Epoch, Store, StoreError, Tx};

/// A row as JSON, both ways: participant, source, connection, connected, disconnected and last seen at.
type LedgerRow = (ParticipantId, Source, ConnectionId, Option<i64>, Option<i64>, Option<i64>);

/// Reads what `ledger!` selects.
pub(crate) fn ledger(json: &str) -> Result<Ledger, StoreError> {
    let rows: Vec<LedgerRow> = from_json("attendance", json)?;
    rows.into_iter()
        .map(|(participant, source, connection, connected_at, disconnected_at, last_seen_at)| {
            let interval = Interval {
                connected_at: optional_instant("attendance.connected_at", connected_at)?,
                disconnected_at: optional_instant("attendance.disconnected_at", disconnected_at)?,
                last_seen_at: optional_instant("attendance.last_seen_at", last_seen_at)?,
            };
            Ok((Key { participant, source, connection }, interval))
        })
        .collect()
}

macro_rules! record {
    ($dialect:ident) => {
        concat!(
            "insert into attendance (session_id, participant_id, source, connection_id, \
             connected_at, disconnected_at, last_seen_at) \
             select $1, value ->> 0, value ->> 1, value ->> 2, \
             cast(value ->> 3 as bigint), cast(value ->> 4 as bigint), cast(value ->> 5 as bigint) from ",
            json_rows!($dialect, "$2"),
            // The earliest connect and disconnect, the latest sight; unknown yields to known.
            " where true on conflict (participant_id, connection_id, source) do update set \
             connected_at = case when attendance.connected_at <= excluded.connected_at \
             or excluded.connected_at is null then attendance.connected_at else excluded.connected_at end, \
             disconnected_at = case when attendance.disconnected_at <= excluded.disconnected_at \
             or excluded.disconnected_at is null then attendance.disconnected_at \
             else excluded.disconnected_at end, \
             last_seen_at = case when attendance.last_seen_at >= excluded.last_seen_at \
             or excluded.last_seen_at is null then attendance.last_seen_at else excluded.last_seen_at end"
        )
    };
}

/// Whether an element of the heartbeat's is of a session whose media this node has.
macro_rules! is_at_home {
    (sqlite) => {
        "true"
    };
    (postgres) => {
        "(value ->> 4 is null or exists (select 1 from home where home.session_id = value ->> 3 \
         and home.epoch = (value ->> 4)::bigint and home.node = current_setting('openvisit.node', true)))"
    };
}

macro_rules! heartbeat {
    ($dialect:ident) => {
        concat!(
            "update attendance set last_seen_at = $2 where (participant_id, connection_id, source) in (\
             select participant_id, connection_id, source from attendance \
             where (participant_id, connection_id, source) in (\
             select value ->> 0, value ->> 1, value ->> 2 from ",
            json_rows!($dialect, "$1"),
            " where ",
            is_at_home!($dialect),
            ") and disconnected_at is null and (last_seen_at is null or last_seen_at < $2)",
            skip_locked!($dialect),
            ")"
        )
    };
}

/// Somebody who is connected here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenInterval {
    pub key: Key,
    pub session: SessionId,
    /// Of what the media say on PostgreSQL: by which home.
    pub epoch: Option<Epoch>,
}

impl Tx {
    /// Merges intervals into the ledger of a session, by the rule of [`Interval::apply`]: repeats and order do
    /// not matter. After a move, give it all that the session has: `session.attendance.intervals()`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn record<'a>(
        &mut self,
        session: SessionId,
        intervals: impl IntoIterator<Item = (&'a Key, &'a Interval)>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = intervals
            .into_iter()
            .map(|(key, interval)| -> LedgerRow {
                let (connected_at, disconnected_at) = (interval.connected_at, interval.disconnected_at);
                let last_seen_at = interval.last_seen_at.map(micros);
                let (participant, source, connection) = (key.participant, key.source, key.connection);
                (
                    participant,
                    source,
                    connection,
                    connected_at.map(micros),
                    disconnected_at.map(micros),
                    last_seen_at,
                )
            })
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        execute!(self, sql_for!(self, record!()), session.to_string(), to_json(&rows)?)?;
        Ok(())
    }
}

impl Store {
    /// Says that these connections are still there at `at`. Those that have ended, or are not known yet, are
    /// left alone; so are, on PostgreSQL, those that are being written right now, and those whose home is another by now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn heartbeat(&self, open: &[OpenInterval], at: Timestamp) -> Result<(), StoreError> {
        if open.is_empty() {
            return Ok(());
        }
        let element = |OpenInterval { key, session, epoch }: &OpenInterval| {
            (key.participant, key.connection, key.source, *session, epoch.map(|epoch| epoch.0))
        };
        let open: Vec<_> = open.iter().map(element).collect();
        let mut tx = self.begin().await?;
        execute!(tx, sql_for!(tx, heartbeat!()), to_json(&open)?, micros(at))?;
        tx.commit().await
    }
}
