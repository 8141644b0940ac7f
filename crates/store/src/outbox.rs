//! Events, stored with the change that caused them, together with who must be told of them.

use openvisit_core::Timestamp;
use openvisit_core::ids::{EventId, OrganizationId, RequestId, SessionId};
use openvisit_core::session::Session;
use serde_json::Value;

use crate::value::{from_json, instant, micros, parse, parse_optional, to_json};
use crate::{StoreError, Target, Tx};

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: EventId,
    /// The session's, or of the request that it was or would have been: their events are one line.
    pub session_id: SessionId,
    pub event_type: String,
    pub at: Timestamp,
    pub data: Value,
    /// The booking's metadata, for the targets that ask for it; `None` where there is none.
    pub sealed_metadata: Option<Vec<u8>>,
}

/// Where the events of a session that was saved just now stand in its line: sequences have no gaps and no doubles, since
/// its row is locked until the commit.
#[derive(Debug)]
#[must_use = "so many events are expected"]
pub struct EventLine {
    next: i64,
    organization: Option<OrganizationId>,
    /// The request that it was.
    pub request: Option<RequestId>,
}

impl EventLine {
    /// As the row was numbered, so many events ahead; of no row somebody was faster.
    pub(crate) fn of(
        session: &Session,
        numbered: Option<(i64, Option<String>)>,
        events: usize,
    ) -> Result<Self, StoreError> {
        let (last, request) = numbered.ok_or(StoreError::Conflict)?;
        Ok(Self {
            next: last - i64::try_from(events).unwrap_or(i64::MAX) + 1,
            organization: session.appointment.organization_id,
            request: parse_optional("request.id", request.as_deref())?,
        })
    }
}

impl Tx {
    /// Stores the next of the events that a session was saved with, to be delivered to every webhook that wants it, enabled
    /// or not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn enqueue_next(&mut self, line: &mut EventLine, row: &OutboxRow) -> Result<(), StoreError> {
        self.put_in_line(row, line.next, line.organization).await?;
        line.next += 1;
        Ok(())
    }

    /// Stores an event as its session's next one, by itself. Save the session first: another order can deadlock with another
    /// writer of the same session, which is then a [`StoreError::Conflict`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] as above, [`StoreError::Unavailable`].
    pub async fn enqueue(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        // The counter's row is locked until the commit: sequences have no gaps and no doubles.
        let count = "update session set event_sequence = event_sequence + 1 where id = $1 \
                     returning event_sequence, organization_id";
        let counted = fetch_optional!(self, (i64, Option<String>), count, row.session_id.to_string())?;
        let Some((sequence, organization)) = counted else {
            return Err(StoreError::Internal("an event of an unknown session".to_owned()));
        };
        let organization = parse_optional("session.organization_id", organization.as_deref())?;
        self.put_in_line(row, sequence, organization).await
    }

    /// As [`Tx::enqueue`], of a request that asks this organization. Save the request first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn enqueue_of_request(
        &mut self,
        row: &OutboxRow,
        organization: Option<OrganizationId>,
    ) -> Result<(), StoreError> {
        let count =
            "update request set event_sequence = event_sequence + 1 where id = $1 returning event_sequence";
        let Some((sequence,)) = fetch_optional!(self, (i64,), count, row.session_id.to_string())? else {
            return Err(StoreError::Internal("an event of an unknown request".to_owned()));
        };
        self.put_in_line(row, sequence, organization).await
    }

    async fn put_in_line(
        &mut self,
        row: &OutboxRow,
        sequence: i64,
        organization: Option<OrganizationId>,
    ) -> Result<(), StoreError> {
        let data = to_json(&row.data)?;
        let sql = "insert into outbox (id, session_id, sequence, type, at, data, metadata) values ($1, $2, $3, $4, $5, $6, $7)";
        execute!(
            self,
            sql,
            row.id.to_string(),
            row.session_id.to_string(),
            sequence,
            &row.event_type,
            micros(row.at),
            &data,
            row.sealed_metadata.as_deref(),
        )?;
        for (webhook, interest) in self.interests().await? {
            if interest.covers(&row.event_type, organization) {
                self.address(row.id, Target::Webhook(webhook), row.at).await?;
            }
        }
        Ok(())
    }

    /// Lets the events so far of a session that was requested be delivered to the webhooks of its organization, too: whom
    /// the request asked may have been another one, or nobody in particular.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn address_from_request(
        &mut self,
        session_id: SessionId,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let events = self.events(session_id).await?;
        for (webhook, interest) in self.interests().await? {
            let of_it = interest.organization_id == Some(organization);
            for row in
                events.iter().filter(|row| of_it && interest.covers(&row.event_type, Some(organization)))
            {
                self.address(row.id, Target::Webhook(webhook), now).await?;
            }
        }
        Ok(())
    }

    /// Lets a stored event be delivered to one more target, which is tried from `now` on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn address(
        &mut self,
        event: EventId,
        target: Target,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // Behind an event that waits for its next try it has no chance before that one.
        let sql = "insert into delivery (target, event_id, session_id, sequence, state, in_order, attempts, \
                   due_at, begun_at) \
                   select $1, o.id, o.session_id, o.sequence, 'pending', true, 0, coalesce((select max(due_at) \
                   from delivery where target = $1 and session_id = o.session_id and state = 'pending'), $3), $3 \
                   from outbox o where o.id = $2 on conflict do nothing";
        execute!(self, sql, target.to_string(), event.to_string(), micros(now))?;
        Ok(())
    }

    /// All events of a session, from those of its request on, in order, delivered or not.
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
