//! The attendance ledger: who was connected when, by which source.
//!
//! Facts may repeat and come in any order; the ledger they make is the same. Minutes, no-shows and the
//! evidence timeline are all computed from it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ids::{ConnectionId, ParticipantId};

/// Who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Media,
    Provider,
    Socket,
    Client,
    /// The practitioner, of a call by telephone.
    Phone,
}

/// Which connection a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    pub participant: ParticipantId,
    pub source: Source,
    pub connection: ConnectionId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    Connected,
    Disconnected,
    /// Still there; a crash closes the interval at the last of these.
    Alive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fact {
    pub key: Key,
    pub kind: FactKind,
    pub at: Timestamp,
}

/// One connection's span. It is open while nothing says that it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    pub connected_at: Option<Timestamp>,
    pub disconnected_at: Option<Timestamp>,
    pub last_seen_at: Option<Timestamp>,
}

impl Interval {
    /// Commutative, associative and idempotent, so that order and repeats do not matter.
    pub fn apply(&mut self, kind: FactKind, at: Timestamp) {
        let earliest = |old: Option<Timestamp>| Some(old.map_or(at, |old| old.min(at)));
        match kind {
            FactKind::Connected => self.connected_at = earliest(self.connected_at),
            FactKind::Disconnected => self.disconnected_at = earliest(self.disconnected_at),
            FactKind::Alive => {}
        }
        self.last_seen_at = Some(self.last_seen_at.map_or(at, |old| old.max(at)));
    }

    #[must_use]
    pub fn is_open(&self) -> bool {
        self.connected_at.is_some() && self.disconnected_at.is_none()
    }

    /// Start and end, an open end being `now`; `None` while the start is unknown.
    #[must_use]
    pub fn span(&self, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let from = self.connected_at?;
        Some((from, self.disconnected_at.unwrap_or(now).max(from)))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    intervals: BTreeMap<Key, Interval>,
}

impl FromIterator<(Key, Interval)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (Key, Interval)>>(rows: I) -> Self {
        Self { intervals: rows.into_iter().collect() }
    }
}

impl Ledger {
    pub fn apply(&mut self, fact: &Fact) {
        self.intervals.entry(fact.key).or_default().apply(fact.kind, fact.at);
    }

    pub fn intervals(&self) -> impl Iterator<Item = (&Key, &Interval)> {
        self.intervals.iter()
    }

    #[must_use]
    pub fn interval(&self, key: &Key) -> Option<&Interval> {
        self.intervals.get(key)
    }

    /// The open connections of a participant.
    pub fn open_of(&self, participant: ParticipantId) -> impl Iterator<Item = &Key> {
        self.of(participant).filter(|(_, interval)| interval.is_open()).map(|(key, _)| key)
    }

    #[must_use]
    pub fn is_present(&self, participant: ParticipantId) -> bool {
        self.open_of(participant).next().is_some()
    }

    #[must_use]
    pub fn anyone_present(&self) -> bool {
        self.intervals.values().any(Interval::is_open)
    }

    /// Whether the participant was connected at any moment from `from` on.
    #[must_use]
    pub fn was_present_since(&self, participant: ParticipantId, from: Timestamp) -> bool {
        self.of(participant).any(|(_, interval)| {
            interval.connected_at.is_some() && interval.disconnected_at.is_none_or(|end| end > from)
        })
    }

    /// When the participant's last connection ended; `None` for one who never came.
    #[must_use]
    pub fn left_at(&self, participant: ParticipantId) -> Option<Timestamp> {
        self.of(participant)
            .filter(|(_, interval)| interval.connected_at.is_some())
            .filter_map(|(_, interval)| interval.disconnected_at)
            .max()
    }

    /// How long the participant was connected between `from` and `to`. Two tabs at once count once.
    #[must_use]
    pub fn connected(&self, participant: ParticipantId, from: Timestamp, to: Timestamp) -> SignedDuration {
        let spans = self.spans(participant, from, to);
        spans.into_iter().fold(SignedDuration::ZERO, |sum, (start, end)| sum + start.duration_until(end))
    }

