//! The rooms that sockets are in, by whom they belong to.

use openvisit_app::announce::Concern;
use openvisit_core::access::Caller;
use openvisit_core::ids::{OrganizationId, PersonId, SessionId};
use openvisit_core::person::Role;
use openvisit_core::session::{Admission, Session};
use socketioxide::SocketIo;

use super::NAMESPACE;

const OF_CALL: &str = "call:";

/// The sockets of a person who may see all that is theirs.
#[must_use]
pub fn of_person(person: PersonId) -> String {
    format!("person:{person}")
}

/// The sockets of a person who came by an invitation to one session.
#[must_use]
pub fn of_invited(person: PersonId, session: SessionId) -> String {
    format!("person:{person}:{session}")
}

/// The sockets of those who book for an organization, and see who arrives.
#[must_use]
pub fn of_reception(organization: OrganizationId) -> String {
    format!("reception:{organization}")
}

/// The sockets of a person whose token has ended, and who are in this call: they hear of that and of nothing else.
#[must_use]
pub fn of_call(person: PersonId, session: SessionId) -> String {
    format!("{OF_CALL}{person}:{session}")
}

/// Whether a room is one of those.
#[must_use]
pub fn is_call(room: &str) -> bool {
    room.starts_with(OF_CALL)
}

/// All of these that a person may have of a session.
#[must_use]
pub fn of_session(person: PersonId, session: SessionId) -> [String; 3] {
    [of_person(person), of_invited(person, session), of_call(person, session)]
}

/// All sockets of a person, to be cut off; nothing is sent to it.
#[must_use]
pub fn to_cut_off(person: PersonId) -> String {
    format!("all:{person}")
}

/// The room that a caller's socket is in.
#[must_use]
pub fn own(caller: &Caller) -> String {
    match caller.only_session {
        Some(session) => of_invited(caller.person_id, session),
        None => of_person(caller.person_id),
    }
}

/// The room of reception, where the caller is of it.
#[must_use]
pub fn reception(caller: &Caller) -> Option<String> {
    let organization =
        caller.organization_id.filter(|_| caller.is(Role::Assistant) && caller.only_session.is_none());
    organization.map(of_reception)
}

/// The rooms of everybody who has been let in.
#[must_use]
pub fn of_admitted(session: &Session) -> Vec<String> {
    let admitted = session.participants.iter().filter(|p| p.admission == Admission::Admitted);
    admitted.flat_map(|p| of_session(p.person_id, session.id)).collect()
}

/// Whether somebody has a socket here whom a change concerns.
#[must_use]
pub fn is_here(io: &SocketIo, concern: &Concern) -> bool {
    let Some(namespace) = io.of(NAMESPACE) else { return false };
    let of = |person: &PersonId| of_session(*person, concern.session);
    let rooms = concern.people.iter().flat_map(of).chain(concern.organization.map(of_reception));
    // Who waits in another session is not known before it is loaded.
    let sockets = if concern.others_wait {
        namespace.sockets()
    } else {
        namespace.within(rooms.collect::<Vec<_>>()).sockets()
    };
    !sockets.is_empty()
}
