//! Events, stored with the change that caused them. Delivering them is another matter.

use openvisit_core::Timestamp;
use openvisit_core::ids::{EventId, SessionId};
use serde_json::Value;

use crate::value::{from_json, instant, micros, parse, to_json};
use crate::{StoreError, Tx};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: EventId,
    pub session_id: SessionId,
    pub event_type: String,
    pub at: Timestamp,
    pub data: Value,
}

impl Tx {
    /// Stores an event as its session's next one. Save the session first: another order can deadlock with
    /// another writer of the same session, which is then a [`StoreError::Conflict`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as above, [`StoreError::Unavailable`].
    pub async fn enqueue(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        // The counter's row is locked until the commit: sequences have no gaps and no doubles.
        let count =
            "update session set event_sequence = event_sequence + 1 where id = $1 returning event_sequence";
        let session_id = row.session_id.to_string();
        let Some((sequence,)) = fetch_optional!(self, (i64,), count, &session_id)? else {
            return Err(StoreError::Internal("an event of an unknown session".to_owned()));
        };
        let data = to_json(&row.data)?;
        let sql =
            "insert into outbox (id, session_id, sequence, type, at, data) values ($1, $2, $3, $4, $5, $6)";
        execute!(
            self,
            sql,
            row.id.to_string(),
            &session_id,
            sequence,
            &row.event_type,
            micros(row.at),
            &data
        )?;
        Ok(())
    }

    /// All events of a session, in order, delivered or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn events(&mut self, session_id: SessionId) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = "select id, type, at, data from outbox where session_id = $1 order by sequence";
        let rows = fetch_all!(self, (String, String, i64, String), sql, session_id.to_string())?;
        rows.into_iter()
            .map(|(id, event_type, at, data)| {
                Ok(OutboxRow {
                    id: parse("outbox.id", &id)?,
                    session_id,
                    event_type,
                    at: instant("outbox.at", at)?,
                    data: from_json("outbox.data", &data)?,
                })
            })
            .collect()
    }
}
