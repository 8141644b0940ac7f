use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::{App, webhooks};
use openvisit_core::delivery::Interest;
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::events::known_events;
use super::view::WebhookView;
use crate::http::caller::Caller;
use crate::http::extract::Json;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// Where events are sent by POST; on the public internet, or in `webhook_allowed_networks`.
    #[garde(length(min = 1, max = 2000))]
    #[schema(example = "https://appointments.clinic.example/openvisit", min_length = 1, max_length = 2000)]
    url: String,
    /// Types of events; all when left out.
    #[garde(inner(length(min = 1, max = 100)), custom(known_events))]
    #[schema(min_items = 1, max_items = 100)]
    events: Option<Vec<String>>,
    /// Only events of this organization's sessions, and of requests that ask it.
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    organization_id: Option<OrganizationId>,
    /// Whether events come with the booking's `metadata`; they do if not given.
    #[garde(skip)]
    metadata: Option<bool>,
}

#[derive(Serialize, ToSchema)]
pub struct CreatedWebhook {
    #[serde(flatten)]
    pub webhook: WebhookView,
    /// What messages are signed with, as Standard Webhooks has it. Shown this once.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

/// Let events be sent to an address. Administrators only.
#[utoipa::path(post, path = "/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = NewWebhook, responses((status = 201, body = CreatedWebhook)))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<NewWebhook>,
) -> Result<(StatusCode, Json<CreatedWebhook>), Problem> {
    caller.require(&[Role::Admin])?;
    let interest = Interest { events: body.events, organization_id: body.organization_id };
    let (webhook, secret) = webhooks::add(&app, &body.url, interest, body.metadata.unwrap_or(true)).await?;
    Ok((StatusCode::CREATED, Json(CreatedWebhook { webhook: webhook.into(), secret })))
}
