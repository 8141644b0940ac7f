//! `/api/video-calls`.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::auth::caller;
use openvisit_app::sessions::end::end as end_session;
use openvisit_app::sessions::find::look;
use openvisit_app::sessions::notes::Notes;
use openvisit_app::sessions::start::start_and_enter;
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Move;
use openvisit_core::person::Role;
use openvisit_core::session::Status;
use openvisit_store::SessionDetails;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::register;
use super::view::CounsellingSession;
use super::words::{self, STARTED_BY};
use crate::dialects::ids;
use crate::dialects::refused::in_shape;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    let routes =
        OpenApiRouter::new().routes(routes!(start)).routes(routes!(end)).routes(routes!(get, register::put));
    in_shape(routes, "/api/video-calls", refused)
}

fn refused(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let status = match problem {
        Problem::Refused(Error::NotAllowedNow { .. } | Error::Ended { .. } | Error::PaymentRequired) => {
            StatusCode::BAD_REQUEST
        }
        other => other.status(),
    };
    let mut body = json!({ "success": false, "error": words::problem(problem), "code": problem.code() });
    if let Some(body) = body.as_object_mut() {
        // Of a move the sentence says it all, in this contract's words.
        if !matches!(problem, Problem::Refused(Error::NotAllowedNow { .. })) {
            body.extend(problem.extras());
        }
        body.extend(more);
    }
    (status, body)
}

/// Every answer of this dialect.
#[derive(Serialize, ToSchema)]
#[schema(as = CounsellingAnswer)]
pub(super) struct Answer {
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
    params(("sessionId" = String, Path, description = "the caller's own system's, or ours")), request_body = Option<StartBody>,
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<StartBody>,
) -> Result<Json<Answer>, Problem> {
    let id = find(&app, &caller, &id).await?;
    let started = start_and_enter(&app, &caller, id, body.passcode, STARTED_BY).await?;
    Ok(answer(&app, &caller, "The video call is in progress", &started.details)?)
}

/// The call ends, for everyone. What has ended is given again.
#[utoipa::path(post, path = "/api/video-calls/end/{sessionId}", tag = "counselling",
    params(("sessionId" = String, Path, description = "the caller's own system's, or ours")),
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let id = find(&app, &caller, &id).await?;
    let details = end_session(&app, &caller, id, None, Notes::default()).await?;
    let session = &details.session;
    if session.state.status() == Status::Cancelled {
        // Of a cancelled one there is nothing to end; these words have no other for it.
        return Err(Error::NotAllowedNow { state: Status::Cancelled, asked: Move::End }.into());
    }
    if !words::warnings(session).is_empty() {
        let seconds = session.duration().map(|duration| duration.as_secs());
        tracing::warn!(session = %session.id, seconds, "a video call of unusual length ended");
    }
    Ok(answer(&app, &caller, "The video call has ended", &details)?)
}

/// The session with the call's status, duration and statistics.
#[utoipa::path(get, path = "/api/video-calls/session/{sessionId}", tag = "counselling",
    params(("sessionId" = String, Path, description = "the caller's own system's, or ours")),
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let id = find(&app, &caller, &id).await?;
    let (details, _) = look(&app, &caller, id).await?;
    Ok(answer(&app, &caller, "The session was found", &details)?)
}

/// A session of the caller's, or any for an administrator. Unlike elsewhere, others are told that it is there.
pub(super) async fn find(app: &App, caller: &caller::Caller, id: &str) -> Result<SessionId, Error> {
    let session = ids::session_or_external(&mut app.store.read().await?, caller, id).await?;
    let own = match Relation::of(caller, &session) {
        Some(Relation::Practitioner | Relation::Client) => true,
        Some(_) => caller.only_session.is_none() && caller.is(Role::Admin),
        None => false,
    };
    let others = Error::Forbidden("only the session's client, its psychologist or an administrator may");
    if own { Ok(session.id) } else { Err(others) }
}

pub(super) fn answer(
    app: &App,
    caller: &Caller,
    message: &'static str,
    details: &SessionDetails,
) -> Result<Json<Answer>, Error> {
    let warnings = words::warnings(&details.session);
    let session = CounsellingSession::of(app, caller, details)?;
    Ok(Json(Answer { success: true, message, session, warnings }))
}
