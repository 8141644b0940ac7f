//! `openvisit-load`: synthetic consultations and requests against a running server.

mod api;
mod calls;
mod cli;
mod interrupt;
mod nodes;
mod overlap;
mod peer;
mod process;
mod pump;
#[cfg(test)]
mod relay;
mod report;
mod routes;
mod source;
mod stage;
mod stamp;
mod tally;

use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

use crate::cli::{CallArgs, Cli, Command, OverlapArgs, RouteArgs};
use crate::interrupt::Interrupt;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let interrupt = Interrupt::listen();
    let outcome = match &cli.command {
        None => load_calls(&cli.calls, &interrupt).await,
        Some(Command::Api(args)) => load_routes(args, &interrupt).await,
        Some(Command::Overlap(args)) => overlap(args, &interrupt).await,
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "openvisit-load: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whoever reads it may have seen enough and be gone.
fn say(report: &impl Display) {
    let _ = writeln!(std::io::stdout(), "{report}");
}

/// Whether all calls took place.
async fn load_calls(args: &CallArgs, interrupt: &Interrupt) -> Result<bool> {
    let report = calls::run(args, interrupt).await?;
    say(&report);
    if let Some(file) = &args.target.json {
        report::save(&report, file)?;
    }
    Ok(report.succeeded())
}

/// Whether all requests were answered as they should.
async fn load_routes(args: &RouteArgs, interrupt: &Interrupt) -> Result<bool> {
    let reports = routes::run(args, interrupt).await?;
    reports.iter().for_each(say);
    if let Some(file) = &args.target.json {
        report::save(&reports, file)?;
    }
    Ok(reports.iter().all(|report| report.errors == 0))
}

/// Whether nobody was booked twice and every answer was one of those that it should be.
async fn overlap(args: &OverlapArgs, interrupt: &Interrupt) -> Result<bool> {
    let report = overlap::run(args, interrupt).await?;
    say(&report);
    if let Some(file) = &args.target.json {
        report::save(&report, file)?;
    }
    Ok(report.succeeded())
}
