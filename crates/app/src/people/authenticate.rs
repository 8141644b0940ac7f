//! From a request's token to the person who asks.

use openvisit_core::access;
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Person, Role, TOKEN_ISSUER};

use super::organizations::{self, Meant};
use super::programs;
use crate::app::App;
use crate::appointments::invite;
use crate::auth::api_keys;
use crate::auth::basis::Basis;
use crate::auth::caller::{Caller, CameBy};
use crate::auth::issuers::Foreign;
use crate::auth::refused::{Refusal, Refused};
use crate::auth::standing;
use crate::auth::tokens::Access;
use crate::error::Error;

/// Whom a token stands for. Programs and their keys come in by [`programs::authenticate`]. Why one was refused is logged, and told to nobody who sent it.
///
/// # Errors
/// [`Error::Unauthorized`] when the token is not valid or the person is disabled,
/// [`Error::Unavailable`] when the database is not there.
pub async fn authenticate(app: &App, token: &str) -> Result<Caller, Error> {
    if api_keys::is_meant(token) {
        return Err(programs::refuse(app));
    }
    identify(app, token).await.map_err(|refused| told(app, refused))
}

/// What whoever asks hears of it; the reason goes into the log.
pub(super) fn told(app: &App, refused: NotIdentified) -> Error {
    match refused {
        NotIdentified::Refused(refusal) => {
            app.refusals.tell(&refusal, app.clock.now());
            Error::Unauthorized
        }
        NotIdentified::Failed(error) => error,
    }
}

pub(super) enum NotIdentified {
    Refused(Refusal),
    Failed(Error),
}

