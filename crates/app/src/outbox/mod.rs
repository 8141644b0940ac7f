//! Delivery of events to the message broker and to webhooks: at least once, in the order of each session,
//! with an id that stays the same. The store knows how far each event is on its way to each target; here are
//! those who carry it.

mod addresses;
pub mod broker;
mod client;
pub mod cloud_event;
pub(crate) mod enqueue;
pub mod prune;
pub mod recover;
pub mod secret;
mod send;
pub mod webhooks;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::settings::Settings;
pub use addresses::{Addresses, is_public};
use client::Client;

/// How late an event may be that nobody woke us for: another node's, or one whose next try is due.
const PACE: Duration = Duration::from_millis(500);

/// What the rest of the application knows of the delivery.
pub struct Outbox {
    /// Where webhooks may go.
    pub addresses: Addresses,
    broker_events: Vec<String>,
    has_broker: bool,
    broker: Mutex<BrokerState>,
    for_broker: Notify,
    for_webhooks: Notify,
    client: Client,
}

#[derive(Default)]
struct BrokerState {
    answers: bool,
    /// It said that it takes nothing until somebody has seen to its memory or its disk.
    blocks: bool,
    /// Why it takes nothing, as far as that was said; kept until it takes events again.
    why_not: Option<String>,
}

impl Outbox {
    #[must_use]
    pub fn new(settings: &Settings) -> Self {
        let addresses = Addresses::new(settings.webhook_allowed_networks.clone());
        Self {
            client: Client::new(addresses.clone()),
            addresses,
            broker_events: settings.amqp_events(),
            has_broker: settings.amqp_url.is_some(),
            broker: Mutex::default(),
            for_broker: Notify::new(),
            for_webhooks: Notify::new(),
        }
    }

    /// Events were committed: deliver them now.
    pub fn wake(&self) {
        self.for_broker.notify_one();
        self.for_webhooks.notify_one();
    }

    /// Whether the broker gets events of this type.
    #[must_use]
    pub fn broker_wants(&self, event_type: &str) -> bool {
        self.broker_events.iter().any(|name| name == event_type)
    }

    #[must_use]
    pub fn has_broker(&self) -> bool {
        self.has_broker
    }

    /// Whether there is a broker that does not answer.
    #[must_use]
    pub fn broker_is_away(&self) -> bool {
        self.has_broker && !self.broker(|state| state.answers)
    }

    /// Why the broker takes nothing, in its words or in those of the connection; `None` where it does, or where nobody said.
    #[must_use]
    pub fn why_broker_is_away(&self) -> Option<String> {
        self.broker(|state| state.why_not.clone())
    }

    /// Whether the broker said that it takes nothing until somebody has seen to its memory or its disk.
    #[must_use]
    pub fn broker_blocks(&self) -> bool {
        self.broker(|state| state.blocks)
    }

    /// Whether that is news.
    fn broker_takes(&self) -> bool {
        let taking = BrokerState { answers: true, ..BrokerState::default() };
        !self.broker(|state| std::mem::replace(state, taking)).answers
    }

    fn broker_is_doubted(&self) {
        self.broker(|state| state.answers = false);
    }

    fn broker_takes_nothing(&self, why: impl Into<String>) {
        let state = BrokerState { why_not: Some(why.into()), ..BrokerState::default() };
        self.broker(|known| *known = state);
    }

    fn broker_blocks_us(&self, why: impl Into<String>) {
        let state = BrokerState { blocks: true, why_not: Some(why.into()), answers: false };
        self.broker(|known| *known = state);
    }

    fn broker_is_lost(&self) {
        self.broker(|state| (state.answers, state.blocks) = (false, false));
    }

    fn broker<T>(&self, look: impl FnOnce(&mut BrokerState) -> T) -> T {
        look(&mut self.broker.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
