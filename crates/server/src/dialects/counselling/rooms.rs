//! Who is in which call by a socket of the counselling dialect, and what they learn of each other.
//!
//! A connection is one socket of somebody who came to a session. Those who have been let in are the room; two tabs
//! of one person are one member. Whoever came and has not been let in yet hears the session's status, and
//! nothing of the others.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use openvisit_app::Error;
use openvisit_core::ids::{ConnectionId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Participant, Session};
use serde::Serialize;
use serde_json::{Map, Value, json};
use socketioxide::extract::SocketRef;

use super::view::CallStatus;
use super::words;

/// Why something was not done.
#[derive(Serialize)]
pub struct ErrorPayload<'a> {
    pub message: &'a str,
    pub code: &'static str,
}

#[derive(Default)]
pub struct SocketRooms(Mutex<HashMap<SessionId, SocketRoom>>);

/// One socket of somebody who came.
pub struct RoomSocket {
    /// Its entry in the ledger.
    pub connection: ConnectionId,
    pub person: PersonId,
    /// Who this is to the system that signed the token.
    pub user_id: String,
    pub socket: SocketRef,
}

/// Somebody in the room, as all in it see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Member {
    pub user_id: String,
    /// psychologist, client or guest.
    pub user_type: &'static str,
    pub name: String,
    pub participant_id: ParticipantId,
    #[serde(skip)]
    person: PersonId,
}

/// Whom a relayed message is for.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    Others,
    /// A user's id as a payload gives it: the token's, ours, or the participant's.
    One(&'a str),
}

struct SocketRoom {
    /// The newest session seen; older ones are ignored.
    version: i64,
    call: CallStatus,
    participants: Vec<Participant>,
    sockets: Vec<RoomSocket>,
    /// Who is in the room, as its members were last told.
    members: Vec<Member>,
}

impl SocketRooms {
    /// Somebody comes with one more socket, and hears who is there.
    pub fn enter(&self, session: &Session, socket: RoomSocket) {
        let mut rooms = self.rooms();
        let room = rooms.entry(session.id).or_insert_with(|| SocketRoom::of(session));
        room.update(session);
        let known = room.member(socket.person).is_some();
        if known {
            socket.send("room-participants", &room.participants_payload(session.id));
        }
        room.sockets.push(socket);
        room.send_member_changes(session.id);
    }

