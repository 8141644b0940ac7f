//! The server: HTTP, dialects, sockets, media threads and the command line around the application.

pub mod asyncapi;
pub mod checks;
pub mod cli;
pub mod demo;
pub mod dialects;
pub mod http;
pub mod logging;
pub mod media_homes;
pub mod offers;
pub mod readiness;
pub mod realtime;
mod router;
pub mod run;
pub mod serve;
pub mod sfu_io;
pub mod state;
pub mod support_views;
pub mod test_calls;
pub mod tls;
