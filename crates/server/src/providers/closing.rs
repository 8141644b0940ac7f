//! Closing the rooms of what is over. The database knows which, so that a restart or another node forgets none.

use std::time::Duration;

use jiff::SignedDuration;
use openvisit_providers::Room;
use openvisit_store::Meeting;

use crate::app::App;
use crate::http::problem::Problem;

/// How late a room may be closed that nobody woke us for.
const PACE: Duration = Duration::from_millis(500);
/// When closing is tried again after it failed.
const AGAIN: SignedDuration = SignedDuration::from_secs(10);
/// Providers close by themselves what has been empty this long.
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(48);
/// How many rooms are taken up at a time.
const BATCH: u32 = 50;

/// Runs until the server stops.
pub async fn run(app: App) {
    let mut away = false;
    loop {
        tokio::select! {
            () = app.providers.to_close.notified() => {}
            () = tokio::time::sleep(PACE) => {}
            () = app.stopping.cancelled() => return,
        }
        let done = close_all(&app).await;
        if let (Err(problem), false) = (&done, away) {
            tracing::warn!(code = problem.code(), "closing rooms waits for the database");
        }
        away = done.is_err();
    }
}

/// Closes what is to be closed by now.
///
/// # Errors
/// Those of the store.
pub async fn close_all(app: &App) -> Result<(), Problem> {
    for meeting in app.store.read().await?.meetings_to_close(app.clock.now(), BATCH).await? {
        close(app, meeting).await?;
    }
    Ok(())
}

async fn close(app: &App, meeting: Meeting) -> Result<(), Problem> {
    let since = app.clock.now();
    let closed = match app.providers.get(meeting.provider) {
        Some(provider) => {
            let room = Room { session: meeting.session_id, seats: 0 };
            let said = openvisit_providers::Meeting(meeting.said.clone());
            provider.close(&room, &said).await.map_err(|error| error.to_string())
        }
        None => Err("it is not configured any more".to_owned()),
    };
    let now = app.clock.now();
    let old = meeting.opened_at.duration_until(now) > GIVEN_UP;
    let mut tx = app.store.begin().await?;
    match closed {
        Err(reason) if !old => {
            let provider = meeting.provider.name();
            tracing::warn!(session = %meeting.session_id, provider, reason, "a room is not closed yet");
            tx.close_meeting_later(&meeting, now.checked_add(AGAIN).unwrap_or(now)).await?;
        }
        _ => tx.meeting_closed(&meeting, since).await?,
    }
    Ok(tx.commit().await?)
}
