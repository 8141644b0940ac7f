//! The booking: who, when, on what terms.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{AppointmentId, OrganizationId, PersonId, SessionId};

/// A half-open span of time, `[starts_at, ends_at)`: back to back is no overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
}

/// The shortest and the longest appointment.
pub const MIN_DURATION: SignedDuration = SignedDuration::from_mins(5);
pub const MAX_DURATION: SignedDuration = SignedDuration::from_hours(12);
/// So many may take part where a booking does not say; practitioner and client always have a place, the others are guests.
pub const USUAL_PARTICIPANTS: u16 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SlotRefusal {
    #[error("an appointment lasts 5 minutes to 12 hours")]
    Duration,
    #[error("an appointment cannot start in the past")]
    Past,
    #[error("an appointment cannot lie further ahead than ten years")]
    TooFar,
}

impl Slot {
    /// The slot of a new or moved appointment. It may have begun (somebody is booked in at once), but
    /// not ended.
    ///
    /// # Errors
    /// Says which bound the slot breaks.
    pub fn book(starts_at: Timestamp, duration: SignedDuration, now: Timestamp) -> Result<Self, SlotRefusal> {
        if duration < MIN_DURATION || duration > MAX_DURATION {
            return Err(SlotRefusal::Duration);
        }
        if starts_at > now.saturating_add(SignedDuration::from_hours(24 * 3_653)).unwrap_or(now) {
            return Err(SlotRefusal::TooFar);
        }
        let ends_at = starts_at.checked_add(duration).map_err(|_| SlotRefusal::TooFar)?;
        if ends_at <= now {
            return Err(SlotRefusal::Past);
        }
        Ok(Self { starts_at, ends_at })
    }

    #[must_use]
    pub fn duration(&self) -> SignedDuration {
        self.starts_at.duration_until(self.ends_at)
    }

    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Video,
    Chat,
    Diagnostic,
    /// Blocks time, has no call.
    InPerson,
}

/// Who may start the session by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartedBy {
    #[default]
    Practitioner,
    Client,
    Either,
}

impl StartedBy {
    /// Staff may do what the practitioner may.
    #[must_use]
    pub fn allows(self, actor: Actor) -> bool {
        match actor {
            Actor::Admin => true,
            Actor::Practitioner => self != Self::Client,
            Actor::Client => self != Self::Practitioner,
            Actor::Guest | Actor::Assistant | Actor::System => false,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentStatus {
    #[default]
    NotRequired,
    Open,
    Confirmed,
    Refunded,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub status: PaymentStatus,
    pub reference: Option<String>,
    /// The word of the application that told of it, such as `Paid`, where it is not one of ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

impl Payment {
    /// One that has yet to come in.
    #[must_use]
    pub fn open() -> Self {
        Self { status: PaymentStatus::Open, ..Self::default() }
    }

    #[must_use]
    pub fn required(&self) -> bool {
        self.status != PaymentStatus::NotRequired
    }

    /// An appointment that needs no payment counts as paid.
    #[must_use]
    pub fn settled(&self) -> bool {
        matches!(self.status, PaymentStatus::NotRequired | PaymentStatus::Confirmed)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// A decimal number, such as `49.90`.
    pub amount: String,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
}

/// The id that another system gave an appointment; unique per issuer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ExternalId {
    pub issuer: String,
    pub id: String,
}

/// Who carries the media.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaProvider {
    #[default]
    Embedded,
    LiveKit,
    Jitsi,
    Chime,
    Twilio,
}

impl MediaProvider {
    /// As the API, the settings and the paths of callbacks have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::LiveKit => "livekit",
            Self::Jitsi => "jitsi",
            Self::Chime => "chime",
            Self::Twilio => "twilio",
        }
    }

    /// As people call it, in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Embedded => "the embedded media server",
            Self::LiveKit => "LiveKit",
            Self::Jitsi => "Jitsi",
            Self::Chime => "Amazon Chime",
            Self::Twilio => "Twilio",
        }
    }

    /// How many may be in one call. The embedded server's number is what it was measured with. Chime's and Twilio's (a
    /// group room) are their own quotas, Jitsi's is that of JaaS ("FAQ"), whose software has none of its own. LiveKit
    /// names none: a room must fit on one of its nodes.
    #[must_use]
    pub fn most_participants(self) -> u16 {
        match self {
            Self::Embedded => 8,
            Self::Twilio => 50,
            Self::Chime => 250,
            Self::LiveKit | Self::Jitsi => 500,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub id: AppointmentId,
    pub session_id: SessionId,
    pub external: Option<ExternalId>,
    pub organization_id: Option<OrganizationId>,
    pub practitioner_id: PersonId,
    pub client_id: PersonId,
    pub slot: Slot,
    pub title: Option<String>,
    /// The booking's notes; both parties see them.
    pub notes: Option<String>,
    pub kind: Kind,
    pub booking_type: Option<String>,
    pub plan: Option<String>,
    pub price: Option<Price>,
    pub payment: Payment,
    pub hold_expires_at: Option<Timestamp>,
    pub passcode_enabled: bool,
    pub max_participants: u16,
    /// Where the booking does not say, [`Policy::started_by`](crate::policy::Policy::started_by) does.
    pub started_by: Option<StartedBy>,
    pub media_provider: MediaProvider,
    /// Whether the provider tells who was there. Where it does not, no outcome is decided by absence.
    pub presence_proven: bool,
    pub metadata: serde_json::Map<String, serde_json::Value>,
    pub created_by: PersonId,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}
