//! Everything that a request can be refused with, as RFC 9457 problem documents; `problem_kinds` has their status codes.
//! A dialect says the same things in its own shape.

use std::fmt;
use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use metrics::counter;
use openvisit_app::Error;
use openvisit_app::error::{self, FieldCode};
use openvisit_core::lifecycle::Move;
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::problem_kinds::{Kind, PAGE, ProblemCode, kind};
use super::words;

/// Why a request was not answered: what the application refused, and what is wrong with the request itself.
#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    Refused(Error),
    BadRequest(String),
    MethodNotAllowed,
    IdempotencyKeyReused,
    IdempotencyKeyInUse,
    IdempotencyAnswerLost,
    PayloadTooLarge,
    UnsupportedMediaType(&'static str),
    BrokerUnavailable,
    /// Why this server cannot work.
    NotReady(&'static str),
}

impl<E: Into<Error>> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

impl fmt::Display for Problem {
    /// Its `detail`: safe to show, never from a row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => error.fmt(f),
            Self::BadRequest(text) => f.write_str(text),
            Self::MethodNotAllowed => f.write_str("this address does not take this method"),
            Self::IdempotencyKeyReused => {
                f.write_str("this Idempotency-Key was used for another call; use a new one")
            }
            Self::IdempotencyKeyInUse => Error::TakenOver.fmt(f),
            Self::IdempotencyAnswerLost => f.write_str(
                "the first call with this Idempotency-Key was carried out, but its answer was lost; look at what is \
                 there now",
            ),
            Self::PayloadTooLarge => f.write_str("the body is larger than 1 MiB"),
            Self::UnsupportedMediaType(wanted) => write!(f, "the body must be of type {wanted}"),
            Self::NotReady(why) => f.write_str(why),
            Self::BrokerUnavailable => {
                f.write_str("the message broker cannot be reached: events wait for it, calls go on")
            }
        }
    }
}

/// What is wrong with one field of a body or query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Its path, such as `price.currency`.
    pub field: String,
    /// Stable; programs and pages look at this.
    #[schema(value_type = words::FieldCode)]
    pub code: &'static str,
    pub message: String,
}

impl From<&error::FieldError> for FieldError {
    fn from(error: &error::FieldError) -> Self {
        Self { field: error.field.clone(), code: error.code.name(), message: error.message.clone() }
    }
}

/// How a problem looks (`application/problem+json`); some codes carry more fields.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    #[serde(rename = "type")]
    /// A link to what the code means, relative to this server.
    #[schema(example = "/docs/problems#not_found")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    /// Stable; programs look at this.
    #[schema(value_type = ProblemCode)]
    pub code: &'static str,
    pub detail: String,
    #[serde(flatten)]
    #[schema(ignore)]
    pub extras: Map<String, Value>,
}

impl Problem {
    /// The stable code, as the API's description lists it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(error) => error.code(),
            Self::BadRequest(_) => "bad_request",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::IdempotencyKeyInUse => Error::TakenOver.code(),
            Self::IdempotencyAnswerLost => "idempotency_answer_lost",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType(_) => "unsupported_media_type",
            Self::BrokerUnavailable => "broker_unavailable",
            Self::NotReady(_) => "not_ready",
        }
    }

    #[must_use]
    pub fn status(&self) -> StatusCode {
        kind(self.code()).status
    }

    /// What programs may need beyond the code.
    #[must_use]
    pub fn extras(&self) -> Map<String, Value> {
        match self {
            Self::Refused(error) => extras(error),
            _ => Map::new(),
        }
    }

    /// The canonical body.
    #[must_use]
    pub fn document(&self) -> ProblemDocument {
        let Kind { code, status, title, .. } = kind(self.code());
        ProblemDocument {
            kind: format!("{PAGE}#{code}"),
            title,
            status: status.as_u16(),
            code,
            detail: self.to_string(),
            extras: self.extras(),
        }
    }
}

