//! How often somebody may do something: a burst at once, and then at a pace. Measured monotonically, here, and kept nowhere.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So many are remembered before those that have rested are forgotten.
const TIDY_AT: usize = 10_000;

/// As much as `burst` at once, one more after each `pace`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: u32,
    pub pace: Duration,
}

/// What one has done lately: until when it would rest at this pace.
#[derive(Clone, Copy, Debug, Default)]
pub struct Meter(Option<Instant>);

impl Meter {
    /// Counts one more, or tells how long to wait; what is refused is not counted.
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&mut self, rate: Rate, now: Instant) -> Result<(), Duration> {
        let until = self.0.map_or(now, |until| until.max(now)) + rate.pace;
        let wait = until.saturating_duration_since(now + rate.pace * rate.burst);
        if !wait.is_zero() {
            return Err(wait);
        }
        self.0 = Some(until);
        Ok(())
    }
}

/// A meter for each.
#[derive(Debug)]
pub struct Meters<K> {
    rate: Rate,
    all: Mutex<HashMap<K, Meter>>,
}

impl<K: Eq + Hash> Meters<K> {
    #[must_use]
    pub fn new(rate: Rate) -> Self {
        Self { rate, all: Mutex::default() }
    }

    /// As [`Meter::take`].
    ///
    /// # Errors
    /// As [`Meter::take`].
    pub fn take(&self, who: K, now: Instant) -> Result<(), Duration> {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= TIDY_AT {
            all.retain(|_, meter| meter.0.is_some_and(|until| until > now));
        }
        all.entry(who).or_default().take(self.rate, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate { burst: 3, pace: Duration::from_secs(2) };

    #[test]
    fn a_burst_and_then_one_at_a_time() {
        let (start, mut meter) = (Instant::now(), Meter::default());
        let mut at = |seconds| meter.take(RATE, start + Duration::from_secs(seconds));
        assert_eq!([at(0), at(0), at(0)], [Ok(()); 3]);
        assert_eq!(at(0), Err(Duration::from_secs(2)));
        assert_eq!(at(1), Err(Duration::from_secs(1)));
        assert_eq!((at(2), at(2)), (Ok(()), Err(Duration::from_secs(2))));
        assert_eq!([at(60), at(60), at(60)], [Ok(()); 3]);
        assert!(at(60).is_err(), "who rests longer has no more at once");
    }

    #[test]
    fn each_has_its_own_and_those_that_rest_are_forgotten() {
        let (start, meters) = (Instant::now(), Meters::new(RATE));
        for who in 0..3 * TIDY_AT {
            let now = start + Duration::from_millis(who as u64);
            assert_eq!(meters.take(who, now), Ok(()));
        }
        assert!(meters.all.lock().unwrap().len() <= TIDY_AT + 1);
    }
}
