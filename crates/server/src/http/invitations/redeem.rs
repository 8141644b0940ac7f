//! `POST /invitations/redeem`

use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::person::{INVITATION_ISSUER, Identity, Person};
use openvisit_core::session::PartyRole;
use openvisit_store::{Invitation, Tx};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::token_hash;
use crate::app::App;
use crate::http::extract::Json;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
pub struct RedeemBody {
    /// The fragment of the invitation's link.
    #[garde(length(max = 200))]
    pub token: String,
    /// How a guest wants to be called.
    #[garde(length(chars, max = 200))]
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

/// Turns an invitation into a token for its session. The link works again until it expires, so that a
/// closed tab locks nobody out; it is always the same person who comes by it.
#[utoipa::path(post, path = "/invitations/redeem", tag = "invitations", request_body = RedeemBody,
    responses((status = 200, body = RedeemView)), security(()))]
pub async fn post(State(app): State<App>, Json(body): Json<RedeemBody>) -> Result<Json<RedeemView>, Problem> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let invitation = tx
        .invitation(&token_hash(&body.token))
        .await?
        .filter(|invitation| invitation.expires_at > now)
        .ok_or(Problem::NotFound)?;
    let person = visitor(&app, &mut tx, &invitation, body.name).await?;
    tx.redeem_invitation(invitation.id, person, now).await?;
    tx.commit().await?;
    let session_id = invitation.session_id;
    let life = now.duration_until(invitation.expires_at);
    let issued = app.tokens.only_for(session_id, person, now, life).map_err(Problem::internal)?;
    Ok(Json(RedeemView { access_token: issued.token, expires_in: issued.expires_in, session_id }))
}

/// The appointment's client, or the guest whom this invitation made.
async fn visitor(
    app: &App,
    tx: &mut Tx,
    invitation: &Invitation,
    name: Option<String>,
) -> Result<PersonId, Problem> {
    let session = tx.session(invitation.session_id).await?.ok_or(Problem::NotFound)?;
    if invitation.role == PartyRole::Client {
        return Ok(session.appointment.client_id);
    }
    if let Some(known) = invitation.person_id {
        return Ok(known);
    }
    let person = Person {
        id: PersonId::new(app.seed()),
        identity: Identity { issuer: INVITATION_ISSUER.to_owned(), subject: invitation.id.to_string() },
        email: invitation.email.clone(),
        name: name
            .or_else(|| invitation.name.clone())
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| "Guest".to_owned()),
        roles: vec![],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        practitioner: None,
        created_by: Some(invitation.created_by),
        created_at: app.clock.now(),
    };
    // Two tabs may come by the link at once.
    Ok(tx.person_or_insert(&person).await?.id)
}
