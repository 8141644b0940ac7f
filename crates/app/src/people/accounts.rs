//! Accounts, as administrators make and change them.

use openvisit_core::ids::{OrganizationId, PersonId, Seed};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, PractitionerProfile, Role};
use openvisit_store::Store;

use super::{rules, signed_out};
use crate::announce::Announcement;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::nodes::notice;
use crate::settings::Issuer;

/// A new account, its fields checked one by one.
#[derive(Clone, Debug, Default)]
pub struct NewAccount {
    /// What a local account signs in with.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub name: String,
    pub roles: Vec<Role>,
    /// Without one the account cannot sign in until an administrator gives it one.
    pub password: Option<String>,
    pub organization_id: Option<OrganizationId>,
    pub timezone: Option<String>,
    pub locale: Option<String>,
    pub disabled: bool,
    pub practitioner: Option<PractitionerProfile>,
    /// Another issuer that vouches for the person, together with `subject`; this server if not given.
    pub issuer: Option<String>,
    pub subject: Option<String>,
}

/// Makes an account.
///
/// # Errors
/// `invalid` where the fields do not fit together, `conflict` for an e-mail address that is taken.
pub async fn add(app: &App, mut account: NewAccount, created_by: Option<PersonId>) -> Result<Person, Error> {
    let password = account.password.take();
    let mut person = account.person(app.seed(), &app.settings.issuers)?;
    person.created_by = created_by;
    let local = person.identity.issuer == LOCAL_ISSUER;
    let hash = match password {
        Some(_) if !local => return Err(not_our_password()),
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    save_account(&app.store, &person, hash.as_deref()).await?;
    Ok(person)
}

/// Stores a new account, with the hash of its password.
///
/// # Errors
/// `conflict` for an e-mail address that is taken, `invalid` for an unknown organization.
pub async fn save_account(store: &Store, person: &Person, hash: Option<&str>) -> Result<(), Error> {
    let mut tx = store.begin().await?;
    rules::organization(&mut tx, person.organization_id).await?;
    tx.insert_person(person).await?;
    if let Some(hash) = hash {
        tx.set_password_hash(person.id, hash).await?;
    }
    tx.commit().await?;
    Ok(())
}

impl NewAccount {
    /// The person, if the fields fit together.
    ///
    /// # Errors
    /// `invalid`.
    pub fn person(self, seed: Seed, issuers: &[Issuer]) -> Result<Person, Error> {
        let id = PersonId::new(seed);
        let wrong_issuer = |code, text: &str| Err(Error::invalid("issuer", code, text));
        let identity = match (self.issuer, self.subject) {
            (None, None) if self.email.is_none() => return Err(email_needed()),
            (None, None) => Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
            (Some(issuer), Some(subject)) if issuers.iter().any(|known| known.issuer == issuer) => {
                Identity { issuer, subject }
            }
            (Some(_), Some(_)) => return wrong_issuer(FieldCode::NotConfigured, "is not in the settings"),
            _ => return wrong_issuer(FieldCode::Conflicting, "goes together with subject"),
        };
        let mut person = Person {
            id,
            identity,
            email: self.email,
            phone: self.phone.map(|number| rules::tidy(&number)),
            name: self.name.trim().to_owned(),
            roles: self.roles,
            organization_id: self.organization_id,
            timezone: self.timezone,
            locale: self.locale,
            disabled: self.disabled,
            signed_out_at: None,
            practitioner: self.practitioner,
            created_by: None,
            created_at: seed.now,
        };
        rules::fit_profile(&mut person);
        Ok(person)
    }
}

/// What changes of an account; what is not given stays. An inner `None` takes it away.
#[derive(Clone, Debug, Default)]
pub struct AccountChanges {
    pub email: Option<Option<String>>,
    pub phone: Option<Option<String>>,
    pub name: Option<String>,
    pub roles: Option<Vec<Role>>,
    /// Ends all logins of the account.
    pub password: Option<String>,
    pub organization_id: Option<Option<OrganizationId>>,
    pub timezone: Option<Option<String>>,
    pub locale: Option<Option<String>>,
    /// A disabled account is out at once and cannot come back.
    pub disabled: Option<bool>,
    pub practitioner: Option<PractitionerProfile>,
}

/// Changes an account on behalf of an administrator.
///
/// # Errors
/// `invalid` where the fields do not fit together, `conflict` for one's own rights or a taken e-mail address.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: PersonId,
    mut changes: AccountChanges,
) -> Result<Person, Error> {
    let hash = match changes.password.take() {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let mut tx = app.store.begin().await?;
    let found = tx.person(id).await?.filter(|person| !person.is_service_account());
    let mut person = found.ok_or(Error::NotFound)?;
    if hash.is_some() && person.identity.issuer != LOCAL_ISSUER {
        return Err(not_our_password());
    }
    let before = person.clone();
    changes.write_to(&mut person);
    if person.id == caller.person_id && (person.disabled || !person.is(Role::Admin)) {
        return Err(Error::Conflict("you cannot take your own rights away".to_owned()));
    }
    if person.email.is_none() && (hash.is_some() || tx.password_hash(id).await?.is_some()) {
        return Err(email_needed());
    }
    rules::organization(&mut tx, person.organization_id).await?;
    tx.update_person(&person).await?;
    if let Some(hash) = &hash {
        tx.set_password_hash(id, hash).await?;
    }
    let by_themselves = (id == caller.person_id).then_some(caller.basis);
    let ended = if hash.is_some() || person.disabled {
        Some(signed_out::all(app, &mut tx, id, by_themselves).await?)
    } else {
        None
    };
    let sees_less_or_more = rights(&before) != rights(&person);
    let cut_off = if person.disabled {
        Some(Announcement::Disabled(id))
    } else {
        sees_less_or_more.then_some(Announcement::Rights(id))
    };
    notice::write(&mut tx, cut_off.as_slice()).await?;
    match ended {
        Some(ended) => signed_out::commit(app, tx, id, ended).await?,
        None => {
            tx.commit().await?;
            app.nodes.wake_others();
        }
    }
    app.person_cache.forget(id);
    if let Some(cut_off) = cut_off {
        app.announcer.announce(&cut_off);
    }
    if person.disabled {
        places_left(app, id).await?.iter().for_each(|left| app.announcer.announce(left));
    }
    Ok(person)
}

/// What sockets are told goes by these.
fn rights(person: &Person) -> (&[Role], Option<OrganizationId>) {
    (&person.roles, person.organization_id)
}

/// That somebody whose account was disabled leaves the media of each session that somebody is in through this process.
///
/// # Errors
/// Those of the store.
pub async fn places_left(app: &App, person: PersonId) -> Result<Vec<Announcement>, Error> {
    let mut places = Vec::new();
    let mut tx = app.store.read().await?;
    for id in app.open_intervals.sessions() {
        let Some(session) = tx.session(id).await? else { continue };
        if let Some(participant) = session.participant_of(person).map(|participant| participant.id) {
            places.push(Announcement::Left { session: session.into(), participant });
        }
    }
    Ok(places)
}

impl AccountChanges {
    fn write_to(self, person: &mut Person) {
        if let Some(email) = self.email {
            person.email = email;
        }
        if let Some(phone) = self.phone {
            person.phone = phone.map(|number| rules::tidy(&number));
        }
        if let Some(name) = self.name {
            name.trim().clone_into(&mut person.name);
        }
        if let Some(roles) = self.roles {
            person.roles = roles;
        }
        if let Some(id) = self.organization_id {
            person.organization_id = id;
        }
        if let Some(timezone) = self.timezone {
            person.timezone = timezone;
        }
        if let Some(locale) = self.locale {
            person.locale = locale;
        }
        if let Some(disabled) = self.disabled {
            person.disabled = disabled;
        }
        if let Some(practitioner) = self.practitioner {
            person.practitioner = Some(practitioner);
        }
        rules::fit_profile(person);
    }
}

fn email_needed() -> Error {
    Error::invalid("email", FieldCode::NeededToSignIn, "is what a local account signs in with")
}

fn not_our_password() -> Error {
    Error::invalid("password", FieldCode::ReadOnly, "is the other issuer's to keep")
}
