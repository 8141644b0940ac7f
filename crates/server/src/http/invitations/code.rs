//! `POST /invitations/code`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::appointments::by_code::come_by_code;
use openvisit_core::ids::SessionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::redeem::RedeemView;
use crate::http::address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    #[schema(value_type = uuid::Uuid)]
    #[garde(skip)]
    pub session_id: SessionId,
    /// Six digits.
    #[garde(length(max = 20))]
    #[schema(max_length = 20)]
    pub passcode: String,
    /// How they want to be called.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub name: String,
}

/// Turns a session's passcode into a token for it, for somebody without an account: they wait until they are let in, and
/// the practitioner is told that they came by code. A session that is not there, or does not take anybody by code now,
/// answers as to a wrong passcode. Wrong guesses are counted by address and by session.
#[utoipa::path(post, path = "/invitations/code", tag = "invitations", operation_id = "come_by_code",
    request_body = CodeBody, responses((status = 200, body = RedeemView)), security(()))]
pub async fn post(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<CodeBody>,
) -> Result<Json<RedeemView>, Problem> {
    let CodeBody { session_id, passcode, name } = body;
    let issued = come_by_code(&app, session_id, &passcode, &name, from).await?;
    Ok(Json(RedeemView { access_token: issued.token, expires_in: issued.expires_in, session_id }))
}