    pub fn leave(&self, session: SessionId, connection: ConnectionId) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&session) else { return };
        room.sockets.retain(|socket| socket.connection != connection);
        room.send_member_changes(session);
        if room.sockets.is_empty() {
            rooms.remove(&session);
        }
    }

    #[must_use]
    pub fn has_socket(&self, session: SessionId, connection: ConnectionId) -> bool {
        self.rooms().get(&session).is_some_and(|room| room.socket(connection).is_some())
    }

    /// By our id of the person or the other system's.
    #[must_use]
    pub fn has_member(&self, session: SessionId, member: &str) -> bool {
        self.rooms().get(&session).is_some_and(|room| room.find(member).is_some())
    }

    /// What became of a session, told to its room. After the end the room is closed; after a move it is too,
    /// since the door of the new time opens in its own time.
    pub fn update(&self, session: &Session, moved: bool) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.get_mut(&session.id) else { return };
        if !room.update(session) {
            return;
        }
        if !session.state.is_live() {
            room.send_to_all("call-ended", &SessionPayload { session_id: session.id, of: &room.call });
            rooms.remove(&session.id);
        } else if moved {
            room.send_to_all("error", &ErrorPayload { message: "the appointment was moved", code: "moved" });
            rooms.remove(&session.id);
        } else {
            room.send_member_changes(session.id);
        }
    }

    /// Tells one socket who is there; to who has not been let in it says nothing.
    pub fn send_participants(&self, session: SessionId, connection: ConnectionId) {
        let rooms = self.rooms();
        let Some(room) = rooms.get(&session) else { return };
        if let Some(socket) = room.socket(connection).filter(|socket| room.member(socket.person).is_some()) {
            socket.send("room-participants", &room.participants_payload(session));
        }
    }

    /// What the ack of `join-room` says; `None` once the room is closed.
    #[must_use]
    pub fn joined(&self, session: SessionId, connection: ConnectionId) -> Option<Value> {
        let rooms = self.rooms();
        let room = rooms.get(&session)?;
        let admitted = room.member(room.socket(connection)?.person).is_some();
        let participants = if admitted { room.members.as_slice() } else { &[] };
        Some(json!({
            "success": true,
            "sessionId": session,
            "status": room.call.status,
            "state": if admitted { Admission::Admitted } else { Admission::Waiting },
            "participants": participants,
        }))
    }

    /// Passes something on within the room; the sender is whose socket it is, whatever the payload says.
    ///
    /// # Errors
    /// The sender is not in the room, or the receiver is not.
    pub fn relay(
        &self,
        session: SessionId,
        from: ConnectionId,
        to: To,
        event: &'static str,
        mut payload: Map<String, Value>,
    ) -> Result<(), Error> {
        let rooms = self.rooms();
        let room = rooms.get(&session).ok_or(Error::NotFound)?;
        let sender = room.socket(from).ok_or(Error::NotFound)?.person;
        let sender = room.member(sender).ok_or(Error::Forbidden("wait until you are let in"))?;
        let receivers = match to {
            To::Others => room.members.as_slice(),
            To::One(id) => std::slice::from_ref(room.find(id).ok_or(Error::NotFound)?),
        };
        payload.insert("sessionId".to_owned(), json!(session));
        for key in ["from", "fromUserId", "userId"] {
            payload.insert(key.to_owned(), json!(sender.user_id));
        }
        payload.insert("userType".to_owned(), json!(sender.user_type));
        payload.insert("sender".to_owned(), json!(sender));
        room.sockets_of(receivers)
            .filter(|socket| socket.connection != from)
            .for_each(|socket| socket.send(event, &payload));
        Ok(())
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<SessionId, SocketRoom>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SocketRoom {
    fn of(session: &Session) -> Self {
        Self {
            version: session.version,
            call: CallStatus::of(session),
            participants: session.participants.clone(),
            sockets: Vec::new(),
            members: Vec::new(),
        }
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
            self.send_to_all(
                "session-status-updated",
                &SessionPayload { session_id: session.id, of: &self.call },
            );
        }
        true
    }

    /// Tells everyone in the room who has come and who has gone since they were last told.
    fn send_member_changes(&mut self, session: SessionId) {
        let now = self.members_now();
        let before = std::mem::replace(&mut self.members, now);
        let differs = |member: &&Member, others: &[Member]| {
            !others.iter().any(|other| other.participant_id == member.participant_id)
        };
        let gone: Vec<&Member> = before.iter().filter(|member| differs(member, &self.members)).collect();
        let come: Vec<&Member> = self.members.iter().filter(|member| differs(member, &before)).collect();
        for member in &gone {
            self.send_to_others(member, "user-left", session);
            let put_out =
                ErrorPayload { message: "the psychologist put you out of the call", code: "denied" };
            self.sockets_of(std::slice::from_ref(*member)).for_each(|socket| socket.send("error", &put_out));
        }
        for member in &come {
            self.send_to_others(member, "user-joined", session);
        }
        if !(gone.is_empty() && come.is_empty()) {
            let told = self.participants_payload(session);
            self.sockets_of(&self.members).for_each(|socket| socket.send("room-participants", &told));
        }
    }

    fn send_to_others(&self, about: &Member, event: &'static str, session: SessionId) {
        let told = SessionPayload { session_id: session, of: about };
        self.sockets_of(&self.members)
            .filter(|socket| socket.person != about.person)
            .for_each(|socket| socket.send(event, &told));
    }

    fn send_to_all(&self, event: &'static str, told: &impl Serialize) {
        self.sockets.iter().for_each(|socket| socket.send(event, told));
    }

    fn participants_payload(&self, session: SessionId) -> Value {
        json!({ "sessionId": session, "participants": self.members })
    }

    /// Those who were let in and have a socket here at least.
    fn members_now(&self) -> Vec<Member> {
        self.participants
            .iter()
            .filter(|participant| participant.admission == Admission::Admitted)
            .filter_map(|participant| {
                let socket = self.sockets.iter().find(|socket| socket.person == participant.person_id)?;
                Some(Member {
                    user_id: socket.user_id.clone(),
                    user_type: words::part(participant.role),
                    name: participant.name.clone(),
                    participant_id: participant.id,
                    person: participant.person_id,
                })
            })
            .collect()
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
    fn find(&self, id: &str) -> Option<&Member> {
        let ours =
            |member: &&Member| member.person.to_string() == id || member.participant_id.to_string() == id;
        self.members.iter().find(ours).or_else(|| self.members.iter().find(|member| member.user_id == id))
    }
}

impl RoomSocket {
    fn send(&self, event: &'static str, told: &impl Serialize) {
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
    session_id: SessionId,
    #[serde(flatten)]
    of: &'a T,
}
