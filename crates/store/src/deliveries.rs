//! How far each event is on its way to each target: the message broker, and every webhook.
//!
//! A target gets the events of one session in their order: an event may be tried when no earlier one of its
//! session is pending there. Whoever tries holds a lease, so that several nodes share the work; a lease that
//! ran out, because its node died, is anybody's again.

use std::collections::HashMap;
use std::fmt;

use openvisit_core::Timestamp;
use openvisit_core::delivery::refuses_for_good;
use openvisit_core::ids::{EventId, SessionId, WebhookId};
use serde::Serialize;
use sqlx::FromRow;

use crate::value::{corrupt, from_json, instant, micros, optional_instant, parse, to_json};
use crate::{OutboxRow, StoreError, Tx};

/// Where events go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Broker,
    Webhook(WebhookId),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broker => f.write_str("broker"),
            Self::Webhook(id) => id.fmt(f),
        }
    }
}

/// An event that somebody was given to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub event: OutboxRow,
    /// Its place among its session's events, from 1.
    pub sequence: i64,
    /// How often it was tried, this time included.
    pub attempts: u32,
    /// How often in a row it was refused for good before.
    pub refusals: u32,
    /// When trying began.
    pub begun_at: Timestamp,
}

/// Why a try failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// One word.
    pub reason: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    Pending,
    Delivered,
    GivenUp,
}

impl DeliveryState {
    /// As a row has it.
    const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

/// How far an event is on its way to one target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub event_id: EventId,
    pub event_type: String,
    pub session_id: SessionId,
    pub sequence: i64,
    pub state: DeliveryState,
    pub attempts: u32,
    /// When the event happened.
    pub at: Timestamp,
    pub due_at: Timestamp,
    pub attempted_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub status: Option<u16>,
    pub failure: Option<String>,
}

/// A page of a target's deliveries.
#[derive(Clone, Copy, Debug)]
pub struct Deliveries {
    pub target: Target,
    /// Only those before this one.
    pub before: Option<EventId>,
    /// Only what has come so far.
    pub state: Option<DeliveryState>,
    pub limit: u32,
}

/// What waits for one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    pub target: Target,
    pub pending: i64,
    /// Since when the first of them has waited.
    pub oldest_at: Timestamp,
    /// Whether any of them was tried in vain.
    pub failing: bool,
}

#[derive(FromRow)]
struct DeliveryRow {
    event_id: String,
    event_type: String,
    session_id: String,
    sequence: i64,
    state: String,
    attempts: i64,
    at: i64,
    due_at: i64,
    attempted_at: Option<i64>,
    done_at: Option<i64>,
    status: Option<i64>,
    failure: Option<String>,
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self, StoreError> {
        Ok(Self {
            event_id: parse("delivery.event_id", &row.event_id)?,
            event_type: row.event_type,
            session_id: parse("delivery.session_id", &row.session_id)?,
            sequence: row.sequence,
            state: state(&row.state)?,
            attempts: count(row.attempts)?,
            at: instant("outbox.at", row.at)?,
            due_at: instant("delivery.due_at", row.due_at)?,
            attempted_at: optional_instant("delivery.attempted_at", row.attempted_at)?,
            done_at: optional_instant("delivery.done_at", row.done_at)?,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            failure: row.failure,
        })
    }
}

pub(crate) fn state(word: &str) -> Result<DeliveryState, StoreError> {
    match word {
        "pending" => Ok(DeliveryState::Pending),
        "delivered" => Ok(DeliveryState::Delivered),
        "given_up" => Ok(DeliveryState::GivenUp),
        _ => Err(corrupt("delivery.state")),
    }
}

pub(crate) fn count(attempts: i64) -> Result<u32, StoreError> {
    u32::try_from(attempts).map_err(|_| corrupt("delivery.attempts"))
}

/// The event's row, in the order of its columns.
type EventRow = (String, String, i64, String, i64, String, Option<Vec<u8>>);

