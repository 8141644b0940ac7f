//! Which worker has which session.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use openvisit_core::ids::SessionId;

/// A worker takes this many sessions before the next one gets any. Each thread that is awake costs,
/// whatever it carries; this many calls are about a third of a core.
const TOGETHER: usize = 64;

/// Sessions fill the workers one after the other, then evenly.
#[derive(Debug)]
pub(super) struct Placement {
    places: Mutex<Places>,
}

#[derive(Debug)]
struct Places {
    worker_of: HashMap<SessionId, usize>,
    /// Sessions per worker.
    loads: Vec<usize>,
}

impl Placement {
    pub fn new(workers: usize) -> Self {
        Self { places: Mutex::new(Places { worker_of: HashMap::new(), loads: vec![0; workers] }) }
    }

    /// The session's worker; a new session gets one.
    pub fn place(&self, session: SessionId) -> usize {
        let mut places = self.lock();
        if let Some(&worker) = places.worker_of.get(&session) {
            return worker;
        }
        let room = places.loads.iter().position(|&load| load < TOGETHER);
        let least =
            || places.loads.iter().enumerate().min_by_key(|(_, load)| **load).map(|(worker, _)| worker);
        let worker = room.or_else(least).unwrap_or(0);
        places.loads[worker] += 1;
        places.worker_of.insert(session, worker);
        worker
    }

    /// The session's worker, if it has one.
    pub fn find(&self, session: SessionId) -> Option<usize> {
        self.lock().worker_of.get(&session).copied()
    }

    /// The session is over; gives the worker that had it.
    pub fn release(&self, session: SessionId) -> Option<usize> {
        let mut places = self.lock();
        let worker = places.worker_of.remove(&session)?;
        places.loads[worker] -= 1;
        Some(worker)
    }

    /// All that have a worker.
    pub fn sessions(&self) -> Vec<SessionId> {
        self.lock().worker_of.keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Places> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(n: usize) -> SessionId {
        SessionId(uuid::Uuid::from_u128(n as u128))
    }

    #[test]
    fn sessions_share_a_worker_until_it_has_enough_then_spread() {
        let placement = Placement::new(2);
        for n in 0..TOGETHER {
            assert_eq!(placement.place(session(n)), 0);
        }
        assert_eq!(placement.place(session(TOGETHER)), 1);
        assert_eq!(placement.place(session(0)), 0, "a session stays where it is");
        for n in TOGETHER..4 * TOGETHER {
            placement.place(session(n));
        }
        assert_eq!(placement.lock().loads, [2 * TOGETHER, 2 * TOGETHER]);
    }

    #[test]
    fn a_session_that_is_over_makes_room() {
        let placement = Placement::new(1);
        assert_eq!(placement.find(session(1)), None);
        placement.place(session(1));
        assert_eq!(placement.release(session(1)), Some(0));
        assert_eq!(placement.release(session(1)), None);
        assert_eq!(placement.lock().loads, [0]);
    }
}
