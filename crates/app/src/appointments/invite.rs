//! Links for somebody without an account: made, and redeemed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::Action;
use openvisit_core::ids::{AppointmentId, InvitationId, PersonId, SessionId};
use openvisit_core::lifecycle::Refusal;
use openvisit_core::person::{INVITATION_ISSUER, Identity, Person};
use openvisit_core::session::PartyRole;
use openvisit_store::{Invitation, Tx};
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::tokens::Issued;
use crate::error::Error;
use crate::sessions::find::find;

/// Whom a link is for.
#[derive(Clone, Debug)]
pub struct Invitee {
    /// The appointment's own client, or a guest.
    pub role: PartyRole,
    pub name: Option<String>,
    pub email: Option<String>,
}

/// A new link.
#[derive(Clone, Debug)]
pub struct Invited {
    pub id: InvitationId,
    /// The secret is in the fragment, which browsers send nowhere. Known this once.
    pub url: String,
    pub expires_at: Timestamp,
}

/// Makes a link that lets a person without an account into this appointment's session.
///
/// # Errors
/// `ended`, and `not_found` or `forbidden`.
pub async fn invite(
    app: &App,
    caller: &Caller,
    id: AppointmentId,
    invitee: Invitee,
) -> Result<Invited, Error> {
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Invite).await?;
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let expires_at = after_the_appointment(session.appointment.slot.ends_at);
    let invitation = Invitation {
        id: InvitationId::new(app.seed()),
        token_hash: token_hash(&secret),
        session_id: session.id,
        role: invitee.role,
        name: invitee.name,
        email: invitee.email,
        created_by: caller.person.id,
        created_at: app.clock.now(),
        expires_at,
        redeemed_at: None,
        person_id: None,
    };
    tx.insert_invitation(&invitation).await?;
    tx.commit().await?;
    let url = format!("{}/invite#{secret}", app.settings.public_url());
    Ok(Invited { id: invitation.id, url, expires_at })
}

/// A link outlives its appointment by a day: calls run late.
fn after_the_appointment(ends_at: Timestamp) -> Timestamp {
    ends_at.checked_add(SignedDuration::from_hours(24)).unwrap_or(ends_at)
}

/// What the store keeps of a link's secret.
fn token_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// Turns a link's secret into a token for its session. The link works again until it expires, so that a closed tab locks
/// nobody out; it is always the same person who comes by it. `name` is how a guest wants to be called.
///
/// # Errors
/// `not_found` for a link that is none, or no more.
pub async fn redeem(app: &App, secret: &str, name: Option<String>) -> Result<(SessionId, Issued), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let invitation = tx
        .invitation(&token_hash(secret))
        .await?
        .filter(|invitation| invitation.expires_at > now)
        .ok_or(Error::NotFound)?;
    let person = invited_person(app, &mut tx, &invitation, name).await?;
    tx.redeem_invitation(invitation.id, person, now).await?;
    tx.commit().await?;
    let life = now.duration_until(invitation.expires_at);
    let issued = app.tokens.only_for(invitation.session_id, person, now, life).map_err(Error::internal)?;
    Ok((invitation.session_id, issued))
}

/// The appointment's client, or the guest whom this invitation made.
async fn invited_person(
    app: &App,
    tx: &mut Tx,
    invitation: &Invitation,
    name: Option<String>,
) -> Result<PersonId, Error> {
    let session = tx.session(invitation.session_id).await?.ok_or(Error::NotFound)?;
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
