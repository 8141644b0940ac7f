//! What time does to a session. [`Session::due`] says when to look again, [`Session::tick`] looks.

use jiff::Timestamp;

use super::Change;
use crate::actor::Actor;
use crate::appointment::Kind;
use crate::attendance::Source;
use crate::event::Event;
use crate::ids::ParticipantId;
use crate::policy::Policy;
use crate::session::{Admission, PartyRole, Session, State, after, before};

/// The reasons that the server itself gives for an end.
pub const EVERYONE_LEFT: &str = "everyone left";
pub const TIME_OVER: &str = "time over";
pub const NOBODY_CAME: &str = "the session did not come about";
pub const NOBODY_SEEN: &str = "it was started, and nobody was seen in it";
pub const NOT_PROVEN: &str = "not both came to the door, and nothing tells more";
pub const HOLD_EXPIRED: &str = "the hold expired before it was paid";

/// What time will do next, and when.
enum Next {
    ExpireHold,
    /// Nobody came in time, or only one did.
    Miss,
    /// It was started, and not both were there.
    GiveUp,
    /// Both were there and are gone, since the instant given.
    AutoEnd {
        left_at: Timestamp,
    },
    Warn {
        hard_stop_at: Timestamp,
    },
    HardStop,
    /// Nothing proves who came: it was held where both were let in, and else nobody is blamed.
    CloseUnproven,
}

impl Session {
    /// When [`Session::tick`] must be called next. `None`: only a person or a fact can change this session.
    #[must_use]
    pub fn due(&self, policy: &Policy) -> Option<Timestamp> {
        [self.next(policy).map(|(at, _)| at), self.next_lapse(policy)].into_iter().flatten().min()
    }

    /// Does what is due at `at`; nothing where nothing is.
    #[must_use]
    pub fn tick(mut self, at: Timestamp, policy: &Policy) -> Change {
        self.lapse_due(at, policy);
        match self.next(policy) {
            Some((due, next)) if due <= at => match next {
                Next::ExpireHold => self.call_off(at, HOLD_EXPIRED),
                Next::Miss => self.miss(at, Actor::System, Some(NOBODY_CAME.to_owned())),
                Next::GiveUp => self.give_up(at),
                Next::AutoEnd { left_at } => self.finish(left_at, EVERYONE_LEFT),
                Next::Warn { hard_stop_at } => {
                    self.warned = true;
                    Change::with(self, Event::OverrunWarning { hard_stop_at })
                }
                // Who started it by hand says that it took place; nothing says otherwise.
                Next::HardStop if self.both_were_there() || !self.is_proven() => {
                    let ended_at = self.last_departure().unwrap_or(at);
                    self.finish(ended_at, TIME_OVER)
                }
                Next::HardStop => self.give_up(at),
                Next::CloseUnproven if self.both_were_admitted() => {
                    let slot = self.appointment.slot;
                    self.complete(slot.starts_at, slot.ends_at, Actor::System, Some(TIME_OVER.to_owned()))
                }
                Next::CloseUnproven => self.call_off(at, NOT_PROVEN),
            },
            _ => Change::nothing(self),
        }
    }

    /// When it will be closed by itself if nobody comes or goes; `None` until it has begun.
    #[must_use]
    pub fn closes_at(&self, policy: &Policy) -> Option<Timestamp> {
        let State::InProgress { .. } = self.state else { return None };
        self.next_closing(policy).map(|(at, _)| at)
    }

    fn next(&self, policy: &Policy) -> Option<(Timestamp, Next)> {
        match self.state {
            State::Scheduled | State::Waiting { .. } => self.next_before_start(policy),
            State::InProgress { .. } => self.next_in_progress(policy),
            State::Completed { .. } | State::Cancelled { .. } | State::NoShow { .. } => None,
        }
    }

    fn next_before_start(&self, policy: &Policy) -> Option<(Timestamp, Next)> {
        let hold = self
            .appointment
            .hold_expires_at
            .filter(|_| !self.appointment.payment.settled())
            .map(|at| (at, Next::ExpireHold));
        // A visit in person has no waiting room: only people can say what became of it.
        let closing = self.no_show_at(policy).filter(|_| self.appointment.kind != Kind::InPerson);
        let what = if self.is_proven() { Next::Miss } else { Next::CloseUnproven };
        earlier(hold, closing.map(|at| (at, what)))
    }

    fn next_in_progress(&self, policy: &Policy) -> Option<(Timestamp, Next)> {
        let hard_stop_at = self.hard_stop_at(policy)?;
        let warning = (!self.warned)
            .then(|| (before(hard_stop_at, policy.overrun_warning), Next::Warn { hard_stop_at }));
        earlier(self.next_closing(policy), warning)
    }

