//! Events that are sent again by hand, and what became of them before.

use std::collections::HashMap;

use openvisit_core::Timestamp;
use openvisit_core::ids::EventId;
use sqlx::FromRow;

use crate::deliveries::{count, state};
use crate::value::{micros, optional_instant, parse, to_json};
use crate::{DeliveryState, StoreError, Target, Tx};

/// What became of a delivery before it was sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    pub state: DeliveryState,
    pub attempts: u32,
    pub attempted_at: Option<Timestamp>,
    pub done_at: Option<Timestamp>,
    pub status: Option<u16>,
    pub failure: Option<String>,
}

#[derive(FromRow)]
struct RoundRow {
    event_id: String,
    state: String,
    attempts: i64,
    attempted_at: Option<i64>,
    done_at: Option<i64>,
    status: Option<i64>,
    failure: Option<String>,
}

impl TryFrom<RoundRow> for Round {
    type Error = StoreError;

    fn try_from(row: RoundRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: state(&row.state)?,
            attempts: count(row.attempts)?,
            attempted_at: optional_instant("delivery_round.attempted_at", row.attempted_at)?,
            done_at: optional_instant("delivery_round.done_at", row.done_at)?,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            failure: row.failure,
        })
    }
}

impl Tx {
    /// Lets an event be sent again, at once and out of order, whatever became of it; whether it is there. What became
    /// of it so far is kept, if it was tried at all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn redeliver(
        &mut self,
        target: Target,
        event: EventId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let (target, event) = (target.to_string(), event.to_string());
        let keep = "insert into delivery_round (target, event_id, round, state, attempts, attempted_at, done_at, \
                    status, failure) select d.target, d.event_id, (select count(*) from delivery_round r \
                    where r.target = d.target and r.event_id = d.event_id) + 1, state, attempts, attempted_at, \
                    done_at, status, failure from delivery d where target = $1 and event_id = $2 and attempts > 0";
        execute!(self, keep, &target, &event)?;
        let again = "update delivery set state = 'pending', in_order = (state = 'pending' and in_order), \
                     attempts = 0, refusals = 0, due_at = $3, begun_at = $3, leased_until = null, done_at = null \
                     where target = $1 and event_id = $2";
        Ok(execute!(self, again, &target, &event, micros(now))? > 0)
    }

    /// Lets what happened since an instant, and is of one of these types, be delivered to a target that did not want such
    /// events then; how many there are. Each in its place among those of its session that wait there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn address_missed(
        &mut self,
        target: Target,
        types: &[String],
        since: Timestamp,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        macro_rules! again {
            ($dialect:ident) => {
                concat!(
                    "update delivery set state = 'pending', attempts = 0, due_at = $3, begun_at = $3, done_at = null, \
                     failure = null where target = $1 and state = 'given_up' and failure = 'unwanted' \
                     and event_id in (select id from outbox where at >= $2 and type in (select value ->> 0 from ",
                    json_rows!($dialect, "$4"),
                    "))"
                )
            };
        }
        macro_rules! missed {
            ($dialect:ident) => {
                concat!(
                    "insert into delivery (target, event_id, session_id, sequence, state, in_order, attempts, due_at, \
                     begun_at) select $1, o.id, o.session_id, o.sequence, 'pending', true, 0, $3, $3 from outbox o \
                     where o.at >= $2 and o.type in (select value ->> 0 from ",
                    json_rows!($dialect, "$4"),
                    ") and not exists (select 1 from delivery d where d.target = $1 and d.event_id = o.id)"
                )
            };
        }
        let types: Vec<_> = types.iter().map(|name| [name]).collect();
        let (target, types) = (target.to_string(), to_json(&types)?);
        let (since, now) = (micros(since), micros(now));
        let taken_up = execute!(self, sql_for!(self, again!()), &target, since, now, &types)?;
        Ok(taken_up + execute!(self, sql_for!(self, missed!()), &target, since, now, &types)?)
    }

    /// What became of these events before they were sent again, first time first; nothing is said of those that were not.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn earlier_rounds(
        &mut self,
        target: Target,
        events: &[EventId],
    ) -> Result<HashMap<EventId, Vec<Round>>, StoreError> {
        macro_rules! rounds {
            ($dialect:ident) => {
                concat!(
                    "select event_id, state, attempts, attempted_at, done_at, status, failure from delivery_round \
                     where target = $1 and event_id in (select value ->> 0 from ",
                    json_rows!($dialect, "$2"),
                    ") order by event_id, round"
                )
            };
        }
        let ids: Vec<_> = events.iter().map(|id| [id.to_string()]).collect();
        let rows = fetch_all!(self, RoundRow, sql_for!(self, rounds!()), target.to_string(), to_json(&ids)?)?;
        let mut rounds: HashMap<_, Vec<_>> = HashMap::new();
        for row in rows {
            let event = parse("delivery_round.event_id", &row.event_id)?;
            rounds.entry(event).or_default().push(row.try_into()?);
        }
        Ok(rounds)
    }

    /// Forgets what became of at most `limit` deliveries that are forgotten themselves; how many rows went.
    pub(crate) async fn prune_rounds(&mut self, limit: u32) -> Result<u64, StoreError> {
        let sql = "delete from delivery_round where (target, event_id, round) in ( \
                   select target, event_id, round from delivery_round r where not exists ( \
                   select 1 from delivery d where d.target = r.target and d.event_id = r.event_id) limit $1)";
        execute!(self, sql, i64::from(limit))
    }
}
