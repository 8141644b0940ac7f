//! Forgets events that were delivered long ago.

use std::time::Duration;

use jiff::SignedDuration;
use openvisit_store::StoreError;

use crate::app::App;

/// For so long a delivered event can be looked at and sent again.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Deletes take little at a time, so that nobody waits for them.
const BATCH: u32 = 500;
const PACE: Duration = Duration::from_secs(600);

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(PACE);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(error) = prune(&app).await {
            tracing::warn!(%error, "old events could not be forgotten");
        }
    }
}

/// Forgets what is old enough now.
///
/// # Errors
/// The database is away.
pub async fn prune(app: &App) -> Result<(), StoreError> {
    let before = app.clock.now() - KEPT;
    loop {
        let mut tx = app.store.begin().await?;
        let gone = tx.prune_events(before, BATCH).await?;
        tx.commit().await?;
        if gone == 0 || app.stopping.is_cancelled() {
            return Ok(());
        }
    }
}
