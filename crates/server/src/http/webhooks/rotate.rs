use axum::extract::State;
use openvisit_app::{App, webhooks};
use openvisit_core::ids::WebhookId;
use openvisit_core::person::Role;

use super::create::CreatedWebhook;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Give a webhook another secret, shown this once. For a day messages are signed with both, so that a receiver that knows
/// either takes them; rotated again within the day, only the two latest are. Administrators only.
#[utoipa::path(post, path = "/webhooks/{id}/rotate", tag = "webhooks", operation_id = "rotate_webhook_secret",
    params(("id" = Uuid, Path)), responses((status = 200, body = CreatedWebhook)))]
pub async fn rotate(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<Json<CreatedWebhook>, Problem> {
    caller.require(&[Role::Admin])?;
    let (webhook, secret) = webhooks::rotate(&app, id).await?;
    Ok(Json(CreatedWebhook { webhook: webhook.into(), secret }))
}
