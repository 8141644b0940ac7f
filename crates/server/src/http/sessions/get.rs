//! `GET /sessions/{id}`

use axum::extract::State;
use openvisit_core::ids::SessionId;

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
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
    let (seen, viewer) = super::look(&app, &caller, id).await?;
    super::show_seen(&app, &seen, viewer).await.map(Json)
}
