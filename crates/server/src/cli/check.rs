//! `openvisit check`: what works from here, one line for each thing.

use anyhow::bail;

use crate::checks::{Check, Finding, Place, Verdict, begin};
use openvisit_app::settings::Settings;

use super::say::say;

pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let begun = begin(&Place::beside(settings.clone()))?;
    let (all, mut faults) = (begun.len(), 0);
    for finding in begun {
        let finding = finding.await?;
        faults += usize::from(finding.verdict == Verdict::Fault);
        say(line(&finding))?;
    }
    if faults > 0 {
        bail!("{faults} of {all} checks found a fault");
    }
    Ok(())
}

/// `fault    TURN/STUN       turn:turn.example.org: refuses our credentials. … (401)`
fn line(finding: &Finding) -> String {
    let Finding { check, about, verdict, code, detail } = finding;
    let about = about.as_ref().map(|about| format!("{about}: ")).unwrap_or_default();
    let detail = detail.as_ref().map(|detail| format!(" ({detail})")).unwrap_or_default();
    format!("{:<8} {:<14} {about}{}{detail}", word(*verdict), name(*check), code.meaning())
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
        Check::Database => "database",
        Check::Clock => "clock",
    }
}
