use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::WebhookId;
use openvisit_core::person::Role;
use openvisit_store::Webhook;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::WebhookView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path, Query};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;
use openvisit_app::App;
use openvisit_app::Error;

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<WebhookId>,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

/// All webhooks, oldest first. Administrators only.
#[utoipa::path(get, path = "/webhooks", tag = "webhooks", operation_id = "list_webhooks", params(Page),
    responses((status = 200, body = Paged<WebhookView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<Page>,
) -> Result<Json<Paged<WebhookView>>, Problem> {
    caller.require(&[Role::Admin])?;
    let webhooks = app.store.read().await?.webhooks(page.cursor, page.limit + 1).await?;
    let webhooks = Paged::cut(webhooks, page.limit, |webhook: &Webhook| webhook.id.to_string());
    Ok(Json(webhooks.map(WebhookView::from)))
}

/// One webhook. Administrators only.
#[utoipa::path(get, path = "/webhooks/{id}", tag = "webhooks", operation_id = "get_webhook",
    params(("id" = Uuid, Path)), responses((status = 200, body = WebhookView)))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<Json<WebhookView>, Problem> {
    caller.require(&[Role::Admin])?;
    let webhook = app.store.read().await?.webhook(id).await?.ok_or(Error::NotFound)?;
    Ok(Json(webhook.into()))
}
