//! Feeds the attendance ledger: from the media server and from sockets, with a heartbeat in the
//! database, so that after a crash every open interval ends where it was last seen.

pub mod callbacks;

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use metrics::{counter, histogram};
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::SessionId;
use openvisit_media::{Connection, MediaEvent};
use tokio::sync::mpsc::UnboundedReceiver;

use crate::app::App;
use crate::error::Error;
use crate::presence::ToldFact;
use crate::sessions::change::change_at_home;
use crate::usage;

/// How often open intervals are marked as seen: what a crash can lose of an attendance.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// Writes a fact into its session's ledger. Retried later when the database is unavailable.
pub async fn record(app: &App, session: SessionId, fact: Fact) {
    tell(app, ToldFact { session, epoch: None, fact }).await;
}

/// As [`record`], of what this node's media server saw: nothing where the session has its home at another node by now,
/// which goes by what it sees itself.
async fn record_seen(app: &App, session: SessionId, fact: Fact) {
    let epoch = app.open_intervals.epoch(&fact.key).or_else(|| app.homes.held(session));
    if epoch.is_none() && app.store.nodes().is_some() {
        tracing::debug!(%session, "a media fact of a session that has its home elsewhere is left out");
        return;
    }
    tell(app, ToldFact { session, epoch, fact }).await;
}

async fn tell(app: &App, told: ToldFact) {
    app.open_intervals.note(&told);
    write(app, told).await;
}

async fn write(app: &App, told: ToldFact) {
    let ToldFact { session, epoch, fact } = told;
    let written = async {
        // Who comes may start the session.
        let policy = match fact.kind {
            FactKind::Connected => usage::policy(app).await?,
            FactKind::Disconnected | FactKind::Alive => app.settings.policy(),
        };
        change_at_home(app, session, epoch, move |session, now| session.attend(now, &policy, &fact)).await
    };
    match written.await {
        Ok(_) => {}
        Err(Error::TakenOver) => {
            tracing::debug!(%session, "a media fact of a session that has its home elsewhere is left out");
            app.open_intervals.forget(&fact.key);
        }
        Err(error) => {
            tracing::warn!(code = error.code(), %session, "could not save an attendance fact; it is retried with the next heartbeat");
            app.open_intervals.retry_later(told);
        }
    }
}

/// Marks every open interval as seen now, and writes what could not be written before.
///
/// # Errors
/// Those of the store.
pub async fn beat(app: &App) -> Result<(), Error> {
    let open = app.open_intervals.all();
    if !open.is_empty() {
        app.store.heartbeat(&open, app.clock.now()).await?;
    }
    for told in app.open_intervals.take_unwritten() {
        write(app, told).await;
    }
    Ok(())
}

/// Runs the heartbeat until the server stops.
pub async fn run_heartbeat(app: App) {
    let mut ticks = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(error) = beat(&app).await {
            tracing::warn!(
                code = error.code(),
                "could not write the attendance heartbeat; it is retried in 5 seconds"
            );
        }
    }
}

/// Writes what the media server sees into the ledger, until it stops.
pub async fn follow_media(app: App, mut events: UnboundedReceiver<MediaEvent>) {
    while let Some(event) = events.recv().await {
        count(&event);
        let (connection, kind, at) = match event {
            MediaEvent::Connected { connection, at } => (connection, FactKind::Connected, at),
            MediaEvent::Disconnected { connection, last_packet, why } => {
                tracing::info!(session = %connection.session, why = why.as_str(), "a media connection ended");
                (connection, FactKind::Disconnected, last_packet)
            }
            MediaEvent::Failed { connection, why } => {
                tracing::info!(session = %connection.session, why = why.as_str(), "a media connection could not be established");
                continue;
            }
            MediaEvent::Alive { .. } | MediaEvent::Quality { .. } => continue,
        };
        let fact = Fact { key: key(connection), kind, at: wall_clock(&app, at) };
        record_seen(&app, connection.session, fact).await;
    }
}

fn count(event: &MediaEvent) {
    match event {
        MediaEvent::Connected { .. } => {
            counter!("media_connections_total", "outcome" => "connected").increment(1);
        }
        MediaEvent::Failed { why, .. } => {
            counter!("media_connections_total", "outcome" => why.as_str()).increment(1);
        }
        MediaEvent::Disconnected { why, .. } => {
            counter!("media_disconnections_total", "why" => why.as_str()).increment(1);
        }
        MediaEvent::Quality { quality, .. } => {
            if let Some(loss) = quality.loss {
                histogram!("media_loss_ratio").record(f64::from(loss));
            }
            if let Some(round_trip) = quality.round_trip {
                histogram!("media_round_trip_seconds").record(round_trip.as_secs_f64());
            }
        }
        MediaEvent::Alive { .. } => {}
    }
}

fn key(connection: Connection) -> Key {
    Key { participant: connection.participant, source: Source::Media, connection: connection.id }
}

/// The media server's monotonic time as a timestamp.
fn wall_clock(app: &App, at: Instant) -> Timestamp {
    let ago = SignedDuration::try_from(at.elapsed()).unwrap_or(SignedDuration::ZERO);
    let now = app.clock.now();
    now.checked_sub(ago).map_or(now, crate::clock::truncate)
}
