//! Accounts of programs. A program is an assistant of an organization, or an administrator; it has keys
//! ([`crate::auth::api_keys`]) and no password, and it is in no call.

use openvisit_core::ids::{OrganizationId, PersonId, Seed};
use openvisit_core::person::{Identity, Person, Role, SERVICE_ISSUER};
use openvisit_store::Store;

use super::{accounts, rules};
use crate::app::App;
use crate::error::{Error, FieldCode};

/// What a program is to be.
#[derive(Clone, Debug)]
pub struct NewServiceAccount {
    pub name: String,
    /// Assistant or admin.
    pub role: Role,
    /// An assistant books for one.
    pub organization_id: Option<OrganizationId>,
}

/// Makes an account. It has no key yet.
///
/// # Errors
/// `invalid` for another role, for an assistant without an organization and for an unknown one.
pub async fn add(
    store: &Store,
    seed: Seed,
    new: NewServiceAccount,
    created_by: Option<PersonId>,
) -> Result<Person, Error> {
    rules::name(&new.name).map_err(|mistake| mistake.of("name"))?;
    match new.role {
        Role::Admin => {}
        Role::Assistant if new.organization_id.is_some() => {}
        Role::Assistant => {
            let text = "an assistant's account books for one organization";
            return Err(Error::invalid("organization_id", FieldCode::Required, text));
        }
        Role::Practitioner | Role::Client => {
            return Err(Error::invalid("role", FieldCode::NotAllowed, "assistant or admin"));
        }
    }
    let id = PersonId::new(seed);
    let person = Person {
        id,
        identity: Identity { issuer: SERVICE_ISSUER.to_owned(), subject: id.to_string() },
        email: None,
        phone: None,
        name: new.name.trim().to_owned(),
        roles: vec![new.role],
        organization_id: new.organization_id,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: None,
        created_by,
        created_at: seed.now,
    };
    accounts::save_account(store, &person, None).await?;
    Ok(person)
}

/// What changes; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct ServiceAccountChanges {
    pub name: Option<String>,
    /// Its keys open nothing, until it is enabled again.
    pub disabled: Option<bool>,
}

/// Changes an account.
///
/// # Errors
/// `not_found` for whoever is no service account.
pub async fn change(app: &App, id: PersonId, changes: ServiceAccountChanges) -> Result<Person, Error> {
    let mut tx = app.store.begin().await?;
    let mut person = tx.person(id).await?.filter(Person::is_service_account).ok_or(Error::NotFound)?;
    if let Some(name) = changes.name {
        name.trim().clone_into(&mut person.name);
    }
    person.disabled = changes.disabled.unwrap_or(person.disabled);
    tx.update_person(&person).await?;
    tx.commit().await?;
    app.person_cache.forget(id);
    Ok(person)
}