impl From<Error> for NotIdentified {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

pub(super) fn refused(why: Refused, issuer: &str) -> NotIdentified {
    NotIdentified::Refused(Refusal { why, issuer: Some(issuer.to_owned()) })
}

/// By a token of this server's, or of an issuer that it trusts.
async fn identify(app: &App, token: &str) -> Result<Caller, NotIdentified> {
    let now = app.clock.now();
    let (person, roles, pass, basis, until) = if let Ok(own) = app.tokens.read_access(token, now) {
        let person = own_person(app, own.person_id).await?;
        if !standing::stands(app, &person, own.basis, own.issued_at).await? {
            return Err(refused(Refused::SignedOut, TOKEN_ISSUER));
        }
        let pass = own.pass.zip(came_by(app, own).await?);
        (person, None, pass, own.basis, own.expires_at)
    } else {
        let foreign = app.issuers.read(token, now).await.map_err(|refusal| match &refusal.why {
            Refused::Issuer(Some(name)) if name == TOKEN_ISSUER => {
                refused(app.tokens.why_refused(token, now), TOKEN_ISSUER)
            }
            _ => NotIdentified::Refused(refusal),
        })?;
        let told = meant(app, foreign).await?;
        let until = told.foreign.expires_at;
        (person_of(app, &told).await?, told.foreign.roles, None, Basis::Token, until)
    };
    if person.disabled {
        return Err(refused(Refused::Disabled, &person.identity.issuer));
    }
    let access = access::Caller {
        person_id: person.id,
        roles: roles.unwrap_or_else(|| person.roles.clone()),
        organization_id: person.organization_id,
        only_session: pass.map(|(pass, _)| pass.session),
    };
    let invitation = pass.map(|(_, came_by)| came_by);
    Ok(Caller { access, person, invitation, basis, until: Some(until) })
}

/// The invitation that a token was given for, which is looked at on each use: it may be withdrawn, or over.
async fn came_by(app: &App, access: Access) -> Result<Option<CameBy>, NotIdentified> {
    let Some(pass) = access.pass else { return Ok(None) };
    match invite::standing(app, pass, access.person_id).await? {
        Some(invitation) => Ok(Some(CameBy { id: invitation.id, code: invitation.by_code })),
        None => Err(refused(Refused::Invitation, TOKEN_ISSUER)),
    }
}

/// The person whom a token or a key of ours names.
pub(super) async fn own_person(app: &App, id: PersonId) -> Result<Person, NotIdentified> {
    if let Some(person) = app.person_cache.person(id) {
        return Ok(person);
    }
    let since = app.person_cache.since();
    let person = app.store.person(id).await.map_err(Error::from)?;
    let person = person.ok_or_else(|| refused(Refused::UnknownPerson, TOKEN_ISSUER))?;
    app.person_cache.keep(&person, since);
    Ok(person)
}

/// What a token of another issuer's tells, with the organization that it means.
#[derive(Clone)]
struct Told {
    foreign: Foreign,
    /// `None` when it says nothing of organizations.
    organization_id: Option<Option<OrganizationId>>,
}

/// Looks up which organization the token means. One that is not there refuses the token: made by a word that was
/// mistyped, it would be another than their colleagues'.
async fn meant(app: &App, foreign: Foreign) -> Result<Told, NotIdentified> {
    let issuer = &foreign.identity.issuer;
    let organization_id = match &foreign.organization {
        None => None,
        Some(None) => Some(None),
        Some(Some(word)) => match organizations::meant(&app.store, word).await? {
            Meant::One(id) => Some(Some(id)),
            Meant::Nothing => return Err(refused(Refused::UnknownOrganization, issuer)),
            Meant::Several => return Err(refused(Refused::SeveralOrganizations, issuer)),
        },
    };
    Ok(Told { foreign, organization_id })
}

/// The person behind another issuer's token, as up to date as the token.
async fn person_of(app: &App, told: &Told) -> Result<Person, NotIdentified> {
    let Told { foreign, .. } = told;
    if let Some(person) = app.person_cache.person_by_identity(&foreign.identity)
        && told.says_nothing_new_of(&person)
    {
        return Ok(person);
    }
    let since = app.person_cache.since();
    let known = app.store.person_by_identity(&foreign.identity).await.map_err(Error::from)?;
    if let Some(person) = &known {
        app.person_cache.keep(person, since);
    }
    match known {
        Some(person) if person.disabled || told.says_nothing_new_of(&person) => Ok(person),
        None if !foreign.create => Err(refused(Refused::UnknownPerson, &foreign.identity.issuer)),
        // A write that was begun is ended even if the caller goes away.
        _ => Ok(tokio::spawn(keep(app.clone(), told.clone())).await.map_err(Error::internal)??),
    }
}

/// Looks again inside the transaction: what an administrator changed in the meantime stays.
async fn keep(app: App, told: Told) -> Result<Person, Error> {
    let mut tx = app.store.begin().await?;
    let person = match tx.person_by_identity(&told.foreign.identity).await? {
        Some(mut person) => {
            told.write_to(&mut person);
            tx.update_person(&person).await?;
            person
        }
        // The first two requests of one person may come at the same time.
        None => tx.person_or_insert(&told.person(&app)).await?,
    };
    tx.commit().await?;
    app.person_cache.forget(person.id);
    Ok(person)
}

impl Told {
    fn says_nothing_new_of(&self, person: &Person) -> bool {
        let mut updated = person.clone();
        self.write_to(&mut updated);
        updated == *person
    }

    fn write_to(&self, person: &mut Person) {
        let Foreign { name, email, roles, .. } = &self.foreign;
        if let Some(name) = name {
            person.name.clone_from(name);
        }
        if let Some(email) = email {
            person.email = Some(email.clone());
        }
        if let Some(roles) = roles {
            person.roles.clone_from(roles);
            if person.is(Role::Practitioner) {
                person.practitioner.get_or_insert_default();
            }
        }
        if let Some(organization_id) = self.organization_id {
            person.organization_id = organization_id;
        }
    }

    fn person(&self, app: &App) -> Person {
        let identity = self.foreign.identity.clone();
        let mut person = Person {
            id: PersonId::new(app.seed()),
            email: None,
            phone: None,
            name: identity.subject.clone(),
            identity,
            roles: Vec::new(),
            organization_id: None,
            timezone: None,
            locale: None,
            disabled: false,
            signed_out_at: None,
            practitioner: None,
            created_by: None,
            created_at: app.clock.now(),
        };
        self.write_to(&mut person);
        person
    }
}