impl Tx {
    /// What waits, by target; nothing is said of a target for which nothing waits.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn backlogs(&mut self) -> Result<Vec<Backlog>, StoreError> {
        let sql = "select target, count(*), min(begun_at), count(failure) from delivery \
                   where state = 'pending' group by target order by target";
        let rows = fetch_all!(self, (String, i64, i64, i64), sql)?;
        let backlog = |(target, pending, oldest_at, failed): (String, _, _, _)| {
            let target = match target.as_str() {
                "broker" => Target::Broker,
                webhook => Target::Webhook(parse("delivery.target", webhook)?),
            };
            let oldest_at = instant("delivery.begun_at", oldest_at)?;
            Ok(Backlog { target, pending, oldest_at, failing: failed > 0 })
        };
        rows.into_iter().map(backlog).collect()
    }

    /// Whether an event waits for this target that may be tried now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_due(&mut self, target: Target, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "select 1 from delivery where target = $1 and state = 'pending' and due_at <= $2 \
                   and (leased_until is null or leased_until <= $2) limit 1";
        Ok(fetch_optional!(self, (i32,), sql, target.to_string(), micros(now))?.is_some())
    }

    /// Takes at most `limit` events that may be tried now, longest due first, for whoever asks and nobody else
    /// until `leased_until`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lease(
        &mut self,
        target: Target,
        now: Timestamp,
        leased_until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Attempt>, StoreError> {
        macro_rules! lease {
            ($dialect:ident) => {
                concat!(
                    // On its own, or PostgreSQL might run it again for every row, and find others.
                    "with picked as materialized (select event_id from delivery d \
                     where target = $1 and state = 'pending' and due_at <= $2 \
                     and (leased_until is null or leased_until <= $2) and (not in_order or not exists ( \
                     select 1 from delivery e where e.target = d.target and e.session_id = d.session_id \
                     and e.state = 'pending' and e.in_order and e.sequence < d.sequence)) \
                     order by due_at, event_id limit $4",
                    skip_locked!($dialect),
                    ") update delivery set leased_until = $3, attempts = attempts + 1, attempted_at = $2 \
                     where target = $1 and event_id in (select event_id from picked) \
                     returning event_id, attempts, refusals, begun_at"
                )
            };
        }
        let leased = fetch_all!(
            self,
            (String, i64, i64, i64),
            sql_for!(self, lease!()),
            target.to_string(),
            micros(now),
            micros(leased_until),
            i64::from(limit)
        )?;
        let mut events = self.leased_events(leased.iter().map(|(id, ..)| id)).await?;
        leased
            .into_iter()
            .map(|(id, attempts, refusals, begun_at)| {
                let (event, sequence) = events.remove(&id).ok_or_else(|| corrupt("delivery.event_id"))?;
                let begun_at = instant("delivery.begun_at", begun_at)?;
                Ok(Attempt {
                    event,
                    sequence,
                    attempts: count(attempts)?,
                    refusals: count(refusals)?,
                    begun_at,
                })
            })
            .collect()
    }

    /// Whoever holds these events holds them until then.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn renew_leases(
        &mut self,
        target: Target,
        events: &[EventId],
        leased_until: Timestamp,
    ) -> Result<(), StoreError> {
        macro_rules! renew {
            ($dialect:ident) => {
                concat!(
                    "update delivery set leased_until = $2 where target = $1 and state = 'pending' \
                     and leased_until is not null and event_id in (select value ->> 0 from ",
                    json_rows!($dialect, "$3"),
                    ")"
                )
            };
        }
        let ids: Vec<_> = events.iter().map(|id| [id.to_string()]).collect();
        execute!(self, sql_for!(self, renew!()), target.to_string(), micros(leased_until), to_json(&ids)?)?;
        Ok(())
    }

    async fn leased_events(
        &mut self,
        ids: impl Iterator<Item = &String>,
    ) -> Result<HashMap<String, (OutboxRow, i64)>, StoreError> {
        macro_rules! events {
            ($dialect:ident) => {
                concat!(
                    "select id, session_id, sequence, type, at, data, metadata from outbox \
                     where id in (select value ->> 0 from ",
                    json_rows!($dialect, "$1"),
                    ")"
                )
            };
        }
        let ids: Vec<_> = ids.map(|id| [id]).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = fetch_all!(self, EventRow, sql_for!(self, events!()), to_json(&ids)?)?;
        rows.into_iter()
            .map(|(id, session_id, sequence, event_type, at, data, sealed_metadata)| {
                let event = OutboxRow {
                    id: parse("outbox.id", &id)?,
                    session_id: parse("outbox.session_id", &session_id)?,
                    event_type,
                    at: instant("outbox.at", at)?,
                    data: from_json("outbox.data", &data)?,
                    sealed_metadata,
                };
                Ok((id, (event, sequence)))
            })
            .collect()
    }

    /// The target has the event.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn mark_delivered(
        &mut self,
        target: Target,
        event: EventId,
        status: Option<u16>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update delivery set state = 'delivered', done_at = $3, leased_until = null, status = $4, \
                   failure = null where target = $1 and event_id = $2 and state = 'pending'";
        execute!(self, sql, target.to_string(), event.to_string(), micros(now), status.map(i64::from))?;
        Ok(())
    }

    /// The try failed; the next one is at `next`, or never. The session's later events for this target wait as
    /// long. Nothing happens when somebody else has taken up the event in the meantime.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn mark_failed(
        &mut self,
        target: Target,
        attempt: &Attempt,
        failure: Failure,
        next: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (target, event) = (target.to_string(), attempt.event.id.to_string());
        let (status, reason) = (failure.status.map(i64::from), failure.reason);
        let tried = i64::from(attempt.attempts);
        let Some(next) = next else {
            let sql = "update delivery set state = 'given_up', done_at = $4, leased_until = null, status = $5, \
                       failure = $6 where target = $1 and event_id = $2 and state = 'pending' and attempts = $3";
            execute!(self, sql, target, event, tried, micros(now), status, reason)?;
            return Ok(());
        };
        let refused = i64::from(refuses_for_good(failure.status));
        let sql = "update delivery set due_at = $4, leased_until = null, status = $5, failure = $6, \
                   refusals = (refusals + 1) * $7 \
                   where target = $1 and event_id = $2 and state = 'pending' and attempts = $3 returning in_order";
        let failed = fetch_optional!(
            self,
            (bool,),
            sql,
            &target,
            event,
            tried,
            micros(next),
            status,
            reason,
            refused
        )?;
        if failed == Some((true,)) {
            let sql = "update delivery set due_at = $3 where target = $1 and session_id = $2 \
                       and state = 'pending' and in_order and sequence > $4 and due_at < $3";
            execute!(
                self,
                sql,
                &target,
                attempt.event.session_id.to_string(),
                micros(next),
                attempt.sequence
            )?;
        }
        Ok(())
    }

    /// Nobody tries any more: the server was just started, and it is the database's only one. (Several may
    /// share PostgreSQL; there a dead node's leases run out.)
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_leases(&mut self) -> Result<(), StoreError> {
        if let crate::tx::DatabaseConnection::Sqlite(_) = self.connection {
            execute!(self, "update delivery set leased_until = null where state = 'pending'")?;
        }
        Ok(())
    }

    /// Gives up what waits for a target and is of none of these types.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_only(
        &mut self,
        target: Target,
        types: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        macro_rules! give_up {
            ($dialect:ident) => {
                concat!(
                    "update delivery set state = 'given_up', done_at = $2, leased_until = null, \
                     failure = 'unwanted' where target = $1 and state = 'pending' and event_id in (select id \
                     from outbox where type not in (select value ->> 0 from ",
                    json_rows!($dialect, "$3"),
                    "))"
                )
            };
        }
        let types: Vec<_> = types.iter().map(|name| [name]).collect();
        execute!(self, sql_for!(self, give_up!()), target.to_string(), micros(now), to_json(&types)?)
    }

    /// A page of a target's deliveries, latest event first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn deliveries(&mut self, page: &Deliveries) -> Result<Vec<Delivery>, StoreError> {
        let sql = "select event_id, type as event_type, d.session_id, d.sequence, state, attempts, at, due_at, \
                   attempted_at, done_at, status, failure from delivery d join outbox o on o.id = d.event_id \
                   where target = $1 and event_id < $2 and ($3 = '' or state = $3) order by event_id desc limit $4";
        // Behind every id.
        let before = page.before.map_or_else(|| "~".to_owned(), |id| id.to_string());
        let state = page.state.map_or("", DeliveryState::word);
        let target = page.target.to_string();
        let rows = fetch_all!(self, DeliveryRow, sql, target, before, state, i64::from(page.limit))?;
        rows.into_iter().map(Delivery::try_from).collect()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn delivery(&mut self, target: Target, event: EventId) -> Result<Option<Delivery>, StoreError> {
        let sql = "select event_id, type as event_type, d.session_id, d.sequence, state, attempts, at, due_at, \
                   attempted_at, done_at, status, failure from delivery d join outbox o on o.id = d.event_id \
                   where target = $1 and event_id = $2";
        fetch_optional!(self, DeliveryRow, sql, target.to_string(), event.to_string())?
            .map(Delivery::try_from)
            .transpose()
    }

    /// Takes up again what has waited for a disabled webhook since `since`, with all its days of tries; what is
    /// older is given up. How many there are of both.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn resume(
        &mut self,
        target: Target,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<(u64, u64), StoreError> {
        let target = target.to_string();
        let old = "update delivery set state = 'given_up', done_at = $3, leased_until = null, \
                   failure = 'disabled' where target = $1 and state = 'pending' and begun_at < $2";
        let given_up = execute!(self, old, &target, micros(since), micros(now))?;
        let kept = "update delivery set attempts = 0, refusals = 0, due_at = $2, begun_at = $2, \
                    leased_until = null where target = $1 and state = 'pending'";
        Ok((execute!(self, kept, &target, micros(now))?, given_up))
    }

    /// Lets everything that waits for its next try be tried now, but for what was refused for good: the target
    /// takes events again.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hurry_all(&mut self, target: Target, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "update delivery set due_at = $2 where target = $1 and state = 'pending' and due_at > $2 \
                   and refusals = 0";
        execute!(self, sql, target.to_string(), micros(now))
    }

    /// As [`Self::hurry_all`], for one event whose turn it is: to see whether the target takes it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn hurry_one(&mut self, target: Target, now: Timestamp) -> Result<u64, StoreError> {
        let sql = "update delivery set due_at = $2 where target = $1 and due_at > $2 and event_id = ( \
                   select event_id from delivery d where target = $1 and state = 'pending' and refusals = 0 \
                   and (leased_until is null or leased_until <= $2) and (not in_order or not exists ( \
                   select 1 from delivery e where e.target = d.target and e.session_id = d.session_id \
                   and e.state = 'pending' and e.in_order and e.sequence < d.sequence)) \
                   order by event_id limit 1)";
        execute!(self, sql, target.to_string(), micros(now))
    }

    /// Forgets at most `limit` deliveries that ended, or that nobody will make, and as many events that nobody
    /// waits for, all from before an instant; how many rows went.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_events(&mut self, before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let done = "delete from delivery where (target, event_id) in (select target, event_id from delivery \
                    where done_at < $1 limit $2)";
        let mut gone = execute!(self, done, micros(before), i64::from(limit))?;
        let stale = "delete from delivery where (target, event_id) in (select target, event_id from delivery d \
                     where state = 'pending' and begun_at < $1 and target <> 'broker' and not exists ( \
                     select 1 from webhook w where w.id = d.target and not w.disabled) limit $2)";
        gone += execute!(self, stale, micros(before), i64::from(limit))?;
        gone += self.prune_rounds(limit).await?;
        let told = "delete from outbox where id in (select id from outbox o where at < $1 and not exists ( \
                    select 1 from delivery d where d.event_id = o.id) limit $2)";
        gone += execute!(self, told, micros(before), i64::from(limit))?;
        Ok(gone)
    }
}
