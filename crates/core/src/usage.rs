//! What a month's calls used of the quota.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A calendar month in UTC, written `2026-11`. A session belongs to the month in which it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    first: Date,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month, such as 2026-11")]
pub struct NoMonth;

impl Month {
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        Self::with(at.to_zoned(TimeZone::UTC).date())
    }

    /// The month that this day is in.
    #[must_use]
    pub fn with(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    #[must_use]
    pub fn previous(self) -> Option<Self> {
        self.first.yesterday().ok().map(Self::with)
    }

    /// From its first instant to the next month's.
    #[must_use]
    pub fn span(self) -> (Timestamp, Timestamp) {
        self.span_in(&TimeZone::UTC)
    }

    /// The same where midnight is that of a time zone.
    #[must_use]
    pub fn span_in(self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let (from, _) = day_span(self.first, zone);
        let (_, to) = day_span(self.first.last_of_month(), zone);
        (from, to)
    }

    #[must_use]
    pub fn holds(self, at: Timestamp) -> bool {
        Self::of(at) == self
    }
}

/// From a day's first instant to the next day's, in a time zone.
#[must_use]
pub fn day_span(day: Date, zone: &TimeZone) -> (Timestamp, Timestamp) {
    let midnight = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |zoned| zoned.timestamp());
    (midnight(day), midnight(day.tomorrow().unwrap_or(Date::MAX)))
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

impl FromStr for Month {
    type Err = NoMonth;

    fn from_str(text: &str) -> Result<Self, NoMonth> {
        let (year, month) = text.split_once('-').ok_or(NoMonth)?;
        let digits =
            |part: &str, count| part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(NoMonth);
        }
        let (year, month) = (year.parse().map_err(|_| NoMonth)?, month.parse().map_err(|_| NoMonth)?);
        Date::new(year, month, 1).map(|first| Self { first }).map_err(|_| NoMonth)
    }
}

/// How near to its quota a month is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QuotaStatus {
    /// Under 50 %.
    Healthy,
    /// From 50 to under 80 %.
    Warning,
    /// From 80 to 100 %.
    Critical,
    /// Above 100 %.
    Exceeded,
}

impl QuotaStatus {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Warning => "warning",
            Self::Critical => "critical",
            Self::Exceeded => "exceeded",
        }
    }
}

/// Attendee-minutes against a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The sum over all attendees of the time each was connected.
    pub attended: SignedDuration,
    pub quota_minutes: u32,
}

impl Usage {
    /// Whole minutes, to the nearest.
    #[must_use]
    pub fn minutes(self) -> i64 {
        nearest_minutes(self.attended)
    }

    /// In hundredths of a per cent. With a quota of nothing, whatever there is exceeds it.
    #[must_use]
    pub fn basis_points(self) -> i64 {
        let quota = i128::from(self.quota_minutes) * 60_000_000;
        if quota == 0 {
            return 10_001;
        }
        let used = self.attended.as_micros().max(0) * 10_000;
        i64::try_from((used + quota / 2) / quota).unwrap_or(i64::MAX)
    }

    #[must_use]
    pub fn remaining_minutes(self) -> i64 {
        (i64::from(self.quota_minutes) - self.minutes()).max(0)
    }

    #[must_use]
    pub fn status(self) -> QuotaStatus {
        match self.basis_points() {
            ..5_000 => QuotaStatus::Healthy,
            5_000..8_000 => QuotaStatus::Warning,
            8_000..=10_000 => QuotaStatus::Critical,
            10_001.. => QuotaStatus::Exceeded,
        }
    }
}

/// Whole minutes, to the nearest.
#[must_use]
pub fn nearest_minutes(duration: SignedDuration) -> i64 {
    (duration.as_secs() + 30).div_euclid(60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_is_that_of_utc_and_ends_where_the_next_begins() {
        let november: Month = "2026-11".parse().unwrap();
        assert_eq!(november.span(), (at("2026-11-01T00:00:00Z"), at("2026-12-01T00:00:00Z")));
        assert!(november.holds(at("2026-11-30T23:59:59.999999Z")));
        assert!(!november.holds(at("2026-12-01T00:00:00Z")));
        assert_eq!(Month::of(at("2027-01-01T00:30:00+01:00")).to_string(), "2026-12");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        let wrong = [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "26-01",
            "2026-11-01",
            "+026-11",
            "２026-11",
            "-001-01",
        ];
        for text in wrong {
            assert_eq!(text.parse::<Month>(), Err(NoMonth), "{text}");
        }
        for text in ["0000-01", "9999-12"] {
            assert_eq!(text.parse::<Month>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_last_month_there_is_has_an_end() {
        let (from, to) = "9999-12".parse::<Month>().unwrap().span();
        assert!(from < to);
    }

    #[test]
    fn the_status_changes_where_the_contract_says() {
        use QuotaStatus::{Critical, Exceeded, Healthy, Warning};
        let cases = [
            (0, Healthy, 0),
            (499, Healthy, 4_990),
            (500, Warning, 5_000),
            (799, Warning, 7_990),
            (800, Critical, 8_000),
            (1_000, Critical, 10_000),
            (1_001, Exceeded, 10_010),
        ];
        for (minutes, status, basis_points) in cases {
            let usage = Usage { attended: SignedDuration::from_mins(minutes), quota_minutes: 1_000 };
            assert_eq!((usage.status(), usage.basis_points()), (status, basis_points), "{minutes} min");
            assert_eq!(usage.remaining_minutes(), (1_000 - minutes).max(0));
        }
    }

    #[test]
    fn a_quota_of_nothing_is_exceeded_from_the_start() {
        let usage = Usage { attended: SignedDuration::ZERO, quota_minutes: 0 };
        assert_eq!(usage.status(), QuotaStatus::Exceeded);
    }

    #[test]
    fn minutes_are_rounded_to_the_nearest() {
        for (seconds, minutes) in [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (1_800, 30)] {
            assert_eq!(nearest_minutes(SignedDuration::from_secs(seconds)), minutes, "{seconds} s");
        }
    }
}
