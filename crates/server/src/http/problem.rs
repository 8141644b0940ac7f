//! Everything that a request can be refused with, as RFC 9457 problem documents. The only file of the
//! canonical API that knows status codes; a dialect says the same things in its own shape.

use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use openvisit_core::appointment::Slot;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::{Move, Refusal};
use openvisit_core::request::{self, Ineligible};
use openvisit_core::session::Status;
use openvisit_media::MediaRefusal;
use openvisit_store::StoreError;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

/// Why a request was not answered. The text of each is its `detail`: safe to show, never from a row.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("{0}")]
    BadRequest(String),
    #[error("sign in first: the token is missing, expired or not valid here")]
    Unauthorized,
    #[error("e-mail address or password is wrong")]
    WrongLogin,
    #[error("{0}")]
    Forbidden(&'static str),
    #[error("there is no such thing, or it is not yours to see")]
    NotFound,
    #[error("this address does not take this method")]
    MethodNotAllowed,
    #[error("{0}")]
    Conflict(String),
    /// Something that only one may have; the name of its field.
    #[error("this {0} is taken")]
    Taken(&'static str),
    #[error("the time from {starts_at} to {ends_at} is taken")]
    SlotTaken { starts_at: Timestamp, ends_at: Timestamp, session_id: SessionId },
    #[error("somebody else changed it in the meantime; load it again")]
    VersionConflict,
    #[error("the session is {state}; {} is not possible now", asked.name())]
    NotAllowedNow { state: Status, asked: Move },
    #[error("this Idempotency-Key was used for another call; use a new one")]
    IdempotencyKeyReused,
    #[error("the first call with this Idempotency-Key is still being carried out; ask again soon")]
    IdempotencyKeyInUse,
    #[error(
        "the first call with this Idempotency-Key was carried out, but its answer was lost; look at what is \
         there now"
    )]
    IdempotencyAnswerLost,
    #[error("the body is larger than 1 MiB")]
    PayloadTooLarge,
    #[error("the body must be of type {0}")]
    UnsupportedMediaType(&'static str),
    #[error("{}", sentence(.0))]
    Invalid(Vec<FieldError>),
    #[error("too many tries; wait {retry_after_seconds} seconds")]
    TooManyRequests { retry_after_seconds: i64 },
    #[error("something went wrong on our side")]
    Internal,
    #[error("the server cannot reach its database just now; try again soon")]
    Unavailable,
    #[error("the message broker cannot be reached: events wait for it, calls go on")]
    BrokerUnavailable,
    #[error("the service that carries the call cannot be reached just now; try again soon")]
    MediaUnavailable,

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

/// What is wrong with one field of a body or query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path, such as `price.currency`.
    pub field: String,
    pub message: String,
}

/// How a problem looks (`application/problem+json`); some codes carry more fields.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    pub kind: &'static str,
    pub title: &'static str,
    pub status: u16,
    /// Stable; programs look at this.
    #[schema(example = "not_found")]
    pub code: &'static str,
    pub detail: String,
    #[serde(flatten)]
    #[schema(ignore)]
    pub extras: Map<String, Value>,
}

