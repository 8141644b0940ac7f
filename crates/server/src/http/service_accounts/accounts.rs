use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::people::service_accounts::{self, NewServiceAccount, ServiceAccountChanges};
use openvisit_app::{App, Error};
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Person, Role};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::view::{ServiceAccountView, ServiceRole};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path, Query, or_default};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;
use crate::http::rules;

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<PersonId>,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

/// All programs' accounts with their keys, the oldest first. Administrators only.
#[utoipa::path(get, path = "/service-accounts", tag = "accounts", params(Page),
    responses((status = 200, body = Paged<ServiceAccountView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Paged<ServiceAccountView>>, Problem> {
    caller.require(&[Role::Admin])?;
    let mut tx = app.store.read().await?;
    let accounts = tx.service_accounts(page.cursor, page.limit + 1).await?;
    let accounts = Paged::cut(accounts, page.limit, |account: &Person| account.id.to_string());
    let ids: Vec<_> = accounts.items.iter().map(|account| account.id).collect();
    let keys = tx.api_keys_of(&ids).await?;
    Ok(Json(accounts.map(|account| ServiceAccountView::of(account, &keys))))
}

/// One program's account with its keys. Administrators only.
#[utoipa::path(get, path = "/service-accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    responses((status = 200, body = ServiceAccountView)))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Json<ServiceAccountView>, Problem> {
    caller.require(&[Role::Admin])?;
    let account = app.store.read().await?.person(id).await?.filter(Person::is_service_account);
    shown(&app, account.ok_or(Error::NotFound)?).await
}

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    #[garde(custom(rules::name), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200, example = "Booking on our website")]
    name: String,
    /// assistant if not given: books for its organization, and sees no notes. admin: all that administrators may.
    #[serde(default, deserialize_with = "or_default")]
    #[garde(skip)]
    #[schema(value_type = Option<ServiceRole>)]
    role: ServiceRole,
    /// An assistant must have one.
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    organization_id: Option<OrganizationId>,
}

/// Make an account for a program. It is in no call and has no password; give it a key next. Administrators only.
#[utoipa::path(post, path = "/service-accounts", tag = "accounts", request_body = NewAccount,
    responses((status = 201, body = ServiceAccountView)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewAccount>,
) -> Result<(StatusCode, Json<ServiceAccountView>), Problem> {
    caller.require(&[Role::Admin])?;
    let NewAccount { name, role, organization_id } = body;
    let new = NewServiceAccount { name, role: role.into(), organization_id };
    let account = service_accounts::add(&app.store, app.seed(), new, Some(caller.person_id)).await?;
    Ok((StatusCode::CREATED, Json(ServiceAccountView::of(account, &[]))))
}

/// What changes; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChanges {
    #[garde(inner(custom(rules::name)), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200)]
    name: Option<String>,
    /// The keys of a disabled account open nothing, and do again when it is enabled.
    #[garde(skip)]
    disabled: Option<bool>,
}

/// Rename a program's account, or disable it. Administrators only.
#[utoipa::path(patch, path = "/service-accounts/{id}", tag = "accounts", params(("id" = Uuid, Path)),
    request_body = Option<AccountChanges>, responses((status = 200, body = ServiceAccountView)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
    OptionalJson(body): OptionalJson<AccountChanges>,
) -> Result<Json<ServiceAccountView>, Problem> {
    caller.require(&[Role::Admin])?;
    let AccountChanges { name, disabled } = body;
    let account = service_accounts::change(&app, id, ServiceAccountChanges { name, disabled }).await?;
    shown(&app, account).await
}

async fn shown(app: &App, account: Person) -> Result<Json<ServiceAccountView>, Problem> {
    let keys = app.store.read().await?.api_keys_of(&[account.id]).await?;
    Ok(Json(ServiceAccountView::of(account, &keys)))
}
