//! `POST /sessions/{id}/start`

use axum::extract::State;
use openvisit_app::App;
use openvisit_app::sessions::start as command;
use openvisit_core::ids::SessionId;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Starts the session by hand, and lets the waiting client in. Starting twice is no error.
#[utoipa::path(post, path = "/sessions/{id}/start", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let details = command::start(&app, &caller, id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
