use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::people::password_links;
use openvisit_core::ids::PersonId;
use openvisit_core::person::Role;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// A link by which an account's owner chooses a password.
#[derive(Debug, Serialize, ToSchema)]
pub struct PasswordLink {
    /// The secret is in the fragment, which browsers send nowhere. Shown this once.
    url: String,
    /// It is good until then, and once.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// Whether it goes to the account's e-mail address as well.
    emailed: bool,
}

/// Make a link by which an account's owner chooses a password, in place of earlier links. Administrators only.
#[utoipa::path(post, path = "/users/{id}/password-link", tag = "accounts", operation_id = "make_password_link",
    params(("id" = Uuid, Path)), responses((status = 201, body = PasswordLink)))]
pub async fn make(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<(StatusCode, Json<PasswordLink>), Problem> {
    caller.require(&[Role::Admin])?;
    let password_links::PasswordLink { url, expires_at, emailed } = password_links::invite(&app, id).await?;
    Ok((StatusCode::CREATED, Json(PasswordLink { url, expires_at, emailed })))
}
