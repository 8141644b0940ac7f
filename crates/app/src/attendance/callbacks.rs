//! Writes presence events of providers into the attendance ledger.

use std::time::Duration;

use jiff::Timestamp;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::ParticipantId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Admission, Session};
use openvisit_providers::{PresenceChange, PresenceEvent, Provider, facts};

use crate::app::App;
use crate::error::Error;
use crate::providers::cleanup::remove;
use crate::providers::room::session_of;
use crate::sessions::change::change_by_itself;
use crate::usage;

/// How long a queue that cannot be asked is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// Records a presence event. It may come again, late and in any order.
///
/// # Errors
/// Those of the store: nothing was written, and the event must come again.
pub async fn record(app: &App, provider: MediaProvider, event: PresenceEvent) -> Result<(), Error> {
    let Some(id) = session_of(app, &event.room).await? else { return Ok(()) };
    // Who comes may start the session.
    let policy = usage::policy(app).await?;
    let told = |session: Session, now: Timestamp| {
        // The provider's clock may be ahead of ours: nothing happens in the future.
        let event = PresenceEvent { at: event.at.min(now), ..event.clone() };
        // Of a room that was given up nothing counts: whoever was in it has left it by that.
        let carries = session.appointment.media_provider == provider;
        let facts = if carries { facts(id, &event, &session.attendance) } else { Vec::new() };
        let nothing = Change { session, events: Vec::new() };
        facts.iter().fold(nothing, |change, fact| {
            let Change { session, mut events } = change;
            let next = session.attend(now, &policy, fact);
            events.extend(next.events);
            Change { session: next.session, events }
        })
    };
    let Some(session) = change_by_itself(app, id, told).await? else { return Ok(()) };
    match event.change {
        PresenceChange::Connected(connection) => {
            remove_unadmitted(app, provider, &session.session, connection.participant).await
        }
        PresenceChange::Disconnected(_) | PresenceChange::RoomEnded => Ok(()),
    }
}

/// Removes whoever came without a place, by an earlier token.
async fn remove_unadmitted(
    app: &App,
    provider: MediaProvider,
    session: &Session,
    participant: ParticipantId,
) -> Result<(), Error> {
    let carried_on = session.state.is_live().then_some(session.appointment.media_provider);
    if carried_on != Some(provider) {
        let mut tx = app.store.begin().await?;
        tx.release_meetings(session.id, carried_on, app.clock.now()).await?;
        tx.commit().await?;
        app.providers.wake();
        return Ok(());
    }
    let admitted = |id| session.participant(id).is_some_and(|p| p.admission == Admission::Admitted);
    if admitted(participant) { Ok(()) } else { remove(app, session, participant).await }
}

/// Reads a provider's queue of events until the server stops.
pub async fn follow_queue(app: App, name: MediaProvider) {
    let Some(Provider::Chime(chime)) = app.providers.get(name) else { return };
    loop {
        let received = tokio::select! {
            received = chime.receive() => received,
            () = app.stopping.cancelled() => return,
        };
        let messages = match received {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!(provider = name.name(), %error, "could not read the provider's queue of presence events; it is retried in 5 seconds");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        for message in messages {
            if let Some(event) = message.event.clone()
                && let Err(error) = record(&app, name, event).await
            {
                tracing::warn!(
                    code = error.code(),
                    "could not save a provider's presence event; it is retried when the queue delivers it again"
                );
                continue;
            }
            if let Err(error) = chime.delete(&message).await {
                tracing::warn!(provider = name.name(), %error, "could not delete a presence event from the provider's queue; it will be delivered again");
            }
        }
    }
}
