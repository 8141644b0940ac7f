use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_core::ids::{OrganizationId, PersonId, Seed};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};
use openvisit_store::Store;
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules;
use super::view::{Practitioner, RoleName, User};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::config::Issuer;
use crate::http::extract::Json;
use crate::http::problem::Problem;

/// A new account.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What a local account signs in with.
    #[garde(email, length(max = 254))]
    pub email: Option<String>,
    #[garde(custom(rules::name), length(max = 200))]
    pub name: String,
    #[garde(length(min = 1, max = 4))]
    #[schema(value_type = Vec<RoleName>)]
    pub roles: Vec<Role>,
    /// Without one the account cannot sign in until an administrator gives it one.
    #[garde(inner(custom(rules::password)))]
    pub password: Option<String>,
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[garde(custom(rules::timezone))]
    pub timezone: Option<String>,
    #[garde(custom(rules::locale))]
    pub locale: Option<String>,
    #[serde(default)]
    #[garde(skip)]
    pub disabled: bool,
    #[garde(skip)]
    pub practitioner: Option<Practitioner>,
    /// Another issuer that vouches for the person, together with `subject`; `local` if not given.
    #[garde(length(min = 1, max = 255))]
    pub issuer: Option<String>,
    #[garde(length(min = 1, max = 255))]
    pub subject: Option<String>,
}

/// Make an account. Administrators only.
#[utoipa::path(post, path = "/users", tag = "accounts", operation_id = "create_user", request_body = NewUser,
    responses((status = 201, body = User)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    caller.require(&[Role::Admin])?;
    let person = add(&app, body, Some(caller.person_id)).await?;
    Ok((StatusCode::CREATED, Json(person.into())))
}

/// Makes an account from a body that has been validated.
///
/// # Errors
/// A field does not fit the others, or the e-mail address is taken.
pub async fn add(app: &App, mut body: NewUser, created_by: Option<PersonId>) -> Result<Person, Problem> {
    let password = body.password.take();
    let mut person = body.person(app.seed(), &app.settings.issuers)?;
    person.created_by = created_by;
    let local = person.identity.issuer == LOCAL_ISSUER;
    let hash = match password {
        Some(_) if !local => return Err(Problem::invalid("password", "is the other issuer's to keep")),
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    keep(&app.store, &person, hash.as_deref()).await?;
    Ok(person)
}

/// Stores a new account, with the hash of its password.
///
/// # Errors
/// The e-mail address is taken, or there is no such organization.
pub async fn keep(store: &Store, person: &Person, hash: Option<&str>) -> Result<(), Problem> {
    let mut tx = store.begin().await?;
    rules::organization(&mut tx, person.organization_id).await?;
    tx.insert_person(person).await?;
    if let Some(hash) = hash {
        tx.set_password_hash(person.id, hash).await?;
    }
    tx.commit().await?;
    Ok(())
}

impl NewUser {
    /// The person, if the fields fit together.
    ///
    /// # Errors
    /// [`Problem::Invalid`].
    pub fn person(self, seed: Seed, issuers: &[Issuer]) -> Result<Person, Problem> {
        let id = PersonId::new(seed);
        let identity = match (self.issuer, self.subject) {
            (None, None) if self.email.is_none() => {
                return Err(Problem::invalid("email", "is what a local account signs in with"));
            }
            (None, None) => Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
            (Some(issuer), Some(subject)) if issuers.iter().any(|known| known.issuer == issuer) => {
                Identity { issuer, subject }
            }
            (Some(_), Some(_)) => return Err(Problem::invalid("issuer", "is not in the settings")),
            _ => return Err(Problem::invalid("issuer", "goes together with subject")),
        };
        let mut person = Person {
            id,
            identity,
            email: self.email,
            name: self.name.trim().to_owned(),
            roles: self.roles,
            organization_id: self.organization_id,
            timezone: self.timezone,
            locale: self.locale,
            disabled: self.disabled,
            practitioner: self.practitioner.map(Into::into),
            created_by: None,
            created_at: seed.now,
        };
        rules::fit_profile(&mut person);
        Ok(person)
    }
}
