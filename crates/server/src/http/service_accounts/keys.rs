use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::auth::api_keys;
use openvisit_core::ids::{ApiKeyId, PersonId};
use openvisit_core::person::Role;
use openvisit_core::scope::Scope;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{CreatedApiKeyView, ScopeName};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What it opens; an assistant's account can have those of appointments, clients, practitioners and sessions.
    #[garde(length(min = 1, max = 100))]
    #[schema(value_type = Vec<ScopeName>, min_items = 1, max_items = 100)]
    scopes: Vec<Scope>,
    /// When it ends by itself; never if not given.
    #[garde(skip)]
    expires_at: Option<Timestamp>,
}

/// Give a program another key, shown this once. Administrators only.
#[utoipa::path(post, path = "/service-accounts/{id}/keys", tag = "accounts", params(("id" = Uuid, Path)),
    request_body = NewApiKey, responses((status = 201, body = CreatedApiKeyView)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Path(account): Path<PersonId>,
    Json(body): Json<NewApiKey>,
) -> Result<(StatusCode, Json<CreatedApiKeyView>), Problem> {
    caller.require(&[Role::Admin])?;
    let made = api_keys::add(&app.store, app.seed(), account, body.scopes, body.expires_at).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// For so long the old key stays good, unless it ends sooner: 0 to 720, 24 if not given.
    #[garde(skip)]
    #[schema(minimum = 0, maximum = 720, default = 24)]
    old_key_hours: Option<u32>,
    /// When the new key ends; if not given, after as long as the old one was made for.
    #[garde(skip)]
    expires_at: Option<Timestamp>,
}

/// Replace a key by one with the same scopes, shown this once. The old one stays good for a while, so that the program can be
/// told. Administrators only.
#[utoipa::path(post, path = "/service-accounts/{id}/keys/{key}/rotate", tag = "accounts",
    params(("id" = Uuid, Path), ("key" = Uuid, Path)), request_body = Option<RotateApiKey>,
    responses((status = 201, body = CreatedApiKeyView)))]
pub async fn rotate(
    State(app): State<App>,
    caller: Caller,
    Path(of): Path<(PersonId, ApiKeyId)>,
    OptionalJson(body): OptionalJson<RotateApiKey>,
) -> Result<(StatusCode, Json<CreatedApiKeyView>), Problem> {
    caller.require(&[Role::Admin])?;
    let hours = body.old_key_hours.unwrap_or(api_keys::OLD_KEY_HOURS);
    let made = api_keys::rotate(&app.store, app.seed(), of, hours, body.expires_at).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Revoke a key: it opens nothing from now on. Administrators only.
#[utoipa::path(delete, path = "/service-accounts/{id}/keys/{key}", tag = "accounts",
    params(("id" = Uuid, Path), ("key" = Uuid, Path)), responses((status = 204)))]
pub async fn revoke(
    State(app): State<App>,
    caller: Caller,
    Path((account, key)): Path<(PersonId, ApiKeyId)>,
) -> Result<StatusCode, Problem> {
    caller.require(&[Role::Admin])?;
    api_keys::revoke(&app.store, account, key).await?;
    Ok(StatusCode::NO_CONTENT)
}
