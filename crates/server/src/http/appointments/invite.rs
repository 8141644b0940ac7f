//! `/appointments/{id}/invitations`: links for somebody without an account, made, listed and withdrawn.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::appointments::invite::{self, Invited, Invitee};
use openvisit_core::ids::{AppointmentId, InvitationId};
use openvisit_core::session::PartyRole;
use openvisit_store::Invitation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct InvitationBody {
    #[garde(skip)]
    pub role: InvitedRole,
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub name: Option<String>,
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
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
    /// As the appointment stands now: it is good as long as that is, wherever it is moved.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ListedInvitations {
    /// The oldest first; none that was withdrawn.
    pub items: Vec<ListedInvitation>,
}

/// What lets somebody in without an account. The link itself is known to whoever got it alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedInvitation {
    #[schema(value_type = uuid::Uuid)]
    pub id: InvitationId,
    #[schema(value_type = InvitedRole)]
    pub role: PartyRole,
    /// Of a guest, where it is known.
    pub name: Option<String>,
    /// Whether somebody came by the session's passcode, without a link.
    pub by_code: bool,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When somebody last came by it; null for nobody yet.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

impl From<Invitation> for ListedInvitation {
    fn from(invitation: Invitation) -> Self {
        let Invitation { id, role, name, by_code, created_at, last_used_at, .. } = invitation;
        Self { id, role, name, by_code, created_at, last_used_at }
    }
}

/// Makes a link that lets a person without an account into this session. It counts as the passcode given.
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
    let Invited { id, url, expires_at } = invite::invite(&app, &caller, id, invitee).await?;
    Ok((StatusCode::CREATED, Json(InvitationView { id, url, expires_at })))
}

/// The invitations into this appointment's session.
#[utoipa::path(get, path = "/appointments/{id}/invitations", tag = "appointments", operation_id = "list_invitations",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ListedInvitations)),
    security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
) -> Result<Json<ListedInvitations>, Problem> {
    let invitations = invite::list(&app, &caller, id).await?;
    Ok(Json(ListedInvitations { items: invitations.into_iter().map(Into::into).collect() }))
}

/// Withdraws an invitation; with one of the client's, all that are. Whoever came by it is out at once.
#[utoipa::path(delete, path = "/appointments/{id}/invitations/{invitation}", tag = "appointments",
    operation_id = "withdraw_invitation",
    params(("id" = uuid::Uuid, Path), ("invitation" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn withdraw(
    State(app): State<App>,
    caller: Caller,
    Path((id, invitation)): Path<(AppointmentId, InvitationId)>,
) -> Result<StatusCode, Problem> {
    invite::withdraw(&app, &caller, id, invitation).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<InvitedRole> for PartyRole {
    fn from(role: InvitedRole) -> Self {
        match role {
            InvitedRole::Client => Self::Client,
            InvitedRole::Guest => Self::Guest,
        }
    }
}
