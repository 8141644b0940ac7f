//! The log: for a terminal or as JSON. Personal data, tokens and bodies are never written; events name
//! people by their ids.

use std::io::IsTerminal;

use anyhow::Context;
use tracing_subscriber::EnvFilter;

use openvisit_app::settings::{LogFormat, Settings};

/// What is told when `log` is not set. `outbox/broker.rs` tells of the broker what lapin would tell, once. What a client's
/// packets do to its own data channel is no error of the server's, as `sctp_proto` has it: a late repetition of the first
/// one closes the channel, and the client connects anew.
const DEFAULT_FILTER: &str =
    "info,sqlx=warn,str0m=warn,dtls=warn,engineioxide=warn,socketioxide=warn,lapin=off,sctp_proto=off";

/// Starts logging to standard error.
///
/// # Errors
/// `log` is no filter.
pub fn start(settings: &Settings) -> anyhow::Result<()> {
    let filter = settings.log.as_deref().unwrap_or(DEFAULT_FILTER);
    let filter = EnvFilter::try_new(filter).with_context(|| format!("log: {filter:?} is no filter"))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Whoever reads the log may be gone. To complain of that there, too, would end the server.
    let log = log.log_internal_errors(false);
    match settings.log_format {
        LogFormat::Json => log.json().flatten_event(true).init(),
        LogFormat::Text => log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init(),
    }
    tell_panics();
    Ok(())
}

/// A panic's message may quote what a user sent; its place is enough to find it.
fn tell_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "a part of the server failed and was contained");
    }));
}
