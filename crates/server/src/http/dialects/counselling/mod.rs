//! The counselling dialect: psychologist and client, `/api/video-calls`. Its sockets are in
//! [`crate::realtime::counselling`].

pub mod view;
pub mod words;

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_core::access::Relation;
use openvisit_core::appointment::StartedBy;
use openvisit_core::lifecycle::Move;
use openvisit_core::person::Role;
use openvisit_core::session::{Session, Status};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ids;
use super::refused::in_shape;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::Which;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::http::sessions::end::{EndBody, end as end_session};
use crate::http::sessions::join::start_and_enter;
use view::CounsellingSession;

/// Whoever may, where the booking does not say: this contract knows no other rule.
pub const STARTED_BY: StartedBy = StartedBy::Either;

pub fn routes() -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new().routes(routes!(start)).routes(routes!(end)).routes(routes!(get));
    in_shape(routes, "/api/video-calls", refused)
}

fn refused(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let status = match problem {
        Problem::NotAllowedNow { .. } | Problem::Ended { .. } | Problem::PaymentRequired => {
            StatusCode::BAD_REQUEST
        }
        other => other.status(),
    };
    let mut body = json!({ "success": false, "error": words::refusal(problem), "code": problem.code() });
    if let Some(body) = body.as_object_mut() {
        // Of a move the sentence says it all, in this contract's words.
        if !matches!(problem, Problem::NotAllowedNow { .. }) {
            body.extend(problem.extras());
        }
        body.extend(more);
    }
    (status, body)
}

/// Every answer of this dialect.
#[derive(Serialize, ToSchema)]
#[schema(as = CounsellingAnswer)]
struct Answer {
    success: bool,
    message: &'static str,
    session: CounsellingSession,
    /// What is unusual about the call: it never started, was very short or very long.
    warnings: Vec<&'static str>,
}

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[schema(as = CounsellingStart)]
#[garde(allow_unvalidated)]
struct StartBody {
    /// Six digits; asked of the client once, where the session was booked with a passcode.
    passcode: Option<String>,
}

/// The call begins. Starting what is in progress is no error.
#[utoipa::path(post, path = "/api/video-calls/start/{sessionId}", tag = "counselling",
    params(("sessionId" = uuid::Uuid, Path)), request_body = Option<StartBody>,
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<StartBody>,
) -> Result<Json<Answer>, Problem> {
    let session = find(&app, &caller, &id).await?;
    let (session, _) =
        start_and_enter(&app, &caller, Which::Session(session.id), body.passcode, STARTED_BY).await?;
    answer(&app, &caller, "The video call is in progress", &session).await
}

/// The call ends, for everyone. What has ended is given again.
#[utoipa::path(post, path = "/api/video-calls/end/{sessionId}", tag = "counselling",
    params(("sessionId" = uuid::Uuid, Path)),
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let session = find(&app, &caller, &id).await?;
    let session = end_session(&app, &caller, Which::Session(session.id), EndBody::default()).await?;
    if session.state.status() == Status::Cancelled {
        // Of a cancelled one there is nothing to end; these words have no other for it.
        return Err(Problem::NotAllowedNow { state: Status::Cancelled, asked: Move::End });
    }
    if !words::warnings(&session).is_empty() {
        let seconds = session.duration().map(|duration| duration.as_secs());
        tracing::warn!(session = %session.id, seconds, "a video call of unusual length ended");
    }
    answer(&app, &caller, "The video call has ended", &session).await
}

/// The session with the call's status, duration and statistics.
#[utoipa::path(get, path = "/api/video-calls/session/{sessionId}", tag = "counselling",
    params(("sessionId" = uuid::Uuid, Path)),
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let session = find(&app, &caller, &id).await?;
    answer(&app, &caller, "The session was found", &session).await
}

/// A session of the caller's, or any for an administrator. Unlike elsewhere, others are told that it is there.
async fn find(app: &App, caller: &Caller, id: &str) -> Result<Session, Problem> {
    let Which::Session(id) = ids::session(id)? else { return Err(Problem::NotFound) };
    let session = app.store.read().await?.session(id).await?.ok_or(Problem::NotFound)?;
    let own = match Relation::of(caller, &session) {
        Some(Relation::Practitioner | Relation::Client) => true,
        Some(_) => caller.only_session.is_none() && caller.is(Role::Admin),
        None => false,
    };
    let others = Problem::Forbidden("only the session's client, its psychologist or an administrator may");
    if own { Ok(session) } else { Err(others) }
}

async fn answer(
    app: &App,
    caller: &Caller,
    message: &'static str,
    session: &Session,
) -> Result<Json<Answer>, Problem> {
    let warnings = words::warnings(session);
    let session = CounsellingSession::of(app, caller, session).await?;
    Ok(Json(Answer { success: true, message, session, warnings }))
}
