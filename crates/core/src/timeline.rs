//! The evidence: what happened when, in order, for whoever has to prove it later.

use jiff::Timestamp;

use crate::actor::Actor;
use crate::attendance::Source;
use crate::ids::ParticipantId;
use crate::session::{Session, State, Status};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    pub what: What,
    pub participant: Option<ParticipantId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Entered,
    Admitted,
    Connected(Source),
    Disconnected(Source),
    Started(Option<Actor>),
    Completed(Actor),
    Cancelled(Actor),
    NoShow(Actor),
    /// Put right: by whom, and what it is now.
    Corrected(Actor, Status),
}

impl What {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Entered => "entered",
            Self::Admitted => "admitted",
            Self::Connected(_) => "connected",
            Self::Disconnected(_) => "disconnected",
            Self::Started(_) => "started",
            Self::Completed(_) => "completed",
            Self::Cancelled(_) => "cancelled",
            Self::NoShow(_) => "no_show",
            Self::Corrected(..) => "corrected",
        }
    }
}

impl Session {
    /// All that is known, oldest first.
    #[must_use]
    pub fn timeline(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.participant_entries().collect();
        entries.extend(self.attendance_entries());
        entries.extend(self.state_entries());
        entries.sort_by_key(|entry| entry.at);
        entries
    }

    fn participant_entries(&self) -> impl Iterator<Item = Entry> {
        self.participants.iter().flat_map(|p| {
            let entered = Entry { at: p.entered_at, what: What::Entered, participant: Some(p.id) };
            let admitted =
                p.admitted_at.map(|at| Entry { at, what: What::Admitted, participant: Some(p.id) });
            std::iter::once(entered).chain(admitted)
        })
    }

    fn attendance_entries(&self) -> impl Iterator<Item = Entry> {
        self.attendance.intervals().flat_map(|(key, interval)| {
            let entry = move |at, what| Entry { at, what, participant: Some(key.participant) };
            let connected = interval.connected_at.map(|at| entry(at, What::Connected(key.source)));
            let disconnected = interval.disconnected_at.map(|at| entry(at, What::Disconnected(key.source)));
            connected.into_iter().chain(disconnected)
        })
    }

    fn state_entries(&self) -> Vec<Entry> {
        let entry = |at, what| Entry { at, what, participant: None };
        let corrected = self.corrected().map(|(it, is)| entry(it.at, What::Corrected(it.by, is)));
        let mut entries = self.first_entries();
        entries.extend(corrected);
        entries
    }

    /// How it began and ended, before anything was put right.
    fn first_entries(&self) -> Vec<Entry> {
        let entry = |at, what| Entry { at, what, participant: None };
        match *self.first_state() {
            State::Scheduled | State::Waiting { .. } => vec![],
            State::InProgress { since, by } => vec![entry(since, What::Started(Some(by)))],
            State::Completed { started_at, ended_at, by, .. } => {
                vec![entry(started_at, What::Started(None)), entry(ended_at, What::Completed(by))]
            }
            State::Cancelled { at, by, .. } => vec![entry(at, What::Cancelled(by))],
            State::NoShow { at, by, started_at, .. } => {
                let started = started_at.map(|at| entry(at, What::Started(None)));
                started.into_iter().chain([entry(at, What::NoShow(by))]).collect()
            }
        }
    }
}
