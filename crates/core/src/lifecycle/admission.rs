//! Who comes in, who goes, and who was there.

use jiff::Timestamp;

use super::{Change, Move, Refusal};
use crate::actor::Actor;
use crate::appointment::{Appointment, Kind};
use crate::attendance::{Fact, FactKind, Key, Source};
use crate::event::Event;
use crate::ids::{InvitationId, ParticipantId, PersonId};
use crate::policy::Policy;
use crate::session::{Admission, Participant, PartyRole, Session, State, before};

/// Somebody who wants to enter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    pub person_id: PersonId,
    pub role: PartyRole,
    pub name: String,
    /// The id for a first visit; later visits keep the old one.
    pub new_id: ParticipantId,
    /// The right passcode was given just now.
    pub passcode_verified: bool,
    /// What they came by, where it was not as themselves.
    pub invitation: Option<InvitationId>,
    /// By the passcode alone, without any proof of who they are.
    pub by_code: bool,
}

impl Session {
    /// Whether this visitor must give the passcode: clients and guests, once.
    #[must_use]
    pub fn asks_passcode(&self, person: PersonId, role: PartyRole) -> bool {
        self.appointment.passcode_enabled
            && role != PartyRole::Practitioner
            && !self.participant_of(person).is_some_and(|p| p.verified)
    }

    /// Everything that can keep a visitor out but the passcode. It is asked before a guess is counted,
    /// so that a guess before the session opens costs nothing.
    ///
    /// # Errors
    /// Says what keeps the visitor out.
    pub fn check_door(
        &self,
        at: Timestamp,
        policy: &Policy,
        person: PersonId,
        role: PartyRole,
    ) -> Result<(), Refusal> {
        self.check_open(at, policy, role)?;
        match self.participant_of(person).map(|p| p.admission) {
            Some(Admission::Denied | Admission::Removed) => Err(Refusal::TurnedAway),
            Some(_) => Ok(()),
            None if role == PartyRole::Guest && !self.has_room_for_guest() => Err(Refusal::Full),
            None => Ok(()),
        }
    }

    /// What keeps everybody of a role out, whoever they are.
    ///
    /// # Errors
    /// Says what it is.
    pub fn check_open(&self, at: Timestamp, policy: &Policy, role: PartyRole) -> Result<(), Refusal> {
        if self.appointment.kind == Kind::InPerson {
            return Err(Refusal::NoCall);
        }
        if !self.state.is_live() {
            return Err(Refusal::Ended(self.state.status()));
        }
        let opens_at = match role {
            PartyRole::Practitioner => before(self.appointment.slot.starts_at, policy.practitioner_window),
            PartyRole::Client | PartyRole::Guest => self.opens_at(policy),
        };
        if at < opens_at && !self.is_in_progress() {
            return Err(Refusal::too_early(at, opens_at));
        }
        // A refund does not lock people out of what has begun.
        if !self.appointment.payment.settled() && !self.is_in_progress() {
            return Err(Refusal::PaymentRequired);
        }
        self.expect_quota(policy)
    }

    /// Somebody enters the waiting room, for the first time or again.
    ///
    /// # Errors
    /// As [`Session::check_door`], and where the passcode is missing.
    pub fn enter(mut self, at: Timestamp, policy: &Policy, visitor: Visitor) -> Result<Change, Refusal> {
        let visitor = Visitor { role: self.role_of(&visitor), ..visitor };
        self.check_door(at, policy, visitor.person_id, visitor.role)?;
        if self.asks_passcode(visitor.person_id, visitor.role) && !visitor.passcode_verified {
            return Err(Refusal::PasscodeRequired);
        }
        let mut events = Vec::new();
        if let Some(known) = self.participants.iter_mut().find(|p| p.person_id == visitor.person_id) {
            known.verified = true;
            known.invitation = visitor.invitation;
            let id = known.id;
            self.come_back(id, at);
        } else {
            let participant = newcomer(visitor, self.auto_admit_client, at);
            let id = participant.id;
            events.push(match participant.admission {
                Admission::Admitted => Event::Admitted { participant: id },
                _ => Event::Waiting { participant: id },
            });
            self.participants.push(participant);
        }
        if self.state == State::Scheduled {
            self.state = State::Waiting { since: at };
        }
        let mut change = self.settle(at, policy);
        events.append(&mut change.events);
        Ok(Change { events, ..change })
    }

