//! A place in a provider's room, made anew for every join.

use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::{Participant, Session};
use openvisit_providers::{Credentials, Provider, ProviderError, Seat};
use openvisit_store::Meeting;

use super::room;
use crate::app::App;
use crate::changes::change_by_itself;
use crate::http::problem::Problem;

const NOT_CONFIGURED: &str = "it is not configured any more";

/// Where somebody's media are carried.
pub enum Seated {
    /// By the embedded server: as booked, or since the provider fails.
    Here,
    Elsewhere(MediaProvider, Credentials),
}

/// Gives somebody who has been let in a place in the room of the session's provider. Where that fails and the operator
/// wants it so, the call goes on here, for everybody in it.
///
/// # Errors
/// `media_unavailable` when the provider cannot or will not, and those of the store.
pub async fn seat(app: &App, session: &Session, participant: &Participant) -> Result<Seated, Problem> {
    let name = session.appointment.media_provider;
    if name == MediaProvider::Embedded {
        return Ok(Seated::Here);
    }
    let failed = match app.providers.get(name) {
        Some(provider) => match take(app, provider, name, session, participant).await? {
            Ok(credentials) => return Ok(Seated::Elsewhere(name, credentials)),
            Err(ProviderError::Over) => return Err(Problem::Ended { status: session.state.status() }),
            Err(error) => error.to_string(),
        },
        None => NOT_CONFIGURED.to_owned(),
    };
    fall_back(app, session, &failed).await?;
    Ok(Seated::Here)
}

/// Opens the room of a session that is about to be started, so that nothing begins in which nobody gets a place.
///
/// # Errors
/// As [`seat`].
pub async fn prepare(app: &App, session: &Session) -> Result<(), Problem> {
    let name = session.appointment.media_provider;
    if name == MediaProvider::Embedded {
        return Ok(());
    }
    let failed = match app.providers.get(name) {
        Some(provider) => match opened(app, provider, name, session).await? {
            Ok(_) => return Ok(()),
            Err(error) => error.to_string(),
        },
        None => NOT_CONFIGURED.to_owned(),
    };
    fall_back(app, session, &failed).await
}

/// To the embedded server, where the operator wants it so.
async fn fall_back(app: &App, session: &Session, failed: &str) -> Result<(), Problem> {
    let provider = session.appointment.media_provider.name();
    tracing::warn!(session = %session.id, provider, reason = failed, "a media provider fails");
    if !app.providers.falls_back {
        return Err(Problem::MediaUnavailable);
    }
    change_by_itself(app, session.id, |session, now| session.fall_back(now)).await?;
    Ok(())
}

/// The room, opened where it is not, and a place in it.
async fn take(
    app: &App,
    provider: &Provider,
    name: MediaProvider,
    session: &Session,
    participant: &Participant,
) -> Result<Result<Credentials, ProviderError>, Problem> {
    let meeting = match opened(app, provider, name, session).await? {
        Ok(meeting) => meeting,
        Err(error) => return Ok(Err(error)),
    };
    let (seat, now) = (place(app, session, participant), app.clock.now());
    Ok(provider.credentials(&room(session), &meeting, &seat, now).await)
}

async fn opened(
    app: &App,
    provider: &Provider,
    name: MediaProvider,
    session: &Session,
) -> Result<Result<openvisit_providers::Meeting, ProviderError>, Problem> {
    let known = app.store.read().await?.meeting(session.id, name).await?;
    let known = known.map(|meeting| openvisit_providers::Meeting(meeting.said));
    let meeting = match provider.open(&room(session), known.as_ref()).await {
        Ok(meeting) => meeting,
        Err(error) => return Ok(Err(error)),
    };
    // Also of one that is known: it may have been given up in between, and waits for being closed.
    keep(app, session.id, name, &meeting).await?;
    Ok(Ok(meeting))
}

/// Writes down what was opened. Whoever ended the session in the meantime could not close what was not there yet.
async fn keep(
    app: &App,
    session: SessionId,
    provider: MediaProvider,
    meeting: &openvisit_providers::Meeting,
) -> Result<(), Problem> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let current = tx.session(session).await?.ok_or(Problem::NotFound)?;
    let said = meeting.0.clone();
    tx.keep_meeting(&Meeting { session_id: session, provider, said, opened_at: now }).await?;
    let carried_by = current.state.is_live().then_some(current.appointment.media_provider);
    if carried_by == Some(provider) {
        return Ok(tx.commit().await?);
    }
    tx.unwant_meetings(session, carried_by, now).await?;
    tx.commit().await?;
    app.providers.wake();
    match carried_by {
        Some(_) => Err(Problem::VersionConflict),
        None => Err(Problem::Ended { status: current.state.status() }),
    }
}

fn place(app: &App, session: &Session, participant: &Participant) -> Seat {
    let policy = app.settings.policy();
    let slot = session.appointment.slot;
    // Before it has begun: as long as it may last when it begins at its latest.
    let until = session.hard_stop_at(&policy).unwrap_or_else(|| {
        let longest = policy.overrun.saturating_add(slot.duration()).saturating_add(policy.no_show_grace);
        slot.ends_at.checked_add(longest).unwrap_or(slot.ends_at)
    });
    Seat {
        participant: participant.id,
        role: participant.role,
        name: participant.name.clone(),
        from: session.opens_at(&policy).min(app.clock.now()),
        until,
    }
}

/// As [`put_out`], while whoever decided it goes on.
pub fn put_out_soon(app: &App, session: &Session, participant: ParticipantId) {
    if app.providers.get(session.appointment.media_provider).is_none() {
        return;
    }
    let (app, session) = (app.clone(), session.clone());
    tokio::spawn(async move {
        if let Err(problem) = put_out(&app, &session, participant).await {
            tracing::warn!(code = problem.code(), session = %session.id, "nobody could be put out");
        }
    });
}

/// Puts somebody out who has no place any more. What cannot be done now is done when the provider tells of him again.
pub(super) async fn put_out(app: &App, session: &Session, participant: ParticipantId) -> Result<(), Problem> {
    let name = session.appointment.media_provider;
    let Some(provider) = app.providers.get(name) else { return Ok(()) };
    let Some(meeting) = app.store.read().await?.meeting(session.id, name).await? else { return Ok(()) };
    let said = openvisit_providers::Meeting(meeting.said);
    if let Err(error) = provider.remove(&room(session), &said, participant, app.clock.now()).await {
        tracing::warn!(session = %session.id, provider = name.name(), %error, "nobody could be put out");
    }
    Ok(())
}
