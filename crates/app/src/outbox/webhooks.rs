//! Brings events to webhooks: many at once, few to each, so that a slow one holds up no other.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::delivery::{is_set_aside, next_probe, next_try, refuses_for_good};
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
/// The receiver says that it is no more. It may be a mistake of a moment: only an administrator disables a webhook.
const GONE: u16 = 410;
/// So many tries in vain, and no other in between, mean that the receiver is away and not that it dislikes one event.
const AWAY: u32 = 2;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut carriers = Carriers::default();
    let mut is_new = true;
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
        let sent_out = carriers.turn(&app, &mut is_new).await;
        if let (Err(error), false) = (&sent_out, away) {
            tracing::warn!(%error, "webhooks wait for the database");
        }
        away = sent_out.is_err();
    }
}

/// Who is on the way now.
#[derive(Default)]
struct Carriers {
    tasks: JoinSet<(WebhookId, Told, Timestamp)>,
    to: HashMap<WebhookId, u32>,
    failing: HashMap<WebhookId, Failing>,
    /// They took an event after they had been away.
    back: Vec<WebhookId>,
}

/// What a try told of its receiver.
#[derive(Clone, Copy)]
enum Told {
    Takes,
    /// It dislikes this event, and is there.
    Refuses,
    Fails,
}

/// A receiver that took nothing since.
struct Failing {
    tries: u32,
    since: Timestamp,
    probe_at: Timestamp,
}

impl Carriers {
    /// Waits for ever when nobody is on the way.
    async fn one_is_back(&mut self) {
        match self.tasks.join_next().await {
            Some(Ok((webhook, told, at))) => {
                self.is_back(webhook);
                self.learn(webhook, told, at);
            }
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

    /// From a try that ended at `now`, which may be a while ago.
    fn learn(&mut self, webhook: WebhookId, told: Told, now: Timestamp) {
        match told {
            Told::Takes => {
                let was = self.failing.remove(&webhook);
                self.back.extend(was.filter(|failing| failing.tries >= AWAY).map(|_| webhook));
            }
            Told::Refuses => {}
            Told::Fails => {
                let failing =
                    self.failing.entry(webhook).or_insert(Failing { tries: 0, since: now, probe_at: now });
                failing.tries += 1;
                failing.probe_at = next_probe(failing.since, now);
            }
        }
    }

    async fn turn(&mut self, app: &App, is_new: &mut bool) -> Result<(), StoreError> {
        if *is_new {
            self.remember(app).await?;
            *is_new = false;
        }
        self.catch_up(app).await?;
        self.probe(app).await?;
        self.send_out(app).await
    }

    /// Who was failing when the last run ended.
    async fn remember(&mut self, app: &App) -> Result<(), StoreError> {
        let now = app.clock.now();
        for backlog in app.store.read().await?.backlogs().await? {
            if let (Target::Webhook(id), true) = (backlog.target, backlog.failing) {
                self.failing.insert(id, Failing { tries: AWAY, since: backlog.oldest_at, probe_at: now });
            }
        }
        Ok(())
    }

    /// A receiver that is back gets at once what has waited for it.
    async fn catch_up(&mut self, app: &App) -> Result<(), StoreError> {
        while let Some(webhook) = self.back.last().copied() {
            let mut tx = app.store.begin().await?;
            let waited = tx.hurry_all(Target::Webhook(webhook), app.clock.now()).await?;
            tx.commit().await?;
            self.back.pop();
            tracing::info!(%webhook, waited, "a webhook takes events again");
        }
        Ok(())
    }

    /// Sends one event to those who are away, to see whether they still are.
    async fn probe(&mut self, app: &App) -> Result<(), StoreError> {
        let now = app.clock.now();
        let is_due = |(id, failing): &(&WebhookId, &Failing)| {
            failing.tries >= AWAY && failing.probe_at <= now && !self.to.contains_key(*id)
        };
        let due: Vec<_> = self.failing.iter().filter(is_due).map(|(id, one)| (*id, one.since)).collect();
        for (id, since) in due {
            let mut tx = app.store.begin().await?;
            let is_enabled = tx.webhook(id).await?.is_some_and(|webhook| !webhook.disabled);
            if is_enabled {
                tx.hurry_one(Target::Webhook(id), now).await?;
            }
            tx.commit().await?;
            if !is_enabled {
                self.failing.remove(&id);
            } else if let Some(failing) = self.failing.get_mut(&id) {
                failing.probe_at = next_probe(since, now);
            }
        }
        Ok(())
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

async fn carry(app: App, webhook: Webhook, attempt: Attempt) -> (WebhookId, Told, Timestamp) {
    let outcome = send(&app, &webhook, &attempt).await;
    let at = app.clock.now();
    let told = match outcome {
        Ok(_) => Told::Takes,
        Err(failure) if refuses_for_good(failure.status) => Told::Refuses,
        Err(_) => Told::Fails,
    };
    // A lease that nobody ends runs out by itself: the event is sent again then.
    if let Err(error) = record(&app, &webhook, &attempt, outcome).await {
        tracing::warn!(%error, event = %attempt.event.id, "a delivery could not be recorded");
    }
    (webhook.id, told, at)
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
            let set_aside = refuses_for_good(failure.status) && is_set_aside(attempt.refusals);
            let next =
                next_try(attempt.begun_at, attempt.attempts, now, rand::random()).filter(|_| !set_aside);
            tx.mark_failed(target, attempt, failure, next, now).await?;
            let (webhook, event, status) = (webhook.id, attempt.event.id, failure.status);
            if set_aside {
                tracing::warn!(%webhook, %event, status, "an event is refused and was set aside");
            } else if next.is_none() {
                tracing::warn!(%webhook, %event, reason = failure.reason, "an event was given up");
            } else if status == Some(GONE) {
                tracing::warn!(%webhook, %event, "a webhook says that it is gone; it is tried on");
            }
            failure.reason
        }
    };
    tx.commit().await?;
    metrics::counter!("webhook_deliveries_total", "outcome" => word).increment(1);
    Ok(())
}
