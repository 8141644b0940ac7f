//! `POST /sessions/{id}/passcode`

use axum::extract::State;
use openvisit_app::App;
use openvisit_app::sessions::passcode;
use openvisit_core::ids::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct PasscodeView {
    /// Shown this once.
    pub passcode: String,
}

/// Gives the session a new passcode. The old one is void, and wrong guesses are forgotten.
#[utoipa::path(post, path = "/sessions/{id}/passcode", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PasscodeView)), security(("bearer" = [])))]
pub async fn renew(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<PasscodeView>, Problem> {
    let passcode = passcode::renew(&app, &caller, id).await?;
    Ok(Json(PasscodeView { passcode }))
}
