//! When video or sound fails, the practitioner goes on by telephone: by their word both are there, until they say
//! otherwise or the session ends.

use jiff::Timestamp;

use super::admission::{Visitor, newcomer};
use super::{Change, Move, Refusal};
use crate::actor::Actor;
use crate::attendance::{Fact, FactKind, Key, Source};
use crate::event::Event;
use crate::ids::{ConnectionId, ParticipantId};
use crate::policy::Policy;
use crate::session::{Admission, ByPhone, Participant, PartyRole, Session, State};

/// A call by telephone, as the practitioner tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneCall {
    pub practitioner: Visitor,
    /// They may never have come here.
    pub client: Visitor,
    /// What it is called in the ledger.
    pub connection: ConnectionId,
    /// Whether the client is shown the practitioner's number.
    pub shows_practitioner: bool,
}

impl Session {
    /// Goes on by telephone, which begins what has not begun: the client may have failed to get in at all. Going on
    /// twice only changes whether the practitioner's number is shown.
    ///
    /// # Errors
    /// When it has ended, and as [`Session::check_door`] where it has not begun.
    pub fn go_on_by_phone(
        mut self,
        at: Timestamp,
        policy: &Policy,
        call: PhoneCall,
    ) -> Result<Change, Refusal> {
        self.expect_possible(Move::Phone)?;
        if let Some(by_phone) = &mut self.by_phone {
            by_phone.shows_practitioner = call.shows_practitioner;
            return Ok(Change::nothing(self));
        }
        let mut events = self.let_waiting_client_in(at)?;
        if !self.is_in_progress() {
            self.check_door(at, policy, call.practitioner.person_id, PartyRole::Practitioner)?;
            events.push(self.begin_by_phone(at));
        }
        for visitor in [call.practitioner, call.client] {
            let participant = self.place_of(visitor, at);
            let key = Key { participant, source: Source::Phone, connection: call.connection };
            self.attendance.apply(&Fact { key, kind: FactKind::Connected, at });
        }
        self.by_phone = Some(ByPhone { since: at, shows_practitioner: call.shows_practitioner });
        Ok(Change { session: self, events })
    }

    /// They talk by video again. Where nobody is there, the grace of who comes back begins now.
    ///
    /// # Errors
    /// When it has ended.
    pub fn back_to_video(mut self, at: Timestamp) -> Result<Change, Refusal> {
        self.expect_possible(Move::Phone)?;
        self.hang_up_phone(at);
        Ok(Change::nothing(self))
    }

    pub(super) fn hang_up_phone(&mut self, at: Timestamp) {
        self.by_phone = None;
        let open: Vec<_> = self
            .attendance
            .intervals()
            .filter(|(key, interval)| key.source == Source::Phone && interval.is_open())
            .map(|(key, _)| *key)
            .collect();
        for key in open {
            self.attendance.apply(&Fact { key, kind: FactKind::Disconnected, at });
        }
    }

    /// As by hand: the client who waits is let in, also where they wait anew.
    fn let_waiting_client_in(&mut self, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        let Some(client) = self.waiting_client() else { return Ok(Vec::new()) };
        self.set_admission(client, Admission::Admitted, at)?;
        Ok(vec![Event::Admitted { participant: client }])
    }

    fn begin_by_phone(&mut self, at: Timestamp) -> Event {
        let by = Actor::Practitioner;
        self.state = State::InProgress { since: at, by };
        Event::Started { by }
    }

    /// Somebody's place, made where they never came. Their passcode, if there is one, is asked for when they do: until
    /// then they are let in to the telephone call alone.
    fn place_of(&mut self, visitor: Visitor, at: Timestamp) -> ParticipantId {
        if let Some(known) = self.participant_of(visitor.person_id) {
            return known.id;
        }
        let verified = !self.asks_passcode(visitor.person_id, visitor.role);
        let participant = Participant { verified, ..newcomer(visitor, verified, at) };
        let id = participant.id;
        self.participants.push(participant);
        id
    }
}
