//! Whom and what a dialect's ids mean. An appointment's and a person's may be ours or another system's.

use openvisit_app::Error;
use openvisit_app::auth::caller::Caller;
use openvisit_core::access::{self, Relation};
use openvisit_core::ids::SessionId;
use openvisit_core::person::Person;
use openvisit_core::session::Session;
use openvisit_store::Tx;
use serde::{Deserialize, Deserializer};

/// A session's own id; what is none names nothing.
///
/// # Errors
/// `not_found`.
pub fn session(text: &str) -> Result<SessionId, Error> {
    text.parse().map_err(|_| Error::NotFound)
}

/// The session of an appointment, by our id or another system's. Where two systems gave the same id to
/// two appointments, the one that the caller may see, first the one of the caller's own system.
///
/// # Errors
/// `not_found` where there is none at all; whether the caller may see it is not looked at.
pub async fn appointment(tx: &mut Tx, caller: &Caller, text: &str) -> Result<SessionId, Error> {
    if let Ok(id) = text.parse()
        && let Some(session) = tx.session_by_appointment(id).await?
    {
        return Ok(session.id);
    }
    let found = tx.sessions_by_external_id(text).await?;
    let best = found.iter().min_by_key(|session| {
        let own = session.appointment.external.as_ref().is_some_and(|e| e.issuer == issuer(caller));
        (!visible(caller, session), !own)
    });
    best.map(|session| session.id).ok_or(Error::NotFound)
}

/// A person by our id, or by the subject that a system knows them by: the caller's own system, or
/// else the only one that knows this subject.
///
/// # Errors
/// `not_found`, also where two systems know the same subject.
pub async fn person(tx: &mut Tx, caller: &Caller, text: &str) -> Result<Person, Error> {
    if let Ok(id) = text.parse()
        && let Some(person) = tx.person(id).await?
    {
        return Ok(person);
    }
    let mut found = tx.persons_by_subject(text).await?;
    if let Some(own) = found.iter().position(|person| person.identity.issuer == issuer(caller)) {
        return Ok(found.swap_remove(own));
    }
    match found.len() {
        1 => Ok(found.swap_remove(0)),
        _ => Err(Error::NotFound),
    }
}

/// An id in a body, where other systems write some as numbers. For `#[serde(default, deserialize_with = …)]`.
///
/// # Errors
/// The value is neither text nor a whole number.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "an id, as text or as a whole number")]
    enum Id {
        Text(String),
        Number(u64),
    }
    Ok(Option::<Id>::deserialize(deserializer)?.map(|id| match id {
        Id::Text(text) => text,
        Id::Number(number) => number.to_string(),
    }))
}

fn visible(caller: &access::Caller, session: &Session) -> bool {
    Relation::of(caller, session).is_some()
}

fn issuer(caller: &Caller) -> &str {
    &caller.person.identity.issuer
}
