//! One socket: who it is, what it gets at connect, and what it may send.

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
use socketioxide::operators::BroadcastOperators;
use tokio::sync::Mutex;

use super::flood::Said;
use super::handshake::{Handshake, identify};
use super::media_state::{self, MediaState};
use super::{NAMESPACE, Realtime, chat, realtime_event, rooms};
use crate::http::sessions::show::show;

/// The code of a token that is somebody else's.
const OTHERS: &str = "forbidden";

#[derive(Debug, Deserialize)]
struct SessionRef {
    session_id: SessionId,
}

#[derive(Serialize)]
struct Ack {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

/// The sessions that this socket has entered, each with its entry in the ledger; `None` once the
/// socket is gone. One lock, held while the ledger is written: entering, leaving and going away happen
/// one after the other, so nobody waits without a socket.
#[derive(Clone)]
pub(super) struct SocketSessions(Arc<Mutex<Option<HashMap<SessionId, Key>>>>);

impl Default for SocketSessions {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(HashMap::new()))))
    }
}

impl SocketSessions {
    pub async fn sessions(&self) -> Vec<SessionId> {
        self.0.lock().await.iter().flatten().map(|(id, _)| *id).collect()
    }

    /// Whose token has ended speaks in the calls that they are in, and enters no other one.
    async fn permit(&self, app: &App, caller: &Caller, id: SessionId) -> Result<(), Error> {
        let is_in = !caller.is_over(app.clock.now()) || self.sessions().await.contains(&id);
        if is_in { Ok(()) } else { Err(Error::Unauthorized) }
    }
}

pub(super) fn register(realtime: &Realtime) {
    let on_connect = realtime.clone();
    let connect = move |socket: SocketRef, Extension(caller): Extension<Caller>| {
        let realtime = on_connect.clone();
        async move { connected(realtime, socket, caller).await }
    };
    let authenticator = realtime.app.clone();
    let check = move |socket: SocketRef, handshake: TryData<Handshake>| {
        let app = authenticator.clone();
        async move {
            socket.extensions.insert(identify(&app, handshake).await?);
            socket.extensions.insert(SocketSessions::default());
            socket.extensions.insert(Said::default());
            socket.extensions.insert(chat::Heard::default());
            Ok::<(), &'static str>(())
        }
    };
    realtime.io.ns(NAMESPACE, connect.with(check));
}

async fn connected(realtime: Realtime, socket: SocketRef, caller: Caller) {
    socket.join([rooms::own(&caller), rooms::to_cut_off(caller.person_id)]);
    socket.join(rooms::reception(&caller).into_iter().collect::<Vec<_>>());
    realtime.expiries.watch(&socket, &caller);
    listen(&realtime, &socket);
    tell_all(&realtime.app, &socket, &caller).await;
}

async fn tell_all(app: &App, socket: &SocketRef, caller: &Caller) {
    let told = async {
        send_state(app, socket, caller).await?;
        super::requests::send_pending(app, socket, caller).await
    };
    if let Err(error) = told.await {
        tracing::warn!(code = error.code(), "could not send the current state to a socket");
    }
}

/// Goes on with another token of the same person. Where the last one had ended, all that was missed is told.
async fn renew(
    realtime: &Realtime,
    socket: &SocketRef,
    before: &Caller,
    handshake: TryData<Handshake>,
) -> Result<(), &'static str> {
    let caller = identify(&realtime.app, handshake).await?;
    let had_ended = before.is_over(realtime.app.clock.now());
    if (caller.person_id, caller.only_session) != (before.person_id, before.only_session) {
        return Err(OTHERS);
    }
    socket.extensions.insert(caller.clone());
    realtime.expiries.watch(socket, &caller);
    if had_ended {
        let calls = socket.rooms().into_iter().filter(|room| rooms::is_call(room)).collect::<Vec<_>>();
        socket.leave(calls);
        socket.join(rooms::own(&caller));
        socket.join(rooms::reception(&caller).into_iter().collect::<Vec<_>>());
        tell_all(&realtime.app, socket, &caller).await;
    }
    Ok(())
}

