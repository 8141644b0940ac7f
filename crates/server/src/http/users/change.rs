use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{LOCAL_ISSUER, Person, Role};
use serde::Deserialize;
use utoipa::ToSchema;

use super::rules;
use super::view::{Practitioner, RoleName, User};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Path, given};
use crate::http::problem::Problem;

/// What changes of an account; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Null takes it away, but not from who signs in with it.
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(inner(email)), inner(inner(length(max = 254))))]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[garde(inner(custom(rules::name)), length(max = 200))]
    name: Option<String>,
    #[garde(length(min = 1, max = 4))]
    #[schema(value_type = Option<Vec<RoleName>>)]
    roles: Option<Vec<Role>>,
    /// Ends all logins of the account.
    #[garde(inner(custom(rules::password)))]
    password: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    organization_id: Option<Option<OrganizationId>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::timezone)))]
    #[schema(value_type = Option<String>)]
    timezone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::locale)))]
    #[schema(value_type = Option<String>)]
    locale: Option<Option<String>>,
    /// A disabled account is out at once and cannot come back.
    #[garde(skip)]
    disabled: Option<bool>,
    #[garde(skip)]
    practitioner: Option<Practitioner>,
}

/// Change an account, or give it a new password. Administrators only.
#[utoipa::path(patch, path = "/users/{id}", tag = "accounts", operation_id = "change_user",
    params(("id" = Uuid, Path)), request_body = Changes, responses((status = 200, body = User)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
    Json(mut body): Json<Changes>,
) -> Result<Json<User>, Problem> {
    caller.require(&[Role::Admin])?;
    let hash = match body.password.take() {
        Some(password) => Some(app.passwords.hash(password).await?),
        None => None,
    };
    let mut tx = app.store.begin().await?;
    let mut person = tx.person(id).await?.ok_or(Problem::NotFound)?;
    if hash.is_some() && person.identity.issuer != LOCAL_ISSUER {
        return Err(Problem::invalid("password", "is the other issuer's to keep"));
    }
    body.write_to(&mut person);
    if person.id == caller.person_id && (person.disabled || !person.is(Role::Admin)) {
        return Err(Problem::Conflict("you cannot take your own rights away".to_owned()));
    }
    if person.email.is_none() && (hash.is_some() || tx.password_hash(id).await?.is_some()) {
        return Err(Problem::invalid("email", "is what a local account signs in with"));
    }
    rules::organization(&mut tx, person.organization_id).await?;
    tx.update_person(&person).await?;
    if let Some(hash) = &hash {
        tx.set_password_hash(id, hash).await?;
    }
    if hash.is_some() || person.disabled {
        tx.revoke_refresh_tokens(id).await?;
    }
    tx.commit().await?;
    app.recent.forget(id);
    if person.disabled {
        app.cut_off(id).await?;
    }
    Ok(Json(person.into()))
}

impl Changes {
    fn write_to(self, person: &mut Person) {
        if let Some(email) = self.email {
            person.email = email;
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
            person.practitioner = Some(practitioner.into());
        }
        rules::fit_profile(person);
    }
}