    fn next_closing(&self, policy: &Policy) -> Option<(Timestamp, Next)> {
        let hard_stop_at = self.hard_stop_at(policy)?;
        let gone = if self.both_were_there() {
            self.last_departure().map(|left_at| {
                (after(self.grace_start(left_at), policy.reconnect_grace), Next::AutoEnd { left_at })
            })
        } else {
            self.no_show_at(policy).filter(|_| self.is_proven()).map(|at| (at, Next::GiveUp))
        };
        earlier(gone, Some((hard_stop_at, Next::HardStop)))
    }

    /// A no-show is decided some time after the slot's end, and never while anyone is present. A provider's word for
    /// it counts as long as the session might last: that somebody has left may never be reported.
    fn no_show_at(&self, policy: &Policy) -> Option<Timestamp> {
        let slot_end = after(self.appointment.slot.ends_at, policy.no_show_grace);
        if self.anyone_who_counts_is_present() {
            let here =
                self.attendance.intervals().any(|(key, it)| it.is_open() && key.source != Source::Provider);
            let longest = self.appointment.slot.duration().saturating_add(policy.overrun);
            return (!here).then(|| after(slot_end, longest));
        }
        let gone_for_good = self
            .last_departure()
            .map_or(slot_end, |left_at| after(self.grace_start(left_at), policy.reconnect_grace));
        let awake_again = self.grace_from.map_or(slot_end, |boot| after(boot, policy.reconnect_grace));
        Some(slot_end.max(gone_for_good).max(awake_again))
    }

    /// A guest who waits outside keeps no session open.
    fn who_counts(&self) -> impl Iterator<Item = ParticipantId> {
        self.participants
            .iter()
            .filter(|p| p.role != PartyRole::Guest || p.admission == Admission::Admitted)
            .map(|p| p.id)
    }

    fn anyone_who_counts_is_present(&self) -> bool {
        self.who_counts().any(|id| self.attendance.is_present(id))
    }

    /// When the last of those who count went; `None` while one is there, or none ever was.
    fn last_departure(&self) -> Option<Timestamp> {
        if self.anyone_who_counts_is_present() {
            return None;
        }
        self.who_counts().filter_map(|id| self.attendance.left_at(id)).max()
    }

    pub(super) fn grace_start(&self, left_at: Timestamp) -> Timestamp {
        self.grace_from.map_or(left_at, |boot| boot.max(left_at))
    }

    /// Whether each party was there at any moment since the session began.
    fn both_were_there(&self) -> bool {
        let Some(since) = self.state.started_at() else { return false };
        [PartyRole::Practitioner, PartyRole::Client]
            .into_iter()
            .all(|role| self.all_as(role).any(|p| self.attendance.was_present_since(p.id, since)))
    }

    /// Whoever was alone in it waited in vain. Where nobody was seen, its start is all that was told, and is not taken
    /// back: it was held, until its slot was over, and nothing proves it.
    fn give_up(self, at: Timestamp) -> Change {
        let since = self.state.started_at().unwrap_or(at);
        if self.participants.iter().any(|p| self.attendance.was_present_since(p.id, since)) {
            return self.miss(at, Actor::System, Some(NOBODY_CAME.to_owned()));
        }
        let ended_at = self.appointment.slot.ends_at.clamp(since, at.max(since));
        self.finish(ended_at, NOBODY_SEEN)
    }

    /// Whether it counts as held though the ledger does not show both parties in it.
    #[must_use]
    pub fn is_unproven(&self) -> bool {
        matches!(self.state, State::Completed { .. }) && !self.both_were_there()
    }

    /// A guest may still be there, who keeps no session open.
    fn call_off(mut self, at: Timestamp, reason: &str) -> Change {
        self.close_everyone(at);
        self.state = State::Cancelled { at, by: Actor::System, reason: Some(reason.to_owned()) };
        Change::with(self, Event::Cancelled { by: Actor::System })
    }

    fn finish(self, ended_at: Timestamp, reason: &str) -> Change {
        let started_at = self.state.started_at().unwrap_or(ended_at);
        self.complete(started_at, ended_at, Actor::System, Some(reason.to_owned()))
    }
}

/// The earlier of two; the first where both fall together.
fn earlier(a: Option<(Timestamp, Next)>, b: Option<(Timestamp, Next)>) -> Option<(Timestamp, Next)> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.0 < a.0 { b } else { a }),
        (a, b) => a.or(b),
    }
}
