//! Every move that a session can make. A move consumes the session and gives it back changed, with the
//! events that tell of it, or refuses.
//!
//! ```text
//! scheduled ─enter─▶ waiting ─admit / start / both there─▶ in_progress ─end / everyone gone─▶ completed
//!     │                 │
//!     ├──cancel─────────┴──▶ cancelled
//!     └──time over, or ended before it began──▶ no_show ◀──correct──▶ completed
//! ```
//!
//! - [`admission`]: who comes in: enter, admit, deny, remove, leave, and the facts of attendance.
//! - [`moves`]: what people do: start, end, cancel, reactivate, move, extend, pay.
//! - [`correct`]: what was entered by mistake is put right.
//! - [`phone`]: what goes on by telephone.
//! - [`waiting`]: who is in the waiting room now, and who has gone.
//! - [`clock`]: what time does: auto-end, no-show, overrun, expired holds.

pub mod admission;
pub mod clock;
pub mod correct;
pub mod moves;
pub mod phone;
pub mod waiting;

use jiff::Timestamp;

use crate::event::Event;
use crate::policy::Policy;
use crate::session::{Session, Status};

/// A session after a move, and what the move caused. No events: nothing happened (a repeat).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub session: Session,
    pub events: Vec<Event>,
}

impl Change {
    fn nothing(session: Session) -> Self {
        Self { session, events: Vec::new() }
    }

    fn with(session: Session, event: Event) -> Self {
        Self { session, events: vec![event] }
    }

    /// Makes the next move; its events come after those so far.
    ///
    /// # Errors
    /// Those of `next`.
    pub fn then<E>(self, next: impl FnOnce(Session) -> Result<Self, E>) -> Result<Self, E> {
        let mut change = next(self.session)?;
        change.events.splice(..0, self.events);
        Ok(change)
    }
}

/// A move's name, as refusals tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    Enter,
    Admit,
    Deny,
    Remove,
    Start,
    End,
    Extend,
    Cancel,
    Reactivate,
    Move,
    /// To another media provider.
    Carry,
    /// To another practitioner.
    HandOver,
    /// To the telephone, and back.
    Phone,
    /// Of an outcome.
    Correct,
}

impl Move {
    pub const ALL: [Self; 14] = [
        Self::Enter,
        Self::Admit,
        Self::Deny,
        Self::Remove,
        Self::Start,
        Self::End,
        Self::Extend,
        Self::Cancel,
        Self::Reactivate,
        Self::Move,
        Self::Carry,
        Self::HandOver,
        Self::Phone,
        Self::Correct,
    ];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Enter => "enter",
            Self::Admit => "admit",
            Self::Deny => "deny",
            Self::Remove => "remove",
            Self::Start => "start",
            Self::End => "end",
            Self::Extend => "extend",
            Self::Cancel => "cancel",
            Self::Reactivate => "reactivate",
            Self::Move => "move",
            Self::Carry => "carry",
            Self::HandOver => "hand_over",
            Self::Phone => "phone",
            Self::Correct => "correct",
        }
    }

    /// Whether the move is there at all in this state. Repeats that change nothing count.
    #[must_use]
    pub fn possible_in(self, status: Status) -> bool {
        use Status as S;
        match self {
            Self::Enter | Self::Admit | Self::Deny | Self::Remove | Self::Start | Self::Phone => {
                status.is_live()
            }
            Self::End => true,
            Self::Extend => status == S::InProgress,
            Self::Cancel => matches!(status, S::Scheduled | S::Waiting | S::Cancelled),
            Self::Reactivate => status == S::Cancelled,
            Self::Correct => matches!(status, S::Completed | S::NoShow),
            Self::Move | Self::Carry | Self::HandOver => matches!(status, S::Scheduled | S::Waiting),
        }
    }

    /// The moves that `status` allows, by name.
    #[must_use]
    pub fn allowed_in(status: Status) -> Vec<&'static str> {
        Self::ALL.into_iter().filter(|m| m.possible_in(status)).map(Self::name).collect()
    }
}

/// Why a move was not made. Nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the session is {}; {} is not possible now (possible: {})",
        state, asked.name(), Move::allowed_in(*state).join(", "))]
    NotNow { state: Status, asked: Move },
    #[error("the session has ended ({0})")]
    Ended(Status),
    #[error("the door opens at {opens_at}, in {seconds_left} seconds")]
    TooEarly { opens_at: Timestamp, seconds_left: i64 },
    #[error("payment must be confirmed first")]
    PaymentRequired,
    #[error("the passcode is needed")]
    PasscodeRequired,
    #[error("every place in this session is taken")]
    Full,
    #[error("the practitioner did not let you in")]
    TurnedAway,
    #[error("an in-person appointment has no call")]
    NoCall,
    #[error("this appointment is started by the {0}")]
    NotTheStarter(&'static str),
    #[error("there is no such participant in this session")]
    NoSuchParticipant,
    #[error("the practitioner has a place in every session")]
    PractitionerStays,
    #[error("a session is extended by 1 to 240 minutes")]
    ExtendBy,
    #[error("the slot is over")]
    SlotOver,
    #[error("this month's quota of {quota_minutes} attendee-minutes is used up; no new session may begin")]
    QuotaExceeded { quota_minutes: u32 },
}

impl Refusal {
    /// Seconds are rounded up, so that who waits that long can enter.
    fn too_early(now: Timestamp, opens_at: Timestamp) -> Self {
        let left = now.duration_until(opens_at);
        let seconds_left = left.as_secs() + i64::from(left.subsec_nanos() > 0);
        Self::TooEarly { opens_at, seconds_left }
    }
}

impl Session {
    fn refuse(&self, asked: Move) -> Refusal {
        Refusal::NotNow { state: self.state.status(), asked }
    }

    /// Refuses to begin what has not begun while the quota is used up.
    fn expect_quota(&self, policy: &Policy) -> Result<(), Refusal> {
        match policy.exhausted_quota {
            Some(quota_minutes) if !self.is_in_progress() => Err(Refusal::QuotaExceeded { quota_minutes }),
            _ => Ok(()),
        }
    }

    /// Refuses where the state does not know the move.
    fn expect_possible(&self, asked: Move) -> Result<(), Refusal> {
        if asked.possible_in(self.state.status()) { Ok(()) } else { Err(self.refuse(asked)) }
    }
}
