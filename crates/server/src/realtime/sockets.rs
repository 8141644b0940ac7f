//! One socket: who it is, what it is told at connect, and what it may say.

use std::collections::HashMap;
use std::sync::Arc;

use openvisit_core::access::Action;
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Session};
use serde::{Deserialize, Serialize};
use serde_json::json;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use tokio::sync::Mutex;

use super::{NAMESPACE, all_of, news::Told, own_room};
use crate::app::App;
use crate::auth::caller::{Caller, authenticate};
use crate::changes::{Which, find};
use crate::http::problem::Problem;
use crate::http::sessions::list::{ListQuery, page};
use crate::http::sessions::view::SessionView;

#[derive(Debug, Deserialize)]
pub(super) struct Handshake {
    token: String,
}

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

pub(super) fn register(io: &SocketIo, app: &App) {
    let greeter = app.clone();
    let connect = move |socket: SocketRef, Extension(caller): Extension<Caller>| {
        let app = greeter.clone();
        async move { connected(app, socket, caller).await }
    };
    let doorman = app.clone();
    let check = move |socket: SocketRef, handshake: TryData<Handshake>| {
        let app = doorman.clone();
        async move {
            socket.extensions.insert(identify(&app, handshake).await?);
            socket.extensions.insert(Doors::default());
            Ok::<(), &'static str>(())
        }
    };
    io.ns(NAMESPACE, connect.with(check));
}

/// Who connects, by the token of the handshake.
pub(super) async fn identify(
    app: &App,
    TryData(handshake): TryData<Handshake>,
) -> Result<Caller, &'static str> {
    let handshake = handshake.map_err(|_| "unauthorized")?;
    authenticate(app, &handshake.token).await.map_err(|problem| problem.code())
}

async fn connected(app: App, socket: SocketRef, caller: Caller) {
    socket.join([own_room(&caller), all_of(caller.person_id)]);
    listen(&app, &socket);
    let told = async {
        tell_state(&app, &socket, &caller).await?;
        super::queue::greet(&app, &socket, &caller).await
    };
    if let Err(problem) = told.await {
        tracing::warn!(code = problem.code(), "a socket could not be told the present state");
    }
}

