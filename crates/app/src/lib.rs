//! What the application does, whoever asks: a route, a dialect, a socket, a timer, the command line.
//!
//! Commands (`sessions::join::enter`, `sessions::end::end`, `appointments::book::book`, …) take and give objects of
//! the domain. Nothing here knows status codes or the JSON of any wire. What was committed is told by one
//! announcement ([`announce`]), and whoever listens stands above this crate.

pub mod announce;
pub mod app;
pub mod appointments;
pub mod attendance;
pub mod auth;
pub mod chat;
pub mod chat_files;
pub mod clock;
pub mod crypto;
pub mod error;
pub mod ice_servers;
pub mod ice_url;
pub mod idempotency;
pub mod keys;
pub mod messages;
pub mod meter;
pub mod nodes;
pub mod outbox;
pub mod passcodes;
pub mod people;
pub mod presence;
pub mod providers;
pub mod queue;
pub mod recovery;
pub mod requests;
pub mod seal;
pub mod sessions;
pub mod settings;
pub mod support;
pub mod timers;
pub mod usage;
pub mod webhooks;

pub use app::App;
pub use error::Error;
