//! The server: everything around the domain, the store and the media.

pub mod app;
pub mod attendance;
pub mod auth;
pub mod changes;
pub mod checks;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod http;
pub mod ice;
pub mod logging;
pub mod outbox;
pub mod passcode;
pub mod providers;
pub mod realtime;
pub mod requests;
pub mod seal;
pub mod sfu_io;
pub mod support;
pub mod timers;
pub mod tls;
pub mod usage;
