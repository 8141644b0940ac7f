//! What is left at providers: rooms of what is over, which the database knows, so that a restart or another node
//! forgets none; and people who have no place in a room any more.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::Session;
use openvisit_providers::Room;
use openvisit_store::Meeting;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use super::room::room;
use crate::announce::{Announcement, MediaLoss};
use crate::app::App;
use crate::error::Error;

/// How late a room may be closed that nobody woke us for.
const PACE: Duration = Duration::from_millis(500);
/// When closing is tried again after it failed.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// How long a room that is being closed is left to whoever does so: longer than a provider may take to answer.
const TAKEN: SignedDuration = SignedDuration::from_mins(1);
/// Providers close by themselves what has been empty this long.
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(48);
/// How many rooms are closed at once.
const BATCH: u32 = 20;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut away = false;
    let mut ticks = tokio::time::interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.providers.to_close.notified() => {}
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        let done = close_all(&app).await;
        if let (Err(error), false) = (&done, away) {
            tracing::warn!(
                code = error.code(),
                "the database is unavailable: closing rooms at media providers is retried"
            );
        }
        away = done.is_err();
    }
}

/// Closes what is to be closed by now, all at once: a provider that does not answer holds up the others' rooms only as
/// long as one request may take.
///
/// # Errors
/// Those of the store.
pub async fn close_all(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let until = now.checked_add(TAKEN).unwrap_or(now);
    let mut tx = app.store.begin().await?;
    let due = tx.take_meetings_to_close(now, until, BATCH).await?;
    tx.commit().await?;
    let closings = due.into_iter().map(|meeting| close(app.clone(), meeting, until));
    let mut closings: JoinSet<Result<(), Error>> = closings.collect();
    let mut all = Ok(());
    while let Some(done) = closings.join_next().await {
        // One that panicked costs its own room, until the next look.
        all = all.and(done.unwrap_or_else(|error| Err(Error::internal(error))));
    }
    all
}

async fn close(app: App, meeting: Meeting, until: Timestamp) -> Result<(), Error> {
    let closed = close_at_provider(&app, &meeting).await;
    let now = app.clock.now();
    let old = meeting.opened_at.duration_until(now) > GIVEN_UP;
    let provider = meeting.provider.name();
    let mut tx = app.store.begin().await?;
    if let (Err(reason), false) = (&closed, old) {
        tracing::warn!(session = %meeting.session_id, provider, reason, "could not close a room at the provider; it is retried in 10 seconds");
        tx.close_meeting_later(&meeting, now.checked_add(AGAIN).unwrap_or(now)).await?;
        return Ok(tx.commit().await?);
    }
    tx.meeting_closed(&meeting, until, now).await?;
    tx.commit().await?;
    let session = app.store.read().await?.session(meeting.session_id).await?;
    if session
        .is_some_and(|it| it.appointment.media_provider == meeting.provider && lacks_expected_callbacks(&it))
    {
        tracing::warn!(session = %meeting.session_id, provider, "the provider sent no presence events for this session; check that its callbacks or queue are configured");
    }
    Ok(())
}

async fn close_at_provider(app: &App, meeting: &Meeting) -> Result<(), String> {
    let Some(provider) = app.providers.get(meeting.provider) else {
        return Err("it is not configured any more".to_owned());
    };
    // None of those that close rooms asks for its name.
    let room = Room { session: meeting.session_id, shown_name: "", capacity: 0 };
    let handle = openvisit_providers::RoomHandle(meeting.handle.clone());
    provider.close(&room, &handle).await.map_err(|error| error.to_string())
}

/// A provider that reports presence reported nothing: most likely it was not given our address.
fn lacks_expected_callbacks(session: &Session) -> bool {
    session.appointment.presence_proven && session.lacks_provider_events()
}

/// Removes whoever lost the media, at the session's provider, until the server stops.
pub async fn follow(app: App, mut announcements: UnboundedReceiver<Announcement>) {
    loop {
        let announcement = tokio::select! {
            next = announcements.recv() => next,
            () = app.stopping.cancelled() => return,
        };
        let Some(announcement) = announcement else { return };
        let session = match &announcement {
            Announcement::Session(committed) => &committed.after.session,
            Announcement::Left { session, .. } => session,
            _ => continue,
        };
        if app.providers.get(session.appointment.media_provider).is_none() {
            continue;
        }
        for loss in announcement.media_losses() {
            let MediaLoss::One(_, participant) = loss else { continue };
            let (app, session) = (app.clone(), session.clone());
            // A provider that does not answer holds up nobody else.
            tokio::spawn(async move {
                if let Err(error) = remove(&app, &session, participant).await {
                    tracing::warn!(code = error.code(), session = %session.id, "could not remove a participant at the provider");
                }
            });
        }
    }
}

/// Removes somebody who has no place any more. What fails now is done when the provider reports that participant
/// again.
///
/// # Errors
/// Those of the store.
pub async fn remove(app: &App, session: &Session, participant: ParticipantId) -> Result<(), Error> {
    let name = session.appointment.media_provider;
    let Some(provider) = app.providers.get(name) else { return Ok(()) };
    let Some(meeting) = app.store.read().await?.meeting(session.id, name).await? else { return Ok(()) };
    let handle = openvisit_providers::RoomHandle(meeting.handle);
    if let Err(error) = provider.remove(&room(session), &handle, participant, app.clock.now()).await {
        tracing::warn!(session = %session.id, provider = name.name(), %error, "could not remove a participant at the provider");
    }
    Ok(())
}
