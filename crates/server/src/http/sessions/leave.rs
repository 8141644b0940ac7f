//! `POST /sessions/{id}/leave`

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::App;
use openvisit_app::sessions::leave as command;
use openvisit_core::ids::SessionId;

use crate::http::caller::Caller;
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// Hangs up without ending the session: who leaves may come back.
#[utoipa::path(post, path = "/sessions/{id}/leave", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn leave(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    command::leave(&app, &caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
