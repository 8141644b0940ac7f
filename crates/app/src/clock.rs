//! The one place that reads the time of day.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Tells the time in whole microseconds, which is what the databases keep. Tests bring a clock that
/// moves only when they say so.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Microseconds since 1970.
    Fake(Arc<AtomicI64>),
}

impl Clock {
    #[must_use]
    pub fn fake(at: Timestamp) -> Self {
        Self::Fake(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        let microseconds = match self {
            Self::System => Timestamp::now().as_microsecond(),
            Self::Fake(at) => at.load(Ordering::SeqCst),
        };
        Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::MAX)
    }

    /// Moves a fake clock on; the system's goes by itself.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Fake(at) = self {
            let microseconds = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            at.fetch_add(microseconds, Ordering::SeqCst);
        }
    }
}

/// The instant in whole microseconds.
#[must_use]
pub fn truncate(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fake_clock_moves_only_when_told() {
        let clock = Clock::fake(Timestamp::UNIX_EPOCH);
        let shared = clock.clone();
        shared.advance(SignedDuration::from_secs(90));
        assert_eq!(clock.now(), Timestamp::from_second(90).unwrap());
    }

    #[test]
    fn the_systems_time_is_in_microseconds() {
        assert_eq!(Clock::System.now().subsec_nanosecond() % 1_000, 0);
    }
}