fn listen(app: &App, socket: &SocketRef) {
    let here = app.clone();
    socket.on("enter", move |Extension(caller), Extension(doors), TryData(of), ack: AckSender| {
        let app = here.clone();
        async move { answer(ack, enter(&app, &caller, &doors, of).await) }
    });
    let here = app.clone();
    socket.on("leave", move |Extension(doors): Extension<Doors>, TryData(of), ack: AckSender| {
        let app = here.clone();
        async move { answer(ack, leave(&app, &doors, of).await) }
    });
    let here = app.clone();
    socket.on("media-state", move |socket: SocketRef, Extension(caller), TryData(state)| {
        let app = here.clone();
        async move {
            // What a stranger or a malformed payload says is not passed on.
            relay_media_state(&app, &socket, &caller, state).await.ok();
        }
    });
    let here = app.clone();
    socket.on("chat", move |Extension(caller): Extension<Caller>, TryData(said), ack: AckSender| {
        let app = here.clone();
        async move {
            let answer = match app.realtime.chats.say(&app, &caller, said).await {
                Ok(id) => json!({ "id": id }),
                Err(problem) => json!({ "code": problem.code() }),
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

fn answer(ack: AckSender, done: Result<(), Problem>) {
    let code = done.as_ref().err().map(Problem::code);
    // The client may be gone already.
    ack.send(&Ack { ok: done.is_ok(), code }).ok();
}

pub(super) type Payload<T> = Result<T, socketioxide::ParserError>;

fn read<T>(payload: Payload<T>) -> Result<T, Problem> {
    payload.map_err(|_| Problem::invalid("session_id", "the id of a session"))
}

/// This tab is at the door or in the call: presence, until it leaves.
async fn enter(app: &App, caller: &Caller, doors: &Doors, of: Payload<Of>) -> Result<(), Problem> {
    let id = read(of)?.session_id;
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, Which::Session(id), caller, Action::Join).await?;
    drop(tx);
    let participant = participant(&session, caller.person_id)?;
    let connection = ConnectionId::new(app.seed());
    let key = Key { participant, source: Source::Socket, connection };
    let mut doors = doors.0.lock().await;
    let Some(doors) = doors.as_mut() else { return Ok(()) };
    let old = doors.insert(id, key);
    let fact = Fact { key, kind: FactKind::Connected, at: app.clock.now() };
    app.attendance.record(app, id, fact).await;
    // Afterwards, so that nobody is told of a going that is none.
    if let Some(old) = old {
        gone(app, id, old).await;
    }
    Ok(())
}

async fn leave(app: &App, doors: &Doors, of: Payload<Of>) -> Result<(), Problem> {
    let id = read(of)?.session_id;
    let mut doors = doors.0.lock().await;
    if let Some(key) = doors.as_mut().and_then(|doors| doors.remove(&id)) {
        gone(app, id, key).await;
    }
    Ok(())
}

async fn gone(app: &App, session: SessionId, key: Key) {
    let fact = Fact { key, kind: FactKind::Disconnected, at: app.clock.now() };
    app.attendance.record(app, session, fact).await;
}

/// Who has a place at the door or in the call, and the session still lives.
fn participant(session: &Session, person: PersonId) -> Result<ParticipantId, Problem> {
    session
        .participant_of(person)
        .filter(|p| matches!(p.admission, Admission::Waiting | Admission::Admitted))
        .filter(|_| session.state.is_live())
        .map(|p| p.id)
        .ok_or(Problem::NotFound)
}

/// Microphone, camera and screen, on or off, to the others who have been let in.
async fn relay_media_state(
    app: &App,
    socket: &SocketRef,
    caller: &Caller,
    state: Payload<MediaState>,
) -> Result<(), Problem> {
    let state = read(state)?;
    let mut tx = app.store.read().await?;
    let which = Which::Session(state.session_id);
    let (session, _) = find(&mut tx, which, caller, Action::Join).await?;
    drop(tx);
    let sender = participant(&session, caller.person_id)?;
    let admitted = |id| session.participant(id).is_some_and(|p| p.admission == Admission::Admitted);
    if !admitted(sender) {
        return Err(Problem::NotFound);
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
    let rooms: Vec<String> = session
        .participants
        .iter()
        .filter(|p| admitted(p.id))
        .flat_map(|p| [super::room_of(p.person_id), super::scoped_room(p.person_id, session.id)])
        .collect();
    if let Err(error) = socket.to(rooms).emit("media-state", &told).await {
        tracing::debug!(%error, "a socket did not take a media state");
    }
    Ok(())
}

/// Every live session of the caller, so that he has missed nothing.
async fn tell_state(app: &App, socket: &SocketRef, caller: &Caller) -> Result<(), Problem> {
    let mut tx = app.store.read().await?;
    let now = app.clock.now();
    let from = now.checked_sub(jiff::SignedDuration::from_hours(24)).unwrap_or(now);
    let query = ListQuery { from: Some(from), limit: 100, ..ListQuery::default() };
    let found = page(&mut tx, caller, &query, None).await?;
    drop(tx);
    for session in found.items.iter().filter(|session| session.state.is_live()) {
        let view = crate::http::sessions::show(app, caller, session).await?;
        if let Err(error) = socket.emit("state", &Told { session: &view, participant_id: None }) {
            tracing::debug!(%error, "a socket did not take the state");
        }
        app.realtime.chats.tell_again(socket, caller, session).await;
    }
    Ok(())
}

/// A session as one of its people sees it.
pub(super) async fn view_for(app: &App, person: PersonId, session: &Session) -> Result<SessionView, Problem> {
    let mut tx = app.store.read().await?;
    let names = crate::http::sessions::names(&mut tx, std::slice::from_ref(session)).await?;
    let access = openvisit_core::access::Caller {
        person_id: person,
        roles: vec![],
        organization_id: None,
        only_session: Some(session.id),
    };
    crate::http::sessions::show_in(&mut tx, app, &access, session, &names).await
}
