use axum::extract::State;
use garde::Validate;
use openvisit_app::{App, webhooks};
use openvisit_core::ids::{OrganizationId, WebhookId};
use openvisit_core::person::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use super::events::known_events;
use super::view::WebhookView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path, given};
use crate::http::problem::Problem;

/// What changes of a webhook; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChanges {
    #[garde(length(min = 1, max = 2000))]
    #[schema(min_length = 1, max_length = 2000)]
    url: Option<String>,
    /// null: all types.
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(inner(length(min = 1, max = 100)), custom(known_events)))]
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    organization_id: Option<Option<OrganizationId>>,
    /// Whether events come with the booking's `metadata`.
    #[garde(skip)]
    metadata: Option<bool>,
    /// A disabled webhook gets no new events; those that wait for it go on when it is enabled again.
    #[garde(skip)]
    disabled: Option<bool>,
}

/// Change a webhook; its secret stays, see `rotate`. Administrators only.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", operation_id = "change_webhook",
    params(("id" = Uuid, Path)), request_body = Option<WebhookChanges>, responses((status = 200, body = WebhookView)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    OptionalJson(body): OptionalJson<WebhookChanges>,
) -> Result<Json<WebhookView>, Problem> {
    caller.require(&[Role::Admin])?;
    let WebhookChanges { url, events, organization_id, metadata: wants_metadata, disabled } = body;
    let changes = webhooks::WebhookChanges { url, events, organization_id, wants_metadata, disabled };
    Ok(Json(webhooks::change(&app, id, changes).await?.into()))
}
