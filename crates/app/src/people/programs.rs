//! From a program's key to the account that asks.

use jiff::SignedDuration;
use openvisit_core::access;
use openvisit_core::person::SERVICE_ISSUER;
use openvisit_store::ApiKey;

use super::authenticate::{NotIdentified, own_person, refused, told};
use crate::app::App;
use crate::auth::api_keys;
use crate::auth::basis::Basis;
use crate::auth::caller::Caller;
use crate::auth::refused::{Refusal, Refused};
use crate::error::Error;

/// So long one use stands for those after it.
const NOTED_FOR: SignedDuration = SignedDuration::from_mins(1);

/// Whose key this is, and the key. It is looked up each time: a key that was revoked opens nothing from then on, at any node.
///
/// # Errors
/// [`Error::Unauthorized`] when the key is not known, has ended, or its account is disabled, which is logged;
/// [`Error::Unavailable`] when the database is not there.
pub async fn authenticate(app: &App, token: &str) -> Result<(Caller, ApiKey), Error> {
    identify(app, token).await.map_err(|refused| told(app, refused))
}

/// Refuses a key where only people come in.
#[must_use]
pub fn refuse(app: &App) -> Error {
    let refusal = Refusal { why: Refused::ApiKeyNotTaken, issuer: Some(SERVICE_ISSUER.to_owned()) };
    app.refusals.tell(&refusal, app.clock.now());
    Error::Unauthorized
}

async fn identify(app: &App, token: &str) -> Result<(Caller, ApiKey), NotIdentified> {
    let found = match api_keys::hash_of(token) {
        Some(hash) => app.store.api_key_by_hash(&hash).await.map_err(Error::from)?,
        None => None,
    };
    let key = found.ok_or_else(|| refused(Refused::UnknownApiKey, SERVICE_ISSUER))?;
    if let Some(end) = key.expires_at.filter(|end| *end <= app.clock.now()) {
        return Err(refused(Refused::ExpiredSince(end), SERVICE_ISSUER));
    }
    let person = own_person(app, key.person_id).await?;
    if person.disabled {
        return Err(refused(Refused::Disabled, SERVICE_ISSUER));
    }
    note_used(app, &key).await;
    let access = access::Caller {
        person_id: person.id,
        roles: person.roles.clone(),
        organization_id: person.organization_id,
        only_session: None,
    };
    Ok((Caller { access, person, invitation: None, basis: Basis::Token, until: None }, key))
}

/// Keeps when a key was used, about once a minute. That is no part of what is asked for: it fails alone, and is committed
/// alone (see `store::carrying_out`).
async fn note_used(app: &App, key: &ApiKey) {
    let (now, id) = (app.clock.now(), key.id);
    let before = now - NOTED_FOR;
    if key.last_used_at.is_some_and(|at| at > before) {
        return;
    }
    let store = app.store.clone();
    let noted = tokio::spawn(async move {
        let mut tx = store.begin().await?;
        tx.note_api_key_used(id, now, before).await?;
        tx.commit().await
    });
    if !matches!(noted.await, Ok(Ok(()))) {
        tracing::warn!(key = %id, "could not note that an API key was used");
    }
}