    /// Who comes by code has the client's place while nobody is connected in it, and is a guest otherwise: they put
    /// nobody out. The client has it whoever else is there.
    fn role_of(&self, visitor: &Visitor) -> PartyRole {
        let connected = |p: &Participant| self.attendance.is_present(p.id);
        match self.participant_of(visitor.person_id) {
            Some(known) if visitor.by_code => known.role,
            None if visitor.by_code && !self.all_as(PartyRole::Client).any(connected) => PartyRole::Client,
            _ => visitor.role,
        }
    }

    /// The practitioner lets somebody in, also one who was refused before.
    ///
    /// # Errors
    /// When the session has ended, knows no such participant, or has no place left for a guest who was excluded.
    pub fn admit(mut self, at: Timestamp, policy: &Policy, who: ParticipantId) -> Result<Change, Refusal> {
        self.expect_possible(Move::Admit)?;
        let put_out = |p: &&Participant| matches!(p.admission, Admission::Denied | Admission::Removed);
        let gave_place_up = self.participant(who).filter(put_out).is_some_and(|p| p.role == PartyRole::Guest);
        if gave_place_up && !self.has_room_for_guest() {
            return Err(Refusal::Full);
        }
        let mut events = Vec::new();
        if self.set_admission(who, Admission::Admitted, at)? {
            events.push(Event::Admitted { participant: who });
        }
        let mut change = self.settle(at, policy);
        events.append(&mut change.events);
        Ok(Change { events, ..change })
    }

    /// Lets the appointment's own client in, now or whenever they come: for practitioners whose program
    /// cannot ask them. Who was refused stays out; guests, and who came by code, wait as ever.
    ///
    /// # Errors
    /// When the session has ended.
    pub fn auto_admit_client(mut self, at: Timestamp, policy: &Policy) -> Result<Change, Refusal> {
        self.expect_possible(Move::Admit)?;
        self.auto_admit_client = true;
        match self.waiting_client() {
            Some(client) => self.admit(at, policy, client),
            None => Ok(Change::nothing(self)),
        }
    }

    /// The appointment's own client, where they wait. Who came by code is let in by name alone.
    pub(super) fn waiting_client(&self) -> Option<ParticipantId> {
        let waits = |p: &&Participant| p.admission == Admission::Waiting && !p.by_code;
        self.all_as(PartyRole::Client).find(waits).map(|client| client.id)
    }

    /// The practitioner refuses somebody in the waiting room.
    ///
    /// # Errors
    /// When the session has ended, knows no such participant, or it is the practitioner.
    pub fn deny(self, at: Timestamp, who: ParticipantId) -> Result<Change, Refusal> {
        self.exclude(Move::Deny, who, Admission::Denied, at)
    }

    /// The practitioner removes somebody from the call.
    ///
    /// # Errors
    /// As [`Session::deny`].
    pub fn remove(self, at: Timestamp, who: ParticipantId) -> Result<Change, Refusal> {
        self.exclude(Move::Remove, who, Admission::Removed, at)
    }

    /// The invitations by which somebody came hold no more: they are out at once. The client comes again by another way
    /// and is let in anew; anybody else has lost their place.
    #[must_use]
    pub fn withdraw(mut self, at: Timestamp, invitations: &[InvitationId]) -> Change {
        let live = self.state.is_live();
        let came_by = |p: &&Participant| live && p.invitation.is_some_and(|it| invitations.contains(&it));
        let out: Vec<_> = self.participants.iter().filter(came_by).map(|p| p.id).collect();
        let mut events = Vec::new();
        for who in out {
            self.close_connections(who, at);
            events.extend(self.lose_admission(who));
        }
        Change { session: self, events }
    }

