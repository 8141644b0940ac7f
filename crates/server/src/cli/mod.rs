//! The command line.

mod serve;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::{self, Loaded, Sources};

/// Scheduled one-to-one video consultations: API, web UI, media server and database in one program.
#[derive(Parser)]
#[command(name = "openvisit", version, about, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// Settings that every command needs.
#[derive(Args)]
struct Common {
    /// Settings file [default: openvisit.toml, if it is there]
    #[arg(long, global = true, env = "OPENVISIT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the database and the secrets [default: ./data]
    #[arg(long, global = true, value_name = "FOLDER")]
    data_dir: Option<String>,
    /// sqlite://… or postgres://… [default: sqlite://<data-dir>/openvisit.db]
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server until SIGTERM or Ctrl-C
    Serve(serve::Serve),
}

/// Runs the command that the process was started with.
///
/// # Errors
/// What the operator has to mend, in words.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    match cli.command {
        Command::Serve(serve) => {
            let loaded = cli.common.load(serve.flags())?;
            serve::run(loaded)
        }
    }
}

impl Common {
    fn load(&self, mut flags: Vec<(&'static str, String)>) -> anyhow::Result<Loaded> {
        let given = [("data_dir", &self.data_dir), ("database_url", &self.database_url)];
        flags.extend(given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(config::load(&Sources { file: self.config.clone(), environment, flags })?)
    }
}
