//! `GET /sessions/{id}`

use axum::extract::State;
use openvisit_app::App;
use openvisit_app::sessions::find::look;
use openvisit_core::ids::SessionId;

use super::show::show;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// One session, as the caller may see it.
#[utoipa::path(get, path = "/sessions/{id}", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let (details, viewer) = look(&app, &caller, id).await?;
    Ok(Json(show(&app, &details, viewer).await?))
}