    /// The first instant between `from` and `to` at which both were connected.
    #[must_use]
    pub fn first_together(
        &self,
        both: [ParticipantId; 2],
        from: Timestamp,
        to: Timestamp,
    ) -> Option<Timestamp> {
        let [one, other] = both.map(|participant| {
            let end = |interval: &Interval| interval.disconnected_at.unwrap_or(Timestamp::MAX);
            let spans = self.of(participant).map(move |(_, it)| Some((it.connected_at?.max(from), end(it))));
            spans.flatten().collect::<Vec<_>>()
        });
        let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))));
        pairs.filter(|(start, end)| start < end && *start <= to).map(|(start, _)| start).min()
    }

    /// How often the participant came back between `from` and `to`. A tab that takes over from another
    /// without a gap is no coming back.
    #[must_use]
    pub fn reconnects(&self, participant: ParticipantId, from: Timestamp, to: Timestamp) -> usize {
        self.spans(participant, from, to).len().saturating_sub(1)
    }

    /// When the participant was there, by whatever connection, between `from` and `to`: in order, with gaps between.
    fn spans(
        &self,
        participant: ParticipantId,
        from: Timestamp,
        to: Timestamp,
    ) -> Vec<(Timestamp, Timestamp)> {
        let mut connections: Vec<_> = self
            .of(participant)
            .filter_map(|(_, interval)| interval.span(to))
            .map(|(start, end)| (start.max(from), end.min(to)))
            .filter(|(start, end)| start < end)
            .collect();
        connections.sort_unstable();
        let mut spans: Vec<(Timestamp, Timestamp)> = Vec::new();
        for (start, end) in connections {
            match spans.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => spans.push((start, end)),
            }
        }
        spans
    }

    fn of(&self, participant: ParticipantId) -> impl Iterator<Item = (&Key, &Interval)> {
        self.intervals.iter().filter(move |(key, _)| key.participant == participant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Seed;
    use proptest::prelude::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn seed(n: u8) -> Seed {
        Seed { now: at(0), random: [n; 10] }
    }

    fn key(participant: u8, connection: u8) -> Key {
        Key {
            participant: ParticipantId::new(seed(participant)),
            source: Source::Media,
            connection: ConnectionId::new(seed(connection)),
        }
    }

    fn fact(participant: u8, connection: u8, kind: FactKind, second: i64) -> Fact {
        Fact { key: key(participant, connection), kind, at: at(second) }
    }

    fn ledger(facts: &[Fact]) -> Ledger {
        let mut ledger = Ledger::default();
        facts.iter().for_each(|fact| ledger.apply(fact));
        ledger
    }

    #[test]
    fn who_comes_back_after_a_gap_has_reconnected() {
        use FactKind::{Connected, Disconnected};
        let ledger = ledger(&[
            fact(1, 1, Connected, 0),
            fact(1, 2, Connected, 50),
            fact(1, 1, Disconnected, 60),
            fact(1, 2, Disconnected, 100),
            fact(1, 3, Connected, 101),
        ]);
        let participant = key(1, 1).participant;
        assert_eq!(ledger.reconnects(participant, at(0), at(200)), 1);
        assert_eq!(ledger.reconnects(participant, at(101), at(200)), 0, "the gap was before");
        assert_eq!(ledger.reconnects(key(2, 1).participant, at(0), at(200)), 0, "who never came");
    }

    #[test]
    fn two_tabs_of_one_participant_are_one_attendee() {
        use FactKind::{Connected, Disconnected};
        let ledger = ledger(&[
            fact(1, 1, Connected, 0),
            fact(1, 2, Connected, 50),
            fact(1, 1, Disconnected, 60),
            fact(1, 2, Disconnected, 100),
        ]);
        let participant = key(1, 1).participant;
        assert_eq!(ledger.connected(participant, at(0), at(500)), SignedDuration::from_secs(100));
        assert_eq!(ledger.connected(participant, at(20), at(70)), SignedDuration::from_secs(50));
        assert_eq!(ledger.left_at(participant), Some(at(100)));
    }

    #[test]
    fn a_disconnect_that_comes_first_closes_the_later_connect() {
        let ledger = ledger(&[fact(1, 1, FactKind::Disconnected, 60), fact(1, 1, FactKind::Connected, 10)]);
        assert!(!ledger.anyone_present());
        assert_eq!(ledger.connected(key(1, 1).participant, at(0), at(99)), SignedDuration::from_secs(50));
    }

    #[test]
    fn who_goes_when_the_other_comes_has_not_met_him() {
        use FactKind::{Connected, Disconnected};
        let both = [key(1, 1).participant, key(2, 1).participant];
        let mut facts =
            vec![fact(1, 1, Connected, 10), fact(2, 1, Connected, 30), fact(1, 1, Disconnected, 30)];
        assert_eq!(ledger(&facts).first_together(both, at(0), at(99)), None);
        facts.push(fact(1, 2, Connected, 40));
        assert_eq!(ledger(&facts).first_together(both, at(0), at(99)), Some(at(40)));
        assert_eq!(ledger(&facts).first_together(both, at(50), at(99)), Some(at(50)), "still together");
        assert_eq!(ledger(&facts).first_together(both, at(0), at(39)), None, "not yet");
        facts.push(fact(2, 1, Disconnected, 45));
        assert_eq!(ledger(&facts).first_together(both, at(0), at(99)), Some(at(40)));
        assert_eq!(ledger(&facts).first_together(both, at(45), at(99)), None);
    }

    fn any_fact() -> impl Strategy<Value = Fact> {
        let kinds =
            prop_oneof![Just(FactKind::Connected), Just(FactKind::Disconnected), Just(FactKind::Alive)];
        (0..3u8, 0..4u8, kinds, 0..100i64).prop_map(|(p, c, kind, second)| fact(p, c, kind, second))
    }

    proptest! {
        #[test]
        fn order_and_repeats_do_not_matter(
            (facts, shuffled) in proptest::collection::vec(any_fact(), 0..20)
                .prop_flat_map(|facts| {
                    let twice = [facts.clone(), facts.clone()].concat();
                    (Just(facts), Just(twice).prop_shuffle())
                })
        ) {
            prop_assert_eq!(ledger(&facts), ledger(&shuffled));
        }

        #[test]
        fn nobody_is_connected_longer_than_the_clock_ran(facts in proptest::collection::vec(any_fact(), 0..20)) {
            let ledger = ledger(&facts);
            for participant in 0..3 {
                let connected = ledger.connected(key(participant, 0).participant, at(10), at(60));
                prop_assert!(connected >= SignedDuration::ZERO && connected <= SignedDuration::from_secs(50));
            }
        }
    }
}
