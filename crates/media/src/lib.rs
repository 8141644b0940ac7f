//! The media server: a selective forwarding unit as a state machine on str0m.
//!
//! It knows no sockets and no clock. [`Worker`] holds the rooms of one thread; datagrams, commands and
//! time go in, datagrams and [`MediaEvent`]s come out. `openvisit`'s `sfu_io` puts threads and sockets
//! around it.
//!
//! Inside, a [`Worker`] keeps one peer per connection (a str0m state machine, its inlets and its
//! slots), one room per session, and the routes from addresses to peers. An RTP packet takes this way:
//! route, decrypt, splice into each receiver's stream, encrypt, transmit. Nothing is decoded.

#![cfg_attr(test, expect(clippy::disallowed_methods, reason = "a test needs an instant to begin with"))]

mod answering;
mod channel;
mod check;
mod config;
mod draining;
mod event;
mod forwarding;
mod housekeeping;
mod keyframes;
mod message;
mod negotiation;
mod offer;
mod offering;
mod peer;
mod probe;
mod room;
mod routes;
mod sender_clock;
mod shedding;
mod splice;
mod streams;
mod worker;

pub use check::check_offer;
pub use config::{LocalAddress, WorkerConfig};
pub use event::{Connection, DisconnectReason, MediaEvent, Quality};
pub use offer::MediaRefusal;
pub use probe::ProbeKey;
pub use routes::request_ufrag;
pub use shedding::Shed;
pub use streams::TrackSource;
pub use worker::{Answer, Worker, WorkerStats};

/// What `sfu_io` and the tests need of str0m.
pub use str0m;
