//! Who is connected through this process, besides what the ledger in the database says.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use openvisit_core::attendance::{Fact, FactKind, Key};
use openvisit_core::ids::SessionId;

/// The intervals of attendance that are open here, and the facts that the database could not take yet.
#[derive(Debug, Default)]
pub struct OpenIntervals {
    state: Mutex<OpenIntervalsState>,
}

#[derive(Debug, Default)]
struct OpenIntervalsState {
    open: HashMap<Key, SessionId>,
    unwritten: VecDeque<(SessionId, Fact)>,
}

impl OpenIntervals {
    /// Somebody came or went.
    pub fn note(&self, session: SessionId, fact: &Fact) {
        match fact.kind {
            FactKind::Connected => drop(self.state().open.insert(fact.key, session)),
            FactKind::Disconnected => drop(self.state().open.remove(&fact.key)),
            FactKind::Alive => {}
        }
    }

    /// To be written once the database takes it.
    pub fn retry_later(&self, session: SessionId, fact: Fact) {
        self.state().unwritten.push_back((session, fact));
    }

    /// The facts that were not written, to be tried again.
    #[must_use]
    pub fn take_unwritten(&self) -> VecDeque<(SessionId, Fact)> {
        std::mem::take(&mut self.state().unwritten)
    }

    /// All that are open.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        self.state().open.keys().copied().collect()
    }

    /// The sessions in which somebody is present now.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionId> {
        let mut sessions: Vec<SessionId> = self.state().open.values().copied().collect();
        sessions.sort_unstable();
        sessions.dedup();
        sessions
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
