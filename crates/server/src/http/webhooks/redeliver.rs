use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::{App, webhooks};
use openvisit_core::ids::{EventId, WebhookId};
use openvisit_core::person::Role;

use super::view::DeliveryView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Send an event again, whatever became of it: with the same id, at once, and again for days if need be. It
/// waits for no other event, and none waits for it. Administrators only.
#[utoipa::path(post, path = "/webhooks/{id}/deliveries/{delivery_id}/redeliver", tag = "webhooks",
    params(("id" = Uuid, Path), ("delivery_id" = Uuid, Path)), responses((status = 202, body = DeliveryView)))]
pub async fn redeliver(
    State(app): State<App>,
    caller: Caller,
    Path((id, delivery)): Path<(WebhookId, EventId)>,
) -> Result<(StatusCode, Json<DeliveryView>), Problem> {
    caller.require(&[Role::Admin])?;
    let (delivery, earlier) = webhooks::redeliver(&app, id, delivery).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryView::of(delivery, earlier))))
}
