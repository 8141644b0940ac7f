//! The clients whom a practitioner or an assistant may know.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::clients::{self, WHO_BOOKS};
use openvisit_core::ids::PersonId;
use openvisit_store::Among;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Json, OptionalJson, Path, Query, given};
use super::page::Paged;
use super::problem::Problem;
use super::rules;
use super::users::list::Search;
use super::users::view::User;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(get, change))
}

/// A client who has no account yet.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewClient {
    #[garde(custom(rules::name), length(max = 200))]
    #[schema(pattern = r"\S", max_length = 200)]
    name: String,
    #[garde(email, length(max = 254))]
    #[schema(format = Email, max_length = 254)]
    email: Option<String>,
    /// Where they are reached when video fails.
    #[garde(custom(rules::phone))]
    phone: Option<String>,
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

/// A client, by the same rule as in the list. Practitioners, assistants and administrators.
#[utoipa::path(get, path = "/clients/{id}", tag = "accounts", operation_id = "get_client",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = User)))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Json<User>, Problem> {
    Ok(Json(clients::known(&app, &caller, id).await?.into()))
}

/// Make a client known, so that appointments can be booked. Practitioners, assistants and administrators.
#[utoipa::path(post, path = "/clients", tag = "accounts", operation_id = "create_client",
    request_body = NewClient, responses((status = 201, body = User)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewClient>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let client = clients::add(&app, &caller, body.into()).await?;
    Ok((StatusCode::CREATED, Json(client.into())))
}

/// What changes of a client; what is not there stays, null takes it away.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientChanges {
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(custom(rules::phone)))]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
}

/// Change how a client is reached. Practitioners, assistants and administrators, of clients whom they may know.
#[utoipa::path(patch, path = "/clients/{id}", tag = "accounts", operation_id = "change_client",
    params(("id" = Uuid, Path)), request_body = Option<ClientChanges>, responses((status = 200, body = User)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
    OptionalJson(body): OptionalJson<ClientChanges>,
) -> Result<Json<User>, Problem> {
    let changes = clients::ClientChanges { phone: body.phone };
    Ok(Json(clients::change(&app, &caller, id, changes).await?.into()))
}

impl From<NewClient> for clients::NewClient {
    fn from(body: NewClient) -> Self {
        let NewClient { name, email, phone, timezone, locale } = body;
        Self { name, email, phone, timezone, locale }
    }
}
