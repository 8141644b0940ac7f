//! Microphone, camera and screen of somebody in a call, on or off, told to the others who have been let in, at whichever
//! node their sockets are. It is state of a page, and nobody keeps it.

use openvisit_app::auth::caller::Caller;
use openvisit_app::chat::under_way;
use openvisit_app::nodes::letter::Letter;
use openvisit_app::nodes::mail::{self, Received};
use openvisit_app::sessions::find::find;
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::{Admission, Session};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use socketioxide::extract::SocketRef;
use tokio::sync::mpsc::UnboundedReceiver;

use super::{NAMESPACE, Realtime, rooms};

#[derive(Debug, Deserialize, Serialize)]
pub(super) struct MediaState {
    pub session_id: SessionId,
    microphone: bool,
    camera: bool,
    screen: bool,
    /// Sends no picture, and takes none, for want of a better network. Older clients do not tell.
    #[serde(default)]
    weak_up: bool,
    #[serde(default)]
    weak_down: bool,
}

#[derive(Serialize)]
struct MediaStateEvent {
    participant_id: ParticipantId,
    #[serde(flatten)]
    state: MediaState,
}

/// Passes it on to the others.
///
/// # Errors
/// `not_found` for whoever is not in the call, and those of the store.
pub(super) async fn relay(
    app: &App,
    socket: &SocketRef,
    caller: &Caller,
    state: MediaState,
) -> Result<(), Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, state.session_id.into(), caller, Action::Join).await?;
    drop(tx);
    let participant = session.participant_of(caller.person_id).map(|participant| participant.id);
    let participant = participant.filter(|id| tells(&session, *id)).ok_or(Error::NotFound)?;
    let told = MediaStateEvent { participant_id: participant, state };
    if let Err(error) = socket.to(rooms::of_admitted(&session)).emit("media-state", &told).await {
        tracing::debug!(%error, "could not send a media state to a socket");
    }
    let Value::Object(state) = json!(told) else { return Err(Error::Internal) };
    mail::tell_all(app, Letter::MediaState { session: session.id, participant, state }).await
}

fn tells(session: &Session, participant: ParticipantId) -> bool {
    let admitted = session.participant(participant).is_some_and(|p| p.admission == Admission::Admitted);
    admitted && session.state.is_live()
}

/// Passes on what comes from other nodes, until the server stops.
pub(super) async fn follow(realtime: Realtime, mut letters: UnboundedReceiver<Received>) {
    loop {
        let next = tokio::select! {
            next = letters.recv() => next,
            () = realtime.app.stopping.cancelled() => return,
        };
        let Some(Received { letter, .. }) = next else { return };
        let Letter::MediaState { session, participant, state } = letter else { continue };
        if let Err(error) = tell(&realtime, session, participant, &state).await {
            tracing::debug!(code = error.code(), %session, "could not pass on a media state of another node");
        }
    }
}

async fn tell(
    Realtime { app, io, .. }: &Realtime,
    id: SessionId,
    participant: ParticipantId,
    state: &Map<String, Value>,
) -> Result<(), Error> {
    let (Some(namespace), Some(session)) = (io.of(NAMESPACE), under_way(app, id).await?) else {
        return Ok(());
    };
    // Nor is there no room at all, which would be everybody: whoever tells has one.
    if tells(&session, participant) {
        let others = namespace.within(rooms::of_admitted(&session));
        if let Err(error) = others.emit("media-state", state).await {
            tracing::debug!(%error, "could not send a media state to a socket");
        }
    }
    Ok(())
}