    fn lose_admission(&mut self, who: ParticipantId) -> Option<Event> {
        let it = self.participants.iter_mut().find(|p| p.id == who)?;
        let had_place = matches!(it.admission, Admission::Waiting | Admission::Admitted);
        it.admission = match it.admission {
            kept @ (Admission::Denied | Admission::Removed) => kept,
            _ if it.role == PartyRole::Client && !it.by_code => Admission::Waiting,
            _ => Admission::Removed,
        };
        it.verified = false;
        it.admitted_at = None;
        had_place.then_some(Event::Removed { participant: who })
    }

    /// A participant leaves: all of their connections are closed.
    ///
    /// # Errors
    /// When the session knows no such participant.
    pub fn leave(mut self, at: Timestamp, who: ParticipantId) -> Result<Change, Refusal> {
        self.participant(who).ok_or(Refusal::NoSuchParticipant)?;
        self.close_connections(who, at);
        self.lapse(who, at);
        Ok(Change::nothing(self))
    }

    /// A fact of attendance. It may start the session, when it makes both parties present.
    #[must_use]
    pub fn attend(mut self, at: Timestamp, policy: &Policy, fact: &Fact) -> Change {
        let who = fact.key.participant;
        if self.has_place(who) {
            self.attendance.apply(fact);
            if self.attendance.is_present(who) {
                self.come_back(who, at);
            }
        } else if self.attendance.interval(&fact.key).is_some() {
            // A late fact of a connection that is known; it opens nothing.
            self.attendance.apply(fact);
            self.close_connections(who, at);
        }
        match self.met_at(at, policy).filter(|_| fact.key.source == Source::Provider) {
            Some(met_at) => self.begin(met_at, at, policy),
            None => self.settle(at, policy),
        }
    }

    /// When both parties were there together for the first time, let in and on time. A provider may tell of it when
    /// it is long over, and of the end before the beginning.
    fn met_at(&self, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        let let_in = |p: &Participant| p.admitted_at.filter(|_| p.admission == Admission::Admitted);
        let practitioner = self.party(PartyRole::Practitioner)?;
        let from = self.opens_at(policy).max(let_in(practitioner)?);
        let met = |client: &Participant| {
            self.attendance.first_together([practitioner.id, client.id], from.max(let_in(client)?), now)
        };
        self.all_as(PartyRole::Client).filter_map(met).min()
    }

    /// Starts the session at the instant at which it began; of one that has started by itself, that may have been earlier.
    fn begin(mut self, met_at: Timestamp, at: Timestamp, policy: &Policy) -> Change {
        match self.state {
            State::Scheduled | State::Waiting { .. } if self.may_start_by_itself(at, policy) => {
                self.state = State::InProgress { since: met_at, by: Actor::System };
                Change::with(self, Event::Started { by: Actor::System })
            }
            State::InProgress { since, by: Actor::System } => {
                self.state = State::InProgress { since: since.min(met_at), by: Actor::System };
                Change::nothing(self)
            }
            _ => Change::nothing(self),
        }
    }

    /// Whether a participant may be connected at all: waiting or let in, and the session not over.
    fn has_place(&self, who: ParticipantId) -> bool {
        self.state.is_live()
            && self
                .participant(who)
                .is_some_and(|p| matches!(p.admission, Admission::Waiting | Admission::Admitted))
    }

    /// After a crash: whatever was open there is closed where it was last seen, and graces start anew. Calls that a
    /// provider or the telephone carries went on without us.
    #[must_use]
    pub fn recover(mut self, at: Timestamp, was_there: impl Fn(&Key) -> bool) -> Self {
        let open: Vec<_> = self
            .attendance
            .intervals()
            .filter(|(key, interval)| {
                interval.is_open()
                    && !matches!(key.source, Source::Provider | Source::Phone)
                    && was_there(key)
            })
            .map(|(key, interval)| (*key, interval.last_seen_at.unwrap_or(at)))
            .collect();
        for (key, at) in open {
            self.attendance.apply(&Fact { key, kind: FactKind::Disconnected, at });
        }
        self.grace_from = Some(at);
        self
    }

