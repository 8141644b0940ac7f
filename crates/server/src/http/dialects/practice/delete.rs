//! `DELETE /api/video-sessions/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_core::access::Action;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::dialects::refused::Refused;
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// Takes a session off this dialect's lists; one that has not begun is cancelled thereby, one in progress stays.
/// What happened is kept, and the canonical API still shows it.
#[utoipa::path(delete, path = "/api/video-sessions/{id}", tag = "practice", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Refused> {
    let session = super::shown(&mut app.store.read().await?, &caller, &id, Action::Change).await?;
    change(&app, Which::Session(session.id), &caller, Action::Change, |session, moment| {
        if session.deleted_at.is_some() {
            return Err(Problem::NotFound);
        }
        Ok(session.delete(moment.now, moment.relation.into())?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
