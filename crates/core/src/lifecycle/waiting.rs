//! Who is in the waiting room now. Presence lapses when somebody goes; the state `waiting` never does: that somebody
//! came still tells a no-show from a cancellation.

use jiff::Timestamp;

use super::{Change, Move, Refusal};
use crate::doorway::{Doorway, Word};
use crate::ids::ParticipantId;
use crate::policy::Policy;
use crate::session::{Admission, Participant, Session, after};

impl Session {
    /// Since when somebody waits to be let in, without a break; `None` for whoever has gone, was let in or turned away,
    /// and once it has ended.
    #[must_use]
    pub fn waits_since(&self, who: &Participant, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        let waits = self.is_at_door(who) && self.gone_at(who, now, policy).is_none();
        waits.then(|| who.came_at())
    }

    /// When somebody who waited, or was let in, was last here for this slot, where that is longer ago than a reload
    /// takes; `None` while they are here, and once it has ended.
    #[must_use]
    pub fn last_here(&self, who: &Participant, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        // Whoever has left the page may still be on the telephone.
        let is_away = self.state.is_live() && !self.attendance.is_present(who.id);
        let gone_at = self.gone_at(who, now, policy).filter(|_| is_away);
        gone_at.filter(|at| self.moved_at.is_none_or(|moved_at| *at > moved_at))
    }

    /// Who waits through a program that has no connection of its own: here for as long as it asks for something.
    pub fn unconnected(&self) -> impl Iterator<Item = &Participant> {
        let connected = |p: &Participant| self.attendance.is_present(p.id) || self.gone_since(p).is_some();
        self.participants.iter().filter(move |p| self.is_here(p) && !connected(p))
    }

    /// Nothing was heard since `last` of somebody without a connection.
    #[must_use]
    pub fn fall_silent(mut self, who: ParticipantId, last: Timestamp) -> Change {
        if self.unconnected().any(|p| p.id == who) {
            self.lapse(who, last);
        }
        Change::nothing(self)
    }

    /// Something was heard again of somebody without a connection.
    #[must_use]
    pub fn reappear(mut self, who: ParticipantId, at: Timestamp) -> Change {
        if self.state.is_live() {
            self.come_back(who, at);
        }
        Change::nothing(self)
    }

    /// Tells those who wait something, also those who have yet to come.
    ///
    /// # Errors
    /// When the session has ended.
    pub fn tell(mut self, word: Word) -> Result<Change, Refusal> {
        self.expect_possible(Move::Admit)?;
        self.doorway.word = Some(word);
        Ok(Change::nothing(self))
    }

    /// Whether those who wait may write; closed, what was written is gone.
    ///
    /// # Errors
    /// When the session has ended.
    pub fn open_door_chat(mut self, open: bool) -> Result<Change, Refusal> {
        self.expect_possible(Move::Admit)?;
        self.doorway.chat_open = open;
        if !open {
            self.doorway.messages.clear();
        }
        Ok(Change::nothing(self))
    }

    /// Once nobody waits any more, nothing is said through the door.
    pub(super) fn close_empty_doorway(&mut self) {
        if !self.participants.iter().any(|p| self.is_at_door(p)) {
            self.doorway = Doorway::default();
        }
    }

    /// When the presence of somebody who waits is the next to lapse.
    pub(super) fn next_lapse(&self, policy: &Policy) -> Option<Timestamp> {
        let gone = self.participants.iter().filter(|p| self.is_here(p)).filter_map(|p| self.gone_since(p));
        gone.map(|left_at| self.lapses_at(left_at, policy)).min()
    }

    pub(super) fn lapse_due(&mut self, at: Timestamp, policy: &Policy) {
        let lapsed = |p: &Participant| Some((p.id, self.lapsed(p, at, policy)?));
        let lapsed: Vec<_> =
            self.participants.iter().filter(|p| self.is_here(p)).filter_map(lapsed).collect();
        for (who, left_at) in lapsed {
            self.lapse(who, left_at);
        }
    }

    /// They are gone, without a grace.
    pub(super) fn lapse(&mut self, who: ParticipantId, left_at: Timestamp) {
        let waiting = |p: &&mut Participant| p.id == who && p.admission == Admission::Waiting;
        if let Some(participant) = self.participants.iter_mut().find(waiting) {
            participant.left_at.get_or_insert(left_at);
        }
    }

    pub(super) fn come_back(&mut self, who: ParticipantId, at: Timestamp) {
        let gone = |p: &&mut Participant| p.id == who && p.left_at.is_some();
        if let Some(participant) = self.participants.iter_mut().find(gone) {
            participant.left_at = None;
            participant.here_since = Some(at);
        }
    }

    fn is_at_door(&self, who: &Participant) -> bool {
        self.state.is_live() && who.admission == Admission::Waiting
    }

    /// Waits, and is not known to have gone for good.
    fn is_here(&self, who: &Participant) -> bool {
        self.is_at_door(who) && who.left_at.is_none()
    }

    /// Since when they are gone, whatever slot they came for.
    fn gone_at(&self, who: &Participant, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        match who.admission {
            Admission::Waiting => who.left_at.or_else(|| self.lapsed(who, now, policy)),
            Admission::Admitted => self.lapsed(who, now, policy),
            Admission::Denied | Admission::Removed => None,
        }
    }

    fn lapsed(&self, who: &Participant, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        self.gone_since(who).filter(|left_at| self.lapses_at(*left_at, policy) <= now)
    }

    /// When the last connection ended that they had since they came; `None` while there is one, or where there was none.
    fn gone_since(&self, who: &Participant) -> Option<Timestamp> {
        let left_at = self.attendance.left_at(who.id).filter(|left_at| *left_at >= who.came_at())?;
        (!self.attendance.is_present(who.id)).then_some(left_at)
    }

    fn lapses_at(&self, left_at: Timestamp, policy: &Policy) -> Timestamp {
        after(self.grace_start(left_at), policy.presence_grace)
    }
}
