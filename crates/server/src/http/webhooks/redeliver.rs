use axum::extract::State;
use axum::http::StatusCode;
use openvisit_core::ids::{EventId, WebhookId};
use openvisit_core::person::Role;
use openvisit_store::Target;

use super::view::DeliveryView;
use crate::app::App;
use crate::auth::caller::Caller;
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
    let mut tx = app.store.begin().await?;
    let webhook = tx.webhook(id).await?.ok_or(Problem::NotFound)?;
    if webhook.disabled {
        return Err(Problem::Conflict("the webhook is disabled; enable it first".to_owned()));
    }
    let target = Target::Webhook(id);
    if !tx.redeliver(target, delivery, app.clock.now()).await? {
        return Err(Problem::NotFound);
    }
    let delivery = tx.delivery(target, delivery).await?.ok_or(Problem::NotFound)?;
    tx.commit().await?;
    app.outbox.wake();
    Ok((StatusCode::ACCEPTED, Json(delivery.into())))
}