impl Problem {
    /// One field is wrong.
    #[must_use]
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    /// A fault of ours: told in the log, not to the caller.
    #[must_use]
    pub fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::Internal
    }

    /// The stable code, as the API's description lists it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.row().1
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.row().0
    }

    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::BadRequest(_) => (S::BAD_REQUEST, "bad_request", "Bad request"),
            Self::Unauthorized | Self::WrongLogin => (S::UNAUTHORIZED, "unauthorized", "Not signed in"),
            Self::Forbidden(_) => (S::FORBIDDEN, "forbidden", "Not allowed"),
            Self::NotFound => (S::NOT_FOUND, "not_found", "Not found"),
            Self::MethodNotAllowed => (S::METHOD_NOT_ALLOWED, "method_not_allowed", "Method not allowed"),
            Self::Conflict(_) | Self::Taken(_) => (S::CONFLICT, "conflict", "Conflict"),
            Self::SlotTaken { .. } => (S::CONFLICT, "slot_taken", "Time is taken"),
            Self::VersionConflict => (S::CONFLICT, "version_conflict", "Changed in the meantime"),
            Self::NotAllowedNow { .. } => (S::CONFLICT, "not_allowed_now", "Not possible now"),
            Self::IdempotencyKeyReused => {
                (S::UNPROCESSABLE_ENTITY, "idempotency_key_reused", "Key was used before")
            }
            Self::IdempotencyKeyInUse => (S::CONFLICT, "idempotency_key_in_use", "Still being carried out"),
            Self::IdempotencyAnswerLost => (S::CONFLICT, "idempotency_answer_lost", "Answer was lost"),
            Self::PayloadTooLarge => (S::PAYLOAD_TOO_LARGE, "payload_too_large", "Body too large"),
            Self::UnsupportedMediaType(_) => {
                (S::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "Unsupported media type")
            }
            Self::Invalid(_) => (S::UNPROCESSABLE_ENTITY, "invalid", "Not valid"),
            Self::TooManyRequests { .. } => (S::TOO_MANY_REQUESTS, "too_many_requests", "Too many requests"),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
            Self::Unavailable => (S::SERVICE_UNAVAILABLE, "unavailable", "Unavailable"),
            Self::BrokerUnavailable => {
                (S::SERVICE_UNAVAILABLE, "broker_unavailable", "Message broker unavailable")
            }
            Self::MediaUnavailable => {
                (S::SERVICE_UNAVAILABLE, "media_unavailable", "Media provider unavailable")
            }
            Self::TooEarly { .. } => (S::CONFLICT, "too_early", "Too early"),
            Self::PaymentRequired => (S::PAYMENT_REQUIRED, "payment_required", "Payment required"),
            Self::PasscodeRequired => (S::FORBIDDEN, "passcode_required", "Passcode required"),
            Self::PasscodeWrong { .. } => (S::FORBIDDEN, "passcode_wrong", "Wrong passcode"),
            Self::Locked => (S::TOO_MANY_REQUESTS, "locked", "Locked"),
            Self::QuotaExceeded { .. } => (S::CONFLICT, "quota_exceeded", "Quota exceeded"),
            Self::Ended { .. } => (S::CONFLICT, "ended", "Ended"),
            Self::Full => (S::CONFLICT, "full", "Full"),
            Self::Denied => (S::FORBIDDEN, "denied", "Turned away"),
            Self::NoCall => (S::CONFLICT, "no_call", "No call"),
            Self::RequestGone { status: request::Status::Accepted } => {
                (S::CONFLICT, "request_taken", "Request is taken")
            }
            Self::RequestGone { .. } => (S::CONFLICT, "request_gone", "Request is gone"),
        }
    }

    /// What programs may need beyond the code.
    #[must_use]
    pub fn extras(&self) -> Map<String, Value> {
        let extras = match self {
            // Whose session is in the way, is for those who may see it.
            Self::SlotTaken { starts_at, ends_at, .. } => {
                json!({ "starts_at": starts_at, "ends_at": ends_at })
            }
            Self::NotAllowedNow { state, asked } => {
                json!({ "state": state, "asked": asked.name(), "allowed": Move::allowed_in(*state) })
            }
            Self::Invalid(errors) => json!({ "errors": errors }),
            Self::Taken(field) => {
                let error = FieldError { field: (*field).to_owned(), message: "is taken".to_owned() };
                json!({ "errors": [error] })
            }
            Self::TooManyRequests { retry_after_seconds } => {
                json!({ "retry_after_seconds": retry_after_seconds })
            }
            Self::TooEarly { opens_at, seconds_left } => {
                json!({ "opens_at": opens_at, "seconds_left": seconds_left })
            }
            Self::PasscodeWrong { tries_left } => json!({ "tries_left": tries_left }),
            Self::QuotaExceeded { quota_minutes } => json!({ "quota_minutes": quota_minutes }),
            Self::Ended { status } => json!({ "session_status": status }),
            Self::RequestGone { status } => json!({ "request_status": status }),
            _ => return Map::new(),
        };
        match extras {
            Value::Object(extras) => extras,
            _ => Map::new(),
        }
    }

    /// The canonical body.
    #[must_use]
    pub fn document(&self) -> ProblemDocument {
        let (status, code, title) = self.row();
        let extras = self.extras();
        ProblemDocument {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            code,
            detail: self.to_string(),
            extras,
        }
    }
}

