use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::{OrganizationId, WebhookId};
use openvisit_core::person::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::WebhookView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Path, given};
use crate::http::problem::Problem;
use crate::http::users::rules;

/// What changes of a webhook; what is not there stays.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebhookChanges {
    #[garde(length(min = 1, max = 2000))]
    url: Option<String>,
    /// null: all types.
    #[serde(default, deserialize_with = "given")]
    #[garde(inner(inner(length(min = 1, max = 100)), custom(super::known_events)))]
    #[schema(value_type = Option<Vec<String>>)]
    events: Option<Option<Vec<String>>>,
    #[serde(default, deserialize_with = "given")]
    #[garde(skip)]
    #[schema(value_type = Option<Uuid>)]
    organization_id: Option<Option<OrganizationId>>,
    /// A disabled webhook gets no new events; those that wait for it go on when it is enabled again.
    #[garde(skip)]
    disabled: Option<bool>,
}

/// Change a webhook; its secret stays. Administrators only.
#[utoipa::path(patch, path = "/webhooks/{id}", tag = "webhooks", operation_id = "change_webhook",
    params(("id" = Uuid, Path)), request_body = WebhookChanges, responses((status = 200, body = WebhookView)))]
pub async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Json(body): Json<WebhookChanges>,
) -> Result<Json<WebhookView>, Problem> {
    caller.require(&[Role::Admin])?;
    let url = match &body.url {
        Some(url) => Some(super::address(&app, url).await?),
        None => None,
    };
    let mut tx = app.store.begin().await?;
    let mut webhook = tx.webhook(id).await?.ok_or(Problem::NotFound)?;
    if let Some(url) = url {
        webhook.url = url;
    }
    if let Some(events) = body.events {
        webhook.interest.events = events;
    }
    if let Some(organization) = body.organization_id {
        rules::organization(&mut tx, organization).await?;
        webhook.interest.organization_id = organization;
    }
    if let Some(disabled) = body.disabled {
        webhook.disabled = disabled;
    }
    tx.update_webhook(&webhook).await?;
    tx.commit().await?;
    app.outbox.wake();
    Ok(Json(webhook.into()))
}
