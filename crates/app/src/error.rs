//! Everything that can be refused, whoever asked. Status codes and bodies are the server's to choose.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use openvisit_core::appointment::Slot;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::{Move, Refusal};
use openvisit_core::request::{self, Ineligible};
use openvisit_core::session::{PartyRole, Status};
use openvisit_media::MediaRefusal;
use openvisit_store::StoreError;

/// Why something was not done. The text of each is safe to show: it never holds what is in a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("sign in first: the token is missing, expired or not valid here")]
    Unauthorized,
    #[error("e-mail address or password is wrong")]
    WrongLogin,
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("there is no such thing, or it is not yours to see")]
    NotFound,
    #[error("{0}")]
    Conflict(String),
    /// Something that only one may have; the name of its field.
    #[error("this {0} is taken")]
    Taken(&'static str),
    #[error("the time from {starts_at} to {ends_at} is taken")]
    /// Of the practitioner or of the client, as `party` says.
    SlotTaken { starts_at: Timestamp, ends_at: Timestamp, session_id: SessionId, party: PartyRole },
    #[error("somebody else changed it in the meantime; load it again")]
    VersionConflict,
    #[error("the session is {state}; {} is not possible now", asked.name())]
    NotAllowedNow { state: Status, asked: Move },
    /// A call that was taken for dead was taken over by a repeat of it, and could not commit any more; nobody who asks sees
    /// the other kind, a session whose media another node has by now.
    #[error("the first call with this Idempotency-Key is still being carried out; ask again soon")]
    TakenOver,
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    #[error("too many tries; wait {retry_after_seconds} seconds")]
    TooManyRequests { retry_after_seconds: i64 },
    #[error("something went wrong on our side")]
    Internal,
    #[error("the server cannot reach its database just now; try again soon")]
    Unavailable,
    #[error("the service that carries the call cannot be reached just now; try again soon")]
    MediaUnavailable,
    #[error("the server carries as many calls as it can just now; try again soon")]
    Busy,

    #[error("the door opens at {opens_at}, in {seconds_left} seconds")]
    TooEarly { opens_at: Timestamp, seconds_left: i64 },
    #[error("payment must be confirmed first")]
    PaymentRequired,
    #[error("the passcode is needed")]
    PasscodeRequired,
    #[error("the passcode is wrong")]
    PasscodeWrong { tries_left: u32 },
    #[error("too many wrong passcodes; ask the practitioner for a new one")]
    Locked,
    #[error("this month's quota of {quota_minutes} attendee-minutes is used up; no new session may begin")]
    QuotaExceeded { quota_minutes: u32 },
    #[error("the session has ended ({status})")]
    Ended { status: Status },
    #[error("every place in this session is taken")]
    Full,
    #[error("the practitioner did not let you in")]
    Denied,
    #[error("an in-person appointment has no call")]
    NoCall,
    #[error("the request is {status}")]
    RequestGone { status: request::Status },
}

/// What is wrong with one field that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Its path, such as `price.currency`; empty for the whole.
    pub field: String,
    pub code: FieldCode,
    /// In English, for developers.
    pub message: String,
}

/// What kind of mistake a field has. Pages and programs look at this, and never at the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldCode {
    /// It is missing or empty.
    Required,
    /// It names nothing that is known here.
    Unknown,
    /// Another has it.
    Taken,
    TooLong,
    TooShort,
    /// A password that many people use.
    TooCommon,
    OutOfRange,
    /// It is not of the form that it must have.
    Malformed,
    WrongType,
    /// An address that is not on the public internet.
    NotPublic,
    /// An address with a user name or a password in it.
    CredentialsInUrl,
    /// The server's settings do not have it.
    NotConfigured,
    /// Not the one that it should be.
    Wrong,
    /// It is not changed here.
    ReadOnly,
    /// Whoever signs in with it cannot do without.
    NeededToSignIn,
    /// It contradicts another field.
    Conflicting,
    /// Not for this caller.
    NotAllowed,
    Invalid,
}

impl FieldCode {
    pub const ALL: [Self; 18] = [
        Self::Required,
        Self::Unknown,
        Self::Taken,
        Self::TooLong,
        Self::TooShort,
        Self::TooCommon,
        Self::OutOfRange,
        Self::Malformed,
        Self::WrongType,
        Self::NotPublic,
        Self::CredentialsInUrl,
        Self::NotConfigured,
        Self::Wrong,
        Self::ReadOnly,
        Self::NeededToSignIn,
        Self::Conflicting,
        Self::NotAllowed,
        Self::Invalid,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Unknown => "unknown",
            Self::Taken => "taken",
            Self::TooLong => "too_long",
            Self::TooShort => "too_short",
            Self::TooCommon => "too_common",
            Self::OutOfRange => "out_of_range",
            Self::Malformed => "malformed",
            Self::WrongType => "wrong_type",
            Self::NotPublic => "not_public",
            Self::CredentialsInUrl => "credentials_in_url",
            Self::NotConfigured => "not_configured",
            Self::Wrong => "wrong",
            Self::ReadOnly => "read_only",
            Self::NeededToSignIn => "needed_to_sign_in",
            Self::Conflicting => "conflicting",
            Self::NotAllowed => "not_allowed",
            Self::Invalid => "invalid",
        }
    }
}

