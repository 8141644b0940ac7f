//! `POST /sessions/{id}/passcode`, and `/verify`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::passcode;
use openvisit_core::ids::SessionId;
use serde::{Deserialize, Serialize};
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

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct VerifyBody {
    /// Six digits.
    pub passcode: String,
}

/// Says whether the passcode is right, without coming in: a step of its own before joining. Whoever gave the right one is not asked
/// again. Refusals, and what a wrong guess costs, are those of joining.
#[utoipa::path(post, path = "/sessions/{id}/passcode/verify", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = VerifyBody, responses((status = 204)), security(("bearer" = [])))]
pub async fn verify(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<VerifyBody>,
) -> Result<StatusCode, Problem> {
    passcode::check_passcode(&app, &caller, id.into(), Some(body.passcode), &app.settings.policy()).await?;
    Ok(StatusCode::NO_CONTENT)
}
