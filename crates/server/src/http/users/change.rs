use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::accounts::{self, AccountChanges};
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{Practitioner, RoleName, User};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path, given};
use crate::http::problem::Problem;
use crate::http::rules;

/// What changes of an account; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Null takes it away, but not from who signs in with it.
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(inner(email)), inner(inner(length(max = 254))))]
    #[schema(value_type = Option<String>, max_length = 254)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::phone)))]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[garde(inner(custom(rules::name)), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200)]
    name: Option<String>,
    #[garde(length(min = 1, max = 4))]
    #[schema(value_type = Option<Vec<RoleName>>, min_items = 1, max_items = 4)]
    roles: Option<Vec<Role>>,
    /// Ends all logins of the account.
    #[garde(inner(custom(rules::password)))]
    #[schema(min_length = 12, max_length = 256)]
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
    params(("id" = Uuid, Path)), request_body = Option<Changes>, responses((status = 200, body = User)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
    OptionalJson(body): OptionalJson<Changes>,
) -> Result<Json<User>, Problem> {
    caller.require(&[Role::Admin])?;
    let person = accounts::change(&app, &caller, id, body.into()).await?;
    Ok(Json(person.into()))
}

impl From<Changes> for AccountChanges {
    fn from(body: Changes) -> Self {
        Self {
            email: body.email,
            phone: body.phone,
            name: body.name,
            roles: body.roles,
            password: body.password,
            organization_id: body.organization_id,
            timezone: body.timezone,
            locale: body.locale,
            disabled: body.disabled,
            practitioner: body.practitioner.map(Into::into),
        }
    }
}
