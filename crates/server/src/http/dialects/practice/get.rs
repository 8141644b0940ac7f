//! `GET /api/video-sessions/{id}`

use axum::extract::State;
use openvisit_core::access::Action;

use super::view::VideoSession;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::dialects::refused::Refused;
use crate::http::extract::{Json, Path};

/// One session.
#[utoipa::path(get, path = "/api/video-sessions/{id}", tag = "practice", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = VideoSession)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<VideoSession>, Refused> {
    let session = super::shown(&mut app.store.read().await?, &caller, &id, Action::See).await?;
    Ok(Json(super::show(&app, &caller, &session).await?))
}
