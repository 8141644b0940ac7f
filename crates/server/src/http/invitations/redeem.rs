//! `POST /invitations/redeem`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::appointments::invite::redeem;
use openvisit_core::ids::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::extract::Json;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RedeemBody {
    /// The fragment of the invitation's link.
    #[garde(length(max = 200))]
    #[schema(max_length = 200)]
    pub token: String,
    /// How a guest wants to be called.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct RedeemView {
    /// Reaches this one session and nothing else.
    pub access_token: String,
    pub expires_in: i64,
    #[schema(value_type = uuid::Uuid)]
    pub session_id: SessionId,
}

/// Turns an invitation into a token for its session, which is good for 12 hours, or as long as the invitation where
/// the appointment is later than that, and never longer than the invitation. The link works again, also on another
/// device, so that a closed tab locks nobody out; it is always the same person who comes by it.
#[utoipa::path(post, path = "/invitations/redeem", tag = "invitations", request_body = RedeemBody,
    responses((status = 200, body = RedeemView)), security(()))]
pub async fn post(State(app): State<App>, Json(body): Json<RedeemBody>) -> Result<Json<RedeemView>, Problem> {
    let (session_id, issued) = redeem(&app, &body.token, body.name).await?;
    Ok(Json(RedeemView { access_token: issued.token, expires_in: issued.expires_in, session_id }))
}
