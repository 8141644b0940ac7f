//! What providers tell of who comes and goes, written into the attendance ledger.

use std::time::Duration;

use jiff::Timestamp;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::ParticipantId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Admission, Session};
use openvisit_providers::{Happened, Notice, Provider, facts};

use crate::app::App;
use crate::error::Error;
use crate::providers::cleanup::remove;
use crate::sessions::change::change_by_itself;
use crate::usage;

/// How long a queue that cannot be asked is left alone.
const PAUSE: Duration = Duration::from_secs(5);

/// Writes down what `provider` tells. It may tell it again, late and in any order.
///
/// # Errors
/// Those of the store: nothing was written, and it is to be told again.
pub async fn record(app: &App, provider: MediaProvider, notice: Notice) -> Result<(), Error> {
    // Who comes may start the session thereby.
    let policy = usage::policy(app).await?;
    let told = |session: Session, now: Timestamp| {
        // A clock that is ahead of ours tells of nothing that has yet to come.
        let notice = Notice { at: notice.at.min(now), ..notice.clone() };
        // Of a room that was given up nothing counts: whoever was in it has left it by that.
        let carries = session.appointment.media_provider == provider;
        let facts = if carries { facts(&notice, &session.attendance) } else { Vec::new() };
        let nothing = Change { session, events: Vec::new() };
        facts.iter().fold(nothing, |change, fact| {
            let Change { session, mut events } = change;
            let next = session.attend(now, &policy, fact);
            events.extend(next.events);
            Change { session: next.session, events }
        })
    };
    let Some(session) = change_by_itself(app, notice.session, told).await? else { return Ok(()) };
    match notice.happened {
        Happened::Connected(connection) => {
            remove_unadmitted(app, provider, &session.session, connection.participant).await
        }
        Happened::Disconnected(_) | Happened::RoomEnded => Ok(()),
    }
}

/// Whoever came without a place, by a token of earlier, goes again.
async fn remove_unadmitted(
    app: &App,
    provider: MediaProvider,
    session: &Session,
    participant: ParticipantId,
) -> Result<(), Error> {
    let carried_on = session.state.is_live().then_some(session.appointment.media_provider);
    if carried_on != Some(provider) {
        let mut tx = app.store.begin().await?;
        tx.unwant_meetings(session.id, carried_on, app.clock.now()).await?;
        tx.commit().await?;
        app.providers.wake();
        return Ok(());
    }
    let admitted = |id| session.participant(id).is_some_and(|p| p.admission == Admission::Admitted);
    if admitted(participant) { Ok(()) } else { remove(app, session, participant).await }
}

/// Asks a queue for news until the server stops.
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
                tracing::warn!(provider = name.name(), %error, "the provider's queue of presence events cannot be read");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        for message in messages {
            if let Some(notice) = message.notice.clone()
                && let Err(error) = record(&app, name, notice).await
            {
                tracing::warn!(code = error.code(), "a provider's presence event waits for the database");
                continue;
            }
            if let Err(error) = chime.delete(&message).await {
                tracing::warn!(provider = name.name(), %error, "a presence event will be delivered once more");
            }
        }
    }
}
