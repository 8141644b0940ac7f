use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::{App, webhooks};
use openvisit_core::ids::WebhookId;
use openvisit_core::person::Role;

use crate::http::caller::Caller;
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// Forget a webhook: nothing more is sent to it. Administrators only.
#[utoipa::path(delete, path = "/webhooks/{id}", tag = "webhooks", operation_id = "delete_webhook",
    params(("id" = Uuid, Path)), responses((status = 204)))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
) -> Result<StatusCode, Problem> {
    caller.require(&[Role::Admin])?;
    webhooks::forget(&app, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
