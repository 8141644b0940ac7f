//! The times that an operator may set; the defaults are those of the documentation.

use jiff::SignedDuration;

use crate::appointment::StartedBy;

/// How long before, after and between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long before the start clients and guests may come in.
    pub join_window: SignedDuration,
    /// How long before the start the practitioner may come in.
    pub practitioner_window: SignedDuration,
    /// How long a call in which both have been stays open when everyone is gone.
    pub reconnect_grace: SignedDuration,
    /// How long somebody in the waiting room may be without a connection, as while a page is loaded again, before they
    /// count as gone.
    pub presence_grace: SignedDuration,
    /// How long after the slot's end a session that did not come about is a no-show.
    pub no_show_grace: SignedDuration,
    /// How long a call may go on after its booked time.
    pub overrun: SignedDuration,
    /// How long before the hard stop both sides are warned.
    pub overrun_warning: SignedDuration,
    /// Who starts by hand what the booking gives to nobody.
    pub started_by: StartedBy,
    /// The month's quota in minutes, where it is used up and enforced: nothing new begins, and what is in progress
    /// goes on.
    pub exhausted_quota: Option<u32>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            join_window: SignedDuration::from_mins(15),
            practitioner_window: SignedDuration::from_hours(24),
            reconnect_grace: SignedDuration::from_secs(60),
            // Ten seconds until it is seen; one of them is the timers' and the way's.
            presence_grace: SignedDuration::from_secs(9),
            no_show_grace: SignedDuration::from_mins(15),
            overrun: SignedDuration::from_mins(30),
            overrun_warning: SignedDuration::from_mins(10),
            started_by: StartedBy::Practitioner,
            exhausted_quota: None,
        }
    }
}
