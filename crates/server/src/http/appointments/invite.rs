//! `POST /appointments/{id}/invitations`: a link for somebody without an account.

use axum::extract::State;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::Action;
use openvisit_core::ids::{AppointmentId, InvitationId};
use openvisit_core::lifecycle::Refusal;
use openvisit_core::session::PartyRole;
use openvisit_store::Invitation;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, find};
use crate::http::extract::{Json, Path};
use crate::http::invitations::token_hash;
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
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, Which::Appointment(id), &caller, Action::Invite).await?;
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let expires_at = after_the_appointment(session.appointment.slot.ends_at);
    let invitation = Invitation {
        id: InvitationId::new(app.seed()),
        token_hash: token_hash(&secret),
        session_id: session.id,
        role: match body.role {
            InvitedRole::Client => PartyRole::Client,
            InvitedRole::Guest => PartyRole::Guest,
        },
        name: body.name,
        email: body.email,
        created_by: caller.person.id,
        created_at: app.clock.now(),
        expires_at,
        redeemed_at: None,
        person_id: None,
    };
    tx.insert_invitation(&invitation).await?;
    tx.commit().await?;
    let url = format!("{}/invite#{secret}", app.settings.public_url());
    Ok((StatusCode::CREATED, Json(InvitationView { id: invitation.id, url, expires_at })))
}

/// A link outlives its appointment by a day: calls run late.
fn after_the_appointment(ends_at: Timestamp) -> Timestamp {
    ends_at.checked_add(SignedDuration::from_hours(24)).unwrap_or(ends_at)
}
