//! One socket: who it is, what it is told at connect, and what it may say.

use std::collections::HashMap;
use std::sync::Arc;

use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldCode;
use openvisit_app::sessions::find::find;
use openvisit_app::sessions::list::live;
use openvisit_app::sessions::view::Viewer;
use openvisit_app::{App, Error, attendance};
use openvisit_core::access::Action;
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Session};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socketioxide::extract::{AckSender, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use tokio::sync::Mutex;

use super::handshake::{Handshake, identify};
use super::{NAMESPACE, Realtime, realtime_event, rooms};
use crate::http::sessions::show::show;

#[derive(Debug, Deserialize)]
struct Of {
    session_id: SessionId,
}

#[derive(Debug, Deserialize)]
struct MediaState {
    session_id: SessionId,
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
struct MediaStateTold {
    session_id: SessionId,
    participant_id: ParticipantId,
    microphone: bool,
    camera: bool,
    screen: bool,
    weak_up: bool,
    weak_down: bool,
}

#[derive(Serialize)]
struct Ack {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

/// The sessions at whose door this socket stands, each with its entry in the ledger; `None` once the
/// socket is gone. One lock, held while the ledger is written: entering, leaving and going away happen
/// one after the other, so nobody stands at a door without a socket.
#[derive(Clone)]
struct Doors(Arc<Mutex<Option<HashMap<SessionId, Key>>>>);

impl Default for Doors {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(HashMap::new()))))
    }
}

pub(super) fn register(realtime: &Realtime) {
    let greeter = realtime.clone();
    let connect = move |socket: SocketRef, Extension(caller): Extension<Caller>| {
        let realtime = greeter.clone();
        async move { connected(realtime, socket, caller).await }
    };
    let doorman = realtime.app.clone();
    let check = move |socket: SocketRef, handshake: TryData<Handshake>| {
        let app = doorman.clone();
        async move {
            socket.extensions.insert(identify(&app, handshake).await?);
            socket.extensions.insert(Doors::default());
            Ok::<(), &'static str>(())
        }
    };
    realtime.io.ns(NAMESPACE, connect.with(check));
}

async fn connected(realtime: Realtime, socket: SocketRef, caller: Caller) {
    socket.join([rooms::own(&caller), rooms::to_cut_off(caller.person_id)]);
    listen(&realtime, &socket);
    let told = async {
        tell_state(&realtime, &socket, &caller).await?;
        super::requests::greet(&realtime.app, &socket, &caller).await
    };
    if let Err(error) = told.await {
        tracing::warn!(code = error.code(), "a socket could not be told the present state");
    }
}

fn listen(realtime: &Realtime, socket: &SocketRef) {
    let app = &realtime.app;
    let here = app.clone();
    socket.on("enter", move |Extension(caller), Extension(doors), TryData(of), ack: AckSender| {
        let app = here.clone();
        async move { answer(ack, &enter(&app, &caller, &doors, of).await) }
    });
    let here = app.clone();
    socket.on("leave", move |Extension(doors): Extension<Doors>, TryData(of), ack: AckSender| {
        let app = here.clone();
        async move { answer(ack, &leave(&app, &doors, of).await) }
    });
    let here = app.clone();
    socket.on("media-state", move |socket: SocketRef, Extension(caller), TryData(state)| {
        let app = here.clone();
        async move {
            // What a stranger or a malformed payload says is not passed on.
            relay_media_state(&app, &socket, &caller, state).await.ok();
        }
    });
    let here = realtime.clone();
    socket.on("chat", move |Extension(caller): Extension<Caller>, TryData(said), ack: AckSender| {
        let realtime = here.clone();
        async move {
            let answer = match realtime.chats.say(&realtime, &caller, said).await {
                Ok(id) => json!({ "id": id }),
                Err(error) => json!({ "code": error.code() }),
            };
            // The client may be gone already.
            ack.send(&answer).ok();
        }
    });
    let here = app.clone();
    socket.on_disconnect(move |Extension(doors): Extension<Doors>| {
        let app = here.clone();
        async move {
            for (session, key) in doors.0.lock().await.take().into_iter().flatten() {
                gone(&app, session, key).await;
            }
        }
    });
}

