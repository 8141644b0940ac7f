use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::accounts::{self, NewAccount};
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{Practitioner, RoleName, User};
use crate::http::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::rules;

/// A new account.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// What a local account signs in with.
    #[garde(email, length(max = 254))]
    #[schema(format = Email, max_length = 254)]
    pub email: Option<String>,
    /// Where they are reached when video fails.
    #[garde(custom(rules::phone))]
    pub phone: Option<String>,
    #[garde(custom(rules::name), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200)]
    pub name: String,
    #[garde(length(min = 1, max = 4))]
    #[schema(value_type = Vec<RoleName>, min_items = 1, max_items = 4)]
    pub roles: Vec<Role>,
    /// Without one the account cannot sign in until an administrator gives it one.
    #[garde(inner(custom(rules::password)))]
    #[schema(min_length = 12, max_length = 256)]
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
    #[schema(min_length = 1, max_length = 255)]
    pub issuer: Option<String>,
    #[garde(length(min = 1, max = 255))]
    #[schema(min_length = 1, max_length = 255)]
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
    let person = accounts::add(&app, body.into(), Some(caller.person_id)).await?;
    Ok((StatusCode::CREATED, Json(person.into())))
}

impl From<NewUser> for NewAccount {
    fn from(body: NewUser) -> Self {
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
            issuer: body.issuer,
            subject: body.subject,
        }
    }
}
