//! What time does by itself: auto-end, no-show, overrun, expired holds and requests, and cleaning up. The database
//! knows when each session is due, so that a restart or another node forgets nothing.

use std::time::Duration;

use crate::app::App;
use crate::chat;
use crate::error::Error;
use crate::idempotency;
use crate::people::signed_out;
use crate::sessions::change::change_due;
use crate::sessions::waiting;

/// How late a timer may be.
const PACE: Duration = Duration::from_millis(500);
/// How often what is no longer needed is deleted.
const SWEEP: Duration = Duration::from_mins(1);
/// How many sessions are taken up at a time.
const BATCH: u32 = 100;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut sweeps = tokio::time::interval(SWEEP);
    sweeps.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        let done = tokio::select! {
            _ = ticks.tick() => {
                app.clock.follow(app.open_intervals.participants() == 0);
                run_due(&app).await
            }
            _ = sweeps.tick() => sweep(&app).await,
            () = app.stopping.cancelled() => return,
        };
        if let (Err(error), false) = (&done, away) {
            tracing::warn!(code = error.code(), "the database is unavailable: timers are retried");
        }
        away = done.is_err();
    }
}

/// Deletes what is no longer needed.
///
/// # Errors
/// Those of the store.
pub async fn sweep(app: &App) -> Result<(), Error> {
    chat::sweep(app).await?;
    Ok(idempotency::forget_expired(app).await?)
}

/// Does everything that is due now.
///
/// # Errors
/// Those of the store.
pub async fn run_due(app: &App) -> Result<(), Error> {
    signed_out::look(app).await?;
    crate::requests::run_due(app).await?;
    waiting::run_due(app).await?;
    loop {
        let due = app.store.read().await?.due(app.clock.now(), BATCH).await?;
        if due.is_empty() {
            return Ok(());
        }
        let mut stuck = false;
        for id in due {
            match change_due(app, id).await {
                Err(Error::Unavailable) => return Err(Error::Unavailable),
                Err(error) => {
                    tracing::warn!(code = error.code(), session = %id, "a session's timer failed; it is retried");
                    stuck = true;
                }
                Ok(()) => {}
            }
        }
        // One that fails is due again at once: the next round tries it, with the others.
        if stuck {
            return Ok(());
        }
    }
}
