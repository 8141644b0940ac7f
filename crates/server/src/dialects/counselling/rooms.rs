//! Who is in which call by a socket of the counselling dialect, and what they learn of each other.
//!
//! A connection is one socket of somebody who came to a session. Those who have been let in are the room; two tabs
//! of one person are one member. Whoever came and has not been let in yet hears the session's status, and
//! nothing of the others. Where several nodes serve one database, each knows who is in the room by a socket elsewhere,
//! and passes on what is for them; it tells its own sockets only.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use openvisit_app::Error;
use openvisit_app::nodes::letter::Letter;
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_core::person::Identity;
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_store::{NodeId, NodeSocket};
use serde::Serialize;
use serde_json::{Map, Value, json};
use socketioxide::extract::SocketRef;
use tokio::sync::watch;

use super::view::CallStatus;
use super::words;
use crate::dialects::ids::Ids;

/// Why something was not done.
#[derive(Serialize)]
pub struct ErrorPayload<'a> {
    pub message: &'a str,
    pub code: &'static str,
}

#[derive(Default)]
pub struct SocketRooms {
    rooms: Mutex<HashMap<SessionId, SocketRoom>>,
    /// Changes when whoever is here must come anew.
    anew: watch::Sender<()>,
}

/// One socket of somebody who came.
pub struct RoomSocket {
    /// Its entry in the ledger.
    pub connection: ConnectionId,
    pub person: PersonId,
    pub identity: Identity,
    /// The ids that are told to it, the session's among them.
    pub ids: Ids,
    pub session: String,
    pub socket: SocketRef,
}

/// Somebody in the room.
#[derive(Clone, Debug)]
struct Member {
    person: PersonId,
    identity: Identity,
    /// psychologist, client or guest.
    user_type: &'static str,
    name: String,
    participant_id: ParticipantId,
}

/// A member as one socket sees them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MemberView<'a> {
    /// What the system of the socket's owner calls them, or else our id.
    user_id: String,
    #[serde(rename = "openvisit_id")]
    openvisit_id: PersonId,
    user_type: &'static str,
    name: &'a str,
    participant_id: ParticipantId,
}

/// Whom a relayed message is for.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    Others,
    /// A user's id as a payload gives it: that of the sender's system, ours, or the participant's.
    One(&'a str),
}

/// What is for sockets at other nodes.
#[derive(Debug)]
pub struct ForElsewhere {
    pub nodes: BTreeSet<NodeId>,
    pub letter: Letter,
}

struct SocketRoom {
    /// The newest session seen; older ones are ignored.
    version: i64,
    id: SessionId,
    call: CallStatus,
    participants: Vec<Participant>,
    /// Those of this node, and those of the others.
    sockets: Vec<RoomSocket>,
    elsewhere: Vec<NodeSocket>,
    /// Who is in the room, as its members were last told.
    members: Vec<Member>,
}

impl SocketRooms {
    /// Somebody comes with one more socket, and hears who is there, `elsewhere` too. Of a room that has sockets already,
    /// this node knows that better.
    pub fn enter(&self, session: &Session, socket: RoomSocket, elsewhere: Vec<NodeSocket>) {
        let mut rooms = self.rooms();
        let room = rooms.entry(session.id).or_insert_with(|| SocketRoom::of(session, elsewhere));
        room.update(session);
        if room.member(socket.person).is_some() {
            room.send_participants(&socket);
        }
        room.sockets.push(socket);
        room.send_member_changes();
    }

