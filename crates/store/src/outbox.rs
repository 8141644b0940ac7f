//! Events, stored with the change that caused them, together with who must be told of them.

use openvisit_core::Timestamp;
use openvisit_core::ids::{EventId, SessionId};
use serde_json::Value;

use crate::value::{from_json, instant, micros, parse, parse_optional, to_json};
use crate::{StoreError, Target, Tx};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: EventId,
    pub session_id: SessionId,
    pub event_type: String,
    pub at: Timestamp,
    pub data: Value,
    /// The booking's metadata, for the targets that ask for it; `None` where there is none.
    pub sealed_metadata: Option<Vec<u8>>,
}

impl Tx {
    /// Stores an event as its session's next one, to be delivered to every webhook that wants it, enabled or not. Save the
    /// session first: another order can deadlock with another writer of the same session, which is then a
    /// [`StoreError::Conflict`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as above, [`StoreError::Unavailable`].
    pub async fn enqueue(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        // The counter's row is locked until the commit: sequences have no gaps and no doubles.
        let count = "update session set event_sequence = event_sequence + 1 where id = $1 \
                     returning event_sequence, organization_id";
        let session_id = row.session_id.to_string();
        let counted = fetch_optional!(self, (i64, Option<String>), count, &session_id)?;
        let Some((sequence, organization)) = counted else {
            return Err(StoreError::Internal("an event of an unknown session".to_owned()));
        };
        let data = to_json(&row.data)?;
        let sql = "insert into outbox (id, session_id, sequence, type, at, data, metadata) values ($1, $2, $3, $4, $5, $6, $7)";
        execute!(
            self,
            sql,
            row.id.to_string(),
            &session_id,
            sequence,
            &row.event_type,
            micros(row.at),
            &data,
            row.sealed_metadata.as_deref(),
        )?;
        let organization = parse_optional("session.organization_id", organization.as_deref())?;
        for (webhook, interest) in self.interests().await? {
            if interest.covers(&row.event_type, organization) {
                self.address(row, Target::Webhook(webhook)).await?;
            }
        }
        Ok(())
    }

    /// Lets a stored event be delivered to one more target.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn address(&mut self, row: &OutboxRow, target: Target) -> Result<(), StoreError> {
        // Behind an event that waits for its next try it has no chance before that one.
        let sql = "insert into delivery (target, event_id, session_id, sequence, state, in_order, attempts, \
                   due_at, begun_at) \
                   select $1, o.id, o.session_id, o.sequence, 'pending', true, 0, coalesce((select max(due_at) \
                   from delivery where target = $1 and session_id = o.session_id and state = 'pending'), $3), $3 \
                   from outbox o where o.id = $2";
        execute!(self, sql, target.to_string(), row.id.to_string(), micros(row.at))?;
        Ok(())
    }

    /// All events of a session, in order, delivered or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn events(&mut self, session_id: SessionId) -> Result<Vec<OutboxRow>, StoreError> {
        let sql = "select id, type, at, data, metadata from outbox where session_id = $1 order by sequence";
        let rows =
            fetch_all!(self, (String, String, i64, String, Option<Vec<u8>>), sql, session_id.to_string())?;
        rows.into_iter()
            .map(|(id, event_type, at, data, sealed_metadata)| {
                Ok(OutboxRow {
                    id: parse("outbox.id", &id)?,
                    session_id,
                    event_type,
                    at: instant("outbox.at", at)?,
                    data: from_json("outbox.data", &data)?,
                    sealed_metadata,
                })
            })
            .collect()
    }
}
