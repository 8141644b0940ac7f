//! Presence in the waiting room of whoever has no connection of their own: by their last request.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::session::Session;

use super::change::change_by_itself;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::presence::Heard;

/// How often other nodes are told that somebody was heard of, within the time after which the silent are gone.
const TOLD: i128 = 3;

/// Somebody asks for something: if they wait without a connection, they are here. What cannot be written now is
/// written with their next request.
pub async fn heard(app: &App, caller: &Caller) {
    let now = app.clock.now();
    for place in app.unconnected.heard(caller.person_id, now) {
        if let Err(error) = note(app, &place, now).await {
            tracing::warn!(code = error.code(), session = %place.session, "could not save that somebody waits");
        }
    }
}

async fn note(app: &App, place: &Heard, now: Timestamp) -> Result<(), Error> {
    let often = SignedDuration::from_nanos_i128(app.settings.policy().presence_grace.as_nanos() / TOLD);
    let told = app.store.nodes().filter(|_| app.unconnected.is_to_be_told(place.participant, now, often));
    if let Some(nodes) = told {
        nodes.note_heard(place.participant, now).await?;
    }
    // Another node may have taken them for gone a moment ago.
    if place.gone || told.is_some() {
        let reappear = |session: Session, now| session.reappear(place.participant, now);
        change_by_itself(app, place.session, reappear).await?;
    }
    Ok(())
}

/// Whoever was silent for too long is gone.
///
/// # Errors
/// Those of the store.
pub async fn run_due(app: &App) -> Result<(), Error> {
    let grace = app.settings.policy().presence_grace;
    let since = app.clock.now().checked_sub(grace).unwrap_or(Timestamp::MIN);
    for place in app.unconnected.silent(since) {
        let elsewhere = match app.store.nodes() {
            Some(nodes) => nodes.heard_at(place.participant).await?,
            None => None,
        };
        let last = elsewhere.map_or(place.last, |at| place.last.max(at));
        if last > since {
            app.unconnected.heard_elsewhere(place.participant, last);
            continue;
        }
        let fall_silent = |session: Session, _| session.fall_silent(place.participant, last);
        if let Some(details) = change_by_itself(app, place.session, fall_silent).await? {
            // Also where another node was faster.
            app.unconnected.follow(&details.session, last);
        }
    }
    Ok(())
}