fn listen(realtime: &Realtime, socket: &SocketRef) {
    let app = &realtime.app;
    // Whether the server is there: the answer alone says it.
    socket.on("knock", async |socket: SocketRef, Extension(said): Extension<Said>, ack: AckSender| {
        if said.one_more(&socket) {
            ack.send(&()).ok();
        }
    });
    // What nobody listens for costs little, and says no less.
    socket.on_fallback(async |socket: SocketRef, Extension(said): Extension<Said>| {
        let _ = said.one_more(&socket);
    });
    let here = realtime.clone();
    socket.on(
        "renew",
        move |socket: SocketRef,
              Extension(said): Extension<Said>,
              Extension(caller): Extension<Caller>,
              handshake: TryData<Handshake>,
              ack: AckSender| {
            let realtime = here.clone();
            async move {
                if said.one_more(&socket) {
                    let code = renew(&realtime, &socket, &caller, handshake).await.err();
                    // The client may be gone already.
                    ack.send(&Ack { ok: code.is_none(), code }).ok();
                }
            }
        },
    );
    let here = app.clone();
    socket.on(
        "enter",
        move |socket: SocketRef,
              Extension(said): Extension<Said>,
              Extension(caller),
              Extension(entered),
              TryData(of),
              ack: AckSender| {
            let app = here.clone();
            async move {
                if said.one_more(&socket) {
                    answer(ack, &enter(&app, &caller, &entered, of).await);
                }
            }
        },
    );
    let here = app.clone();
    socket.on(
        "leave",
        move |socket: SocketRef,
              Extension(said): Extension<Said>,
              Extension(caller): Extension<Caller>,
              Extension(entered): Extension<SocketSessions>,
              TryData(of),
              ack: AckSender| {
            let app = here.clone();
            async move {
                if said.one_more(&socket) {
                    let left = leave(&app, &entered, of).await;
                    if let Ok(id) = &left {
                        socket.leave(rooms::of_call(caller.person_id, *id));
                    }
                    answer(ack, &left.map(drop));
                }
            }
        },
    );
    let here = app.clone();
    socket.on(
        "media-state",
        move |socket: SocketRef,
              Extension(said): Extension<Said>,
              Extension(caller): Extension<Caller>,
              Extension(entered): Extension<SocketSessions>,
              TryData(state): TryData<MediaState>| {
            let app = here.clone();
            async move {
                if !said.one_more(&socket) {
                    return;
                }
                // A stranger's message or a malformed payload is not passed on.
                let Ok(state) = state else { return };
                if entered.permit(&app, &caller, state.session_id).await.is_ok() {
                    media_state::relay(&app, &socket, &caller, state).await.ok();
                }
            }
        },
    );
    let here = app.clone();
    socket.on(
        "chat",
        move |socket: SocketRef,
              Extension(said): Extension<Said>,
              Extension(caller): Extension<Caller>,
              Extension(entered): Extension<SocketSessions>,
              TryData(message),
              ack: AckSender| {
            let app = here.clone();
            async move {
                if !said.one_more(&socket) {
                    return;
                }
                let posted = async {
                    let message = chat::read(message)?;
                    entered.permit(&app, &caller, message.session_id).await?;
                    chat::post(&app, &caller, message).await
                };
                let answer = match posted.await {
                    Ok(id) => json!({ "id": id }),
                    Err(error) => json!({ "code": error.code() }),
                };
                // The client may be gone already.
                ack.send(&answer).ok();
            }
        },
    );
    let here = app.clone();
    socket.on_disconnect(move |Extension(entered): Extension<SocketSessions>| {
        let app = here.clone();
        async move {
            for (session, key) in entered.0.lock().await.take().into_iter().flatten() {
                record_departure(&app, session, key).await;
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

/// This tab is in the waiting room or in the call: presence, until it leaves.
async fn enter(
    app: &App,
    caller: &Caller,
    entered: &SocketSessions,
    of: Payload<SessionRef>,
) -> Result<(), Error> {
    let id = read(of)?.session_id;
    entered.permit(app, caller, id).await?;
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Join).await?;
    drop(tx);
    let participant = participant(&session, caller.person_id)?;
    if let Some(entered) = entered.0.lock().await.as_mut() {
        record_arrival(app, id, participant, entered).await;
    }
    Ok(())
}

async fn record_arrival(
    app: &App,
    session: SessionId,
    participant: ParticipantId,
    entered: &mut HashMap<SessionId, Key>,
) {
    let connection = ConnectionId::new(app.seed());
    let key = Key { participant, source: Source::Socket, connection };
    let old = entered.insert(session, key);
    let fact = Fact { key, kind: FactKind::Connected, at: app.clock.now() };
    attendance::record(app, session, fact).await;
    // Afterwards, so that nobody sees a departure that is none.
    if let Some(old) = old {
        record_departure(app, session, old).await;
    }
}

/// Every socket is entered into the ledger anew, where it has entered: what was there of it was closed.
pub(super) async fn enter_anew(realtime: &Realtime) {
    let sockets = realtime.io.of(NAMESPACE).map(BroadcastOperators::sockets);
    for socket in sockets.into_iter().flatten() {
        let Some(entered) = socket.extensions.get::<SocketSessions>() else { continue };
        let mut entered = entered.0.lock().await;
        let Some(entered) = entered.as_mut() else { continue };
        let places: Vec<_> = entered.iter().map(|(session, key)| (*session, key.participant)).collect();
        for (session, participant) in places {
            record_arrival(&realtime.app, session, participant, entered).await;
        }
    }
}

async fn leave(app: &App, entered: &SocketSessions, of: Payload<SessionRef>) -> Result<SessionId, Error> {
    let id = read(of)?.session_id;
    let mut entered = entered.0.lock().await;
    if let Some(key) = entered.as_mut().and_then(|entered| entered.remove(&id)) {
        record_departure(app, id, key).await;
    }
    Ok(id)
}

async fn record_departure(app: &App, session: SessionId, key: Key) {
    let fact = Fact { key, kind: FactKind::Disconnected, at: app.clock.now() };
    attendance::record(app, session, fact).await;
}

/// A participant who waits or is in the call, of a session that has not ended.
fn participant(session: &Session, person: PersonId) -> Result<ParticipantId, Error> {
    session
        .participant_of(person)
        .filter(|p| matches!(p.admission, Admission::Waiting | Admission::Admitted))
        .filter(|_| session.state.is_live())
        .map(|p| p.id)
        .ok_or(Error::NotFound)
}

/// Every live session of the caller, so that nothing is missed.
async fn send_state(app: &App, socket: &SocketRef, caller: &Caller) -> Result<(), Error> {
    let ids: Vec<SessionId> = live(app, caller).await?.iter().map(|session| session.id).collect();
    let sessions = app.store.read().await?.details_of(&ids).await?;
    for details in sessions.iter().filter(|details| details.session.state.is_live()) {
        let view = show(app, details, Viewer::of(caller, &details.session)?).await?;
        let payload = realtime_event::Payload { session: &view, participant_id: None };
        if let Err(error) = socket.emit("state", &payload) {
            tracing::debug!(%error, "could not send the state to a socket");
        }
        chat::tell_history(app, socket, caller, &details.session).await?;
    }
    Ok(())
}
