//! `POST /sessions/{id}/start`

use axum::extract::State;
use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::usage;

/// Starts the session by hand, and lets the waiting client in. Starting twice is no error.
#[utoipa::path(post, path = "/sessions/{id}/start", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let policy = usage::policy(&app).await?;
    let session = change(&app, Which::Session(id), &caller, Action::Start, move |session, moment| {
        Ok(session.start(moment.now, &policy, moment.relation.into())?)
    })
    .await?;
    super::show(&app, &caller, &session).await.map(Json)
}
