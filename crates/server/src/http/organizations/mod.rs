//! Organizations, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::organizations;
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::Json;
use super::page::Paged;
use super::problem::Problem;
use super::rules;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list, create))
}

#[derive(Serialize, ToSchema)]
struct Organization {
    #[schema(value_type = Uuid)]
    id: OrganizationId,
    name: String,
}

impl From<openvisit_store::Organization> for Organization {
    fn from(stored: openvisit_store::Organization) -> Self {
        Self { id: stored.id, name: stored.name }
    }
}

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewOrganization {
    #[garde(custom(rules::name), length(max = 200))]
    name: String,
}

/// All organizations. Administrators only.
#[utoipa::path(get, path = "/organizations", tag = "accounts", operation_id = "list_organizations",
    responses((status = 200, body = Paged<Organization>)))]
async fn list(State(app): State<App>, caller: Caller) -> Result<Json<Paged<Organization>>, Problem> {
    caller.require(&[Role::Admin])?;
    let all = app.store.read().await?.organizations().await?;
    Ok(Json(Paged { items: all.into_iter().map(Organization::from).collect(), next_cursor: None }))
}

/// Make an organization. Administrators only.
#[utoipa::path(post, path = "/organizations", tag = "accounts", operation_id = "create_organization",
    request_body = NewOrganization, responses((status = 201, body = Organization)))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewOrganization>,
) -> Result<(StatusCode, Json<Organization>), Problem> {
    caller.require(&[Role::Admin])?;
    let organization = organizations::add(&app, &body.name).await?;
    Ok((StatusCode::CREATED, Json(organization.into())))
}
