//! Clients who have no account yet.

use openvisit_core::ids::PersonId;
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::people::rules;

/// Who makes clients known, and may look for them.
pub const WHO_BOOKS: &[Role] = &[Role::Practitioner, Role::Assistant, Role::Admin];

/// Somebody whom appointments can be booked for.
#[derive(Clone, Debug)]
pub struct NewClient {
    pub name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub timezone: Option<String>,
    pub locale: Option<String>,
}

/// A client whom the caller may know.
///
/// # Errors
/// `forbidden` but for those who book, `not_found` for everybody else's clients.
pub async fn known(app: &App, caller: &Caller, id: PersonId) -> Result<Person, Error> {
    caller.require(WHO_BOOKS)?;
    let found = app.store.read().await?.client_of(caller.person_id, caller.organization_id, id).await?;
    found.ok_or(Error::NotFound)
}

/// Makes a client known, in the caller's organization.
///
/// # Errors
/// `forbidden` but for those who book, `conflict` for an e-mail address that is taken.
pub async fn add(app: &App, caller: &Caller, client: NewClient) -> Result<Person, Error> {
    caller.require(WHO_BOOKS)?;
    let id = PersonId::new(app.seed());
    let person = Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: client.email,
        phone: client.phone.map(|number| rules::tidy(&number)),
        name: client.name.trim().to_owned(),
        roles: vec![Role::Client],
        organization_id: caller.organization_id,
        timezone: client.timezone,
        locale: client.locale,
        disabled: false,
        signed_out_at: None,
        practitioner: None,
        created_by: Some(caller.person_id),
        created_at: app.clock.now(),
    };
    let mut tx = app.store.begin().await?;
    tx.insert_person(&person).await?;
    tx.commit().await?;
    Ok(person)
}

/// What changes of a client; what is not given stays. An inner `None` takes it away.
#[derive(Clone, Debug, Default)]
pub struct ClientChanges {
    pub phone: Option<Option<String>>,
}

/// Changes a client whom the caller may know.
///
/// # Errors
/// `forbidden` but for those who book, `not_found` for whoever is no client of theirs.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: PersonId,
    changes: ClientChanges,
) -> Result<Person, Error> {
    caller.require(WHO_BOOKS)?;
    let mut tx = app.store.begin().await?;
    let known = tx.client_of(caller.person_id, caller.organization_id, id).await?;
    let mut person = known.ok_or(Error::NotFound)?;
    if let Some(phone) = changes.phone {
        person.phone = phone.map(|number| rules::tidy(&number));
    }
    tx.update_person(&person).await?;
    tx.commit().await?;
    app.person_cache.forget(id);
    Ok(person)
}
