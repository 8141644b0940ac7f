//! What somebody changes of the own account.

use openvisit_core::person::{LOCAL_ISSUER, Person, Role};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::people::rules;

/// What is not given stays. An inner `None` takes it away.
#[derive(Clone, Debug, Default)]
pub struct OwnChanges {
    pub name: Option<String>,
    pub phone: Option<Option<String>>,
    pub timezone: Option<Option<String>>,
    pub locale: Option<Option<String>>,
    /// Whether on-demand requests come to the caller; practitioners only.
    pub accepts_requests: Option<bool>,
}

/// # Errors
/// `invalid` for what is not the caller's to change.
pub async fn change(app: &App, caller: &Caller, changes: OwnChanges) -> Result<Person, Error> {
    caller.require_account()?;
    let mut tx = app.store.begin().await?;
    let mut person = tx.person(caller.person_id).await?.ok_or(Error::NotFound)?;
    changes.write_to(&mut person)?;
    tx.update_person(&person).await?;
    tx.commit().await?;
    app.person_cache.forget(person.id);
    Ok(person)
}

impl OwnChanges {
    fn write_to(self, person: &mut Person) -> Result<(), Error> {
        if let Some(name) = self.name {
            if person.identity.issuer != LOCAL_ISSUER {
                return Err(Error::invalid("name", FieldCode::ReadOnly, "is kept where you sign in"));
            }
            name.trim().clone_into(&mut person.name);
        }
        if let Some(phone) = self.phone {
            person.phone = phone.map(|number| rules::tidy(&number));
        }
        if let Some(timezone) = self.timezone {
            person.timezone = timezone;
        }
        if let Some(locale) = self.locale {
            person.locale = locale;
        }
        if let Some(accepts_requests) = self.accepts_requests {
            if !person.is(Role::Practitioner) {
                let text = "is a practitioner's to say";
                return Err(Error::invalid("accepts_requests", FieldCode::NotAllowed, text));
            }
            person.practitioner.get_or_insert_default().accepts_requests = accepts_requests;
        }
        Ok(())
    }
}
