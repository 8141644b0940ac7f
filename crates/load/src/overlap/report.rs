//! The figures of a run.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Result;
use hdrhistogram::Histogram;
use reqwest::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::check::{Session, overlaps};
use crate::cli::OverlapArgs;
use crate::nodes::NodeUse;
use crate::report::Quantiles;
use crate::tally::micros;

/// The one refusal that this is all about.
const SLOT_TAKEN: &str = "409 slot_taken";
/// What else may rightly be answered: somebody else has cancelled, taken back or moved it first.
const RIGHT: [&str; 3] = ["409 not_allowed_now", "409 ended", "409 version_conflict"];

/// What one worker, or all of them, saw.
pub struct Tries {
    pub tries: u64,
    pub won: u64,
    pub cancelled: u64,
    /// Of each refusal, by status and code, how many.
    pub refused: BTreeMap<String, u64>,
    pub latency: Histogram<u64>,
}

impl Default for Tries {
    fn default() -> Self {
        Self { tries: 0, won: 0, cancelled: 0, refused: BTreeMap::new(), latency: micros() }
    }
}

impl Tries {
    /// Counts what a request that did not succeed was answered; `None`: nothing at all.
    pub fn note(&mut self, answer: Option<&(StatusCode, Value)>) {
        let why = match answer {
            Some((status, _)) if status.is_success() => return,
            Some((status, body)) => {
                format!("{} {}", status.as_u16(), body["code"].as_str().unwrap_or_default())
            }
            None => "no answer".to_owned(),
        };
        *self.refused.entry(why).or_default() += 1;
    }

    /// # Errors
    /// Never in practice: all histograms have one shape.
    pub fn add(&mut self, other: Self) -> Result<()> {
        self.tries += other.tries;
        self.won += other.won;
        self.cancelled += other.cancelled;
        for (why, count) in other.refused {
            *self.refused.entry(why).or_default() += count;
        }
        self.latency.add(other.latency)?;
        Ok(())
    }
}

#[derive(Debug, Serialize)]
pub struct OverlapReport {
    pub clients: u32,
    pub seconds: f64,
    pub interrupted: bool,
    /// Creates, moves and cancellations taken back.
    pub tries: u64,
    pub won: u64,
    pub slot_taken: u64,
    /// Somebody else has changed the same appointment first.
    pub state_changed: BTreeMap<String, u64>,
    /// Any is a fault.
    pub errors: BTreeMap<String, u64>,
    /// Asked for in between, to make room.
    pub cancelled: u64,
    pub sessions: usize,
    pub live: usize,
    /// Any is a fault.
    pub overlaps: usize,
    pub latency_ms: Quantiles,
    /// Where there are several.
    pub nodes: Vec<NodeUse>,
}

impl OverlapReport {
    #[must_use]
    pub fn of(
        args: &OverlapArgs,
        seconds: f64,
        tries: &Tries,
        sessions: &[Session],
        interrupted: bool,
    ) -> Self {
        let refused = tries.refused.iter().filter(|(why, _)| *why != SLOT_TAKEN);
        let (state_changed, errors) = refused
            .map(|(why, count)| (why.clone(), *count))
            .partition(|(why, _): &(String, u64)| RIGHT.contains(&why.as_str()));
        Self {
            clients: args.clients,
            seconds,
            interrupted,
            tries: tries.tries,
            won: tries.won,
            slot_taken: tries.refused.get(SLOT_TAKEN).copied().unwrap_or_default(),
            state_changed,
            errors,
            cancelled: tries.cancelled,
            sessions: sessions.len(),
            live: sessions.iter().filter(|session| session.is_live()).count(),
            overlaps: overlaps(sessions),
            latency_ms: Quantiles::from(&tries.latency),
            nodes: Vec::new(),
        }
    }

    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.overlaps == 0 && self.errors.is_empty()
    }
}

impl fmt::Display for OverlapReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stopped = if self.interrupted { ", interrupted" } else { "" };
        let Self { clients, seconds, tries, won, slot_taken, cancelled, sessions, live, .. } = self;
        writeln!(f, "tries     {tries} creates and moves by {clients} clients in {seconds:.1} s{stopped}")?;
        writeln!(
            f,
            "won       {won}; {slot_taken} refused since the time was taken; {cancelled} cancelled in between"
        )?;
        for (why, count) in &self.state_changed {
            writeln!(f, "          {count} × {why}: somebody else was there first")?;
        }
        for (why, count) in &self.errors {
            writeln!(f, "ERROR     {count} × {why}")?;
        }
        writeln!(f, "answers   {}", self.latency_ms)?;
        for node in &self.nodes {
            writeln!(f, "node      {node}")?;
        }
        write!(f, "overlaps  {} among {live} live appointments of {sessions}", self.overlaps)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_should_not_be_answered_is_an_error() {
        let mut seen = Tries::default();
        for (status, code) in [(201, ""), (409, "slot_taken"), (409, "not_allowed_now"), (503, "unavailable")]
        {
            let status = StatusCode::from_u16(status).unwrap();
            seen.note(Some(&(status, json!({ "code": code }))));
        }
        seen.note(None);
        let mut both = Tries::default();
        both.add(seen).unwrap();
        let args = <crate::cli::Cli as clap::Parser>::parse_from(["openvisit-load", "overlap"]);
        let Some(crate::cli::Command::Overlap(args)) = args.command else { panic!("another command") };
        let report = OverlapReport::of(&args, 1.0, &both, &[], false);
        assert_eq!(report.slot_taken, 1);
        assert_eq!(report.state_changed.len(), 1);
        assert_eq!(report.errors.keys().collect::<Vec<_>>(), ["503 unavailable", "no answer"]);
        assert!(!report.succeeded());
    }
}
