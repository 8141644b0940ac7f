//! A refusal as this dialect says it: the canonical problem document with this dialect's field names, and on
//! an overlap what is in the way.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldError;
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::ids::SessionId;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::dialects::refused::{Refused, shaped};
use crate::http::problem::Problem;

/// The session in the way. Whose it is, only those are told who may see it.
#[derive(Serialize)]
struct InTheWay {
    session_date: Timestamp,
    end_date: Timestamp,
    id: Option<SessionId>,
    title: Option<String>,
    user_name: Option<String>,
}

/// Adds to a refused slot what is in the way.
pub async fn told(app: &App, caller: &Caller, error: Error) -> Refused {
    let Error::SlotTaken { session_id, starts_at, ends_at, .. } = error else { return error.into() };
    let bare =
        InTheWay { session_date: starts_at, end_date: ends_at, id: None, title: None, user_name: None };
    match seen(app, caller, session_id, bare).await {
        Ok(in_the_way) => {
            let mut refused = Refused::from(error);
            refused.more.insert("conflict".to_owned(), json!(in_the_way));
            refused
        }
        Err(away) => away.into(),
    }
}

async fn seen(app: &App, caller: &Caller, id: SessionId, bare: InTheWay) -> Result<InTheWay, Error> {
    let Some(details) = app.store.session_details(id).await? else { return Ok(bare) };
    let session = &details.session;
    // A guest is no party to it.
    if Relation::of(caller, session).is_none_or(|relation| relation == Relation::Guest) {
        return Ok(bare);
    }
    let (title, user_name) = (session.appointment.title.clone(), details.client_name().map(str::to_owned));
    Ok(InTheWay { id: Some(id), title, user_name, ..bare })
}

/// The layer around this dialect's routes.
pub fn worded(answer: Response) -> Response {
    let content_type = answer.headers().get(CONTENT_TYPE).cloned();
    let mut worded = shaped(answer, shape);
    if let Some(content_type) = content_type {
        worded.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    worded
}

fn shape(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let mut body = match problem {
        Problem::Refused(Error::Invalid(errors)) => {
            Problem::from(Error::Invalid(errors.iter().map(renamed).collect())).document()
        }
        problem => problem.document(),
    };
    body.extras.extend(more);
    (problem.status(), json!(body))
}

fn renamed(error: &FieldError) -> FieldError {
    let field = match error.field.as_str() {
        "practitioner_id" | "practitioner" | "practitioner.subject" => "partner_id",
        "client_id" | "client" | "client.subject" => "user_id",
        "starts_at" => "session_date",
        "passcode" => "password",
        other => other,
    };
    FieldError { field: field.to_owned(), ..error.clone() }
}
