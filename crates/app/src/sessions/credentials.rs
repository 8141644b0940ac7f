//! Credentials for a place in a provider's room, made anew for every join.

use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::SessionId;
use openvisit_core::session::{Participant, Session};
use openvisit_providers::{Credentials, ParticipantGrant, Provider, ProviderError};
use openvisit_store::Meeting;

use super::change::change_by_itself;
use crate::app::App;
use crate::error::Error;
use crate::providers::room::room;

const NOT_CONFIGURED: &str = "it is not configured any more";

/// Where somebody's media are carried.
pub enum MediaPlacement {
    /// By the embedded server: as booked, or since the provider fails.
    Embedded,
    Provider(MediaProvider, Credentials),
}

/// Gives somebody who has been let in a place in the room of the session's provider. Where that fails and the operator
/// wants it so, the call goes on here, for everybody in it.
///
/// # Errors
/// `media_unavailable` when the provider cannot or will not, and those of the store.
pub async fn place(app: &App, session: &Session, participant: &Participant) -> Result<MediaPlacement, Error> {
    let name = session.appointment.media_provider;
    if name == MediaProvider::Embedded {
        return Ok(MediaPlacement::Embedded);
    }
    let failed = match app.providers.get(name) {
        Some(provider) => match issue(app, provider, name, session, participant).await? {
            Ok(credentials) => return Ok(MediaPlacement::Provider(name, credentials)),
            Err(ProviderError::Over) => return Err(Error::Ended { status: session.state.status() }),
            Err(error) => error.to_string(),
        },
        None => NOT_CONFIGURED.to_owned(),
    };
    fall_back(app, session, &failed).await?;
    Ok(MediaPlacement::Embedded)
}

/// Opens the room of a session that is about to be started, so that nothing begins in which nobody gets a place.
///
/// # Errors
/// As [`place`].
pub async fn prepare(app: &App, session: &Session) -> Result<(), Error> {
    let name = session.appointment.media_provider;
    if name == MediaProvider::Embedded {
        return Ok(());
    }
    let failed = match app.providers.get(name) {
        Some(provider) => match open_room(app, provider, name, session).await? {
            Ok(_) => return Ok(()),
            Err(error) => error.to_string(),
        },
        None => NOT_CONFIGURED.to_owned(),
    };
    fall_back(app, session, &failed).await
}

/// To the embedded server, where the operator wants it so and it has room for them all.
async fn fall_back(app: &App, session: &Session, failed: &str) -> Result<(), Error> {
    let provider = session.appointment.media_provider.name();
    tracing::warn!(session = %session.id, provider, reason = failed, "a media provider could not open a room or make credentials; check it with `openvisit provider check`");
    if !app.providers.falls_back {
        return Err(Error::MediaUnavailable);
    }
    let fallen = change_by_itself(app, session.id, Session::fall_back).await?;
    let carried = fallen.map(|details| details.session.appointment.media_provider);
    if carried == Some(MediaProvider::Embedded) { Ok(()) } else { Err(Error::MediaUnavailable) }
}

/// The room, opened where it is not, and a place in it.
async fn issue(
    app: &App,
    provider: &Provider,
    name: MediaProvider,
    session: &Session,
    participant: &Participant,
) -> Result<Result<Credentials, ProviderError>, Error> {
    let meeting = match open_room(app, provider, name, session).await? {
        Ok(meeting) => meeting,
        Err(error) => return Ok(Err(error)),
    };
    let email = app.store.person(participant.person_id).await?.and_then(|person| person.email);
    let grant = ParticipantGrant { email, ..grant(app, session, participant) };
    let now = app.clock.now();
    Ok(provider.credentials(&room(session), &meeting, &grant, now).await)
}

async fn open_room(
    app: &App,
    provider: &Provider,
    name: MediaProvider,
    session: &Session,
) -> Result<Result<openvisit_providers::RoomHandle, ProviderError>, Error> {
    let known = app.store.read().await?.meeting(session.id, name).await?;
    let known = known.map(|meeting| openvisit_providers::RoomHandle(meeting.handle));
    let meeting = match provider.open(&room(session), known.as_ref()).await {
        Ok(meeting) => meeting,
        Err(error) => return Ok(Err(error)),
    };
    // Also of one that is known: it may have been given up in between, and waits for being closed.
    save_opened(app, session.id, name, &meeting).await?;
    Ok(Ok(meeting))
}

/// Saves what was opened. Whoever ended the session in the meantime could not close what was not there yet.
async fn save_opened(
    app: &App,
    session: SessionId,
    provider: MediaProvider,
    meeting: &openvisit_providers::RoomHandle,
) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let current = tx.session(session).await?.ok_or(Error::NotFound)?;
    let handle = meeting.0.clone();
    tx.save_meeting(&Meeting { session_id: session, provider, handle, opened_at: now }).await?;
    let carried_by = current.state.is_live().then_some(current.appointment.media_provider);
    if carried_by == Some(provider) {
        return Ok(tx.commit().await?);
    }
    tx.release_meetings(session, carried_by, now).await?;
    tx.commit().await?;
    app.providers.wake();
    match carried_by {
        Some(_) => Err(Error::VersionConflict),
        None => Err(Error::Ended { status: current.state.status() }),
    }
}

fn grant(app: &App, session: &Session, participant: &Participant) -> ParticipantGrant {
    let policy = app.settings.policy();
    let slot = session.appointment.slot;
    // Before it has begun: as long as it may last when it begins at its latest.
    let until = session.hard_stop_at(&policy).unwrap_or_else(|| {
        let longest = policy.overrun.saturating_add(slot.duration()).saturating_add(policy.no_show_grace);
        slot.ends_at.checked_add(longest).unwrap_or(slot.ends_at)
    });
    ParticipantGrant {
        participant: participant.id,
        role: participant.role,
        name: participant.name.clone(),
        email: None,
        from: session.opens_at(&policy).min(app.clock.now()),
        until,
    }
}
