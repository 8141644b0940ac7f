//! How webhooks and their deliveries look.

use jiff::Timestamp;
use openvisit_core::ids::{EventId, OrganizationId, SessionId, WebhookId};
use openvisit_store::{Delivery, DeliveryState, Webhook};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    #[schema(value_type = Uuid)]
    pub id: WebhookId,
    pub url: String,
    /// The types of events that are sent; null: all.
    pub events: Option<Vec<String>>,
    /// Only events of this organization's sessions; null: of all.
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<OrganizationId>,
    /// Nothing is sent. What happens meanwhile is kept, and sent when it is enabled again within seven days.
    pub disabled: bool,
    pub created_at: Timestamp,
}

impl From<Webhook> for WebhookView {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id,
            url: webhook.url,
            events: webhook.interest.events,
            organization_id: webhook.interest.organization_id,
            disabled: webhook.disabled,
            created_at: webhook.created_at,
        }
    }
}

/// One event on its way to one webhook.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryView {
    /// The event's id, which is also the message's `webhook-id`.
    #[schema(value_type = Uuid)]
    pub id: EventId,
    pub event_type: String,
    #[schema(value_type = Uuid)]
    pub session_id: SessionId,
    /// Its place among its session's events.
    pub sequence: i64,
    #[schema(value_type = StateName)]
    pub state: DeliveryState,
    /// Tries so far; a redelivery counts anew.
    pub attempts: u32,
    /// When it happened.
    pub occurred_at: Timestamp,
    pub last_attempt_at: Option<Timestamp>,
    /// null when it is delivered or given up.
    pub next_attempt_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    /// The HTTP status of the latest answer.
    pub last_status: Option<u16>,
    /// Why the latest try failed: `status`, `redirect`, `gone`, `timeout`, `connection`, `refused_address`,
    /// `secret_unreadable`; null when it did not.
    pub last_error: Option<String>,
}

/// As the API's description shows it.
#[derive(ToSchema)]
#[schema(as = DeliveryState, rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub enum StateName {
    Pending,
    Delivered,
    GivenUp,
}

impl From<Delivery> for DeliveryView {
    fn from(delivery: Delivery) -> Self {
        let pending = delivery.state == DeliveryState::Pending;
        let delivered = delivery.state == DeliveryState::Delivered;
        Self {
            id: delivery.event_id,
            event_type: delivery.event_type,
            session_id: delivery.session_id,
            sequence: delivery.sequence,
            state: delivery.state,
            attempts: delivery.attempts,
            occurred_at: delivery.at,
            last_attempt_at: delivery.attempted_at,
            next_attempt_at: pending.then_some(delivery.due_at),
            delivered_at: delivery.done_at.filter(|_| delivered),
            last_status: delivery.status,
            last_error: delivery.failure,
        }
    }
}
