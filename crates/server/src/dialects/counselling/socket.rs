//! The counselling dialect's realtime channel: Socket.IO, namespace `/`, stock clients that connect peer to peer.
//!
//! Presence goes into the same ledger as everybody's, so that auto-start and auto-end are the core's own. The
//! events of one socket are carried out one after the other, in their order: a candidate never overtakes
//! its offer, at another node neither.

use std::collections::HashMap;
use std::future::ready;
use std::sync::Arc;

use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldCode;
use openvisit_app::nodes::{mail, sockets};
use openvisit_app::sessions::join::{Door, enter};
use openvisit_app::sessions::view::Labels;
use openvisit_app::{App, Error, attendance};
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ConnectionId, SessionId};
use openvisit_core::session::Session;
use serde_json::{Map, Value, json};
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, Event, Extension, SocketRef, TryData};
use socketioxide::handler::ConnectHandler;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio_util::sync::CancellationToken;

use super::payload::Payload;
use super::rooms::{ErrorPayload, ForElsewhere, RoomSocket, SocketRooms, To};
use super::{follow, view, words};
use crate::dialects::ids::{self, Ids};
use crate::http::problem::extras;
use crate::realtime::flood::Said;
use crate::realtime::handshake::{Handshake, identify};
use crate::realtime::rooms::{own, to_cut_off};

pub const NAMESPACE: &str = "/";

/// How many events of one socket may wait.
const QUEUE: usize = 256;
/// The largest session description, and the largest of everything else, in bytes of JSON.
const LARGEST_DESCRIPTION: usize = 64 * 1024;
const LARGEST: usize = 20 * 1024;

/// One event from a socket.
struct IncomingEvent {
    event: String,
    payload: Value,
    ack: AckSender,
}

/// Takes connections, and tells them what is announced.
pub fn start(app: &App, io: &SocketIo) {
    let rooms = Arc::new(SocketRooms::default());
    register(app, io, &rooms);
    follow::start(app, io, &rooms);
}

fn register(app: &App, io: &SocketIo, rooms: &Arc<SocketRooms>) {
    let on_connect = (app.clone(), rooms.clone());
    let connect = move |socket: SocketRef, Extension(caller): Extension<Caller>| {
        let (app, rooms) = on_connect.clone();
        connected(app, rooms, socket, caller);
        ready(())
    };
    let authenticator = app.clone();
    let check = move |socket: SocketRef, handshake: TryData<Handshake>| {
        let app = authenticator.clone();
        async move {
            socket.extensions.insert(identify(&app, handshake).await?);
            Ok::<(), &'static str>(())
        }
    };
    io.ns(NAMESPACE, connect.with(check));
}

/// Listens to a socket until it is gone.
fn connected(app: App, rooms: Arc<SocketRooms>, socket: SocketRef, caller: Caller) {
    socket.join([own(&caller), to_cut_off(caller.person_id)]);
    let (queue, said) = channel(QUEUE);
    let so_far = Said::default();
    socket.on_fallback(move |Event(event), TryData(payload): TryData<Value>, socket: SocketRef, ack| {
        if so_far.one_more(&socket) {
            enqueue(&queue, &socket, IncomingEvent { event, payload: payload.unwrap_or_default(), ack });
        }
        ready(())
    });
    let gone = CancellationToken::new();
    let going = gone.clone();
    socket.on_disconnect(move || {
        going.cancel();
        ready(())
    });
    if !socket.connected() {
        gone.cancel();
    }
    let ids = view::ids(&app, &caller);
    let attendee = Attendee { app, rooms, socket, caller, ids, memberships: HashMap::new() };
    tokio::spawn(attendee.attend(said, gone));
}

fn enqueue(queue: &Sender<IncomingEvent>, socket: &SocketRef, said: IncomingEvent) {
    if let Err(refused) = queue.try_send(said) {
        let too_much = Error::TooManyRequests { retry_after_seconds: 1 };
        refuse(socket, refused.into_inner().ack, &too_much);
    }
}

/// Says why something was not done: as an event, and in the ack where one was asked for.
fn refuse(socket: &SocketRef, ack: AckSender, error: &Error) {
    let (message, code) = (words::refusal(error), error.code());
    let mut told = extras(error);
    told.extend([("success".to_owned(), json!(false)), ("error".to_owned(), json!(message))]);
    told.insert("code".to_owned(), json!(code));
    // The client may be gone already.
    socket.emit("error", &ErrorPayload { message: &message, code }).ok();
    ack.send(&told).ok();
}

/// One socket, and the sessions it came to.
struct Attendee {
    app: App,
    rooms: Arc<SocketRooms>,
    socket: SocketRef,
    caller: Caller,
    /// The ids that this client is told.
    ids: Ids,
    memberships: HashMap<SessionId, Membership>,
}

struct Membership {
    /// Its entry in the ledger.
    key: Key,
    /// What the client's own system calls the session, or else our id.
    session: String,
    /// What the client calls the room.
    room: Option<String>,
}

