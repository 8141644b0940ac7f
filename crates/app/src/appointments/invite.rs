//! Links for somebody without an account: made, redeemed, listed and withdrawn.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::Action;
use openvisit_core::ids::{AppointmentId, InvitationId, PersonId, SessionId};
use openvisit_core::lifecycle::Refusal;
use openvisit_core::person::{INVITATION_ISSUER, Identity, Person};
use openvisit_core::session::{PartyRole, Session};
use openvisit_store::{Invitation, Tx};
use sha2::{Digest as _, Sha256};

use crate::announce::{self, Announcement};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::tokens::{Issued, Pass};
use crate::error::Error;
use crate::messages::enqueue;
use crate::sessions::change::change_by_itself;
use crate::sessions::find::find;

/// How long somebody need not open their link again at least. It is looked at on each use meanwhile.
pub(super) const PASS_LIFE: SignedDuration = SignedDuration::from_hours(12);

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
    /// As the appointment stands now: it is good as long as that is.
    pub expires_at: Timestamp,
}

/// Makes a link that lets a person without an account into this appointment's session. All links for the client are for
/// the same person, so that each letter and each copy may have one of its own.
///
/// # Errors
/// `ended`, and `not_found` or `forbidden`.
pub async fn invite(
    app: &App,
    caller: &Caller,
    id: AppointmentId,
    invitee: Invitee,
) -> Result<Invited, Error> {
    let secret = new_secret();
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Invite).await?;
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let invitation = Invitation {
        id: InvitationId::new(app.seed()),
        token_hash: token_hash(&secret),
        session_id: session.id,
        role: invitee.role,
        name: invitee.name,
        email: invitee.email,
        by_code: false,
        created_by: caller.person.id,
        created_at: app.clock.now(),
        last_used_at: None,
        withdrawn_at: None,
        person_id: None,
    };
    tx.insert_invitation(&invitation).await?;
    enqueue::of_guest(app, &mut tx, &invitation, &session, &secret).await?;
    tx.commit().await?;
    app.messages.wake();
    let url = format!("{}/invite#{secret}", app.settings.public_url());
    Ok(Invited { id: invitation.id, url, expires_at: session.invitations_end_at() })
}

/// A secret for a link.
pub(crate) fn new_secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What the store keeps of a link's secret.
pub(crate) fn token_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}

/// Turns a link's secret into a token for its session. The link works again, also on another device, so that a closed tab
/// locks nobody out; it is always the same person who comes by it. `name` is how a guest wants to be called.
///
/// # Errors
/// `not_found` for a link that is none, or no more.
pub async fn redeem(app: &App, secret: &str, name: Option<String>) -> Result<(SessionId, Issued), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let invitation = tx.invitation(&token_hash(secret)).await?.ok_or(Error::NotFound)?;
    let session = session_of(&mut tx, &invitation, now).await?.ok_or(Error::NotFound)?;
    let person = match invitation.role {
        PartyRole::Client => session.appointment.client_id,
        _ => guest(app, &mut tx, &invitation, name).await?,
    };
    tx.use_invitation(invitation.id, person, now).await?;
    tx.commit().await?;
    Ok((session.id, issue(app, &invitation, person, life(&session, now))?))
}

/// How long what a link gives is good: whoever opened it days before need not open it again on the day.
fn life(session: &Session, now: Timestamp) -> SignedDuration {
    let is_later = now.duration_until(session.appointment.slot.ends_at) > PASS_LIFE;
    if is_later { now.duration_until(session.invitations_end_at()) } else { PASS_LIFE }
}

/// A token for whoever comes by an invitation.
pub(super) fn issue(
    app: &App,
    invitation: &Invitation,
    person: PersonId,
    life: SignedDuration,
) -> Result<Issued, Error> {
    let pass = Pass { session: invitation.session_id, invitation: invitation.id };
    app.tokens.only_for(pass, person, app.clock.now(), life).map_err(Error::internal)
}

/// The session that an invitation opens now: none where it was withdrawn, or its appointment is over.
async fn session_of(tx: &mut Tx, invitation: &Invitation, now: Timestamp) -> Result<Option<Session>, Error> {
    if invitation.withdrawn_at.is_some() {
        return Ok(None);
    }
    let session = tx.session(invitation.session_id).await?;
    Ok(session.filter(|session| session.takes_invitations(now)))
}

/// The invitation behind what somebody was given for it, as long as it is good.
///
/// # Errors
/// Those of the store.
pub async fn standing(app: &App, pass: Pass, person: PersonId) -> Result<Option<Invitation>, Error> {
    let mut tx = app.store.read().await?;
    let found = tx.invitation_by_id(pass.invitation).await?;
    let theirs = |it: &Invitation| it.session_id == pass.session && it.person_id == Some(person);
    let Some(invitation) = found.filter(theirs) else { return Ok(None) };
    let session = session_of(&mut tx, &invitation, app.clock.now()).await?;
    Ok(session.map(|_| invitation))
}

/// What lets somebody into an appointment's session without an account, the oldest first.
///
/// # Errors
/// Those of [`find`].
pub async fn list(app: &App, caller: &Caller, id: AppointmentId) -> Result<Vec<Invitation>, Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Invite).await?;
    Ok(tx.invitations(session.id).await?)
}

/// Withdraws an invitation, and with one of the client's all that are: they are for one person, and who has which of
/// them nobody can tell. What they let in is out at once. Withdrawing twice is no error.
///
/// # Errors
/// Those of [`find`], and `not_found` for an invitation to another session.
pub async fn withdraw(
    app: &App,
    caller: &Caller,
    id: AppointmentId,
    invitation: InvitationId,
) -> Result<(), Error> {
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Invite).await?;
    let found = tx.invitation_by_id(invitation).await?;
    let asked = found.filter(|it| it.session_id == session.id).ok_or(Error::NotFound)?;
    let same = |it: &Invitation| it.id == asked.id || (it.role == asked.role && it.role == PartyRole::Client);
    let mut ids = vec![asked.id];
    for it in tx.invitations(session.id).await?.into_iter().filter(same) {
        tx.withdraw_invitation(it.id, app.clock.now()).await?;
        ids.push(it.id);
    }
    tx.commit().await?;
    change_by_itself(app, session.id, |session, now| session.withdraw(now, &ids)).await?;
    if let Some(person) = asked.person_id.or(client_of(&asked, &session)) {
        announce::tell(app, &Announcement::Withdrawn { session: session.id, person }).await?;
    }
    Ok(())
}

fn client_of(invitation: &Invitation, session: &Session) -> Option<PersonId> {
    (invitation.role == PartyRole::Client).then_some(session.appointment.client_id)
}

/// The guest whom this invitation made.
pub(super) async fn guest(
    app: &App,
    tx: &mut Tx,
    invitation: &Invitation,
    name: Option<String>,
) -> Result<PersonId, Error> {
    if let Some(known) = invitation.person_id {
        return Ok(known);
    }
    let person = Person {
        id: PersonId::new(app.seed()),
        identity: Identity { issuer: INVITATION_ISSUER.to_owned(), subject: invitation.id.to_string() },
        email: invitation.email.clone(),
        phone: None,
        name: name
            .or_else(|| invitation.name.clone())
            .filter(|name| !name.trim().is_empty())
            .unwrap_or_else(|| "Guest".to_owned()),
        roles: vec![],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: None,
        created_by: Some(invitation.created_by),
        created_at: app.clock.now(),
    };
    // Two tabs may come by the link at once.
    Ok(tx.person_or_insert(&person).await?.id)
}