    pub fn leave(&self, session: SessionId, connection: ConnectionId) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&session) else { return };
        room.sockets.retain(|socket| socket.connection != connection);
        room.send_member_changes();
        if room.sockets.is_empty() {
            rooms.remove(&session);
        }
    }

    /// The other nodes took this one for gone, and closed what was open in the ledger.
    pub fn come_anew(&self) {
        self.anew.send_replace(());
    }

    /// Changes when whoever is here must come anew.
    pub fn anew(&self) -> watch::Receiver<()> {
        self.anew.subscribe()
    }

    /// A socket stays where it is, with a new entry in the ledger.
    pub fn rename(&self, session: SessionId, from: ConnectionId, to: ConnectionId) {
        let mut rooms = self.rooms();
        let sockets = rooms.get_mut(&session).into_iter().flat_map(|room| &mut room.sockets);
        sockets.filter(|socket| socket.connection == from).for_each(|socket| socket.connection = to);
    }

    /// Whether somebody has a socket here.
    #[must_use]
    pub fn is_here(&self, session: SessionId) -> bool {
        self.rooms().contains_key(&session)
    }

    /// Who has a socket at another node now.
    pub fn set_elsewhere(&self, session: SessionId, elsewhere: Vec<NodeSocket>) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&session) else { return };
        room.elsewhere = elsewhere;
        room.send_member_changes();
    }

    #[must_use]
    pub fn has_socket(&self, session: SessionId, connection: ConnectionId) -> bool {
        self.rooms().get(&session).is_some_and(|room| room.socket(connection).is_some())
    }

    /// By our id of the person, or that of the system whose ids are told.
    #[must_use]
    pub fn has_member(&self, session: SessionId, ids: &Ids, member: &str) -> bool {
        self.rooms().get(&session).is_some_and(|room| room.find(ids, member).is_some())
    }

    /// What became of a session, told to its room. After the end the room is closed; after a move it is too,
    /// since the door of the new time opens in its own time. Gives the sockets of a room that was closed.
    pub fn update(&self, session: &Session, moved: bool) -> Vec<ConnectionId> {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&session.id) else { return Vec::new() };
        if !room.update(session) {
            return Vec::new();
        }
        if !session.state.is_live() {
            room.tell_all("call-ended", &room.call);
        } else if moved {
            let moved = ErrorPayload { message: "the appointment was moved", code: "moved" };
            room.sockets.iter().for_each(|socket| socket.send("error", &moved));
        } else {
            room.send_member_changes();
            return Vec::new();
        }
        let closed = rooms.remove(&session.id);
        closed.into_iter().flat_map(|room| room.sockets).map(|socket| socket.connection).collect()
    }

    /// Tells one socket who is there; to who has not been let in it says nothing.
    pub fn send_participants(&self, session: SessionId, connection: ConnectionId) {
        let rooms = self.rooms();
        let Some(room) = rooms.get(&session) else { return };
        if let Some(socket) = room.socket(connection).filter(|socket| room.member(socket.person).is_some()) {
            room.send_participants(socket);
        }
    }

    /// What the ack of `join-room` says; `None` once the room is closed.
    #[must_use]
    pub fn joined(&self, session: SessionId, connection: ConnectionId) -> Option<Value> {
        let rooms = self.rooms();
        let room = rooms.get(&session)?;
        let socket = room.socket(connection)?;
        let admitted = room.member(socket.person).is_some();
        let participants = if admitted { room.seen_by(socket) } else { vec![] };
        Some(json!({
            "success": true,
            "sessionId": socket.session,
            "openvisit_session_id": room.id,
            "status": room.call.status,
            "state": if admitted { Admission::Admitted } else { Admission::Waiting },
            "participants": participants,
        }))
    }

    /// Passes something on within the room; the sender is whose socket it is, whatever the payload says. Gives what is
    /// to be written to other nodes, where receivers have sockets there.
    ///
    /// # Errors
    /// The sender is not in the room, or the receiver is not.
    pub fn relay(
        &self,
        session: SessionId,
        from: ConnectionId,
        to: To,
        event: &'static str,
        payload: Map<String, Value>,
    ) -> Result<Option<ForElsewhere>, Error> {
        let rooms = self.rooms();
        let room = rooms.get(&session).ok_or(Error::NotFound)?;
        let socket = room.socket(from).ok_or(Error::NotFound)?;
        let sender = room.member(socket.person).ok_or(Error::Forbidden("wait until you are let in"))?;
        let receivers = match to {
            To::Others => room.members.as_slice(),
            To::One(id) => std::slice::from_ref(room.find(&socket.ids, id).ok_or(Error::NotFound)?),
        };
        let here = room.sockets_of(receivers).filter(|socket| socket.connection != from);
        here.for_each(|socket| socket.send(event, &room.relayed(&payload, sender, socket)));
        let nodes = room.nodes_of(receivers);
        let one = match to {
            To::Others => None,
            To::One(_) => receivers.first().map(|receiver| receiver.participant_id),
        };
        let (from, event) = (sender.participant_id, event.to_owned());
        let letter = Letter::Relayed { session, from, to: one, event, payload };
        Ok((!nodes.is_empty()).then_some(ForElsewhere { nodes, letter }))
    }

    /// Passes on what was said at another node; `false` where its sender is not known here, or its only receiver.
    pub fn deliver(
        &self,
        session: SessionId,
        from: ParticipantId,
        to: Option<ParticipantId>,
        event: &str,
        payload: &Map<String, Value>,
    ) -> bool {
        let rooms = self.rooms();
        let Some(room) = rooms.get(&session) else { return false };
        let Some(sender) = room.members.iter().find(|it| it.participant_id == from) else { return false };
        let is_meant = |member: &&Member| to.is_none_or(|to| member.participant_id == to);
        let receivers: Vec<_> = room.members.iter().filter(is_meant).cloned().collect();
        let here = room.sockets_of(&receivers);
        here.for_each(|socket| socket.send(event, &room.relayed(payload, sender, socket)));
        !receivers.is_empty()
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<SessionId, SocketRoom>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SocketRoom {
    /// Nobody has a socket here yet.
    fn of(session: &Session, elsewhere: Vec<NodeSocket>) -> Self {
        let room = Self {
            version: session.version,
            id: session.id,
            call: CallStatus::of(session),
            participants: session.participants.clone(),
            sockets: Vec::new(),
            elsewhere,
            members: Vec::new(),
        };
        Self { members: room.members_now(), ..room }
    }

    /// Applies a session, and tells everyone of a new status; `false` where a newer one was applied before.
    fn update(&mut self, session: &Session) -> bool {
        if session.version < self.version {
            return false;
        }
        let before = self.call.status;
        self.version = session.version;
        self.call = CallStatus::of(session);
        self.participants.clone_from(&session.participants);
        if self.call.status != before {
            self.tell_all("session-status-updated", &self.call);
        }
        true
    }

    /// Tells everyone in the room who has come and who has gone since they were last told.
    fn send_member_changes(&mut self) {
        let now = self.members_now();
        let before = std::mem::replace(&mut self.members, now);
        let differs = |member: &&Member, others: &[Member]| {
            !others.iter().any(|other| other.participant_id == member.participant_id)
        };
        let gone: Vec<&Member> = before.iter().filter(|member| differs(member, &self.members)).collect();
        let come: Vec<&Member> = self.members.iter().filter(|member| differs(member, &before)).collect();
        for member in &gone {
            self.tell_others(member, "user-left");
            let put_out =
                ErrorPayload { message: "the psychologist put you out of the call", code: "denied" };
            self.sockets_of(std::slice::from_ref(*member)).for_each(|socket| socket.send("error", &put_out));
        }
        for member in &come {
            self.tell_others(member, "user-joined");
        }
        if !(gone.is_empty() && come.is_empty()) {
            self.sockets_of(&self.members).for_each(|socket| self.send_participants(socket));
        }
    }

    fn tell_others(&self, about: &Member, event: &'static str) {
        self.sockets_of(&self.members)
            .filter(|socket| socket.person != about.person)
            .for_each(|socket| self.tell(socket, event, &socket.view(about)));
    }

    fn tell_all(&self, event: &'static str, of: &impl Serialize) {
        self.sockets.iter().for_each(|socket| self.tell(socket, event, of));
    }

    /// An event about the session.
    fn tell(&self, socket: &RoomSocket, event: &'static str, of: &impl Serialize) {
        socket
            .send(event, &SessionPayload { session_id: &socket.session, openvisit_session_id: self.id, of });
    }

    fn send_participants(&self, socket: &RoomSocket) {
        let of = &json!({ "participants": self.seen_by(socket) });
        self.tell(socket, "room-participants", of);
    }

    fn seen_by(&self, socket: &RoomSocket) -> Vec<MemberView<'_>> {
        self.members.iter().map(|member| socket.view(member)).collect()
    }

    /// What somebody said, as one of the others gets it.
    fn relayed(&self, said: &Map<String, Value>, sender: &Member, to: &RoomSocket) -> Map<String, Value> {
        let sender = to.view(sender);
        let mut told = said.clone();
        told.insert("sessionId".to_owned(), json!(to.session));
        told.insert("openvisit_session_id".to_owned(), json!(self.id));
        for key in ["from", "fromUserId", "userId"] {
            told.insert(key.to_owned(), json!(sender.user_id));
        }
        told.insert("userType".to_owned(), json!(sender.user_type));
        told.insert("sender".to_owned(), json!(sender));
        told
    }

    /// Those who were let in and have a socket at least.
    fn members_now(&self) -> Vec<Member> {
        self.participants
            .iter()
            .filter(|participant| participant.admission == Admission::Admitted)
            .filter_map(|participant| {
                Some(Member {
                    person: participant.person_id,
                    identity: self.identity_of(participant.person_id)?.clone(),
                    user_type: words::part(participant.role),
                    name: participant.name.clone(),
                    participant_id: participant.id,
                })
            })
            .collect()
    }

    /// Of somebody who has a socket.
    fn identity_of(&self, person: PersonId) -> Option<&Identity> {
        let here = self.sockets.iter().map(|socket| (socket.person, &socket.identity));
        let elsewhere = self.elsewhere.iter().map(|socket| (socket.person, &socket.identity));
        here.chain(elsewhere).find(|(of, _)| *of == person).map(|(_, identity)| identity)
    }

    /// The other nodes at which some have sockets.
    fn nodes_of(&self, members: &[Member]) -> BTreeSet<NodeId> {
        let theirs = |socket: &&NodeSocket| members.iter().any(|member| member.person == socket.person);
        self.elsewhere.iter().filter(theirs).map(|socket| socket.node.clone()).collect()
    }

    fn socket(&self, connection: ConnectionId) -> Option<&RoomSocket> {
        self.sockets.iter().find(|socket| socket.connection == connection)
    }

    fn sockets_of<'a>(&'a self, members: &'a [Member]) -> impl Iterator<Item = &'a RoomSocket> {
        self.sockets.iter().filter(|socket| members.iter().any(|member| member.person == socket.person))
    }

    fn member(&self, person: PersonId) -> Option<&Member> {
        self.members.iter().find(|member| member.person == person)
    }

    /// The member that a payload means. Our ids go first: nobody can choose those.
    fn find(&self, ids: &Ids, id: &str) -> Option<&Member> {
        let ours =
            |member: &&Member| member.person.to_string() == id || member.participant_id.to_string() == id;
        let theirs = |member: &&Member| ids.subject(&member.identity).is_some_and(|subject| subject == id);
        self.members.iter().find(ours).or_else(|| self.members.iter().find(theirs))
    }
}

impl RoomSocket {
    fn view<'a>(&self, member: &'a Member) -> MemberView<'a> {
        let Member { person, identity, user_type, name, participant_id } = member;
        let user_id = self.ids.subject(identity).unwrap_or_else(|| person.to_string());
        MemberView { user_id, openvisit_id: *person, user_type, name, participant_id: *participant_id }
    }

    fn send(&self, event: &str, told: &impl Serialize) {
        if let Err(error) = self.socket.emit(event, told) {
            // A socket whose buffer is full, or that is just going.
            tracing::debug!(%error, "could not send an event to a socket");
        }
    }
}

/// An event about a session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionPayload<'a, T> {
    session_id: &'a str,
    #[serde(rename = "openvisit_session_id")]
    openvisit_session_id: SessionId,
    #[serde(flatten)]
    of: &'a T,
}