impl Error {
    /// One field is wrong.
    #[must_use]
    pub fn invalid(field: impl Into<String>, code: FieldCode, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), code, message: message.into() }])
    }

    /// It may be done again after this long.
    #[must_use]
    pub fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self::TooManyRequests { retry_after_seconds: i64::try_from(seconds).unwrap_or(i64::MAX) }
    }

    /// A fault of ours: told in the log, not to the caller.
    #[must_use]
    pub fn internal(error: impl fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Internal
    }

    /// The stable code, as the API's description lists it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized | Self::WrongLogin => "unauthorized",
            Self::Forbidden(_) => "forbidden",
            Self::NotFound => "not_found",
            Self::Conflict(_) | Self::Taken(_) => "conflict",
            Self::SlotTaken { .. } => "slot_taken",
            Self::VersionConflict => "version_conflict",
            Self::NotAllowedNow { .. } => "not_allowed_now",
            Self::TakenOver => "idempotency_key_in_use",
            Self::Invalid(_) => "invalid",
            Self::TooManyRequests { .. } => "too_many_requests",
            Self::Internal => "internal",
            Self::Unavailable => "unavailable",
            Self::MediaUnavailable => "media_unavailable",
            Self::Busy => "busy",
            Self::TooEarly { .. } => "too_early",
            Self::PaymentRequired => "payment_required",
            Self::PasscodeRequired => "passcode_required",
            Self::PasscodeWrong { .. } => "passcode_wrong",
            Self::Locked => "locked",
            Self::QuotaExceeded { .. } => "quota_exceeded",
            Self::Ended { .. } => "ended",
            Self::Full => "full",
            Self::Denied => "denied",
            Self::NoCall => "no_call",
            Self::RequestGone { status: request::Status::Accepted } => "request_taken",
            Self::RequestGone { .. } => "request_gone",
        }
    }
}

fn sentence(errors: &[FieldError]) -> String {
    let told = errors.iter().map(|error| match error.field.as_str() {
        "" => error.message.clone(),
        field => format!("{field}: {}", error.message),
    });
    told.collect::<Vec<_>>().join("; ")
}

impl From<MediaRefusal> for Error {
    fn from(refusal: MediaRefusal) -> Self {
        match refusal {
            MediaRefusal::UnknownConnection => Self::NotFound,
            MediaRefusal::Busy => Self::Busy,
            MediaRefusal::Fault => Self::internal(refusal),
            // What the parser says may hold anything, an address of memory among it.
            MediaRefusal::Malformed(_) => Self::invalid("offer", FieldCode::Malformed, "is not valid SDP"),
            MediaRefusal::TooLarge => Self::invalid("offer", FieldCode::TooLong, refusal.to_string()),
            MediaRefusal::NoFingerprint | MediaRefusal::NoCodec => {
                Self::invalid("offer", FieldCode::Invalid, refusal.to_string())
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotNow { state, asked } => Self::NotAllowedNow { state, asked },
            Refusal::Ended(status) => Self::Ended { status },
            Refusal::TooEarly { opens_at, seconds_left } => Self::TooEarly { opens_at, seconds_left },
            Refusal::PaymentRequired => Self::PaymentRequired,
            Refusal::PasscodeRequired => Self::PasscodeRequired,
            Refusal::Full => Self::Full,
            Refusal::TurnedAway => Self::Denied,
            Refusal::NoCall => Self::NoCall,
            Refusal::NotTheStarter(_) => Self::Forbidden("this appointment is started by the other party"),
            Refusal::NoSuchParticipant => Self::NotFound,
            Refusal::QuotaExceeded { quota_minutes } => Self::QuotaExceeded { quota_minutes },
            Refusal::ExtendBy => Self::invalid("minutes", FieldCode::OutOfRange, refusal.to_string()),
            Refusal::PractitionerStays | Refusal::SlotOver => Self::Conflict(refusal.to_string()),
        }
    }
}

impl From<Ineligible> for Error {
    fn from(refusal: Ineligible) -> Self {
        match refusal {
            Ineligible::NotAPractitioner | Ineligible::Disabled => {
                Self::Forbidden("your role may not do this")
            }
            Ineligible::DoesNotAccept => {
                Self::Forbidden("your account does not accept requests; an administrator can change that")
            }
            Ineligible::OwnRequest => Self::Forbidden("nobody accepts a request of their own"),
            Ineligible::Gone(status) => Self::RequestGone { status },
            Ineligible::Tier { .. } | Ineligible::OrganizationFirst { .. } => Self::NotFound,
        }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotUnique { what } => Self::Taken(what),
            StoreError::SlotTaken { conflicting: Slot { starts_at, ends_at }, session_id, party } => {
                Self::SlotTaken { starts_at, ends_at, session_id, party }
            }
            StoreError::Conflict => Self::VersionConflict,
            StoreError::TakenOver => Self::TakenOver,
            StoreError::Unavailable(_) => {
                tracing::warn!(%error, "a request waits for the database in vain");
                Self::Unavailable
            }
            StoreError::Unstorable => Self::invalid("", FieldCode::Invalid, error.to_string()),
            StoreError::Corrupt(_) | StoreError::Setup(_) | StoreError::Internal(_) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_mistake_has_a_word_of_its_own() {
        let words: std::collections::HashSet<_> = FieldCode::ALL.into_iter().map(FieldCode::name).collect();
        assert_eq!(words.len(), FieldCode::ALL.len());
    }

    #[test]
    fn wrong_fields_are_told_in_one_sentence() {
        let wrong = |field: &str| FieldError {
            field: field.to_owned(),
            code: FieldCode::Required,
            message: "is missing".to_owned(),
        };
        assert_eq!(
            Error::Invalid(vec![wrong("name"), wrong("")]).to_string(),
            "name: is missing; is missing"
        );
    }
}
