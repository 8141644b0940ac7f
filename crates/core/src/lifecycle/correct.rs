//! What was entered by mistake is put right: a no-show that took place, a visit that did not. What stood there before
//! stays as evidence.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Change, Move, Refusal};
use crate::actor::Actor;
use crate::event::Event;
use crate::session::{Correction, Session, State, Status};

/// What became of it, by the word of whoever knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Completed,
    NoShow,
}

impl Outcome {
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Completed => Status::Completed,
            Self::NoShow => Status::NoShow,
        }
    }
}

impl Session {
    /// Puts the outcome right. What is so already stays; what is taken back by another correction is as it was.
    ///
    /// # Errors
    /// When it has not ended, or was cancelled.
    pub fn correct(
        mut self,
        at: Timestamp,
        by: Actor,
        outcome: Outcome,
        reason: Option<String>,
    ) -> Result<Change, Refusal> {
        self.expect_possible(Move::Correct)?;
        let was = self.state.status();
        if was == outcome.status() {
            return Ok(Change::nothing(self));
        }
        let earlier =
            self.corrections.iter().rev().map(|it| &it.was).find(|it| it.status() == outcome.status());
        let state = match (earlier.cloned(), outcome) {
            // Facts may have come since that say who was there.
            (Some(State::NoShow { at, by, reason, started_at, .. }), _) => {
                State::NoShow { at, by, reason, absent: self.absent(), started_at }
            }
            (Some(state), _) => state,
            (None, Outcome::Completed) => self.held(at, by, reason.clone()),
            (None, Outcome::NoShow) => self.missed(at, by, reason.clone()),
        };
        let was_state = std::mem::replace(&mut self.state, state);
        self.corrections.push(Correction { at, by, reason, was: was_state });
        Ok(Change::with(self, Event::Corrected { by, was }))
    }

    /// From when it was started, or was to start, until its slot was over, as far as that has come.
    fn held(&self, at: Timestamp, by: Actor, reason: Option<String>) -> State {
        let slot = self.appointment.slot;
        let started_at = self.state.started_at().unwrap_or(slot.starts_at).min(at);
        let ended_at = slot.ends_at.min(at).max(started_at);
        State::Completed { started_at, ended_at, by, reason }
    }

    fn missed(&self, at: Timestamp, by: Actor, reason: Option<String>) -> State {
        let ended_at = self.state.ended_at().unwrap_or(at);
        State::NoShow { at: ended_at, by, reason, absent: self.absent(), started_at: self.state.started_at() }
    }
}
