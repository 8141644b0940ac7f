//! The one place that reads the time of day.
//!
//! Several processes on one PostgreSQL go by its time, whatever their machines' clocks say. Within a process time never goes back and never leaps while somebody is in a call: it is the time of day at the start,
//! and what has passed since. A system's clock that is set meanwhile ends no call, books no minutes, and brings no token
//! back to life; it is told, and followed forwards once nothing is under way.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// What clocks that are kept right drift at most, in microseconds; more is a leap.
const LEAP: i64 = 2_000_000;
/// How much of a drift is made up for at a time, in microseconds: less than passes meanwhile.
const STEP: i64 = 5_000;
/// How long a leap must last before it is followed, and how often it is told, in microseconds.
const LASTS: i64 = 2 * 60 * 1_000_000;
const TOLD_EVERY: i64 = 10 * 60 * 1_000_000;

/// Tells the time in whole microseconds, which is what the databases keep. Tests bring a clock that
/// moves only when they say so.
#[derive(Clone, Debug)]
pub enum Clock {
    System(Arc<Steady>),
    /// Microseconds since 1970.
    Fake(Arc<AtomicI64>),
}

/// The system's clock at the start, and what has passed since.
#[derive(Debug)]
pub struct Steady {
    started: Instant,
    course: Course,
}

/// Microseconds since 1970 at the start, as they are now taken to have been.
#[derive(Debug)]
struct Course {
    origin: AtomicI64,
    /// How far the system's clock is behind the one that is gone by.
    system_is_behind: AtomicI64,
    leapt: Mutex<Option<Leapt>>,
}

/// The system's clock was set. In microseconds since the start.
#[derive(Clone, Copy, Debug)]
struct Leapt {
    since: i64,
    told: i64,
}

/// What became of the system's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Noticed {
    /// It is as much ahead, in microseconds, and is not followed now.
    Leapt(i64),
    /// It was as much ahead, and is followed.
    Followed(i64),
}

impl Clock {
    #[must_use]
    pub fn system() -> Self {
        let course = Course::begun(system_now());
        Self::System(Arc::new(Steady { started: Instant::now(), course }))
    }