impl Membership {
    /// Whether the client means this session by a name, which may be its own system's id or ours.
    fn is_called(&self, id: SessionId, name: &str) -> bool {
        self.session == name || id.to_string() == name
    }
}

impl Attendee {
    async fn attend(mut self, mut said: Receiver<IncomingEvent>, gone: CancellationToken) {
        let mut anew = self.rooms.anew();
        loop {
            tokio::select! {
                biased;
                () = gone.cancelled() => break,
                Ok(()) = anew.changed() => self.come_anew().await,
                heard = said.recv() => match heard {
                    Some(heard) => self.answer(heard).await,
                    None => break,
                },
            }
        }
        for (session, membership) in std::mem::take(&mut self.memberships) {
            self.give_up(session, membership.key).await;
        }
    }

    async fn answer(&mut self, IncomingEvent { event, payload, ack }: IncomingEvent) {
        match self.carry_out(&event, payload).await {
            // The client may be gone already.
            Ok(Some(answer)) => drop(ack.send(&answer)),
            // An event that this contract does not know.
            Ok(None) => {}
            Err(error) => refuse(&self.socket, ack, &error),
        }
    }

    async fn carry_out(&mut self, event: &str, payload: Value) -> Result<Option<Value>, Error> {
        match event {
            "join-room" => return self.join(Payload::read(payload, LARGEST)?).await.map(Some),
            "leave-room" => self.leave(payload).await?,
            "offer" => self.signal("offer", Payload::read(payload, LARGEST_DESCRIPTION)?).await?,
            "answer" => self.signal("answer", Payload::read(payload, LARGEST_DESCRIPTION)?).await?,
            "ice-candidate" => self.signal("ice-candidate", Payload::read(payload, LARGEST)?).await?,
            "chat-message" => self.chat(&Payload::read(payload, LARGEST)?).await?,
            "toggle-audio" => self.spread("toggle-audio", Payload::read(payload, LARGEST)?).await?,
            "toggle-video" => self.spread("toggle-video", Payload::read(payload, LARGEST)?).await?,
            "screen-share" => self.spread("screen-share", Payload::read(payload, LARGEST)?).await?,
            _ => return Ok(None),
        }
        Ok(Some(json!({ "success": true })))
    }

    /// Comes to a session by the rules of joining, and is present from then on. A psychologist's coming lets the
    /// client in, since these programs cannot ask.
    async fn join(&mut self, payload: Payload) -> Result<Value, Error> {
        let named = payload
            .session()?
            .ok_or_else(|| Error::invalid("sessionId", FieldCode::Required, "the id of a session"))?;
        // What it is in already goes on.
        if self.caller.is_over(self.app.clock.now()) {
            return Err(Error::Unauthorized);
        }
        let id = ids::session_or_external(&mut self.app.store.read().await?, &self.caller, &named).await?.id;
        let entered = enter(&self.app, &self.caller, id, payload.passcode(), Door::Open).await?;
        let labels = Labels::from(&entered.details);
        let (session, participant) = (entered.details.session, entered.participant);
        let known = self
            .memberships
            .get(&id)
            .filter(|membership| self.is_present(id, membership))
            .map(|membership| membership.key);
        let key = known.unwrap_or_else(|| Key {
            participant,
            source: Source::Socket,
            connection: ConnectionId::new(self.app.seed()),
        });
        let named = self.ids.booked_session(&session.appointment, &labels);
        self.memberships.insert(id, Membership { key, session: named.clone(), room: payload.room() });
        if known.is_some() {
            self.rooms.send_participants(id, key.connection);
        } else {
            self.come_in(&session, named, key).await?;
        }
        self.rooms.joined(id, key.connection).ok_or(Error::Ended { status: session.state.status() })
    }

    /// First into the room, then other nodes are told, then into the ledger: what anybody does upon that reaches this
    /// socket too.
    async fn come_in(&self, session: &Session, named: String, key: Key) -> Result<(), Error> {
        let socket = RoomSocket {
            connection: key.connection,
            person: self.caller.person_id,
            identity: self.caller.person.identity.clone(),
            ids: self.ids.clone(),
            session: named,
            socket: self.socket.clone(),
        };
        let (person, identity) = (socket.person, socket.identity.clone());
        let elsewhere = sockets::elsewhere(&self.app, session.id).await?;
        self.rooms.enter(session, socket, elsewhere.map(|(_, sockets)| sockets).unwrap_or_default());
        let told = sockets::came(&self.app, session.id, key.connection, person, &identity).await;
        if told.is_err() {
            self.rooms.leave(session.id, key.connection);
        }
        told?;
        self.note(session.id, key, FactKind::Connected).await;
        // It may have ended while this one came in.
        if let Some(now) = self.app.store.read().await?.session(session.id).await? {
            let closed = self.rooms.update(&now, false);
            sockets::went(&self.app, session.id, &closed).await;
        }
        Ok(())
    }

