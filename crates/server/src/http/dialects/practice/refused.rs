//! A refusal as this dialect says it: the canonical problem document with this dialect's field names, and on
//! an overlap what is in the way.

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use jiff::Timestamp;
use openvisit_core::access::Relation;
use openvisit_core::ids::SessionId;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::dialects::refused::{Refused, shaped};
use crate::http::problem::{FieldError, Problem};
use crate::http::sessions::names;

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
pub async fn told(app: &App, caller: &Caller, problem: Problem) -> Refused {
    let Problem::SlotTaken { session_id, starts_at, ends_at } = problem else { return problem.into() };
    let bare =
        InTheWay { session_date: starts_at, end_date: ends_at, id: None, title: None, user_name: None };
    match seen(app, caller, session_id, bare).await {
        Ok(in_the_way) => {
            let mut refused = Refused::from(problem);
            refused.more.insert("conflict".to_owned(), json!(in_the_way));
            refused
        }
        Err(away) => away.into(),
    }
}

async fn seen(app: &App, caller: &Caller, id: SessionId, bare: InTheWay) -> Result<InTheWay, Problem> {
    let mut tx = app.store.read().await?;
    let session = tx.session(id).await?;
    // A guest is no party to it.
    let may_see = |relation: &Relation| *relation != Relation::Guest;
    let visible = session.filter(|session| Relation::of(caller, session).filter(may_see).is_some());
    let Some(session) = visible else { return Ok(bare) };
    let names = names(&mut tx, std::slice::from_ref(&session)).await?;
    let user_name = names.of(session.appointment.client_id).name;
    Ok(InTheWay { id: Some(id), title: session.appointment.title, user_name, ..bare })
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
        Problem::Invalid(errors) => Problem::Invalid(errors.iter().map(renamed).collect()).document(),
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
    FieldError { field: field.to_owned(), message: error.message.clone() }
}
