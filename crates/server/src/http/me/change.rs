//! `PATCH /me`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::own;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, given};
use crate::http::problem::Problem;
use crate::http::rules;
use crate::http::users::view::User;

/// What somebody changes of the own account; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChanges {
    #[garde(inner(custom(rules::name)), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200)]
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::phone)))]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::timezone)))]
    #[schema(value_type = Option<String>)]
    timezone: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::locale)))]
    #[schema(value_type = Option<String>)]
    locale: Option<Option<String>>,
    /// Whether on-demand requests come to the caller; practitioners only.
    #[garde(skip)]
    accepts_requests: Option<bool>,
}

/// Change one's own name, time zone, language, and whether one accepts requests.
#[utoipa::path(patch, path = "/me", tag = "accounts", request_body = Option<OwnChanges>,
    responses((status = 200, body = User)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    OptionalJson(body): OptionalJson<OwnChanges>,
) -> Result<Json<User>, Problem> {
    let person = own::change(&app, &caller, body.into()).await?;
    Ok(Json(person.into()))
}

impl From<OwnChanges> for own::OwnChanges {
    fn from(body: OwnChanges) -> Self {
        let OwnChanges { name, phone, timezone, locale, accepts_requests } = body;
        Self { name, phone, timezone, locale, accepts_requests }
    }
}