    /// What others took for gone comes by a new entry in the ledger: the old one is closed.
    async fn come_anew(&mut self) {
        let (person, identity) = (self.caller.person_id, self.caller.person.identity.clone());
        for (id, mut membership) in std::mem::take(&mut self.memberships) {
            let before = membership.key;
            let old = before.connection;
            if self.rooms.has_socket(id, old) {
                let new = ConnectionId::new(self.app.seed());
                membership.key.connection = new;
                self.rooms.rename(id, old, new);
                if let Err(error) = sockets::came(&self.app, id, new, person, &identity).await {
                    tracing::warn!(code = error.code(), session = %id, "a socket is not known at other nodes");
                }
                sockets::went(&self.app, id, &[old]).await;
                self.note(id, membership.key, FactKind::Connected).await;
                // Afterwards, so that nobody sees a departure that is none.
                self.note(id, before, FactKind::Disconnected).await;
            }
            self.memberships.insert(id, membership);
        }
    }

    /// Leaves the session that is named, or else every one.
    async fn leave(&mut self, payload: Value) -> Result<(), Error> {
        let named = match payload {
            Value::Object(_) => Payload::read(payload, LARGEST)?.session()?,
            _ => None,
        };
        let is_left = |id: SessionId, membership: &Membership| match &named {
            Some(name) => membership.is_called(id, name),
            None => true,
        };
        let here = self.memberships.iter();
        let left: Vec<_> = here.filter(|(id, it)| is_left(**id, it)).map(|(id, _)| *id).collect();
        for id in left {
            if let Some(membership) = self.memberships.remove(&id) {
                self.give_up(id, membership.key).await;
            }
        }
        Ok(())
    }

    async fn give_up(&self, session: SessionId, key: Key) {
        self.rooms.leave(session, key.connection);
        self.note(session, key, FactKind::Disconnected).await;
        sockets::went(&self.app, session, &[key.connection]).await;
    }

    async fn note(&self, session: SessionId, key: Key, kind: FactKind) {
        let fact = Fact { key, kind, at: self.app.clock.now() };
        attendance::record(&self.app, session, fact).await;
    }

    /// To one participant of the same room.
    async fn signal(&self, event: &'static str, payload: Payload) -> Result<(), Error> {
        let target = payload.target()?;
        let (session, membership) = match self.membership_of(&payload) {
            // Of several rooms and none named, the one that the target is in.
            Err(Error::NotFound) if payload.session()?.is_none() => self.membership_with(&target)?,
            membership => membership?,
        };
        let to = To::One(&target);
        self.relay(session, membership, to, event, payload.content()).await
    }

    /// To all others in the room.
    async fn spread(&self, event: &'static str, payload: Payload) -> Result<(), Error> {
        let (session, membership) = self.membership_of(&payload)?;
        self.relay(session, membership, To::Others, event, payload.content()).await
    }

    async fn chat(&self, payload: &Payload) -> Result<(), Error> {
        let (session, membership) = self.membership_of(payload)?;
        let told = json!({ "message": payload.message()?, "timestamp": self.app.clock.now() });
        let Value::Object(told) = told else { return Err(Error::Internal) };
        self.relay(session, membership, To::Others, "chat-message", told).await
    }

    /// To the sockets here, and to those at other nodes.
    async fn relay(
        &self,
        session: SessionId,
        membership: &Membership,
        to: To<'_>,
        event: &'static str,
        payload: Map<String, Value>,
    ) -> Result<(), Error> {
        let there = self.rooms.relay(session, membership.key.connection, to, event, payload)?;
        let Some(ForElsewhere { nodes, letter }) = there else { return Ok(()) };
        for node in &nodes {
            mail::tell(&self.app, node, letter.clone()).await?;
        }
        Ok(())
    }

    /// Which of this socket's rooms is meant: the one that is named, or the only one.
    fn membership_of(&self, payload: &Payload) -> Result<(SessionId, &Membership), Error> {
        let mut here = self.memberships.iter().filter(|(id, membership)| self.is_present(**id, membership));
        let found = if let Some(named) = payload.session()? {
            here.find(|(id, membership)| membership.is_called(**id, &named))
        } else if self.memberships.len() > 1 {
            let room = payload.room();
            here.find(|(_, membership)| room.is_some() && membership.room == room)
        } else {
            here.next()
        };
        found.map(|(id, membership)| (*id, membership)).ok_or(Error::NotFound)
    }

    /// The only one of this socket's rooms that has this member.
    fn membership_with(&self, member: &str) -> Result<(SessionId, &Membership), Error> {
        let here = self.memberships.iter().filter(|(id, membership)| self.is_present(**id, membership));
        let mut found = here.filter(|(id, _)| self.rooms.has_member(**id, &self.ids, member));
        match (found.next(), found.next()) {
            (Some((id, membership)), None) => Ok((*id, membership)),
            _ => Err(Error::NotFound),
        }
    }

    fn is_present(&self, session: SessionId, membership: &Membership) -> bool {
        self.rooms.has_socket(session, membership.key.connection)
    }
}
