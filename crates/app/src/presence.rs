//! Who is connected through this process, or heard of, besides what the database says.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Session};
use openvisit_store::{Epoch, OpenInterval};

/// The intervals of attendance that are open here, and the facts that the database could not take yet.
#[derive(Debug, Default)]
pub struct OpenIntervals {
    state: Mutex<OpenIntervalsState>,
}

#[derive(Debug, Default)]
struct OpenIntervalsState {
    open: HashMap<Key, (SessionId, Option<Epoch>)>,
    unwritten: VecDeque<ToldFact>,
}

/// A fact of a session, told by its home of this epoch where the media say it and there can be several nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ToldFact {
    pub session: SessionId,
    pub epoch: Option<Epoch>,
    pub fact: Fact,
}

impl OpenIntervals {
    /// Somebody came or went.
    pub fn note(&self, ToldFact { session, epoch, fact }: &ToldFact) {
        match fact.kind {
            FactKind::Connected => drop(self.state().open.insert(fact.key, (*session, *epoch))),
            FactKind::Disconnected => self.forget(&fact.key),
            FactKind::Alive => {}
        }
    }

    /// To be written once the database takes it.
    pub fn retry_later(&self, told: ToldFact) {
        self.state().unwritten.push_back(told);
    }

    /// It is not this node's any more.
    pub fn forget(&self, key: &Key) {
        self.state().open.remove(key);
    }

    /// By which home somebody is connected here.
    #[must_use]
    pub fn epoch(&self, key: &Key) -> Option<Epoch> {
        self.state().open.get(key).and_then(|(_, epoch)| *epoch)
    }

    #[must_use]
    pub fn is_open(&self, key: &Key) -> bool {
        self.state().open.contains_key(key)
    }

    /// The facts that were not written, to be tried again.
    #[must_use]
    pub fn take_unwritten(&self) -> VecDeque<ToldFact> {
        std::mem::take(&mut self.state().unwritten)
    }

    /// All that are open.
    #[must_use]
    pub fn all(&self) -> Vec<OpenInterval> {
        let state = self.state();
        let open = state.open.iter();
        open.map(|(key, (session, epoch))| OpenInterval { key: *key, session: *session, epoch: *epoch })
            .collect()
    }

    /// The sessions in which somebody is present now.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = self.state().open.values().map(|(session, _)| *session).collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
    }

    /// How many sessions have their media here.
    #[must_use]
    pub fn calls(&self) -> usize {
        let state = self.state();
        let media = state.open.iter().filter(|(key, _)| key.source == Source::Media);
        media.map(|(_, session)| session).collect::<HashSet<_>>().len()
    }

    /// How many are present now.
    #[must_use]
    pub fn participants(&self) -> usize {
        let participants: HashSet<_> = self.state().open.keys().map(|key| key.participant).collect();
        participants.len()
    }

    fn state(&self) -> MutexGuard<'_, OpenIntervalsState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who waits through a program that has no connection of its own, by person: here for as long as they ask for
/// something. What lapses, and who comes back, is written into the session; this only knows what was heard when.
#[derive(Debug, Default)]
pub struct Unconnected(Mutex<HashMap<PersonId, Vec<Heard>>>);

/// One place in a waiting room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    pub session: SessionId,
    pub participant: ParticipantId,
    pub last: Timestamp,
    /// When other nodes were told of it.
    told: Option<Timestamp>,
    /// The session has been told that they are gone.
    pub gone: bool,
}

impl Unconnected {
    /// Somebody asked for something; their places.
    #[must_use]
    pub fn heard(&self, person: PersonId, at: Timestamp) -> Vec<Heard> {
        let mut people = self.people();
        let places = people.get_mut(&person).into_iter().flatten();
        let heard = places.map(|place| {
            place.last = place.last.max(at);
            *place
        });
        heard.collect()
    }

    /// Of whom nothing was heard after `since`, and the session does not know it yet.
    #[must_use]
    pub fn silent(&self, since: Timestamp) -> Vec<Heard> {
        let people = self.people();
        people.values().flatten().filter(|place| place.last <= since && !place.gone).copied().collect()
    }

    /// Another node has heard of them.
    pub fn heard_elsewhere(&self, participant: ParticipantId, at: Timestamp) {
        let mut people = self.people();
        let places = people.values_mut().flatten().filter(|place| place.participant == participant);
        places.for_each(|place| place.last = place.last.max(at));
    }

    /// Whether it is time to tell the other nodes that somebody was heard of, who are told so often.
    #[must_use]
    pub fn is_to_be_told(&self, participant: ParticipantId, at: Timestamp, every: SignedDuration) -> bool {
        let mut people = self.people();
        let mut places = people.values_mut().flatten().filter(|place| place.participant == participant);
        places.any(|place| {
            let is_time = place.told.is_none_or(|told| told.duration_until(at) >= every);
            if is_time {
                place.told = Some(at);
            }
            is_time
        })
    }

    /// Takes in what became of a session: who waits without a connection, and who is gone; forgets whoever has one now, or
    /// waits no more.
    pub fn follow(&self, session: &Session, at: Timestamp) {
        let waits = |place: &Heard| {
            let participant = session.participant(place.participant);
            session.state.is_live()
                && participant.is_some_and(|p| p.admission == Admission::Waiting)
                && !session.attendance.is_present(place.participant)
        };
        self.retain(|place| place.session != session.id || waits(place));
        let mut people = self.people();
        for place in people.values_mut().flatten().filter(|place| place.session == session.id) {
            let left = session.participant(place.participant).is_some_and(|p| p.left_at.is_some());
            if place.gone && !left {
                place.last = place.last.max(at);
            }
            place.gone = left;
        }
        for participant in session.unconnected() {
            let places = people.entry(participant.person_id).or_default();
            if places.iter().all(|place| place.participant != participant.id) {
                places.push(Heard {
                    session: session.id,
                    participant: participant.id,
                    last: at,
                    told: None,
                    gone: false,
                });
            }
        }
    }

    /// Whether somebody waits in this session, as far as is known here.
    #[must_use]
    pub fn knows(&self, session: SessionId) -> bool {
        self.people().values().flatten().any(|place| place.session == session)
    }

    /// Somebody said that they go.
    pub fn forget(&self, participant: ParticipantId) {
        self.retain(|place| place.participant != participant);
    }

    fn retain(&self, keep: impl Fn(&Heard) -> bool) {
        self.people().retain(|_, places| {
            places.retain(&keep);
            !places.is_empty()
        });
    }

    fn people(&self) -> MutexGuard<'_, HashMap<PersonId, Vec<Heard>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
