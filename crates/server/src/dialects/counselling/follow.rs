//! What becomes of sessions, and who comes and what is said at other nodes, told to the rooms of this one. One thing after
//! the other: nobody hears a sender whom they were not told of.

use std::sync::Arc;

use openvisit_app::App;
use openvisit_app::announce::{Announcement, From};
use openvisit_app::nodes::letter::Letter;
use openvisit_app::nodes::mail::Received;
use openvisit_app::nodes::sockets;
use openvisit_core::ids::{ConnectionId, SessionId};
use socketioxide::SocketIo;
use tokio::sync::mpsc::UnboundedReceiver;

use super::rooms::SocketRooms;
use super::socket::NAMESPACE;
use crate::realtime::cut_off;

/// Follows from now on, until the server stops.
pub fn start(app: &App, io: &SocketIo, rooms: &Arc<SocketRooms>) {
    let announcements = app.announcer.subscribe(From::Everywhere);
    // Rooms hold sockets, and these all that a server has.
    let here = Arc::downgrade(rooms);
    app.announcer
        .take_interest(move |concern| here.upgrade().is_some_and(|rooms| rooms.is_here(concern.session)));
    let letters = app.mail.subscribe();
    let follower = Follower { app: app.clone(), io: io.clone(), rooms: rooms.clone() };
    tokio::spawn(follower.follow(announcements, letters));
}

struct Follower {
    app: App,
    io: SocketIo,
    rooms: Arc<SocketRooms>,
}

impl Follower {
    async fn follow(
        self,
        mut announcements: UnboundedReceiver<Announcement>,
        mut letters: UnboundedReceiver<Received>,
    ) {
        loop {
            tokio::select! {
                Some(announcement) = announcements.recv() => self.hear(announcement).await,
                Some(Received { letter, .. }) = letters.recv() => self.take(letter).await,
                () = self.app.stopping.cancelled() => return,
            }
        }
    }

    async fn hear(&self, announcement: Announcement) {
        match announcement {
            Announcement::Session(committed) => {
                let session = &committed.after.session;
                self.forget(session.id, self.rooms.update(session, committed.news.is_move()));
                // Somebody may have gone with their node.
                self.look_elsewhere(session.id).await;
            }
            Announcement::Sockets { session } => self.look_elsewhere(session).await,
            Announcement::Disabled(person) => cut_off::all(&self.io, NAMESPACE, person),
            Announcement::Withdrawn { session, person } => {
                cut_off::invited(&self.io, NAMESPACE, person, session);
            }
            Announcement::SignedOut { person, ended } => {
                cut_off::signed_out(&self.io, NAMESPACE, person, &ended);
            }
            Announcement::TakenForGone => self.rooms.come_anew(),
            Announcement::Request(_)
            | Announcement::Said { .. }
            | Announcement::Left { .. }
            // What is told here goes by who takes part.
            | Announcement::Rights(_) => {}
        }
    }

    /// What somebody says at another node. They may have come there just now.
    async fn take(&self, letter: Letter) {
        let Letter::Relayed { session, from, to, event, payload } = letter else { return };
        if self.rooms.deliver(session, from, to, &event, &payload) {
            return;
        }
        self.look_elsewhere(session).await;
        if !self.rooms.deliver(session, from, to, &event, &payload) {
            tracing::debug!(%session, "what was said at another node is for nobody here any more");
        }
    }

    /// Learns who has a socket of a session at another node, where somebody has one here.
    async fn look_elsewhere(&self, id: SessionId) {
        if !self.rooms.is_here(id) {
            return;
        }
        match sockets::elsewhere(&self.app, id).await {
            Ok(Some((session, elsewhere))) => {
                self.forget(id, self.rooms.update(&session, false));
                self.rooms.set_elsewhere(id, elsewhere);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::warn!(code = error.code(), session = %id, "could not look up who is in a room at other nodes");
            }
        }
    }

    /// The room of these sockets was closed.
    fn forget(&self, session: SessionId, closed: Vec<ConnectionId>) {
        if !closed.is_empty() {
            let app = self.app.clone();
            tokio::spawn(async move { sockets::went(&app, session, &closed).await });
        }
    }
}
