//! Who is disabled, is signed out, or whose invitation was withdrawn, is cut off; what they came by in another way stays.

use openvisit_app::auth::basis::{Basis, SignedOut};
use openvisit_app::auth::caller::Caller;
use openvisit_core::ids::{PersonId, SessionId};
use socketioxide::SocketIo;
use socketioxide::operators::BroadcastOperators;

use super::rooms;

/// Closes all sockets that a person has in a namespace.
pub fn all(io: &SocketIo, namespace: &str, person: PersonId) {
    close(io, namespace, person, |_| true);
}

/// Closes the sockets of a namespace that came by what is over.
pub fn signed_out(io: &SocketIo, namespace: &str, person: PersonId, ended: &SignedOut) {
    close(io, namespace, person, |caller| ended.ends(caller.basis));
}

/// Closes the sockets of a namespace that came by an invitation to a session.
pub fn invited(io: &SocketIo, namespace: &str, person: PersonId, session: SessionId) {
    close(io, namespace, person, |caller| {
        matches!(caller.basis, Basis::Invitation(_)) && caller.only_session == Some(session)
    });
}

fn close(io: &SocketIo, namespace: &str, person: PersonId, is_meant: impl Fn(&Caller) -> bool) {
    let here = io.of(namespace).map(|all| all.within(rooms::to_cut_off(person)));
    for socket in here.map(BroadcastOperators::sockets).into_iter().flatten() {
        if socket.extensions.get::<Caller>().is_some_and(|caller| is_meant(&caller)) {
            // Who is gone need not be put out.
            socket.disconnect().ok();
        }
    }
}
