//! How many offers of media are answered: each costs keys, memory and time, also where nobody connects.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use openvisit_app::Error;
use openvisit_app::meter::{Meter, Meters, Rate};
use openvisit_core::ids::ParticipantId;

/// A browser that looks for a better way asks every few seconds at most.
const OF_ONE: Rate = Rate { burst: 20, pace: Duration::from_secs(3) };
/// Of a server whose calls all come back at once.
const OF_ALL: Rate = Rate { burst: 2_000, pace: Duration::from_millis(5) };

/// Who has offered lately.
#[derive(Debug)]
pub struct Offers {
    each: Meters<ParticipantId>,
    all: Mutex<Meter>,
}

impl Default for Offers {
    fn default() -> Self {
        Self { each: Meters::new(OF_ONE), all: Mutex::default() }
    }
}

impl Offers {
    /// # Errors
    /// `too_many_requests` with how long to wait.
    pub fn take(&self, participant: ParticipantId) -> Result<(), Error> {
        let now = Instant::now();
        let taken = self
            .each
            .take(participant, now)
            .and_then(|()| self.all.lock().unwrap_or_else(PoisonError::into_inner).take(OF_ALL, now));
        taken.map_err(Error::too_many)
    }
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::Seed;

    use super::*;

    #[test]
    fn one_participant_uses_up_nobody_elses_and_all_together_have_an_end() {
        let participant = |n: u16| {
            let [a, b] = n.to_be_bytes();
            let random = [a, b, 0, 0, 0, 0, 0, 0, 0, 0];
            ParticipantId::new(Seed { now: jiff::Timestamp::UNIX_EPOCH, random })
        };
        let offers = Offers::default();
        let answered = (0..10_000).filter(|_| offers.take(participant(0)).is_ok()).count();
        assert!((20..200).contains(&answered), "{answered}");
        assert!(offers.take(participant(1)).is_ok());
        assert!((2..10_000).any(|n| offers.take(participant(n)).is_err()));
    }
}
