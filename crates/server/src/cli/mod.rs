//! The command line.

// Both panic where nobody reads any more.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod api_key;
mod backup;
mod check;
mod config;
mod drain;
mod files;
mod inspect;
mod keys;
mod mail;
mod practitioner;
mod provider;
mod say;
mod serve;
mod user;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use openvisit_store::{Store, sqlite_file};

use crate::http::problem_page;
use crate::{asyncapi, dialects, router};
use openvisit_app::app::make_folder;
use openvisit_app::settings::{Loaded, Settings, Sources, load};
use say::say;
pub use say::sentence;

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
    /// Check what works from here: addresses, media ports, STUN and TURN servers, media providers, issuers' keys, broker,
    /// mail server, database, clock; the server may be running. Fails when something does not work
    Check {
        /// The server has to run: after a start, and for monitoring
        #[arg(long)]
        running: bool,
    },
    /// Manage accounts
    #[command(subcommand)]
    User(user::User),
    /// Show the settings
    #[command(subcommand)]
    Config(Config),
    /// Show sessions
    #[command(subcommand)]
    Session(Session),
    /// Check media providers
    #[command(subcommand)]
    Provider(Provider),
    /// Show practitioners
    #[command(subcommand)]
    Practitioner(Practitioner),
    /// Manage API keys, by which programs ask in place of a person's token
    #[command(subcommand)]
    ApiKey(api_key::ApiKeys),
    /// Change the keys that notes are sealed with
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Look whether e-mail works
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Print the API's description (OpenAPI, JSON)
    Openapi {
        /// That of this dialect instead
        #[arg(long, value_name = "NAME", value_parser = dialects::NAMES)]
        dialect: Option<String>,
    },
    /// Print the events' description (AsyncAPI)
    Asyncapi,
    /// Print what each refusal means (Markdown)
    Problems,
    /// Let a node take no new calls; those that it has go on. For PostgreSQL with several nodes
    Drain {
        /// Let other nodes have its calls at once; browsers connect anew within a second
        #[arg(long)]
        now: bool,
        /// The node, as `openvisit check` calls it [default: that of this machine and these settings]
        #[arg(long, value_name = "NAME")]
        node: Option<String>,
    },
    /// Copy the database to a new file, and say which key its notes need; the server may be running
    Backup { file: PathBuf },
    /// Replace the database by a backup; the server must not be running. Refuses before it touches anything where the
    /// key is not there that the backup's notes need
    Restore {
        file: PathBuf,
        /// Where `secrets.toml` is lost for good: restore all the same, notes stay unreadable
        #[arg(long)]
        without_secrets: bool,
    },
}

#[derive(Subcommand)]
enum Config {
    /// Show the settings in force, where they come from, and what is missing for calls from other machines
    Check,
}

#[derive(Subcommand)]
enum Session {
    /// Show state, participants and timeline of a session, by its id, its appointment's or another system's, or
    /// a request that nobody has accepted
    Inspect { id: String },
}

#[derive(Subcommand)]
enum Provider {
    /// Open a room, make a token for one participant, and close the room again
    Check {
        /// livekit, jitsi, chime or twilio
        name: String,
    },
}

#[derive(Subcommand)]
enum Practitioner {
    /// Show why somebody sees no requests, by e-mail address or id
    Inspect {
        #[arg(value_name = "EMAIL|ID")]
        who: String,
    },
}

/// Runs the command that the process was started with.
///
/// # Errors
/// What the operator has to fix, in words.
pub fn run() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let flags = if let Command::Serve(serve) = &cli.command { serve.flags() } else { vec![] };
    let loaded = cli.common.load(flags)?;
    let settings = &loaded.settings;
    if !matches!(cli.command, Command::Serve(_) | Command::Check { .. } | Command::Config(_)) {
        for warning in &loaded.warnings {
            // Nobody may read it any more.
            let _ = writeln!(std::io::stderr(), "warning: {warning}");
        }
    }
    match cli.command {
        Command::Serve(_) => serve::run(loaded),
        Command::User(user) => here(user.run(settings)),
        Command::Check { running } => here(check::run(&loaded, running)),
        Command::Config(Config::Check) => here(config::run(&loaded)),
        Command::Session(Session::Inspect { id }) => here(inspect::run(&id, settings)),
        Command::Provider(Provider::Check { name }) => here(provider::check(&name, settings)),
        Command::Practitioner(Practitioner::Inspect { who }) => here(practitioner::run(&who, settings)),
        Command::ApiKey(command) => here(command.run(settings)),
        Command::Keys(keys) => here(keys.run(settings)),
        Command::Mail(mail) => here(mail.run(settings)),
        Command::Openapi { dialect } => {
            say(router::description(dialect.as_deref())?.context("there is no such dialect")?)
        }
        Command::Asyncapi => say(format_args!("{:#}", asyncapi::description())),
        Command::Problems => say(problem_page::markdown().trim_end()),
        Command::Drain { node, now } => here(drain::run(node, now, settings)),
        Command::Backup { file } => here(backup::backup(&file, settings)),
        Command::Restore { file, without_secrets } => here(backup::restore(&file, without_secrets, settings)),
    }
}

/// Runs a command that needs no server on this thread.
fn here(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    openvisit_app::crypto::choose_provider();
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(command)
}

/// The database of the settings.
async fn store(settings: &Settings) -> anyhow::Result<Store> {
    make_folder(settings)?;
    Store::open(&settings.database_url()).await.context("database_url: cannot open it")
}

/// As [`store`], for whoever only works with what is there: an empty database that was made in the wrong place helps nobody.
async fn existing_store(settings: &Settings) -> anyhow::Result<Store> {
    must_exist(settings)?;
    store(settings).await
}

fn must_exist(settings: &Settings) -> anyhow::Result<()> {
    match sqlite_file(&settings.database_url())? {
        Some(file) if !file.exists() => bail!(
            "there is no database {}: no server has started with these settings yet, or they are not the server's; give the \
             same --data-dir or --config as its own",
            file.display()
        ),
        _ => Ok(()),
    }
}

impl Common {
    fn load(&self, mut flags: Vec<(&'static str, String)>) -> anyhow::Result<Loaded> {
        let given = [("data_dir", &self.data_dir), ("database_url", &self.database_url)];
        flags.extend(given.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Ok(load(&Sources { file: self.config.clone(), environment, flags })?)
    }
}
