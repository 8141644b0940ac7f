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

use std::sync::atomic::{AtomicBool, Ordering};
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
    broker_answers: AtomicBool,
    broker_blocks: AtomicBool,
    for_broker: Notify,
    for_webhooks: Notify,
    client: Client,
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
            broker_answers: AtomicBool::new(false),
            broker_blocks: AtomicBool::new(false),
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
        self.has_broker && !self.broker_answers.load(Ordering::Relaxed)
    }

    /// Whether the broker said that it takes nothing until somebody has seen to its memory or its disk.
    #[must_use]
    pub fn broker_blocks(&self) -> bool {
        self.broker_blocks.load(Ordering::Relaxed)
    }

    fn broker_blocked(&self, blocks: bool) {
        self.broker_blocks.store(blocks, Ordering::Relaxed);
        self.broker_answers.store(!blocks, Ordering::Relaxed);
    }

    fn broker_lost(&self) {
        self.broker_blocked(false);
        self.broker_answers.store(false, Ordering::Relaxed);
    }
}
