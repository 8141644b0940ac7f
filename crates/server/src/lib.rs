//! The server: everything around the domain, the store and the media.

pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod http;
pub mod logging;
pub mod tls;
