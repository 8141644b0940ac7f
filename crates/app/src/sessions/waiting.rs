//! Presence in the waiting room of whoever has no connection of their own: by their last request.

use jiff::Timestamp;
use openvisit_core::session::Session;

use super::change::change_by_itself;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// Somebody asks for something: if they wait without a connection, they are here. What cannot be written now is
/// written with their next request.
pub async fn heard(app: &App, caller: &Caller) {
    for place in app.unconnected.heard(caller.person_id, app.clock.now()) {
        let reappear = |session: Session, now| session.reappear(place.participant, now);
        match change_by_itself(app, place.session, reappear).await {
            Ok(_) => app.unconnected.know(place.participant, false),
            Err(error) => {
                tracing::warn!(code = error.code(), session = %place.session, "could not save that somebody waits again");
            }
        }
    }
}

/// Somebody has come to the door, or asks again whether it opens.
pub(super) fn came(app: &App, caller: &Caller, session: &Session) {
    if let Some(participant) = session.unconnected().find(|p| p.person_id == caller.person_id) {
        app.unconnected.came(caller.person_id, session.id, participant.id, app.clock.now());
    }
}

/// After a start of the server: who waited without a connection has the grace of a reload to be heard of.
pub fn recover(app: &App, session: &Session, booted_at: Timestamp) {
    for participant in session.unconnected() {
        app.unconnected.came(participant.person_id, session.id, participant.id, booted_at);
    }
}

/// Whoever was silent for too long is gone.
///
/// # Errors
/// Those of the store.
pub async fn run_due(app: &App) -> Result<(), Error> {
    let grace = app.settings.policy().presence_grace;
    let since = app.clock.now().checked_sub(grace).unwrap_or(Timestamp::MIN);
    for place in app.unconnected.silent(since) {
        let fall_silent = |session: Session, _| session.fall_silent(place.participant, place.last);
        change_by_itself(app, place.session, fall_silent).await?;
        app.unconnected.know(place.participant, true);
    }
    Ok(())
}