    /// Starts the session by itself when both parties are there, let in, on time and paid.
    fn settle(mut self, at: Timestamp, policy: &Policy) -> Change {
        let before_start = matches!(self.state, State::Scheduled | State::Waiting { .. });
        let there = |role| {
            self.all_as(role).any(|p| p.admission == Admission::Admitted && self.attendance.is_present(p.id))
        };
        let may_start = before_start
            && self.may_start_by_itself(at, policy)
            && there(PartyRole::Practitioner)
            && there(PartyRole::Client);
        if !may_start {
            return Change::nothing(self);
        }
        self.state = State::InProgress { since: at, by: Actor::System };
        Change::with(self, Event::Started { by: Actor::System })
    }

    fn may_start_by_itself(&self, at: Timestamp, policy: &Policy) -> bool {
        self.appointment.kind != Kind::InPerson
            && self.appointment.payment.settled()
            && self.expect_quota(policy).is_ok()
            && at >= self.opens_at(policy)
    }

    pub(super) fn is_in_progress(&self) -> bool {
        matches!(self.state, State::InProgress { .. })
    }

    /// Closes every open connection of a participant; what the practitioner says of a call by telephone stays.
    pub(super) fn close_connections(&mut self, who: ParticipantId, at: Timestamp) {
        let open: Vec<_> =
            self.attendance.open_of(who).filter(|key| key.source != Source::Phone).copied().collect();
        for key in open {
            self.attendance.apply(&Fact { key, kind: FactKind::Disconnected, at });
        }
    }

    /// Gives a participant a new admission; says whether that changed anything.
    pub(super) fn set_admission(
        &mut self,
        who: ParticipantId,
        admission: Admission,
        at: Timestamp,
    ) -> Result<bool, Refusal> {
        let participant =
            self.participants.iter_mut().find(|p| p.id == who).ok_or(Refusal::NoSuchParticipant)?;
        if participant.admission == admission {
            return Ok(false);
        }
        participant.admission = admission;
        if admission == Admission::Admitted {
            participant.admitted_at = Some(at);
        }
        self.close_empty_doorway();
        Ok(true)
    }

    fn exclude(
        mut self,
        asked: Move,
        who: ParticipantId,
        admission: Admission,
        at: Timestamp,
    ) -> Result<Change, Refusal> {
        self.expect_possible(asked)?;
        if self.participant(who).is_some_and(|p| p.role == PartyRole::Practitioner) {
            return Err(Refusal::PractitionerStays);
        }
        if !self.set_admission(who, admission, at)? {
            return Ok(Change::nothing(self));
        }
        self.close_connections(who, at);
        let event = match admission {
            Admission::Removed => Event::Removed { participant: who },
            _ => Event::Denied { participant: who },
        };
        Ok(Change::with(self, event))
    }

    /// Both parties always have a place; guests share the others. Who was excluded has lost their place.
    fn has_room_for_guest(&self) -> bool {
        self.places_taken() < usize::from(self.places())
    }

    /// Those of the appointment; fewer where the call fell back to a provider with room for fewer.
    fn places(&self) -> u16 {
        let Appointment { max_participants, media_provider, .. } = &self.appointment;
        (*max_participants).min(media_provider.most_participants())
    }

    /// The parties' two, and one for everybody else who waits or was let in.
    pub(super) fn places_taken(&self) -> usize {
        let has_place = |p: &&Participant| matches!(p.admission, Admission::Waiting | Admission::Admitted);
        let taken = |role| self.all_as(role).filter(has_place).count();
        1 + taken(PartyRole::Client).max(1) + taken(PartyRole::Guest)
    }
}

pub(super) fn newcomer(visitor: Visitor, auto_admit_client: bool, at: Timestamp) -> Participant {
    let admitted = match visitor.role {
        PartyRole::Practitioner => true,
        PartyRole::Client => auto_admit_client && !visitor.by_code,
        PartyRole::Guest => false,
    };
    Participant {
        id: visitor.new_id,
        person_id: visitor.person_id,
        role: visitor.role,
        name: visitor.name,
        admission: if admitted { Admission::Admitted } else { Admission::Waiting },
        verified: true,
        entered_at: at,
        admitted_at: admitted.then_some(at),
        invitation: visitor.invitation,
        by_code: visitor.by_code,
        here_since: None,
        left_at: None,
    }
}
