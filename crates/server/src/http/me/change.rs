//! `PATCH /me`

use axum::extract::State;
use garde::Validate;
use openvisit_core::person::{LOCAL_ISSUER, Person, Role};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, given};
use crate::http::problem::Problem;
use crate::http::users::rules;
use crate::http::users::view::User;

/// What somebody changes of the own account; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChanges {
    #[garde(inner(custom(rules::name)), length(max = 200))]
    name: Option<String>,
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
#[utoipa::path(patch, path = "/me", tag = "accounts", request_body = OwnChanges,
    responses((status = 200, body = User)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<OwnChanges>,
) -> Result<Json<User>, Problem> {
    caller.require_account()?;
    let mut tx = app.store.begin().await?;
    let mut person = tx.person(caller.person_id).await?.ok_or(Problem::NotFound)?;
    body.write_to(&mut person)?;
    tx.update_person(&person).await?;
    tx.commit().await?;
    app.recent.forget(person.id);
    Ok(Json(person.into()))
}

impl OwnChanges {
    fn write_to(self, person: &mut Person) -> Result<(), Problem> {
        if let Some(name) = self.name {
            if person.identity.issuer != LOCAL_ISSUER {
                return Err(Problem::invalid("name", "is kept where you sign in"));
            }
            name.trim().clone_into(&mut person.name);
        }
        if let Some(timezone) = self.timezone {
            person.timezone = timezone;
        }
        if let Some(locale) = self.locale {
            person.locale = locale;
        }
        if let Some(accepts_requests) = self.accepts_requests {
            if !person.is(Role::Practitioner) {
                return Err(Problem::invalid("accepts_requests", "is a practitioner's to say"));
            }
            person.practitioner.get_or_insert_default().accepts_requests = accepts_requests;
        }
        Ok(())
    }
}
