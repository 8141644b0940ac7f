//! Events on their way to webhooks: who gets what, when, how often, signed how, and never where.

mod managing;
mod metadata;
mod order;
mod receiver;
mod requests;
mod retries;
mod secrets;
mod where_to;

use openvisit_core::event::Event;
use serde_json::{Value, json};

use crate::common::Party;
use crate::story::Story;
use receiver::Receiver;

/// Receivers of these tests are on this machine.
const LOOPBACK: &str = "webhook_allowed_networks = ['127.0.0.0/8', '::1/128']\n";

/// Two parties, an administrator, and a server that delivers.
struct Delivering {
    story: Story,
    admin: Party,
}

impl Delivering {
    async fn new() -> Self {
        Self::of(Story::with(LOOPBACK).await).await
    }

    async fn of(story: Story) -> Self {
        openvisit::run::deliver(&story.server.app).await.unwrap();
        let admin = story.server.admin().await;
        Self { story, admin }
    }

    /// A webhook that wants everything; its path.
    async fn webhook(&self, receiver: &Receiver) -> String {
        path(&self.admin.post("/webhooks", json!({ "url": receiver.url })).await.expect(201))
    }

    /// Turns the clock to the moment of the next try, and lets it happen.
    async fn next_try(&self, webhook: &str) {
        let next = self.latest(webhook).await["next_attempt_at"].as_str().unwrap().parse().unwrap();
        let server = &self.story.server;
        server.advance(server.now().duration_until(next));
        server.app.outbox.wake();
    }

    /// What became of the latest event.
    async fn latest(&self, webhook: &str) -> Value {
        self.deliveries(webhook).await[0].clone()
    }

    async fn deliveries(&self, webhook: &str) -> Vec<Value> {
        let page = self.admin.get(&format!("{webhook}/deliveries?limit=100")).await.expect(200);
        page["items"].as_array().unwrap().clone()
    }

    /// Waits until the latest event was tried and is to be tried again.
    async fn until_failed(&self, webhook: &str) -> Value {
        until("the try fails", async || {
            let latest = self.latest(webhook).await;
            (!latest["last_error"].is_null() && self.is_waiting(&latest)).then_some(latest)
        })
        .await
    }

    /// Waits until nobody is on the way and everything waits for a later try.
    async fn until_all_failed(&self, webhook: &str) {
        until("all tries fail", async || {
            let all = self.deliveries(webhook).await;
            all.iter().all(|one| !one["last_error"].is_null() && self.is_waiting(one)).then_some(())
        })
        .await;
    }

    fn is_waiting(&self, delivery: &Value) -> bool {
        let next = delivery["next_attempt_at"].as_str().and_then(|at| at.parse().ok());
        next.is_some_and(|next: jiff::Timestamp| next > self.story.server.now())
    }

    async fn until_all_are_delivered(&self, webhook: &str) {
        until("all are delivered", async || {
            self.deliveries(webhook).await.iter().all(|one| one["state"] == "delivered").then_some(())
        })
        .await;
    }

    /// Waits until the latest event is in this state, after so many tries.
    async fn until(&self, webhook: &str, state: &str, attempts: u64) -> Value {
        until(state, async || {
            let latest = self.latest(webhook).await;
            (latest["state"] == state && latest["attempts"] == attempts).then_some(latest)
        })
        .await
    }
}

fn path(webhook: &Value) -> String {
    format!("/webhooks/{}", webhook["id"].as_str().unwrap())
}

/// Waits for what happens by itself, asking again and again.
pub async fn until<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let patience = std::time::Instant::now() + std::time::Duration::from_secs(10);
    loop {
        if let Some(found) = ask().await {
            return found;
        }
        assert!(std::time::Instant::now() < patience, "waited in vain: {what}");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

fn booked() -> &'static str {
    Event::Booked.name()
}
