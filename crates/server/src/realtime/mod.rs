//! The realtime channel: Socket.IO, namespace `/v1`; the counselling dialect has its own.
//!
//! Rooms come from what a token may see, never from a payload. Whoever connects is told the present
//! state, so that no missed event matters; every event carries the whole session as its receiver may
//! see it.

mod announcements;
mod chat;
pub mod cut_off;
mod expiry;
pub(crate) mod flood;
pub mod handshake;
mod media_state;
mod realtime_event;
mod requests;
pub mod rooms;
mod sockets;
pub mod upgrade;

use std::sync::Arc;
use std::time::Duration;

use expiry::Expiries;
use jiff::SignedDuration;
use openvisit_app::App;
use openvisit_app::announce::From;
use socketioxide::SocketIo;
use socketioxide::layer::SocketIoLayer;

/// How often a socket is asked whether it is still there, and how long it may take to answer.
const BEAT: Duration = Duration::from_secs(10);

/// The namespace of this API; a dialect may have another.
pub const NAMESPACE: &str = "/v1";

/// A handle on all sockets, and the layer that serves `/socket.io`. A socket that died silently is found out within the
/// grace that whoever comes back has.
#[must_use]
pub fn open(grace: SignedDuration) -> (SocketIoLayer, SocketIo) {
    let beat = grace.unsigned_abs() / 2;
    SocketIo::builder()
        .max_payload(100_000)
        // Who comes back gets a whole chat at once.
        .max_buffer_size(512)
        .ping_interval(beat.min(BEAT))
        .ping_timeout(beat.min(BEAT))
        .build_layer()
}

/// What every socket of this API works with.
#[derive(Clone)]
pub struct Realtime {
    app: App,
    io: Arc<SocketIo>,
    expiries: Arc<Expiries>,
}

impl Realtime {
    /// Takes connections, and tells them what is announced.
    #[must_use]
    pub fn start(app: &App, io: &SocketIo) -> Self {
        let realtime = Self { app: app.clone(), io: Arc::new(io.clone()), expiries: Arc::default() };
        sockets::register(&realtime);
        // Sockets hold all that a server has, the announcer among it.
        let here = Arc::downgrade(&realtime.io);
        app.announcer
            .take_interest(move |concern| here.upgrade().is_some_and(|io| rooms::is_here(&io, concern)));
        tokio::spawn(announcements::run(realtime.clone(), app.announcer.subscribe(From::Everywhere)));
        tokio::spawn(media_state::follow(realtime.clone(), app.mail.subscribe()));
        tokio::spawn(expiry::run(realtime.clone()));
        realtime
    }
}
