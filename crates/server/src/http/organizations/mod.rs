//! Organizations, for administrators.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::organizations;
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Json, Query};
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
    #[schema(pattern = r"\S", max_length = 200)]
    name: String,
}

/// Which part of the list.
#[derive(Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
struct OrganizationQuery {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<OrganizationId>,
    /// 1 to 500; all if not given.
    #[garde(inner(range(min = 1, max = 500)))]
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Organizations, the oldest first. Administrators only.
#[utoipa::path(get, path = "/organizations", tag = "accounts", operation_id = "list_organizations",
    params(OrganizationQuery), responses((status = 200, body = Paged<Organization>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<OrganizationQuery>,
) -> Result<Json<Paged<Organization>>, Problem> {
    caller.require(&[Role::Admin])?;
    let mut found = app.store.read().await?.organizations().await?;
    // They are few, and in the order of their ids.
    found.retain(|organization| query.cursor.is_none_or(|cursor| organization.id > cursor));
    let limit = query.limit.unwrap_or(u32::MAX);
    let page = Paged::cut(found, limit, |organization| organization.id.to_string());
    Ok(Json(page.map(Organization::from)))
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
