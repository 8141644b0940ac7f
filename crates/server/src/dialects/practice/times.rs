//! From a start, a duration and an end to a slot.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use openvisit_app::Error;
use openvisit_app::error::FieldCode;
use openvisit_core::appointment::Slot;

use crate::dialects::lenient::Moment;

const SHORTEST: i64 = 30;
const LONGEST: i64 = 180;

/// What a body says of when a session is and how long.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    pub start: Option<Timestamp>,
    pub minutes: Option<i64>,
    pub end: Option<Timestamp>,
}

impl Times {
    /// # Errors
    /// `invalid` for a local time that the zone does not have, or has twice.
    pub fn read(
        zone: &TimeZone,
        start: Option<Moment>,
        minutes: Option<i64>,
        end: Option<Moment>,
    ) -> Result<Self, Error> {
        let within = |moment: Option<Moment>, field| moment.map(|it| it.within(zone, field)).transpose();
        Ok(Self { start: within(start, "session_date")?, minutes, end: within(end, "end_date")? })
    }

    /// Without what is as it was and gives way to what is new: forms send the whole of what they were shown. An old end
    /// is derived anew; an old duration is where the end is new.
    #[must_use]
    pub fn new_beside(self, slot: Slot) -> Self {
        let end = self.end.filter(|end| *end != slot.ends_at);
        let is_old = |minutes: i64| minutes == slot.duration().as_mins();
        let minutes = self.minutes.filter(|minutes| end.is_none() || !is_old(*minutes));
        Self { end, minutes, ..self }
    }
}

/// The whole minutes that the duration, the end or both say; `None` where neither is given.
///
/// # Errors
/// `invalid` where they contradict each other, or the end is no whole number of minutes after the start.
pub fn minutes(
    start: Timestamp,
    duration: Option<i64>,
    end: Option<Timestamp>,
) -> Result<Option<i64>, Error> {
    let Some(end) = end else { return Ok(duration) };
    let span = start.duration_until(end);
    if span.as_nanos() % 60_000_000_000 != 0 {
        return Err(Error::invalid(
            "end_date",
            FieldCode::Malformed,
            "must lie whole minutes after session_date",
        ));
    }
    match duration {
        Some(minutes) if minutes != span.as_mins() => Err(Error::invalid(
            "end_date",
            FieldCode::Conflicting,
            "contradicts session_date and duration_minutes",
        )),
        _ => Ok(Some(span.as_mins())),
    }
}

/// # Errors
/// `invalid` below 30 minutes and above 3 hours.
pub fn allowed(minutes: i64) -> Result<i64, Error> {
    if (SHORTEST..=LONGEST).contains(&minutes) {
        Ok(minutes)
    } else {
        Err(Error::invalid(
            "duration_minutes",
            FieldCode::OutOfRange,
            "a session lasts 30 minutes to 3 hours",
        ))
    }
}