/// What an answer means for the same call made again.
pub enum Again {
    /// It would be answered the same.
    Same,
    /// It was refused for now, and changed nothing.
    Refused,
    /// Something failed on our side, perhaps halfway.
    Failed,
}

impl Again {
    #[must_use]
    pub fn after(status: StatusCode) -> Self {
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::TOO_MANY_REQUESTS => Self::Refused,
            status if status.is_server_error() => Self::Failed,
            _ => Self::Same,
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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = self.document();
        // A map of strings and numbers always serializes.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match &self {
            Self::Unauthorized => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::TooManyRequests { retry_after_seconds } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            }
            _ => {}
        }
        // For a dialect, which says it again in its own shape.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl From<MediaRefusal> for Problem {
    fn from(refusal: MediaRefusal) -> Self {
        match refusal {
            MediaRefusal::UnknownConnection => Self::NotFound,
            MediaRefusal::Fault => Self::internal(refusal),
            // What the parser says may hold anything, an address of memory among it.
            MediaRefusal::Malformed(_) => Self::invalid("offer", "is not valid SDP"),
            MediaRefusal::TooLarge | MediaRefusal::NoFingerprint | MediaRefusal::NoCodec => {
                Self::invalid("offer", refusal.to_string())
            }
        }
    }
}

impl From<Refusal> for Problem {
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
            Refusal::ExtendBy => Self::invalid("minutes", refusal.to_string()),
            Refusal::PractitionerStays | Refusal::SlotOver => Self::Conflict(refusal.to_string()),
        }
    }
}

impl From<Ineligible> for Problem {
    fn from(refusal: Ineligible) -> Self {
        match refusal {
            Ineligible::NotAPractitioner | Ineligible::Disabled => {
                Self::Forbidden("your role may not do this")
            }
            Ineligible::DoesNotAccept => {
                Self::Forbidden("your account does not accept requests; an administrator can change that")
            }
            Ineligible::OwnRequest => Self::Forbidden("nobody accepts a request of his or her own"),
            Ineligible::Gone(status) => Self::RequestGone { status },
            Ineligible::Tier { .. } | Ineligible::OrganizationFirst { .. } => Self::NotFound,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotUnique { what } => Self::Taken(what),
            StoreError::SlotTaken { conflicting: Slot { starts_at, ends_at }, session_id } => {
                Self::SlotTaken { starts_at, ends_at, session_id }
            }
            StoreError::Conflict => Self::VersionConflict,
            StoreError::TakenOver => Self::IdempotencyKeyInUse,
            StoreError::Unavailable(_) => {
                tracing::warn!(%error, "a request waits for the database in vain");
                Self::Unavailable
            }
            StoreError::Unstorable => Self::invalid("", error.to_string()),
            StoreError::Corrupt(_) | StoreError::Setup(_) | StoreError::Internal(_) => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(problem: &Problem) -> Value {
        serde_json::to_value(problem.document()).unwrap()
    }

    #[test]
    fn a_refused_move_tells_what_is_possible() {
        let problem = Problem::from(Refusal::NotNow { state: Status::Completed, asked: Move::Cancel });
        assert_eq!(
            document(&problem),
            json!({
                "type": "about:blank", "title": "Not possible now", "status": 409, "code": "not_allowed_now",
                "detail": "the session is completed; cancel is not possible now",
                "state": "completed", "asked": "cancel", "allowed": ["end"],
            })
        );
    }

    #[test]
    fn fields_are_told_one_by_one() {
        let problem = Problem::invalid("email", "is not an e-mail address");
        assert_eq!(document(&problem)["errors"][0]["field"], "email");
        assert_eq!(document(&problem)["status"], 422);
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let response = Problem::TooManyRequests { retry_after_seconds: 30 }.into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "30");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }
}
