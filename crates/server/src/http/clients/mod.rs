//! The clients whom a practitioner or an assistant may know.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::clients::{self, WHO_BOOKS};
use openvisit_store::Among;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Json, Query};
use super::page::Paged;
use super::problem::Problem;
use super::rules;
use super::users::list::Search;
use super::users::view::User;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
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
    let client = clients::add(&app, &caller, body.into()).await?;
    Ok((StatusCode::CREATED, Json(client.into())))
}

impl From<NewClient> for clients::NewClient {
    fn from(body: NewClient) -> Self {
        let NewClient { name, email, timezone, locale } = body;
        Self { name, email, timezone, locale }
    }
}
