//! `openvisit check`: what works from here, one line for each thing.

use std::fmt::Display;

use anyhow::bail;
use jiff::Timestamp;

use crate::checks::{Check, Finding, Place, Verdict, begin};
use crate::tls::Certificate;
use openvisit_app::auth::issuers::Issuers;
use openvisit_app::settings::{Loaded, Settings};

use super::files::out_of_reach;
use super::say::{say, sentence};

/// `running`: a server that does not run is a fault.
pub async fn run(loaded: &Loaded, running: bool) -> anyhow::Result<()> {
    let begun = begin(&Place::beside(loaded.settings.clone()))?;
    say(column(Verdict::Ok, "settings", loaded.source()))?;
    for warning in &loaded.warnings {
        say(column(Verdict::Warning, "settings", warning))?;
    }
    let of_files = of_files(loaded).await;
    let mut faults = of_files.iter().filter(|(verdict, _)| *verdict == Verdict::Fault).count();
    let all = begun.len() + of_files.len();
    for (verdict, told) in of_files {
        say(column(verdict, "files", told))?;
    }
    for finding in begun {
        let mut finding = finding.await?;
        if running && finding.code.is_of_a_stopped_server() {
            finding.verdict = Verdict::Fault;
        }
        faults += usize::from(finding.verdict == Verdict::Fault);
        say(line(&finding))?;
    }
    if faults > 0 {
        bail!("{faults} of {all} checks found a fault");
    }
    Ok(())
}

/// What of the files that the settings name keeps a server from starting, or soon will.
async fn of_files(loaded: &Loaded) -> Vec<(Verdict, String)> {
    let Settings { tls, issuers, .. } = &loaded.settings;
    let mut told: Vec<_> = out_of_reach(loaded).into_iter().map(|why| (Verdict::Fault, why)).collect();
    let now = Timestamp::now();
    match Certificate::of(tls).await {
        Ok(certificate) => told.extend(certificate.and_then(|certificate| {
            let verdict = if certificate.is_valid(now) { Verdict::Warning } else { Verdict::Fault };
            Some((verdict, certificate.doubt(now)?))
        })),
        Err(error) => told.push((Verdict::Fault, sentence(&error))),
    }
    told.extend(Issuers::new(issuers).err().map(|error| (Verdict::Fault, sentence(&error))));
    told
}

fn column(verdict: Verdict, thing: &str, told: impl Display) -> String {
    format!("{:<8} {thing:<14} {told}", word(verdict))
}

/// `fault    TURN/STUN       turn:turn.example.org: refuses our credentials. … (401)`
fn line(finding: &Finding) -> String {
    let Finding { check, about, verdict, code, detail } = finding;
    let about = about.as_ref().map(|about| format!("{about}: ")).unwrap_or_default();
    let detail = detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    column(*verdict, name(*check), format_args!("{about}{}{detail}", code.meaning()))
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Ok => "ok",
        Verdict::Warning => "warning",
        Verdict::Fault => "fault",
    }
}

fn name(check: Check) -> &'static str {
    match check {
        Check::PublicUrl => "public address",
        Check::Realtime => "realtime",
        Check::MediaAddress => "media address",
        Check::MediaUdp => "media UDP",
        Check::MediaTcp => "media TCP",
        Check::IceServer => "STUN/TURN",
        Check::Provider => "media provider",
        Check::Issuer => "issuer",
        Check::Broker => "broker",
        Check::Mail => "mail",
        Check::Database => "database",
        Check::Nodes => "nodes",
        Check::Keys => "keys",
        Check::Clock => "clock",
    }
}
