//! `GET /api/video-sessions/{id}`

use axum::extract::State;
use openvisit_app::App;
use openvisit_core::access::Action;

use super::find::find_shown;
use super::jitsi;
use super::view::VideoSession;
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};

/// One session. Where Jitsi carries it, whoever may enter now comes by it, and gets the way in.
#[utoipa::path(get, path = "/api/video-sessions/{id}", tag = "practice", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = VideoSession)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<VideoSession>, Refused> {
    let mut tx = app.store.read().await?;
    let session = find_shown(&mut tx, &caller, &id, Action::See).await?;
    let shown = VideoSession::look(&app, &mut tx, &caller, &session).await?;
    drop(tx);
    let with_the_way_in = jitsi::look(&app, &caller, &session).await?;
    Ok(Json(with_the_way_in.unwrap_or(shown)))
}
