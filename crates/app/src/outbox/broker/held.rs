//! A batch of events that nobody else may publish meanwhile.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::EventId;
use openvisit_store::{Attempt, StoreError, Target};

use crate::app::App;

/// Longer than a batch takes unless the broker is blocked. After it the events are another node's.
const LEASE: SignedDuration = SignedDuration::from_secs(30);

pub(super) struct Held<'a> {
    pub(super) app: &'a App,
    events: Vec<EventId>,
    until: Timestamp,
}

impl<'a> Held<'a> {
    /// Takes at most `limit` of the events that are due.
    pub(super) async fn lease(app: &'a App, limit: u32) -> Result<(Self, Vec<Attempt>), StoreError> {
        let now = app.clock.now();
        let until = now + LEASE;
        let is_due = app.store.read().await?.has_due(Target::Broker, now).await?;
        let batch = if is_due {
            let mut tx = app.store.begin().await?;
            let batch = tx.lease(Target::Broker, now, until, limit).await?;
            tx.commit().await?;
            batch
        } else {
            vec![]
        };
        let events = batch.iter().map(|attempt| attempt.event.id).collect();
        Ok((Self { app, events, until }, batch))
    }

    /// Holds them on, where half of the time is over.
    pub(super) async fn renew(&mut self) -> Result<(), StoreError> {
        let now = self.app.clock.now();
        if self.until.duration_since(now) > LEASE / 2 {
            return Ok(());
        }
        self.until = now + LEASE;
        let mut tx = self.app.store.begin().await?;
        tx.renew_leases(Target::Broker, &self.events, self.until).await?;
        tx.commit().await
    }
}
