//! The room of a session at its provider.

use openvisit_core::access::Relation;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::event::Parties;
use openvisit_core::ids::SessionId;
use openvisit_core::room_name::room_name;
use openvisit_core::session::{Admission, Session};
use openvisit_providers::{Provider, Room, RoomHandle, ToldRoom};

use crate::app::App;
use crate::error::Error;
use crate::sessions::view::Viewer;

/// The new session with the name that its room has for good.
pub(crate) fn named(session: &Session, parties: &Parties) -> Session {
    let appointment = &session.appointment;
    let who = (appointment.practitioner_id, appointment.client_id);
    let room_name = room_name(parties, who, appointment.created_at, rand::random());
    Session { room_name, ..session.clone() }
}

/// The session of a room that a provider tells of; `None` where it is none of ours.
///
/// # Errors
/// Those of the store.
pub(crate) async fn session_of(app: &App, room: &ToldRoom) -> Result<Option<SessionId>, Error> {
    match room {
        ToldRoom::Of(session) => Ok(Some(*session)),
        ToldRoom::Called(name) => Ok(app.store.read().await?.session_by_room(name).await?),
    }
}

/// What the session's room is called, for whoever may know it. Where the provider takes anybody who knows it, the name
/// is the way in: clients and guests do not learn it before they may be in the room.
#[must_use]
pub fn shown_name<'a>(app: &App, session: &'a Session, viewer: Viewer) -> Option<&'a str> {
    let outsider = matches!(viewer.relation, Relation::Client | Relation::Guest);
    let hidden = outsider && is_the_way_in(app, session) && !has_place(app, session, viewer);
    (!hidden).then_some(&session.room_name)
}

/// One that is not configured any more may have been such a one.
fn is_the_way_in(app: &App, session: &Session) -> bool {
    let jitsi = session.appointment.media_provider == MediaProvider::Jitsi;
    jitsi && app.providers.get(MediaProvider::Jitsi).is_none_or(Provider::takes_anybody)
}

/// Let in, and nothing keeps them out now.
fn has_place(app: &App, session: &Session, viewer: Viewer) -> bool {
    let (now, policy) = (app.clock.now(), app.settings.policy());
    session.participant_of(viewer.person).is_some_and(|participant| {
        participant.admission == Admission::Admitted
            && session.check_door(now, &policy, viewer.person, participant.role).is_ok()
    })
}

/// For as many as the provider takes: our own door counts, and the number may change while the room is open.
pub(crate) fn room(session: &Session) -> Room<'_> {
    let capacity = session.appointment.media_provider.most_participants();
    Room { session: session.id, shown_name: &session.room_name, capacity }
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
