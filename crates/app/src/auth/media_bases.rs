//! By what everybody came whose media are carried through this process: who is signed out loses the media that came by it,
//! and keeps those of another device.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use openvisit_core::ids::{ParticipantId, PersonId, SessionId};

use super::basis::{Basis, SignedOut};

/// As many are kept before those are looked for who are gone.
const FEW: usize = 1_000;

/// The last way in of each.
#[derive(Debug, Default)]
pub struct MediaBases(Mutex<Bases>);

#[derive(Debug, Default)]
struct Bases {
    of: HashMap<ParticipantId, CameBy>,
    tidy_at: usize,
}

#[derive(Clone, Copy, Debug)]
struct CameBy {
    session: SessionId,
    person: PersonId,
    basis: Basis,
}

impl MediaBases {
    /// Somebody comes into the media of a session. `live` are the sessions that somebody is in here.
    pub fn note(
        &self,
        session: SessionId,
        participant: ParticipantId,
        (person, basis): (PersonId, Basis),
        live: impl FnOnce() -> Vec<SessionId>,
    ) {
        let mut bases = self.bases();
        if bases.of.len() >= bases.tidy_at.max(FEW) {
            let live: HashSet<_> = live().into_iter().collect();
            bases.of.retain(|_, came| live.contains(&came.session));
            bases.tidy_at = bases.of.len() * 2;
        }
        bases.of.insert(participant, CameBy { session, person, basis });
    }

    /// The places of a person that came by what is over.
    pub fn take(&self, person: PersonId, ended: &SignedOut) -> Vec<(SessionId, ParticipantId)> {
        let mut bases = self.bases();
        let taken = bases.of.extract_if(|_, came| came.person == person && ended.ends(came.basis));
        taken.map(|(participant, came)| (came.session, participant)).collect()
    }

    fn bases(&self) -> MutexGuard<'_, Bases> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::auth::basis::LoginId;

    fn ids(n: u128) -> (SessionId, ParticipantId, PersonId) {
        (SessionId(Uuid::from_u128(n)), ParticipantId(Uuid::from_u128(n)), PersonId(Uuid::from_u128(n)))
    }

    #[test]
    fn who_came_by_what_is_over_is_told_once() {
        let (bases, login) = (MediaBases::default(), LoginId::random());
        let (session, one, ada) = ids(1);
        let (_, other, bob) = ids(2);
        bases.note(session, one, (ada, Basis::Login(login)), Vec::new);
        bases.note(session, other, (bob, Basis::Token), Vec::new);
        assert_eq!(bases.take(bob, &SignedOut::Login(login)), []);
        assert_eq!(bases.take(ada, &SignedOut::Login(login)), [(session, one)]);
        assert_eq!(bases.take(ada, &SignedOut::Login(login)), []);
        assert_eq!(bases.take(bob, &SignedOut::AllBut(vec![])), [(session, other)]);
    }

    #[test]
    fn the_sessions_that_are_over_are_forgotten() {
        let bases = MediaBases::default();
        for n in 0..2_000 {
            let (session, participant, person) = ids(n);
            bases.note(session, participant, (person, Basis::Token), || vec![ids(7).0]);
        }
        assert!(bases.bases().of.len() <= FEW + 1, "{}", bases.bases().of.len());
    }
}