fn answer(ack: AckSender, done: &Result<(), Error>) {
    let code = done.as_ref().err().map(Error::code);
    // The client may be gone already.
    ack.send(&Ack { ok: done.is_ok(), code }).ok();
}

type Payload<T> = Result<T, socketioxide::ParserError>;

fn read<T>(payload: Payload<T>) -> Result<T, Error> {
    payload.map_err(|_| Error::invalid("session_id", FieldCode::Malformed, "the id of a session"))
}

/// This tab is at the door or in the call: presence, until it leaves.
async fn enter(app: &App, caller: &Caller, doors: &Doors, of: Payload<Of>) -> Result<(), Error> {
    let id = read(of)?.session_id;
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Join).await?;
    drop(tx);
    let participant = participant(&session, caller.person_id)?;
    let connection = ConnectionId::new(app.seed());
    let key = Key { participant, source: Source::Socket, connection };
    let mut doors = doors.0.lock().await;
    let Some(doors) = doors.as_mut() else { return Ok(()) };
    let old = doors.insert(id, key);
    let fact = Fact { key, kind: FactKind::Connected, at: app.clock.now() };
    attendance::record(app, id, fact).await;
    // Afterwards, so that nobody is told of a going that is none.
    if let Some(old) = old {
        gone(app, id, old).await;
    }
    Ok(())
}

async fn leave(app: &App, doors: &Doors, of: Payload<Of>) -> Result<(), Error> {
    let id = read(of)?.session_id;
    let mut doors = doors.0.lock().await;
    if let Some(key) = doors.as_mut().and_then(|doors| doors.remove(&id)) {
        gone(app, id, key).await;
    }
    Ok(())
}

async fn gone(app: &App, session: SessionId, key: Key) {
    let fact = Fact { key, kind: FactKind::Disconnected, at: app.clock.now() };
    attendance::record(app, session, fact).await;
}

/// Who has a place at the door or in the call, and the session still lives.
fn participant(session: &Session, person: PersonId) -> Result<ParticipantId, Error> {
    session
        .participant_of(person)
        .filter(|p| matches!(p.admission, Admission::Waiting | Admission::Admitted))
        .filter(|_| session.state.is_live())
        .map(|p| p.id)
        .ok_or(Error::NotFound)
}

/// Microphone, camera and screen, on or off, to the others who have been let in.
async fn relay_media_state(
    app: &App,
    socket: &SocketRef,
    caller: &Caller,
    state: Payload<MediaState>,
) -> Result<(), Error> {
    let state = read(state)?;
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, state.session_id.into(), caller, Action::Join).await?;
    drop(tx);
    let sender = participant(&session, caller.person_id)?;
    let admitted = |id| session.participant(id).is_some_and(|p| p.admission == Admission::Admitted);
    if !admitted(sender) {
        return Err(Error::NotFound);
    }
    let told = MediaStateTold {
        session_id: session.id,
        participant_id: sender,
        microphone: state.microphone,
        camera: state.camera,
        screen: state.screen,
        weak_up: state.weak_up,
        weak_down: state.weak_down,
    };
    if let Err(error) = socket.to(rooms::of_admitted(&session)).emit("media-state", &told).await {
        tracing::debug!(%error, "a socket did not take a media state");
    }
    Ok(())
}

/// Every live session of the caller, so that nothing is missed.
async fn tell_state(realtime: &Realtime, socket: &SocketRef, caller: &Caller) -> Result<(), Error> {
    let Realtime { app, chats, .. } = realtime;
    let ids: Vec<SessionId> = live(app, caller).await?.iter().map(|session| session.id).collect();
    let sessions = app.store.read().await?.details_of(&ids).await?;
    for details in sessions.iter().filter(|details| details.session.state.is_live()) {
        let view = show(app, details, Viewer::of(caller, &details.session)?).await?;
        let payload = realtime_event::Payload { session: &view, participant_id: None };
        if let Err(error) = socket.emit("state", &payload) {
            tracing::debug!(%error, "a socket did not take the state");
        }
        chats.tell_again(socket, caller, &details.session).await;
    }
    Ok(())
}
