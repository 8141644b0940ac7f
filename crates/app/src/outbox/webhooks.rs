//! Brings events to webhooks: many at once, few to each, so that a slow one holds up no other.

use std::collections::HashMap;

use jiff::SignedDuration;
use openvisit_core::delivery::next_try;
use openvisit_core::ids::WebhookId;
use openvisit_store::{Attempt, Failure, StoreError, Target, Webhook};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::PACE;
use super::send::send;
use crate::app::App;

/// How many events may be on their way to one webhook …
const TO_ONE: u32 = 4;
/// … and to all of them.
const TO_ALL: usize = 256;
/// Longer than any try takes. After it the event is another node's.
const LEASE: SignedDuration = SignedDuration::from_secs(30);
/// The receiver says that it does not want any more.
const GONE: u16 = 410;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut carriers = Carriers::default();
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.outbox.for_webhooks.notified() => {}
            () = carriers.one_is_back() => {}
            () = app.stopping.cancelled() => return,
        }
        let sent_out = carriers.send_out(&app).await;
        if let (Err(error), false) = (&sent_out, away) {
            tracing::warn!(%error, "webhooks wait for the database");
        }
        away = sent_out.is_err();
    }
}

/// Who is on the way now.
#[derive(Default)]
struct Carriers {
    tasks: JoinSet<WebhookId>,
    to: HashMap<WebhookId, u32>,
}

impl Carriers {
    /// Waits for ever when nobody is on the way.
    async fn one_is_back(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok(webhook)) => self.is_back(webhook),
            Some(Err(error)) => {
                // It panicked, and nobody knows which it was: the count begins anew, with the others still out.
                tracing::error!(%error, "a webhook's delivery failed");
                self.to.clear();
            }
            None => std::future::pending().await,
        }
    }

    fn is_back(&mut self, webhook: WebhookId) {
        if let Some(count) = self.to.get_mut(&webhook) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.to.remove(&webhook);
            }
        }
    }

    async fn send_out(&mut self, app: &App) -> Result<(), StoreError> {
        let now = app.clock.now();
        let due = app.store.read().await?.due_webhooks(now).await?;
        for webhook in due {
            let free = TO_ONE.saturating_sub(self.to.get(&webhook.id).copied().unwrap_or_default());
            if free == 0 || self.tasks.len() >= TO_ALL {
                continue;
            }
            let mut tx = app.store.begin().await?;
            let attempts = tx.lease(Target::Webhook(webhook.id), now, now + LEASE, free).await?;
            tx.commit().await?;
            for attempt in attempts {
                *self.to.entry(webhook.id).or_default() += 1;
                self.tasks.spawn(carry(app.clone(), webhook.clone(), attempt));
            }
        }
        Ok(())
    }
}

async fn carry(app: App, webhook: Webhook, attempt: Attempt) -> WebhookId {
    let outcome = send(&app, &webhook, &attempt).await;
    // A lease that nobody ends runs out by itself: the event is sent again then.
    if let Err(error) = record(&app, &webhook, &attempt, outcome).await {
        tracing::warn!(%error, event = %attempt.event.id, "a delivery could not be recorded");
    }
    webhook.id
}

async fn record(
    app: &App,
    webhook: &Webhook,
    attempt: &Attempt,
    outcome: Result<u16, Failure>,
) -> Result<(), StoreError> {
    let (target, now) = (Target::Webhook(webhook.id), app.clock.now());
    let mut tx = app.store.begin().await?;
    let word = match outcome {
        Ok(status) => {
            tx.mark_delivered(target, attempt.event.id, Some(status), now).await?;
            "delivered"
        }
        Err(failure) => {
            let gone = failure.status == Some(GONE);
            let next = next_try(attempt.begun_at, attempt.attempts, now, rand::random()).filter(|_| !gone);
            tx.mark_failed(target, attempt, failure, next, now).await?;
            if gone {
                tx.disable_webhook(webhook.id).await?;
                tracing::warn!(webhook = %webhook.id, "a webhook is gone and was disabled");
            } else if next.is_none() {
                let event = attempt.event.id;
                tracing::warn!(webhook = %webhook.id, %event, reason = failure.reason, "an event was given up");
            }
            failure.reason
        }
    };
    tx.commit().await?;
    metrics::counter!("webhook_deliveries_total", "outcome" => word).increment(1);
    Ok(())
}
