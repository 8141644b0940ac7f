//! How webhooks and their deliveries look.

use jiff::Timestamp;
use openvisit_core::ids::{EventId, OrganizationId, SessionId, WebhookId};
use openvisit_store::{Delivery, DeliveryState, Round, Webhook};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = Webhook)]
pub struct WebhookView {
    #[schema(value_type = Uuid)]
    pub id: WebhookId,
    pub url: String,
    /// The types of events that are sent; null: all.
    pub events: Option<Vec<String>>,
    /// Only events of this organization's sessions, and of requests that ask it; null: of all.
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<OrganizationId>,
    /// Nothing is sent. What happens meanwhile is kept, and sent when it is enabled again within seven days.
    pub disabled: bool,
    /// Whether events come with the booking's `metadata`.
    pub metadata: bool,
    /// Until then messages are signed with the secret before, too; null where there is none.
    pub old_secret_until: Option<Timestamp>,
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
            metadata: webhook.wants_metadata,
            old_secret_until: webhook.old_secret.map(|old| old.until),
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
    /// Of the session that it is about, or of the request that has no session yet: the session will have its id.
    #[schema(value_type = Uuid)]
    pub session_id: SessionId,
    /// Its place among its session's events, those of its request included.
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
    /// `secret_unreadable`, `refused`, `disabled`; null when it did not.
    pub last_error: Option<String>,
    /// What became of it each time before it was sent again by hand, the first time first.
    pub earlier: Vec<RoundView>,
}

/// What became of a delivery before it was sent again.
#[derive(Serialize, ToSchema)]
#[schema(as = DeliveryRound)]
pub struct RoundView {
    #[schema(value_type = StateName)]
    pub state: DeliveryState,
    pub attempts: u32,
    pub last_attempt_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub last_status: Option<u16>,
    pub last_error: Option<String>,
}

impl From<Round> for RoundView {
    fn from(round: Round) -> Self {
        let delivered = round.state == DeliveryState::Delivered;
        Self {
            state: round.state,
            attempts: round.attempts,
            last_attempt_at: round.attempted_at,
            delivered_at: round.done_at.filter(|_| delivered),
            last_status: round.status,
            last_error: round.failure,
        }
    }
}

/// As callers name it.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryState)]
pub enum StateName {
    Pending,
    Delivered,
    GivenUp,
}

impl From<StateName> for DeliveryState {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Pending => Self::Pending,
            StateName::Delivered => Self::Delivered,
            StateName::GivenUp => Self::GivenUp,
        }
    }
}

impl DeliveryView {
    pub fn of(delivery: Delivery, earlier: Vec<Round>) -> Self {
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
            earlier: earlier.into_iter().map(RoundView::from).collect(),
        }
    }
}
