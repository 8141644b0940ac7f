//! How often one caller may add something: a program that runs wild fills no database.

use std::time::{Duration, Instant};

use openvisit_core::ids::PersonId;

use crate::error::Error;
use crate::meter::{Meters, Rate};

/// Who has added something lately; `None` where the settings limit nobody.
#[derive(Debug)]
pub struct Writes(Option<Meters<PersonId>>);

impl Writes {
    /// As many at once as in a minute; with 0 any number.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        let pace = Duration::from_secs(60).checked_div(per_minute);
        Self(pace.map(|pace| Meters::new(Rate { burst: per_minute, pace })))
    }

    /// # Errors
    /// `too_many_requests` with how long to wait.
    pub fn take(&self, who: PersonId) -> Result<(), Error> {
        let Some(meters) = &self.0 else { return Ok(()) };
        meters.take(who, Instant::now()).map_err(Error::too_many)
    }
}
