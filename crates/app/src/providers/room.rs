//! The room of a session at its provider.

use openvisit_core::appointment::{MAX_PARTICIPANTS, MediaProvider};
use openvisit_core::session::Session;
use openvisit_providers::{Room, RoomHandle};

use crate::app::App;
use crate::error::Error;

/// For as many as any session may have: our own door counts, and the number may change while the room is open.
pub(crate) fn room(session: &Session) -> Room {
    Room { session: session.id, capacity: MAX_PARTICIPANTS }
}

/// What the session's provider calls its room; the embedded one calls it like the session. `None` before it is opened.
///
/// # Errors
/// Those of the store.
pub async fn meeting_id(app: &App, session: &Session) -> Result<Option<String>, Error> {
    let name = session.appointment.media_provider;
    if name == MediaProvider::Embedded {
        return Ok(Some(session.id.to_string()));
    }
    let meeting = app.store.read().await?.meeting(session.id, name).await?;
    Ok(meeting.and_then(|meeting| RoomHandle(meeting.handle).id().map(str::to_owned)))
}
