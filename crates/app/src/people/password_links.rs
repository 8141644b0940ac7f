//! Links by which somebody chooses a password: one who forgot theirs, by e-mail, and one who has a new account.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::PersonId;
use openvisit_core::message::Kind;
use openvisit_core::person::LOCAL_ISSUER;

use crate::app::App;
use crate::appointments::invite::{new_secret, token_hash};
use crate::auth::budget::{self, Budget};
use crate::auth::throttle::network;
use crate::error::Error;
use crate::messages::enqueue;
use crate::people::signed_out;

/// How long a link is good for whoever forgot their password ..
const RESET_LIFE: SignedDuration = SignedDuration::from_hours(1);
/// .. and for whoever was given an account.
const INVITATION_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How often somebody may ask for one, whether there is such an account or not.
const PER_ACCOUNT: Budget = Budget { guesses: 3, within: SignedDuration::from_hours(1) };
const PER_ADDRESS: Budget = Budget { guesses: 20, within: SignedDuration::from_hours(1) };

/// A new link.
#[derive(Clone, Debug)]
pub struct PasswordLink {
    /// The secret is in the fragment, which browsers send nowhere. Known this once.
    pub url: String,
    pub expires_at: Timestamp,
    /// Whether it goes to its owner by e-mail as well.
    pub emailed: bool,
}

/// Whether passwords that were forgotten are chosen anew by e-mail.
#[must_use]
pub fn are_emailed(app: &App) -> bool {
    app.messages.are_on() && app.settings.local_login
}

/// Somebody has forgotten their password. Whether there is such an account, neither the answer tells nor how long it takes:
/// the rest is done afterwards.
///
/// # Errors
/// `too_many_requests`, and `forbidden` where no e-mail is sent.
pub async fn forgot(app: &App, email: &str, from: IpAddr) -> Result<(), Error> {
    if !are_emailed(app) {
        return Err(Error::Forbidden("this server sends no e-mail; ask an administrator for a link"));
    }
    let email = email.trim().to_lowercase();
    let who = |kind: &str, what: &str| app.sealer.fingerprint(&[b"forgot", kind.as_bytes(), what.as_bytes()]);
    let account = (format!("forgot {}", who("account", &email)), PER_ACCOUNT);
    let address = (format!("forgot {}", who("address", &network(from).to_string())), PER_ADDRESS);
    budget::count(app, &[account, address]).await?;
    let app = app.clone();
    tokio::spawn(async move {
        if let Err(error) = send(&app, &email).await {
            tracing::warn!(code = error.code(), "a link to choose another password could not be made");
        }
    });
    Ok(())
}

async fn send(app: &App, email: &str) -> Result<(), Error> {
    let found = app.store.read().await?.local_person(email).await?;
    let Some(person) = found.filter(|person| !person.disabled) else { return Ok(()) };
    give(app, person.id, Kind::PasswordReset, RESET_LIFE).await.map(drop)
}

/// An administrator gives somebody a link, by which they choose their first password, or another one.
///
/// # Errors
/// `not_found`, `conflict` for whoever signs in elsewhere, is disabled or has no address to sign in with, and `forbidden`
/// where this server keeps no passwords.
pub async fn invite(app: &App, id: PersonId) -> Result<PasswordLink, Error> {
    let found = app.store.read().await?.person(id).await?;
    let person = found.filter(|person| !person.is_service_account()).ok_or(Error::NotFound)?;
    if !app.settings.local_login {
        return Err(Error::Forbidden("this server keeps no passwords; people sign in at its issuer"));
    }
    if person.identity.issuer != LOCAL_ISSUER || person.email.is_none() || person.disabled {
        let text = "a link is for an enabled account of this server that has an e-mail address";
        return Err(Error::Conflict(text.to_owned()));
    }
    give(app, id, Kind::AccountInvitation, INVITATION_LIFE).await
}

async fn give(app: &App, person: PersonId, kind: Kind, life: SignedDuration) -> Result<PasswordLink, Error> {
    let (secret, now) = (new_secret(), app.clock.now());
    let expires_at = now.checked_add(life).unwrap_or(now);
    let mut tx = app.store.begin().await?;
    tx.give_account_link(person, &token_hash(&secret), now, expires_at).await?;
    let emailed = app.messages.are_on();
    if emailed {
        enqueue::of_account(app, &mut tx, kind, person, &secret).await?;
    }
    tx.commit().await?;
    app.messages.wake();
    let url = format!("{}/password#{secret}", app.settings.public_url());
    Ok(PasswordLink { url, expires_at, emailed })
}

/// Chooses a password by a link, which is good for this once, and ends all logins of the account.
///
/// # Errors
/// `not_found` for a link that is none, or no more; `too_many_requests`.
pub async fn choose(app: &App, secret: &str, password: String, from: IpAddr) -> Result<(), Error> {
    let hash = token_hash(secret);
    if app.store.read().await?.account_link(&hash, app.clock.now()).await?.is_none() {
        let who = app.sealer.fingerprint(&[b"password link", network(from).to_string().as_bytes()]);
        budget::count(app, &[(format!("link {who}"), PER_ADDRESS)]).await?;
        return Err(Error::NotFound);
    }
    let password = app.passwords.hash(password).await?;
    let mut tx = app.store.begin().await?;
    let person = tx.use_account_link(&hash, app.clock.now()).await?.ok_or(Error::NotFound)?;
    tx.set_password_hash(person, &password).await?;
    let ended = signed_out::all(app, &mut tx, person, None).await?;
    signed_out::commit(app, tx, person, ended).await?;
    tracing::info!(%person, "a password was chosen by a link");
    Ok(())
}
