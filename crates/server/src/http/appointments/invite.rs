//! `POST /appointments/{id}/invitations`: a link for somebody without an account.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::appointments::invite::{Invited, Invitee, invite};
use openvisit_core::ids::{AppointmentId, InvitationId};
use openvisit_core::session::PartyRole;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
pub struct InvitationBody {
    #[garde(skip)]
    pub role: InvitedRole,
    #[garde(length(chars, max = 200))]
    pub name: Option<String>,
    #[garde(length(chars, max = 200))]
    pub email: Option<String>,
}

/// The appointment's own client, or a guest (an interpreter, a relative).
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum InvitedRole {
    Client,
    Guest,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationView {
    #[schema(value_type = uuid::Uuid)]
    pub id: InvitationId,
    /// The secret is in the fragment, which browsers send nowhere. Shown this once.
    pub url: String,
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Makes a link that lets a person without an account into this session.
#[utoipa::path(post, path = "/appointments/{id}/invitations", tag = "appointments",
    params(("id" = uuid::Uuid, Path)), request_body = InvitationBody,
    responses((status = 201, body = InvitationView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    Json(body): Json<InvitationBody>,
) -> Result<(StatusCode, Json<InvitationView>), Problem> {
    let invitee = Invitee { role: body.role.into(), name: body.name, email: body.email };
    let Invited { id, url, expires_at } = invite(&app, &caller, id, invitee).await?;
    Ok((StatusCode::CREATED, Json(InvitationView { id, url, expires_at })))
}

impl From<InvitedRole> for PartyRole {
    fn from(role: InvitedRole) -> Self {
        match role {
            InvitedRole::Client => Self::Client,
            InvitedRole::Guest => Self::Guest,
        }
    }
}
