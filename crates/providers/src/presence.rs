//! From presence events of providers to the attendance ledger.

use jiff::Timestamp;
use openvisit_core::attendance::{Fact, FactKind, Interval, Key, Ledger, Source};
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use uuid::Uuid;

/// A provider's report about a session's room. It may come twice, late, and in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresenceEvent {
    /// The provider's own name of it: the same when it is sent again.
    pub id: String,
    pub room: ToldRoom,
    pub at: Timestamp,
    pub change: PresenceChange,
}

/// Which room a provider tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToldRoom {
    /// Of this session.
    Of(SessionId),
    /// Called so by the application: [`Room::shown_name`](crate::Room::shown_name).
    Called(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresenceChange {
    Connected(ProviderConnection),
    Disconnected(ProviderConnection),
    /// Nobody is in it any more. It ends no session: everybody may have lost the line.
    RoomEnded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderConnection {
    pub participant: ParticipantId,
    /// The provider's name of this one connection; `None` where somebody who comes again is called the same.
    pub name: Option<String>,
}

/// The facts that an event of a session's room adds to its ledger: applied in whatever order the events come, and however
/// often, they make the same ledger.
///
/// Where connections have no names, each coming is an interval of its own that ends with the first leaving after it.
/// A leaving that comes before its coming is kept, as an interval without a beginning, which counts nowhere.
#[must_use]
pub fn facts(session: SessionId, event: &PresenceEvent, ledger: &Ledger) -> Vec<Fact> {
    let at = event.at;
    let key = |participant, name: &str| {
        let connection = Uuid::new_v5(&session.0, format!("{participant}/{name}").as_bytes());
        Key { participant, source: Source::Provider, connection: ConnectionId(connection) }
    };
    let told = || ledger.intervals().filter(|(key, _)| key.source == Source::Provider);
    let left = |key: Key| Fact { key, kind: FactKind::Disconnected, at };
    let began = |interval: &Interval| interval.connected_at.is_some_and(|since| since <= at);
    match &event.change {
        PresenceChange::Connected(ProviderConnection { participant, name: Some(name) }) => {
            // Whoever comes anew is not there by an older connection any more, even if its end is never told.
            let key = key(*participant, name);
            let others = told().filter(|(other, _)| other.participant == *participant && **other != key);
            let others: Vec<_> = others.filter_map(|(other, it)| Some((*other, it.connected_at?))).collect();
            let older = others.iter().filter(|(_, since)| *since < at).map(|(older, _)| left(*older));
            let newer = others.iter().filter(|(_, since)| *since > at).map(|(_, since)| *since).min();
            let ended = newer.map(|at| Fact { key, kind: FactKind::Disconnected, at });
            [Fact { key, kind: FactKind::Connected, at }].into_iter().chain(older).chain(ended).collect()
        }
        PresenceChange::Disconnected(ProviderConnection { participant, name: Some(name) }) => {
            vec![left(key(*participant, name))]
        }
        PresenceChange::Connected(ProviderConnection { participant, name: None }) => {
            let key = key(*participant, &format!("from {at}"));
            let ends = told().filter(|(key, _)| key.participant == *participant);
            let ends = ends.filter_map(|(_, interval)| interval.disconnected_at).filter(|end| *end >= at);
            let ends = ends.map(|at| Fact { key, kind: FactKind::Disconnected, at });
            [Fact { key, kind: FactKind::Connected, at }].into_iter().chain(ends).collect()
        }
        PresenceChange::Disconnected(ProviderConnection { participant, name: None }) => {
            let begun = told().filter(|(key, it)| key.participant == *participant && began(it));
            [left(key(*participant, &format!("to {at}")))]
                .into_iter()
                .chain(begun.map(|(key, _)| left(*key)))
                .collect()
        }
        PresenceChange::RoomEnded => told().filter(|(_, it)| began(it)).map(|(key, _)| left(*key)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    const SESSION: SessionId = SessionId(Uuid::nil());

    fn participant(n: u8) -> ParticipantId {
        ParticipantId(Uuid::from_bytes([n; 16]))
    }

    fn event(who: u8, name: Option<u8>, comes: bool, second: i64) -> PresenceEvent {
        let connection =
            ProviderConnection { participant: participant(who), name: name.map(|it| it.to_string()) };
        let change = if comes {
            PresenceChange::Connected(connection)
        } else {
            PresenceChange::Disconnected(connection)
        };
        PresenceEvent { id: String::new(), room: ToldRoom::Of(SESSION), at: at(second), change }
    }

    fn ledger(events: &[PresenceEvent]) -> Ledger {
        let mut ledger = Ledger::default();
        for event in events {
            facts(SESSION, event, &ledger).iter().for_each(|fact| ledger.apply(fact));
        }
        ledger
    }

    #[test]
    fn who_comes_again_without_a_name_is_counted_for_each_stay() {
        let story = [(true, 0), (false, 10), (true, 30), (false, 50)];
        let told: Vec<_> = story.iter().map(|(comes, second)| event(1, None, *comes, *second)).collect();
        let mut late = told.clone();
        late.rotate_left(3);
        for events in [told, late] {
            let ledger = ledger(&events);
            assert_eq!(ledger.connected(participant(1), at(0), at(99)).as_secs(), 30);
            assert_eq!(ledger.left_at(participant(1)), Some(at(50)));
            assert!(!ledger.anyone_present());
        }
    }

    #[test]
    fn who_comes_anew_has_left_the_connection_of_before_whoever_fails_to_tell() {
        let told = [event(1, Some(1), true, 0), event(1, Some(2), true, 40), event(2, Some(3), true, 5)];
        for order in [[0, 1, 2], [1, 0, 2]] {
            let ledger = ledger(&order.map(|at| told[at].clone()));
            assert_eq!(ledger.open_of(participant(1)).count(), 1);
            assert_eq!(ledger.open_of(participant(2)).count(), 1);
            let gone = facts(SESSION, &event(1, Some(2), false, 60), &ledger);
            assert_eq!(gone.len(), 1);
        }
    }

    #[test]
    fn a_leaving_that_was_told_first_leaves_nobody_in_the_room() {
        let ledger = ledger(&[event(1, None, false, 50), event(1, None, true, 20)]);
        assert!(!ledger.anyone_present());
        assert_eq!(ledger.connected(participant(1), at(0), at(99)).as_secs(), 30);
    }

    #[test]
    fn the_room_s_end_ends_every_stay_and_lengthens_none() {
        let mut events =
            vec![event(1, Some(1), true, 0), event(1, Some(1), false, 10), event(2, None, true, 5)];
        events.push(PresenceEvent { change: PresenceChange::RoomEnded, ..event(1, None, true, 40) });
        let ledger = ledger(&events);
        assert!(!ledger.anyone_present());
        assert_eq!(ledger.left_at(participant(1)), Some(at(10)));
        assert_eq!(ledger.left_at(participant(2)), Some(at(40)));
    }

    /// From when to when; when something was last heard counts for connections to this server only.
    fn spans(ledger: &Ledger) -> Vec<(Key, Option<Timestamp>, Option<Timestamp>)> {
        ledger.intervals().map(|(key, it)| (*key, it.connected_at, it.disconnected_at)).collect()
    }

    /// Of a provider that names connections, or of one that does not.
    fn any_story() -> impl Strategy<Value = Vec<PresenceEvent>> {
        let told = proptest::collection::vec((0..2u8, 0..3u8, any::<bool>(), 0..60i64), 0..12);
        (any::<bool>(), told).prop_map(|(named, told)| {
            // A connection that has a name begins once.
            let at = |who: u8, name: u8, second| if named { i64::from(who * 5 + name * 19) } else { second };
            let one = |(who, name, comes, second)| {
                event(who, named.then_some(name), comes, if comes { at(who, name, second) } else { second })
            };
            told.into_iter().map(one).collect()
        })
    }

    proptest! {
        #[test]
        fn order_and_repeats_of_what_is_told_do_not_matter(
            (told, shuffled) in any_story().prop_flat_map(|told| {
                let twice = [told.clone(), told.clone()].concat();
                (Just(told), Just(twice).prop_shuffle())
            })
        ) {
            prop_assert_eq!(spans(&ledger(&told)), spans(&ledger(&shuffled)));
        }
    }
}
