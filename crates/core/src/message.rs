//! What people are told by e-mail of an appointment, when, and until when that is still true.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::session::{Admission, Participant, PartyRole, Session, State};

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Here is your appointment, and the link to it.
    Invitation,
    /// It is at another time, or with somebody else.
    Moved,
    Cancelled,
    /// It is tomorrow.
    DayBefore,
    /// It is in an hour.
    HourBefore,
    /// A link to choose another password.
    PasswordReset,
    /// A link to choose the first one.
    AccountInvitation,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Invitation,
        Self::Moved,
        Self::Cancelled,
        Self::DayBefore,
        Self::HourBefore,
        Self::PasswordReset,
        Self::AccountInvitation,
    ];

    /// The word in the database, in the API, and in the names of templates.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
            Self::DayBefore => "day_before",
            Self::HourBefore => "hour_before",
            Self::PasswordReset => "password_reset",
            Self::AccountInvitation => "account_invitation",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// How long before its appointment a reminder comes; `None` for what is none.
    #[must_use]
    pub fn lead(self) -> Option<SignedDuration> {
        match self {
            Self::DayBefore => Some(SignedDuration::from_hours(24)),
            Self::HourBefore => Some(SignedDuration::from_hours(1)),
            _ => None,
        }
    }

    #[must_use]
    pub fn is_reminder(self) -> bool {
        self.lead().is_some()
    }

    /// Whether it is of an account, and of no appointment.
    #[must_use]
    pub fn is_of_account(self) -> bool {
        matches!(self, Self::PasswordReset | Self::AccountInvitation)
    }
}

/// Both kinds of reminders.
pub const REMINDERS: [Kind; 2] = [Kind::DayBefore, Kind::HourBefore];
/// Nobody is reminded of what begins within this time: they would read it too late.
pub const TOO_LATE: SignedDuration = SignedDuration::from_mins(10);
/// A reminder that could not be sent in its time, since the server did not run, is sent as late as this part of its lead,
/// and then no more: a long stop must not end in a flood.
const LATE: i32 = 4;
/// Whoever was told of the appointment as shortly before a reminder is due needs none.
const JUST_TOLD: i32 = 4;

/// When reminders of a kind are due, seen from `now`: of appointments that begin within this span ..
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueReminders {
    pub from: Timestamp,
    pub to: Timestamp,
    /// .. and of which nobody was told anything within this time before the reminder was due.
    pub quiet: SignedDuration,
    pub lead: SignedDuration,
}

impl DueReminders {
    /// `None` for what is no reminder.
    #[must_use]
    pub fn of(kind: Kind, now: Timestamp) -> Option<Self> {
        let lead = kind.lead()?;
        let earliest = (lead - lead / LATE).max(TOO_LATE);
        Some(Self {
            from: now.checked_add(earliest).unwrap_or(Timestamp::MAX),
            to: now.checked_add(lead).unwrap_or(Timestamp::MAX),
            quiet: lead / JUST_TOLD,
            lead,
        })
    }
}

/// What a change tells whoever is invited; `None` where it is not theirs to hear of. Nobody is told of a hold: it is no
/// appointment before it is paid.
#[must_use]
pub fn caused(before: Option<&Session>, after: &Session, events: &[Event], now: Timestamp) -> Option<Kind> {
    let was_held = before.is_some_and(is_held);
    if is_held(after) || after.appointment.slot.ends_at <= now {
        return None;
    }
    let has = |test: fn(&Event) -> bool| events.iter().any(test);
    match after.state {
        State::Cancelled { .. } if has(|event| matches!(event, Event::Cancelled { .. })) => {
            (!was_held).then_some(Kind::Cancelled)
        }
        State::Scheduled | State::Waiting { .. } => {
            if was_held || has(|event| matches!(event, Event::Booked | Event::Reactivated)) {
                Some(Kind::Invitation)
            } else if has(|event| matches!(event, Event::Moved { .. } | Event::HandedOver { .. })) {
                Some(Kind::Moved)
            } else {
                None
            }
        }
        _ => None,
    }
}

fn is_held(session: &Session) -> bool {
    session.appointment.hold_expires_at.is_some() && !session.appointment.payment.settled()
}

/// Whether a message is still true when it is about to be sent. `slot_starts_at` is the slot that a reminder is for.
///
/// # Errors
/// Why it is not, in one word.
pub fn still_holds(
    kind: Kind,
    session: &Session,
    slot_starts_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<(), &'static str> {
    let slot = session.appointment.slot;
    let is_open = matches!(session.state, State::Scheduled | State::Waiting { .. });
    if slot.ends_at <= now {
        return Err("over");
    }
    if is_held(session) {
        return Err("held");
    }
    match kind {
        Kind::Cancelled if matches!(session.state, State::Cancelled { .. }) => Ok(()),
        Kind::Cancelled => Err("taken_back"),
        Kind::Invitation | Kind::Moved if is_open || matches!(session.state, State::InProgress { .. }) => {
            Ok(())
        }
        Kind::Invitation | Kind::Moved => Err("cancelled"),
        Kind::DayBefore | Kind::HourBefore => {
            let is_here = |client: &Participant| {
                let waits = client.admission == Admission::Waiting && client.left_at.is_none();
                waits || session.attendance.is_present(client.id)
            };
            if !is_open {
                Err("not_open")
            } else if slot_starts_at != Some(slot.starts_at) {
                Err("moved")
            } else if now.duration_until(slot.starts_at) < TOO_LATE {
                Err("too_late")
            } else if session.all_as(PartyRole::Client).any(is_here) {
                Err("is_here")
            } else {
                Ok(())
            }
        }
        Kind::PasswordReset | Kind::AccountInvitation => Ok(()),
    }
}

/// For so long a message that the mail server does not take is tried again.
pub const PATIENCE: SignedDuration = SignedDuration::from_hours(4 * 24);

/// The waits after the first, second, … failed try; from then on the last. Greylisting is over after five minutes mostly.
const WAITS: [SignedDuration; 7] = [
    SignedDuration::from_mins(1),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(4),
];

/// When a message is tried again after its `attempts`th failed try at `now`; `None` when its days are over. `jitter` is 0 to
/// 255: up to a quarter longer.
#[must_use]
pub fn next_try(begun_at: Timestamp, attempts: u32, now: Timestamp, jitter: u8) -> Option<Timestamp> {
    let end = begun_at.checked_add(PATIENCE).unwrap_or(Timestamp::MAX);
    if now >= end {
        return None;
    }
    let wait = WAITS[(attempts.max(1) as usize - 1).min(WAITS.len() - 1)];
    let longer = wait / 4 * i32::from(jitter) / 255;
    Some(now.checked_add(wait + longer).unwrap_or(end).min(end))
}
