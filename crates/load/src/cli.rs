//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::source::Pace;

/// Puts load on an OpenVisit server and measures what it takes.
///
/// Without a command: synthetic one-to-one consultations. Accounts, appointments and joins go through the
/// same API that a browser uses; each participant sends and receives real encrypted media. Run it against a
/// test server: the accounts and appointments that it makes stay there.
///
/// With several --url, requests go to each node in turn, so that the two parties of a call are asked for at
/// different ones, and the report says of each what it carried: requests, calls whose media it had, processor
/// time and memory.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub calls: CallArgs,
}

const EXAMPLES: &str = "Examples:
  openvisit-load --calls 50 --seconds 20
  openvisit-load --calls 10 --url https://visit.example.org --email admin@example.org --password …
  openvisit-load --calls 50 --url http://10.0.0.11:8086 --url http://10.0.0.12:8086
  openvisit-load api --concurrency 32 --json api.json
  openvisit-load overlap --clients 32 --tries 1000";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Puts load on the HTTP routes that are called most.
    Api(RouteArgs),
    /// Books and moves at few slots from many sides at once, then looks for overlaps.
    Overlap(OverlapArgs),
}

/// Where the server is and who may make accounts there.
#[derive(Clone, Debug, Args)]
pub struct Target {
    /// Where the server is; several times for the nodes of one database, each of which gets every so many-th request
    #[arg(long, default_value = "http://127.0.0.1:8086")]
    pub url: Vec<String>,
    /// An administrator's account, which makes the accounts of the load
    #[arg(long, default_value = "admin@demo.test")]
    pub email: String,
    /// The administrator's password
    #[arg(long, env = "OPENVISIT_LOAD_PASSWORD", hide_env_values = true, default_value = "openvisit-demo")]
    pub password: String,
    /// Also write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// The server's process, if it is on this machine; found by its port when not given. As often as --url, in the same order
    #[arg(long, value_name = "PID")]
    pub server_pid: Vec<u32>,
}

#[derive(Debug, Args)]
pub struct CallArgs {
    #[command(flatten)]
    pub target: Target,
    /// How many calls at the same time, of two participants each
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub calls: u32,
    /// How long to measure once all are connected
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: u64,
    /// How many calls may be set up at the same time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub at_once: u32,
    /// Threads that drive the participants; by default half of the processors
    #[arg(long)]
    pub threads: Option<usize>,
    /// Video packets a second and participant
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(0..=2000))]
    pub video_rate: u32,
    /// Bytes of a video packet's payload
    #[arg(long, default_value_t = 1200, value_parser = clap::value_parser!(u16).range(40..=1300))]
    pub video_bytes: u16,
    /// Audio packets a second and participant
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub audio_rate: u32,
}

impl CallArgs {
    #[must_use]
    pub fn pace(&self) -> Pace {
        Pace {
            video_rate: self.video_rate,
            video_bytes: usize::from(self.video_bytes),
            audio_rate: self.audio_rate,
        }
    }

    #[must_use]
    pub fn threads(&self) -> usize {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.unwrap_or(processors / 2).max(1)
    }
}

#[derive(Debug, Args)]
pub struct RouteArgs {
    #[command(flatten)]
    pub target: Target,
    /// How many requests are under way at the same time
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub concurrency: u32,
    /// How long each route is measured
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub seconds: u64,
    /// Also measure what this account sees of its own sessions; it has the administrator's password
    #[arg(long, value_name = "EMAIL")]
    pub reader: Option<String>,
}

#[derive(Debug, Args)]
pub struct OverlapArgs {
    #[command(flatten)]
    pub target: Target,
    /// How many requests are under way at the same time
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub clients: u32,
    /// How many creates and moves each of them tries
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub tries: u32,
    /// Another run with the same number tries the same
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
