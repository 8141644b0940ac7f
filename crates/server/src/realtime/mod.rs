//! The realtime channel: Socket.IO, namespace `/v1`; the counselling dialect has its own.
//!
//! Rooms come from what a token may see, never from a payload. Whoever connects is told the present
//! state, so that no missed event matters; every event carries the whole session as its receiver may
//! see it.

mod chat;
pub mod counselling;
mod news;
mod queue;
mod sockets;

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use openvisit_core::access::Caller;
use openvisit_core::event::Event;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::Session;
use socketioxide::SocketIo;
use socketioxide::layer::SocketIoLayer;

use crate::app::App;
use chat::Chats;
use counselling::Rooms;

/// How often a socket is asked whether it is still there, and how long it may take to answer.
const BEAT: Duration = Duration::from_secs(10);

/// The namespace of this API; a dialect may have another.
pub const NAMESPACE: &str = "/v1";

/// A handle on all sockets.
#[derive(Clone)]
pub struct Realtime {
    io: SocketIo,
    /// Of the counselling dialect.
    rooms: Arc<Rooms>,
    chats: Arc<Chats>,
}

impl Realtime {
    /// The handle, and the layer that serves `/socket.io`. A socket that died silently is found out within the
    /// grace that who comes back has.
    #[must_use]
    pub fn new(grace: SignedDuration) -> (SocketIoLayer, Self) {
        let beat = grace.unsigned_abs() / 2;
        let (layer, io) = SocketIo::builder()
            .max_payload(100_000)
            // Who comes back is told a whole chat at once.
            .max_buffer_size(512)
            .ping_interval(beat.min(BEAT))
            .ping_timeout(beat.min(BEAT))
            .build_layer();
        (layer, Self { io, rooms: Arc::default(), chats: Arc::default() })
    }

    /// Begins to take connections.
    pub fn serve(&self, app: &App) {
        sockets::register(&self.io, app);
        if app.settings.dialects.counselling.enabled {
            counselling::register(&self.io, app);
        }
    }

    /// Tells everyone in a session what became of it.
    pub async fn tell(&self, app: &App, before: &Session, after: &Session, events: &[Event]) {
        self.rooms.follow(after, events.contains(&Event::Moved));
        if before.is_under_way() && !after.is_under_way() {
            self.chats.forget(after.id).await;
        }
        let news = news::between(before, after, events);
        self.spread(app, after, &news).await;
        if before.has_practitioner() != after.has_practitioner() {
            self.tell_waiting(app, after).await;
        }
    }

    /// The practitioner came to a session or went: those who wait elsewhere are told that, and not where.
    async fn tell_waiting(&self, app: &App, session: &Session) {
        let others = async { app.store.read().await?.under_way(session.appointment.practitioner_id).await };
        let others = match others.await {
            Ok(others) => others,
            Err(error) => {
                tracing::warn!(%error, session = %session.id, "could not tell who waits elsewhere");
                return;
            }
        };
        for other in others.iter().filter(|other| other.id != session.id && !other.has_practitioner()) {
            self.spread(app, other, &[news::News { name: "updated", participant: None }]).await;
        }
    }

    pub async fn tell_booked(&self, app: &App, session: &Session) {
        self.spread(app, session, &[news::News { name: "booked", participant: None }]).await;
    }

    /// Cuts off somebody whose account was disabled.
    pub async fn cut(&self, person: PersonId) {
        for namespace in [NAMESPACE, counselling::NAMESPACE].into_iter().filter_map(|name| self.io.of(name)) {
            // Nobody there to cut off is no fault.
            namespace.within(all_of(person)).disconnect().await.ok();
        }
    }

    /// Closes all sockets, as the server goes down.
    pub async fn close(&self) {
        self.io.close().await;
    }

    async fn spread(&self, app: &App, session: &Session, news: &[news::News]) {
        if news.is_empty() {
            return;
        }
        for person in audience(session) {
            let view = match sockets::view_for(app, person, session).await {
                Ok(view) => view,
                Err(problem) => {
                    tracing::warn!(code = problem.code(), session = %session.id, "could not tell a participant");
                    continue;
                }
            };
            let Some(namespace) = self.io.of(NAMESPACE) else { return };
            let rooms = namespace.within([room_of(person), scoped_room(person, session.id)]);
            for item in news {
                let told = news::Told { session: &view, participant_id: item.participant };
                if let Err(error) = rooms.clone().emit(item.name, &told).await {
                    // A socket whose buffer is full is told the state when it connects again.
                    tracing::debug!(%error, "a socket did not take an event");
                }
            }
        }
    }
}

/// Both parties, and everyone else who has a place.
fn audience(session: &Session) -> Vec<PersonId> {
    let appointment = &session.appointment;
    let mut people = vec![appointment.practitioner_id, appointment.client_id];
    people.extend(session.participants.iter().map(|p| p.person_id));
    people.sort_unstable();
    people.dedup();
    people
}

/// The sockets of a person who may see all that is his.
fn room_of(person: PersonId) -> String {
    format!("person:{person}")
}

/// The sockets of a person who came by an invitation to one session.
fn scoped_room(person: PersonId, session: SessionId) -> String {
    format!("person:{person}:{session}")
}

/// All sockets of a person, to be cut off; nothing is told here.
fn all_of(person: PersonId) -> String {
    format!("all:{person}")
}

fn own_room(caller: &Caller) -> String {
    match caller.only_session {
        Some(session) => scoped_room(caller.person_id, session),
        None => room_of(caller.person_id),
    }
}
