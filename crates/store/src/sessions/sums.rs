//! Sums that are kept so that nobody need count: how many sessions there are, and what was used in a month.
//!
//! Whoever saves a session notes what it adds and what it no longer adds; the commit writes all of it at the very
//! end, by statements that take their rows in order. On PostgreSQL nobody then holds one of these rows while
//! waiting for anything but another of them, further on in the same order: no deadlock.

use std::collections::BTreeMap;

use openvisit_core::ids::PersonId;
use openvisit_core::session::Session;
use openvisit_core::usage::Month;

use crate::value::{instant, to_json};
use crate::{StoreError, Tx};

/// What the open unit of work adds.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    /// By person, role, organization and status.
    counts: BTreeMap<(String, &'static str, String, String), i64>,
    /// By month and practitioner: sessions, and microseconds.
    usage: BTreeMap<(String, String), (i64, i64)>,
}

/// What one session adds to the sums.
pub(super) struct Share {
    pub status: String,
    pub held: Option<CompletedTotals>,
}

/// A session that took place.
pub(super) struct CompletedTotals {
    month: Month,
    /// Microseconds.
    attended: i64,
}

impl Share {
    pub(super) fn of(session: &Session) -> Self {
        let held = attended(session)
            .zip(session.state.started_at())
            .map(|(attended, started_at)| CompletedTotals { month: Month::of(started_at), attended });
        Self { status: session.state.status().name().to_owned(), held }
    }

    /// As the row tells it.
    pub(super) fn stored(
        status: String,
        started_at: Option<i64>,
        attended: Option<i64>,
    ) -> Result<Self, StoreError> {
        let held = started_at.zip(attended).map(|(started_at, attended)| {
            Ok::<_, StoreError>(CompletedTotals {
                month: Month::of(instant("session.started_at", started_at)?),
                attended,
            })
        });
        Ok(Self { status, held: held.transpose()? })
    }
}

/// The time of all participants together, in microseconds, once the session has been held.
pub(super) fn attended(session: &Session) -> Option<i64> {
    let (_, ended_at) = session.state.held_from().zip(session.state.ended_at())?;
    i64::try_from(session.attended(ended_at).as_micros()).ok()
}

/// How many were connected, once the session has been held.
pub(super) fn attendees(session: &Session) -> Option<i64> {
    let (_, ended_at) = session.state.held_from().zip(session.state.ended_at())?;
    i64::try_from(session.attendees(ended_at)).ok()
}

impl Sums {
    pub(super) fn add(&mut self, session: &Session, share: &Share) {
        self.note(session, session.appointment.practitioner_id, share, 1);
    }

    /// What it added as this practitioner's.
    pub(super) fn subtract(&mut self, session: &Session, practitioner: PersonId, share: &Share) {
        self.note(session, practitioner, share, -1);
    }

    fn note(&mut self, session: &Session, practitioner: PersonId, share: &Share, sign: i64) {
        let appointment = &session.appointment;
        let client_too = appointment.client_id != practitioner;
        let practitioner = practitioner.to_string();
        let organization = appointment.organization_id.map(|id| id.to_string()).unwrap_or_default();
        let mut count = |person: String, role| {
            let key = (person, role, organization.clone(), share.status.clone());
            *self.counts.entry(key).or_default() += sign;
        };
        count(practitioner.clone(), "practitioner");
        if client_too {
            count(appointment.client_id.to_string(), "client");
        }
        if let Some(held) = &share.held {
            let sum = self.usage.entry((held.month.to_string(), practitioner)).or_default();
            *sum = (sum.0 + sign, sum.1 + sign * held.attended);
        }
    }
}

macro_rules! add_counts {
    ($dialect:ident) => {
        concat!(
            "insert into session_count (person_id, role, organization_id, status, sessions) \
             select value ->> 0, value ->> 1, value ->> 2, value ->> 3, cast(value ->> 4 as bigint) from ",
            json_rows!($dialect, "$1"),
            " where true on conflict (person_id, role, organization_id, status) \
             do update set sessions = session_count.sessions + excluded.sessions"
        )
    };
}

macro_rules! add_usage {
    ($dialect:ident) => {
        concat!(
            "insert into usage (month, practitioner_id, sessions, attended) \
             select value ->> 0, value ->> 1, cast(value ->> 2 as bigint), cast(value ->> 3 as bigint) from ",
            json_rows!($dialect, "$1"),
            " where true on conflict (month, practitioner_id) \
             do update set sessions = usage.sessions + excluded.sessions, \
             attended = usage.attended + excluded.attended"
        )
    };
}

impl Tx {
    /// The last that a unit of work writes.
    pub(crate) async fn write_sums(&mut self) -> Result<(), StoreError> {
        let Sums { counts, usage } = std::mem::take(&mut self.sums);
        let counts: Vec<_> = counts
            .into_iter()
            .filter(|(_, sessions)| *sessions != 0)
            .map(|((person, role, organization, status), sessions)| {
                (person, role, organization, status, sessions)
            })
            .collect();
        if !counts.is_empty() {
            execute!(self, sql_for!(self, add_counts!()), to_json(&counts)?)?;
        }
        let usage: Vec<_> = usage
            .into_iter()
            .filter(|(_, sum)| *sum != (0, 0))
            .map(|((month, practitioner), (sessions, attended))| (month, practitioner, sessions, attended))
            .collect();
        if !usage.is_empty() {
            execute!(self, sql_for!(self, add_usage!()), to_json(&usage)?)?;
        }
        Ok(())
    }
}
