//! When an event that could not be delivered is tried again, and which events a webhook wants.

use jiff::{SignedDuration, Timestamp};

use crate::ids::OrganizationId;

/// For so long a webhook that does not take an event is tried again.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The waits after the first, second, … failed try of a webhook; from then on the last. The schedule of the
/// Standard Webhooks specification.
const WAITS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// So often in a row a receiver may refuse an event for good before it is set aside and the next one has its turn.
const REFUSALS: u32 = 3;
/// How soon at least, and how late at most, a receiver that fails is asked whether it is back.
const PROBES: (SignedDuration, SignedDuration) = (SignedDuration::from_secs(4), SignedDuration::from_mins(5));
/// In between, a little of the time that it has been away: 4 seconds after an hour.
const PROBE_SHARE: i32 = 900;

/// The longest wait for a queue that somebody forgot to bind.
const BROKER_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// When a webhook is tried again after its `attempts`th failed try at `now`; `None` when its days are over.
/// `jitter` is 0 to 255: up to a quarter longer, so that receivers that come back are not run over.
#[must_use]
pub fn next_try(begun_at: Timestamp, attempts: u32, now: Timestamp, jitter: u8) -> Option<Timestamp> {
    let end = begun_at.checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    if now >= end {
        return None;
    }
    let wait = WAITS[(attempts.max(1) as usize - 1).min(WAITS.len() - 1)];
    let longer = wait / 4 * i32::from(jitter) / 255;
    // The last try comes exactly when the days are over.
    Some(now.checked_add(wait + longer).unwrap_or(end).min(end))
}

/// Whether an answer says that it will always be the same for this event: it is not understood, or too large.
#[must_use]
pub fn refuses_for_good(status: Option<u16>) -> bool {
    matches!(status, Some(400 | 413 | 422))
}

/// Whether an event is set aside that was refused for good once more, after `refusals` in a row.
#[must_use]
pub fn is_set_aside(refusals: u32) -> bool {
    refusals + 1 >= REFUSALS
}

/// How long after a failed try a receiver that has been away since then is asked again whether it is back, by one
/// event and whatever the others' next tries are.
#[must_use]
pub fn next_probe(away_since: Timestamp, now: Timestamp) -> Timestamp {
    let wait = (away_since.duration_until(now) / PROBE_SHARE).clamp(PROBES.0, PROBES.1);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// When the broker is asked again to route an event: 1, 2, 4, … seconds later, at most a minute. For ever:
/// somebody will bind a queue.
#[must_use]
pub fn next_publish(attempts: u32, now: Timestamp) -> Timestamp {
    let wait = SignedDuration::from_secs(1 << attempts.clamp(1, 10).saturating_sub(1)).min(BROKER_WAIT);
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}

/// What somebody wants to hear of; `None` leaves a part open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    pub events: Option<Vec<String>>,
    pub organization_id: Option<OrganizationId>,
}

impl Interest {
    /// Whether an event of this type, of a session of that organization, is meant.
    #[must_use]
    pub fn covers(&self, event_type: &str, organization: Option<OrganizationId>) -> bool {
        self.events.as_ref().is_none_or(|types| types.iter().any(|wanted| wanted == event_type))
            && self.organization_id.is_none_or(|wanted| organization == Some(wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    #[test]
    fn waits_grow_and_end_after_seven_days() {
        let mut now = at(0);
        let mut tries = vec![];
        for attempts in 1.. {
            tries.push(now.as_second());
            let Some(next) = next_try(at(0), attempts, now, 0) else { break };
            now = next;
        }
        assert_eq!(tries[..5], [0, 5, 305, 2_105, 9_305]);
        assert!(tries.windows(2).all(|pair| pair[1] > pair[0]));
        assert_eq!(tries.last(), Some(&(7 * 86_400)), "the last try is at the very end: {tries:?}");
    }

    #[test]
    fn jitter_makes_a_wait_longer_by_a_quarter_at_most() {
        let wait = |jitter| next_try(at(0), 3, at(0), jitter).unwrap().as_second();
        assert_eq!((wait(0), wait(255)), (1_800, 2_250));
        assert!((1_800..2_250).contains(&wait(100)));
    }

    #[test]
    fn a_receiver_that_is_away_is_asked_often_at_first_and_less_later() {
        let wait = |away| next_probe(at(0), at(away)).as_second() - away;
        assert_eq!([0, 60, 3_600, 36_000, 600_000].map(wait), [4, 4, 4, 40, 300]);
    }

    #[test]
    fn what_is_refused_for_good_is_set_aside_at_the_third_time() {
        assert_eq!([0, 1, 2, 3].map(is_set_aside), [false, false, true, true]);
        let for_good = |status: &u16| refuses_for_good(Some(*status));
        let all: Vec<u16> = (100..600).filter(for_good).collect();
        assert_eq!(all, [400, 413, 422], "others may change their mind: 401, 404, 410, 429, 500 …");
        assert!(!refuses_for_good(None));
    }

    #[test]
    fn the_broker_is_asked_for_ever() {
        let wait = |attempts| next_publish(attempts, at(0)).as_second();
        assert_eq!([wait(0), wait(1), wait(2), wait(5), wait(9), wait(u32::MAX)], [1, 1, 2, 16, 60, 60]);
    }

    #[test]
    fn an_interest_leaves_open_what_it_does_not_name() {
        let organization = OrganizationId(uuid::Uuid::from_u128(1));
        assert!(Interest::default().covers("appointment.booked", None));
        let of_types =
            Interest { events: Some(vec!["appointment.booked".to_owned()]), ..Interest::default() };
        assert!(of_types.covers("appointment.booked", Some(organization)));
        assert!(!of_types.covers("appointment.moved", None));
        let of_one = Interest { organization_id: Some(organization), ..Interest::default() };
        assert!(of_one.covers("appointment.moved", Some(organization)));
        assert!(!of_one.covers("appointment.moved", None));
    }
}
