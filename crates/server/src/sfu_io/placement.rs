//! Which worker has which session.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use openvisit_core::ids::SessionId;

/// A worker takes sessions until it is busy for this share of its time, before the next one gets any: each thread that is
/// awake costs, whatever it carries.
const TOGETHER: f32 = 0.3125;
/// A worker that is busier takes no session more: those that it has would suffer.
const FULL: f32 = 0.85;
/// What a call of two makes of a worker's time, as long as that is not measured: 0.4 %, a number that sums up exactly.
const SESSION: f32 = 1.0 / 256.0;
/// By then a session's media flow, and are measured.
const MEASURED: Duration = Duration::from_secs(5);

/// All workers have as much as they can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Busy;

/// Sessions fill the workers one after the other, then evenly, by what the workers say that they have to do.
#[derive(Debug)]
pub(super) struct Placement {
    places: Mutex<Places>,
}

#[derive(Debug)]
struct Places {
    worker_of: HashMap<SessionId, usize>,
    /// When sessions came that may not be measured yet, of each worker.
    young: Vec<VecDeque<Instant>>,
}

impl Placement {
    pub fn new(workers: usize) -> Self {
        let young = vec![VecDeque::new(); workers];
        Self { places: Mutex::new(Places { worker_of: HashMap::new(), young }) }
    }

    /// The session's worker; a new session gets one, by the shares of their time that the workers are busy.
    ///
    /// # Errors
    /// All of them have enough to do. A session that has a worker keeps it, whatever that has to do.
    pub fn place(
        &self,
        now: Instant,
        session: SessionId,
        busy: impl Fn(usize) -> f32,
    ) -> Result<usize, Busy> {
        let mut places = self.lock();
        if let Some(&worker) = places.worker_of.get(&session) {
            return Ok(worker);
        }
        let loads: Vec<_> = places
            .young
            .iter_mut()
            .enumerate()
            .map(|(worker, young)| {
                while young.front().is_some_and(|came| now.saturating_duration_since(*came) >= MEASURED) {
                    young.pop_front();
                }
                busy(worker) + SESSION * young.len() as f32
            })
            .collect();
        let room = loads.iter().position(|load| *load < TOGETHER);
        let least = || (0..loads.len()).min_by(|a, b| loads[*a].total_cmp(&loads[*b]));
        let worker = room.or_else(least).filter(|worker| loads[*worker] < FULL).ok_or(Busy)?;
        places.young[worker].push_back(now);
        places.worker_of.insert(session, worker);
        Ok(worker)
    }

    /// The session's worker, if it has one.
    pub fn find(&self, session: SessionId) -> Option<usize> {
        self.lock().worker_of.get(&session).copied()
    }

    /// The session is over; gives the worker that had it.
    pub fn release(&self, session: SessionId) -> Option<usize> {
        self.lock().worker_of.remove(&session)
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

    fn session(n: u128) -> SessionId {
        SessionId(uuid::Uuid::from_u128(n))
    }

    /// Where new sessions come to, by how busy the workers are.
    fn placed<const N: usize>(sessions: u128, busy: [f32; N]) -> [usize; N] {
        let (placement, now) = (Placement::new(N), Instant::now());
        let mut counts = [0; N];
        for n in 0..sessions {
            counts[placement.place(now, session(n), |worker| busy[worker]).unwrap()] += 1;
        }
        counts
    }

    #[test]
    fn sessions_share_a_worker_until_it_has_enough_to_do_then_spread() {
        assert_eq!(placed(80, [0.0, 0.0]), [80, 0]);
        assert_eq!(placed(160, [0.0, 0.0]), [80, 80]);
        assert_eq!(placed(200, [0.0, 0.0]), [100, 100]);
        assert_eq!(placed(10, [0.4, 0.1]), [0, 10]);
        assert_eq!(placed(10, [0.5, 0.6, 0.7]), [10, 0, 0]);
    }

    #[test]
    fn what_is_measured_is_not_guessed_any_more() {
        let (placement, now) = (Placement::new(2), Instant::now());
        for n in 0..80 {
            placement.place(now, session(n), |_| 0.0).unwrap();
        }
        assert_eq!(placement.place(now, session(80), |_| 0.0), Ok(1));
        assert_eq!(placement.place(now + MEASURED, session(81), |_| 0.1), Ok(0));
    }

    #[test]
    fn where_all_have_enough_to_do_only_new_sessions_are_refused() {
        let (placement, now) = (Placement::new(2), Instant::now());
        assert_eq!(placement.place(now, session(1), |_| 0.0), Ok(0));
        assert_eq!(placement.place(now, session(2), |_| 0.9), Err(Busy));
        assert_eq!(placement.find(session(2)), None);
        assert_eq!(placement.place(now, session(1), |_| 0.9), Ok(0), "a session stays where it is");
        assert_eq!(placement.place(now, session(2), |worker| [0.9, 0.8][worker]), Ok(1));
    }

    #[test]
    fn a_session_that_is_over_has_no_worker() {
        let (placement, now) = (Placement::new(1), Instant::now());
        assert_eq!(placement.find(session(1)), None);
        placement.place(now, session(1), |_| 0.0).unwrap();
        assert_eq!(placement.release(session(1)), Some(0));
        assert_eq!(placement.release(session(1)), None);
    }
}