    #[must_use]
    pub fn fake(at: Timestamp) -> Self {
        Self::Fake(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        let microseconds = match self {
            Self::System(steady) => steady.course.at(steady.elapsed()),
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

    /// Goes by the time of the database, read just now, where the system's clock says another. To be called before anything
    /// is under way.
    pub fn set_by(&self, database: Timestamp) {
        let Self::System(steady) = self else { return };
        if let Some(behind) = steady.course.set_by(database.as_microsecond(), steady.elapsed()) {
            tracing::warn!(
                seconds = behind / 1_000_000,
                "this machine's clock is not that of the database, by which this node goes; set both by NTP"
            );
        }
    }

    /// Looks at the system's clock, some times a minute. Leaps forwards are followed where nothing is under way.
    pub fn follow(&self, nothing_is_under_way: bool) {
        let Self::System(steady) = self else { return };
        match steady.course.follow(steady.course.system(), steady.elapsed(), nothing_is_under_way) {
            Some(Noticed::Leapt(by)) => tracing::warn!(
                seconds = by / 1_000_000,
                "the system's clock was set; this server goes on by the time that it had, and follows forwards when nobody \
                 is in a call, backwards when it is started again"
            ),
            Some(Noticed::Followed(by)) => {
                tracing::warn!(seconds = by / 1_000_000, "the system's clock was set, and is followed now");
            }
            None => {}
        }
    }

    /// Whether this says another second than the system's, or nearly.
    #[must_use]
    pub fn is_its_own(&self) -> bool {
        self.now().as_microsecond().abs_diff(system_now()) >= 500_000
    }

    /// How far the system's clock is ahead of this one, where it was set; `None` while they agree.
    #[must_use]
    pub fn system_is_ahead(&self) -> Option<SignedDuration> {
        let Self::System(steady) = self else { return None };
        let ahead = steady.course.system() - steady.course.at(steady.elapsed());
        (ahead.abs() > LEAP).then(|| SignedDuration::from_micros(ahead))
    }
}

impl Steady {
    fn elapsed(&self) -> i64 {
        i64::try_from(self.started.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

impl Course {
    fn begun(at: i64) -> Self {
        Self { origin: AtomicI64::new(at), system_is_behind: AtomicI64::new(0), leapt: Mutex::default() }
    }

    /// What the system's clock says, put right.
    fn system(&self) -> i64 {
        system_now().saturating_add(self.system_is_behind.load(Ordering::SeqCst))
    }

    /// Gives how far this one was behind, in microseconds, where it was by more than a drift.
    fn set_by(&self, other: i64, elapsed: i64) -> Option<i64> {
        let behind = other.saturating_sub(self.at(elapsed));
        if behind.abs() <= LEAP {
            return None;
        }
        self.system_is_behind.fetch_add(behind, Ordering::SeqCst);
        self.origin.fetch_add(behind, Ordering::SeqCst);
        Some(behind)
    }

    fn at(&self, elapsed: i64) -> i64 {
        self.origin.load(Ordering::SeqCst).saturating_add(elapsed)
    }

    fn follow(&self, system: i64, elapsed: i64, nothing_is_under_way: bool) -> Option<Noticed> {
        let ahead = system.saturating_sub(self.at(elapsed));
        let mut leapt = self.leapt.lock().unwrap_or_else(PoisonError::into_inner);
        if ahead.abs() <= LEAP {
            *leapt = None;
            self.origin.fetch_add(ahead.clamp(-STEP, STEP), Ordering::SeqCst);
            return None;
        }
        let Some(before) = leapt.as_mut() else {
            *leapt = Some(Leapt { since: elapsed, told: elapsed });
            return Some(Noticed::Leapt(ahead));
        };
        if ahead > 0 && nothing_is_under_way && elapsed - before.since >= LASTS {
            *leapt = None;
            self.origin.fetch_add(ahead, Ordering::SeqCst);
            return Some(Noticed::Followed(ahead));
        }
        let is_time = elapsed - before.told >= TOLD_EVERY;
        if is_time {
            before.told = elapsed;
        }
        is_time.then_some(Noticed::Leapt(ahead))
    }
}

fn system_now() -> i64 {
    Timestamp::now().as_microsecond()
}

/// The instant in whole microseconds.
#[must_use]
pub fn truncate(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const HOUR: i64 = 3_600 * SECOND;
    const START: i64 = 1_800_000_000 * SECOND;

    fn course() -> Course {
        Course::begun(START)
    }

    #[test]
    fn a_fake_clock_moves_only_when_told() {
        let clock = Clock::fake(Timestamp::UNIX_EPOCH);
        let shared = clock.clone();
        shared.advance(SignedDuration::from_secs(90));
        assert_eq!(clock.now(), Timestamp::from_second(90).unwrap());
    }

    #[test]
    fn the_systems_time_is_in_microseconds_and_never_goes_back() {
        let clock = Clock::system();
        let first = clock.now();
        assert_eq!(first.subsec_nanosecond() % 1_000, 0);
        assert!(clock.now() >= first);
        assert_eq!(clock.system_is_ahead(), None);
    }

    #[test]
    fn a_drift_is_made_up_for_without_going_back() {
        let course = course();
        let mut last = course.at(0);
        for second in 1..=100 {
            assert_eq!(course.follow(START + second * SECOND - 100_000, second * SECOND, false), None);
            assert!(course.at(second * SECOND) > last);
            last = course.at(second * SECOND);
        }
        assert_eq!(last, START + 100 * SECOND - 100_000);
    }

    #[test]
    fn an_hour_ahead_is_told_once_and_followed_when_nothing_is_under_way() {
        let course = course();
        let follow = |second: i64, idle| course.follow(START + HOUR + second * SECOND, second * SECOND, idle);
        assert_eq!(follow(1, true), Some(Noticed::Leapt(HOUR)));
        for second in 2..600 {
            assert_eq!(follow(second, false), None);
            assert_eq!(course.at(second * SECOND), START + second * SECOND);
        }
        assert_eq!(follow(601, false), Some(Noticed::Leapt(HOUR)));
        assert_eq!(follow(602, true), Some(Noticed::Followed(HOUR)));
        assert_eq!(course.at(602 * SECOND), START + HOUR + 602 * SECOND);
        assert_eq!(follow(603, true), None);
    }

    #[test]
    fn the_database_is_gone_by_where_it_says_another_time() {
        let course = course();
        assert_eq!(course.set_by(START + SECOND, 0), None, "kept right");
        assert_eq!(course.at(0), START);
        assert_eq!(course.set_by(START - HOUR + SECOND, SECOND), Some(-HOUR));
        assert_eq!(course.at(2 * SECOND), START - HOUR + 2 * SECOND);
        assert_eq!(
            course.system_is_behind.load(Ordering::SeqCst),
            -HOUR,
            "and is no leap of the system's clock"
        );
    }

    #[test]
    fn a_leap_that_does_not_last_and_one_back_are_never_followed() {
        let course = course();
        assert!(course.follow(START + HOUR, SECOND, true).is_some());
        assert_eq!(course.follow(START + 2 * SECOND, 2 * SECOND, true), None);
        assert!(course.follow(START + HOUR, 200 * SECOND, true).is_some());
        for second in 300..2_000 {
            course.follow(START + second * SECOND - HOUR, second * SECOND, true);
            assert_eq!(course.at(second * SECOND), START + second * SECOND);
        }
    }
}
