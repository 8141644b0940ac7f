use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::{EventId, WebhookId};
use openvisit_core::person::Role;
use openvisit_store::{Deliveries, Delivery, Target};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{DeliveryView, StateName};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path, Query};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;
use openvisit_app::App;
use openvisit_app::Error;

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeliveryPage {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<EventId>,
    /// Only what has come so far; what is set aside is `given_up`.
    #[garde(skip)]
    state: Option<StateName>,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

/// What became of each event for this webhook, latest first; kept for 30 days. Administrators only.
#[utoipa::path(get, path = "/webhooks/{id}/deliveries", tag = "webhooks", operation_id = "list_deliveries",
    params(("id" = Uuid, Path), DeliveryPage), responses((status = 200, body = Paged<DeliveryView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<WebhookId>,
    Query(page): Query<DeliveryPage>,
) -> Result<Json<Paged<DeliveryView>>, Problem> {
    caller.require(&[Role::Admin])?;
    let mut tx = app.store.read().await?;
    tx.webhook(id).await?.ok_or(Error::NotFound)?;
    let target = Target::Webhook(id);
    let wanted =
        Deliveries { target, before: page.cursor, state: page.state.map(Into::into), limit: page.limit + 1 };
    let found = tx.deliveries(&wanted).await?;
    let found = Paged::cut(found, page.limit, |delivery: &Delivery| delivery.event_id.to_string());
    let events: Vec<_> = found.items.iter().map(|delivery| delivery.event_id).collect();
    let mut earlier = tx.earlier_rounds(target, &events).await?;
    Ok(Json(found.map(|delivery| {
        let earlier = earlier.remove(&delivery.event_id).unwrap_or_default();
        DeliveryView::of(delivery, earlier)
    })))
}
