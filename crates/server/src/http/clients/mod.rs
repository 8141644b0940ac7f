//! The clients whom a practitioner or an assistant may know.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_core::ids::PersonId;
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};
use openvisit_store::Among;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::page::Paged;
use super::problem::Problem;
use super::users::Search;
use super::users::rules;
use super::users::view::User;
use crate::app::App;
use crate::auth::caller::Caller;

const WHO_BOOKS: &[Role] = &[Role::Practitioner, Role::Assistant, Role::Admin];

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, create))
}

/// A client who has no account yet.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClient {
    #[garde(custom(rules::name), length(max = 200))]
    name: String,
    #[garde(email, length(max = 254))]
    email: Option<String>,
    #[garde(custom(rules::timezone))]
    timezone: Option<String>,
    #[garde(custom(rules::locale))]
    locale: Option<String>,
}

/// Clients of the caller's organization, those whom the caller made, and those with an appointment with
/// the caller. Practitioners, assistants and administrators.
#[utoipa::path(get, path = "/clients", tag = "accounts", operation_id = "list_clients", params(Search),
    responses((status = 200, body = Paged<User>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<Json<Paged<User>>, Problem> {
    caller.require(WHO_BOOKS)?;
    let among = Among::ClientsOf { caller: caller.person_id, organization: caller.organization_id };
    Ok(Json(search.page(&app, among).await?))
}

/// Make a client known, so that appointments can be booked. Practitioners, assistants and administrators.
#[utoipa::path(post, path = "/clients", tag = "accounts", operation_id = "create_client",
    request_body = NewClient, responses((status = 201, body = User)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewClient>,
) -> Result<(StatusCode, Json<User>), Problem> {
    caller.require(WHO_BOOKS)?;
    let id = PersonId::new(app.seed());
    let client = Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: body.email,
        name: body.name.trim().to_owned(),
        roles: vec![Role::Client],
        organization_id: caller.organization_id,
        timezone: body.timezone,
        locale: body.locale,
        disabled: false,
        practitioner: None,
        created_by: Some(caller.person_id),
        created_at: app.clock.now(),
    };
    let mut tx = app.store.begin().await?;
    tx.insert_person(&client).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(client.into())))
}