/// What programs may need beyond an error's code.
#[must_use]
pub fn extras(error: &Error) -> Map<String, Value> {
    let extras = match error {
        // Whose session is in the way, is for those who may see it.
        Error::SlotTaken { starts_at, ends_at, party, .. } => {
            json!({ "starts_at": starts_at, "ends_at": ends_at, "party": party })
        }
        Error::NotAllowedNow { state, asked } => {
            json!({ "state": state, "asked": asked.name(), "allowed": Move::allowed_in(*state) })
        }
        Error::Invalid(errors) => {
            json!({ "errors": errors.iter().map(FieldError::from).collect::<Vec<_>>() })
        }
        Error::Taken(field) => {
            let (field, code) = ((*field).to_owned(), FieldCode::Taken.name());
            json!({ "errors": [FieldError { field, code, message: "is taken".to_owned() }] })
        }
        Error::TooManyRequests { retry_after_seconds } => {
            json!({ "retry_after_seconds": retry_after_seconds })
        }
        Error::TooEarly { opens_at, seconds_left } => {
            json!({ "opens_at": opens_at, "seconds_left": seconds_left })
        }
        Error::PasscodeWrong { tries_left } => json!({ "tries_left": tries_left }),
        Error::QuotaExceeded { quota_minutes } => json!({ "quota_minutes": quota_minutes }),
        Error::Ended { status } => json!({ "session_status": status }),
        Error::RequestGone { status } => json!({ "request_status": status }),
        _ => return Map::new(),
    };
    match extras {
        Value::Object(extras) => extras,
        _ => Map::new(),
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

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        counter!("refusals_total", "code" => self.code()).increment(1);
        let document = self.document();
        // A map of strings and numbers always serializes.
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        match &self {
            Self::Refused(Error::Unauthorized) => {
                headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
            }
            Self::Refused(Error::TooManyRequests { retry_after_seconds }) => {
                headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
            }
            _ => {}
        }
        // For a dialect, which says it again in its own shape.
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use openvisit_core::lifecycle::Refusal;
    use openvisit_core::request;
    use openvisit_core::session::{PartyRole, Status};

    use super::*;
    use crate::http::problem_kinds::KINDS;

    fn document(problem: &Problem) -> Value {
        serde_json::to_value(problem.document()).unwrap()
    }

    #[test]
    fn a_refused_move_tells_what_is_possible() {
        let problem = Problem::from(Refusal::NotNow { state: Status::Completed, asked: Move::Cancel });
        assert_eq!(
            document(&problem),
            json!({
                "type": "/docs/problems#not_allowed_now", "title": "Not possible now", "status": 409,
                "code": "not_allowed_now",
                "detail": "the session is completed; cancel is not possible now",
                "state": "completed", "asked": "cancel", "allowed": ["end", "correct"],
            })
        );
    }

    #[test]
    fn fields_are_told_one_by_one() {
        let wrong = Error::invalid("email", FieldCode::Malformed, "is not an e-mail address");
        let document = document(&wrong.into());
        let told = json!({ "field": "email", "code": "malformed", "message": "is not an e-mail address" });
        assert_eq!(document["errors"], json!([told]));
        assert_eq!(document["status"], 422);
    }

    #[test]
    fn who_must_wait_is_told_how_long() {
        let problem = Problem::from(Error::TooManyRequests { retry_after_seconds: 30 });
        let response = problem.into_response();
        assert_eq!(response.headers()[RETRY_AFTER], "30");
        assert_eq!(response.headers()[CONTENT_TYPE], "application/problem+json");
    }

    /// One of each problem. Whoever adds one adds it here, too: [`known`] does not compile otherwise.
    fn everything() -> Vec<Problem> {
        let at = "2030-01-08T10:00:00Z".parse().unwrap();
        let slot = Error::SlotTaken {
            starts_at: at,
            ends_at: at,
            session_id: "01890000-0000-7000-8000-000000000000".parse().unwrap(),
            party: PartyRole::Client,
        };
        let refused = [
            Error::Unauthorized,
            Error::WrongLogin,
            Error::Forbidden("why"),
            Error::NotFound,
            Error::Conflict("why".to_owned()),
            Error::Taken("email"),
            slot,
            Error::VersionConflict,
            Error::NotAllowedNow { state: Status::Completed, asked: Move::Cancel },
            Error::TakenOver,
            Error::invalid("email", FieldCode::Malformed, "why"),
            Error::TooManyRequests { retry_after_seconds: 1 },
            Error::Internal,
            Error::Unavailable,
            Error::MediaUnavailable,
            Error::Busy,
            Error::TooEarly { opens_at: at, seconds_left: 1 },
            Error::PaymentRequired,
            Error::PasscodeRequired,
            Error::PasscodeWrong { tries_left: 1 },
            Error::Locked,
            Error::QuotaExceeded { quota_minutes: 1 },
            Error::Ended { status: Status::Completed },
            Error::Full,
            Error::Denied,
            Error::NoCall,
            Error::RequestGone { status: request::Status::Accepted },
            Error::RequestGone { status: request::Status::Expired },
        ];
        let problems = [
            Problem::BadRequest("why".to_owned()),
            Problem::MethodNotAllowed,
            Problem::IdempotencyKeyReused,
            Problem::IdempotencyKeyInUse,
            Problem::IdempotencyAnswerLost,
            Problem::PayloadTooLarge,
            Problem::UnsupportedMediaType("why"),
            Problem::BrokerUnavailable,
            Problem::NotReady("why"),
        ];
        refused.into_iter().map(Problem::Refused).chain(problems).collect()
    }

    /// Which of them it is, as a name without what it holds.
    fn known(problem: &Problem) -> String {
        match problem {
            Problem::Refused(
                Error::Unauthorized
                | Error::WrongLogin
                | Error::Forbidden(_)
                | Error::NotFound
                | Error::Conflict(_)
                | Error::Taken(_)
                | Error::SlotTaken { .. }
                | Error::VersionConflict
                | Error::NotAllowedNow { .. }
                | Error::TakenOver
                | Error::Invalid(_)
                | Error::TooManyRequests { .. }
                | Error::Internal
                | Error::Unavailable
                | Error::MediaUnavailable
                | Error::Busy
                | Error::TooEarly { .. }
                | Error::PaymentRequired
                | Error::PasscodeRequired
                | Error::PasscodeWrong { .. }
                | Error::Locked
                | Error::QuotaExceeded { .. }
                | Error::Ended { .. }
                | Error::Full
                | Error::Denied
                | Error::NoCall
                | Error::RequestGone { .. },
            )
            | Problem::BadRequest(_)
            | Problem::MethodNotAllowed
            | Problem::IdempotencyKeyReused
            | Problem::IdempotencyKeyInUse
            | Problem::IdempotencyAnswerLost
            | Problem::PayloadTooLarge
            | Problem::UnsupportedMediaType(_)
            | Problem::BrokerUnavailable
            | Problem::NotReady(_) => format!("{problem:?}"),
        }
    }

    #[test]
    fn every_code_that_can_be_sent_is_explained_and_no_other() {
        let sent: BTreeSet<_> = everything().iter().map(Problem::code).collect();
        let explained: BTreeSet<_> = KINDS.iter().map(|kind| kind.code).collect();
        assert_eq!(sent, explained);
        assert_eq!(explained.len(), KINDS.len(), "one is explained twice");
        let all: BTreeSet<_> = everything().iter().map(known).collect();
        assert_eq!(all.len(), everything().len());
    }

    #[test]
    fn what_a_code_has_besides_is_explained_and_nothing_else() {
        for kind in KINDS {
            let sent = everything().into_iter().filter(|problem| problem.code() == kind.code);
            let sent: BTreeSet<_> =
                sent.flat_map(|problem| problem.extras().into_iter()).map(|(name, _)| name).collect();
            let explained: BTreeSet<_> = kind.extras.iter().map(|extra| extra.name.to_owned()).collect();
            assert_eq!(sent, explained, "{}", kind.code);
        }
    }

    #[test]
    fn the_description_has_every_code_of_a_field() {
        use utoipa::PartialSchema;
        let described = serde_json::to_value(words::FieldCode::schema()).unwrap();
        let codes: Vec<_> = FieldCode::ALL.into_iter().map(FieldCode::name).collect();
        assert_eq!(described["enum"], json!(codes));
    }
}
