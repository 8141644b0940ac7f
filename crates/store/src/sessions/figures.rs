//! What became of the sessions of a span of time, in numbers.

use std::ops::AddAssign;

use openvisit_core::ids::PersonId;
use openvisit_core::session::Status;
use openvisit_core::{SignedDuration, Timestamp};

use crate::value::micros;
use crate::{StoreError, Tx};

/// Of a span of time; they add up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub completed: i64,
    /// All that were completed, together.
    pub lasted: SignedDuration,
    pub no_shows: i64,
    pub cancelled: i64,
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        self.completed += other.completed;
        self.lasted += other.lasted;
        self.no_shows += other.no_shows;
        self.cancelled += other.cancelled;
    }
}

/// Each status is one stretch of an index, whoever's sessions are meant.
macro_rules! figures {
    ($whose:literal) => {
        concat!(
            "select status, count(*), cast(coalesce(sum(lasted), 0) as bigint) from session where ",
            $whose,
            " and status in ('completed', 'no_show', 'cancelled') \
             and coalesce(started_at, starts_at) >= $1 and coalesce(started_at, starts_at) < $2 group by status"
        )
    };
}

macro_rules! booked {
    ($whose:literal) => {
        concat!(
            "select count(*) from session where ",
            $whose,
            " and starts_at >= $1 and starts_at < $2 and status <> 'cancelled'"
        )
    };
}

impl Tx {
    /// Of the sessions that began in a half-open span, or were to begin in it where they never did; a
    /// practitioner's, or all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn figures(
        &mut self,
        practitioner: Option<PersonId>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<Figures, StoreError> {
        let sql = match practitioner {
            Some(_) => figures!("practitioner_id = $3"),
            None => figures!("$3 = ''"),
        };
        let owner = practitioner.map(|id| id.to_string()).unwrap_or_default();
        let rows = fetch_all!(self, (String, i64, i64), sql, micros(from), micros(to), owner)?;
        let of = |status: Status| rows.iter().find(|(name, ..)| name == status.name());
        let count = |status| of(status).map_or(0, |(_, count, _)| *count);
        Ok(Figures {
            completed: count(Status::Completed),
            lasted: SignedDuration::from_micros(of(Status::Completed).map_or(0, |(.., lasted)| *lasted)),
            no_shows: count(Status::NoShow),
            cancelled: count(Status::Cancelled),
        })
    }

    /// How many appointments begin in a half-open span and are not cancelled; a practitioner's, or all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn booked_within(
        &mut self,
        practitioner: Option<PersonId>,
        (from, to): (Timestamp, Timestamp),
    ) -> Result<i64, StoreError> {
        let sql = match practitioner {
            Some(_) => booked!("practitioner_id = $3"),
            None => booked!("$3 = ''"),
        };
        let owner = practitioner.map(|id| id.to_string()).unwrap_or_default();
        let count = fetch_optional!(self, (i64,), sql, micros(from), micros(to), owner)?;
        Ok(count.map_or(0, |(count,)| count))
    }
}
