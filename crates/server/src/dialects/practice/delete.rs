//! `DELETE /api/video-sessions/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::App;
use openvisit_app::appointments::change;
use openvisit_core::access::Action;

use super::find::find_shown;
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::Path;

/// Takes a session off this dialect's lists; one that has not begun is cancelled thereby, one in progress stays.
/// What happened is kept, and the canonical API still shows it.
#[utoipa::path(delete, path = "/api/video-sessions/{id}", tag = "practice", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let session = find_shown(&mut app.store.read().await?, &caller, &id, Action::Change).await?;
    change::delete(&app, &caller, session.id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
