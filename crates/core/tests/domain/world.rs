//! A session, its people and a clock that tests move by hand.

use openvisit_core::access::Actor;
use openvisit_core::appointment::{Appointment, Kind, MediaProvider, Payment, PaymentStatus, Slot};
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::event::Event;
use openvisit_core::ids::{
    AppointmentId, ConnectionId, InvitationId, ParticipantId, PersonId, Seed, SessionId,
};
use openvisit_core::lifecycle::admission::Visitor;
use openvisit_core::lifecycle::phone::PhoneCall;
use openvisit_core::lifecycle::{Change, Refusal};
use openvisit_core::policy::Policy;
use openvisit_core::session::{Admission, PartyRole, Session, Status};
use openvisit_core::{SignedDuration, Timestamp};

pub const MINUTE: SignedDuration = SignedDuration::from_mins(1);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Practitioner,
    Client,
    Guest,
    /// Somebody who knows the passcode.
    ByCode,
}

impl Who {
    pub const ALL: [Self; 4] = [Self::Practitioner, Self::Client, Self::Guest, Self::ByCode];

    fn role(self) -> PartyRole {
        match self {
            Self::Practitioner => PartyRole::Practitioner,
            Self::Client => PartyRole::Client,
            Self::Guest | Self::ByCode => PartyRole::Guest,
        }
    }

    pub fn actor(self) -> Actor {
        match self {
            Self::Practitioner => Actor::Practitioner,
            Self::Client => Actor::Client,
            Self::Guest | Self::ByCode => Actor::Guest,
        }
    }

    fn person(self) -> PersonId {
        PersonId::new(seed(10 + self as u8))
    }

    /// What all but the practitioner come by.
    pub fn invitation(self) -> Option<InvitationId> {
        (self != Self::Practitioner).then(|| InvitationId::new(seed(60 + self as u8)))
    }
}

pub fn seed(n: u8) -> Seed {
    Seed { now: Timestamp::from_second(1_800_000_000).unwrap(), random: [n; 10] }
}

/// An hour's appointment that begins in an hour, free of charge, without a passcode.
pub fn appointment() -> Appointment {
    let now = seed(0).now;
    let starts_at = now + MINUTE * 60;
    Appointment {
        id: AppointmentId::new(seed(1)),
        session_id: SessionId::new(seed(2)),
        external: None,
        organization_id: None,
        practitioner_id: PersonId::new(seed(10)),
        client_id: PersonId::new(seed(11)),
        slot: Slot { starts_at, ends_at: starts_at + MINUTE * 60 },
        title: None,
        notes: None,
        kind: Kind::Video,
        booking_type: None,
        plan: None,
        price: None,
        payment: Payment::default(),
        hold_expires_at: None,
        passcode_enabled: false,
        max_participants: 4,
        started_by: None,
        media_provider: Default::default(),
        presence_proven: true,
        metadata: Default::default(),
        created_by: PersonId::new(seed(10)),
        created_at: now,
        updated_at: now,
    }
}

fn visitor(who: Who) -> Visitor {
    Visitor {
        person_id: who.person(),
        role: who.role(),
        name: format!("{who:?}"),
        new_id: ParticipantId::new(seed(20 + who as u8)),
        passcode_verified: who == Who::ByCode,
        invitation: who.invitation(),
        by_code: who == Who::ByCode,
    }
}

#[derive(Clone, Debug)]
pub struct World {
    pub now: Timestamp,
    pub policy: Policy,
    pub session: Session,
    pub events: Vec<Event>,
}

impl World {
    pub fn new() -> Self {
        Self::of(appointment())
    }

    pub fn of(appointment: Appointment) -> Self {
        Self {
            now: seed(0).now,
            policy: Policy::default(),
            session: Session::of(appointment),
            events: Vec::new(),
        }
    }

    pub fn unpaid() -> Self {
        let payment = Payment { status: PaymentStatus::Open, ..Payment::default() };
        Self::of(Appointment { payment, ..appointment() })
    }

    pub fn status(&self) -> Status {
        self.session.state.status()
    }

    /// Moves the clock and lets time do what is due on the way, as the server's timer does.
    pub fn advance(&mut self, by: SignedDuration) {
        let until = self.now + by;
        while let Some(due) = self.session.due(&self.policy).filter(|due| *due <= until) {
            self.now = self.now.max(due);
            let before = self.session.clone();
            let change = self.session.clone().tick(self.now, &self.policy);
            assert_ne!(change.session, before, "what is due must change something");
            self.take(change);
        }
        self.now = until;
    }

    /// Moves the clock to so many minutes after the slot's start.
    pub fn at_minute(&mut self, minute: i64) {
        let until = self.session.appointment.slot.starts_at + SignedDuration::from_mins(minute);
        self.advance(self.now.duration_until(until));
    }

    pub fn take(&mut self, change: Change) {
        self.session = change.session;
        self.events.extend(change.events);
    }

    pub fn try_take(&mut self, change: Result<Change, Refusal>) -> Result<(), Refusal> {
        change.map(|change| self.take(change))
    }

    pub fn id(&self, who: Who) -> Option<ParticipantId> {
        self.session.participant_of(who.person()).map(|p| p.id)
    }

    pub fn admission(&self, who: Who) -> Option<Admission> {
        self.session.participant_of(who.person()).map(|p| p.admission)
    }

    pub fn enter(&mut self, who: Who) -> Result<(), Refusal> {
        let change = self.session.clone().enter(self.now, &self.policy, visitor(who));
        self.try_take(change)
    }

    pub fn go_on_by_phone(&mut self) -> Result<(), Refusal> {
        // Another one each time.
        let nth = u8::try_from(self.session.attendance.intervals().count()).unwrap();
        let call = PhoneCall {
            practitioner: visitor(Who::Practitioner),
            client: visitor(Who::Client),
            connection: ConnectionId::new(Seed { now: self.now, random: [nth; 10] }),
            shows_practitioner: false,
        };
        let change = self.session.clone().go_on_by_phone(self.now, &self.policy, call);
        self.try_take(change)
    }

    pub fn admit(&mut self, who: Who) -> Result<(), Refusal> {
        let id = self.id(who).ok_or(Refusal::NoSuchParticipant)?;
        let change = self.session.clone().admit(self.now, &self.policy, id);
        self.try_take(change)
    }

    pub fn auto_admit_client(&mut self) -> Result<(), Refusal> {
        let change = self.session.clone().auto_admit_client(self.now, &self.policy);
        self.try_take(change)
    }

    pub fn exclude(&mut self, who: Who) -> Result<(), Refusal> {
        let id = self.id(who).ok_or(Refusal::NoSuchParticipant)?;
        let change = self.session.clone().remove(self.now, id);
        self.try_take(change)
    }

    pub fn withdraw(&mut self, who: Who) {
        let invitations: Vec<_> = who.invitation().into_iter().collect();
        let change = self.session.clone().withdraw(self.now, &invitations);
        self.take(change);
    }

    pub fn leave(&mut self, who: Who) -> Result<(), Refusal> {
        let id = self.id(who).ok_or(Refusal::NoSuchParticipant)?;
        let change = self.session.clone().leave(self.now, id);
        self.try_take(change)
    }

    pub fn start(&mut self, who: Who) -> Result<(), Refusal> {
        let change = self.session.clone().start(self.now, &self.policy, who.actor());
        self.try_take(change)
    }

    pub fn end(&mut self, who: Who) {
        let change = self.session.clone().end(self.now, who.actor(), None);
        self.take(change);
    }

    pub fn cancel(&mut self, who: Who) -> Result<(), Refusal> {
        let change = self.session.clone().cancel(self.now, who.actor(), None);
        self.try_take(change)
    }

    pub fn pay(&mut self, status: PaymentStatus) {
        let change = self.session.clone().pay(Payment { status, ..Payment::default() });
        self.take(change);
    }

    pub fn fact(&mut self, who: Who, connection: u8, kind: FactKind) {
        let Some(participant) = self.id(who) else { return };
        let key = Key {
            participant,
            source: Source::Media,
            connection: ConnectionId::new(seed(40 + 10 * who as u8 + connection)),
        };
        let change = self.session.clone().attend(self.now, &self.policy, &Fact { key, kind, at: self.now });
        self.take(change);
    }

    /// What the media provider tells, when it tells it.
    pub fn provider_tells(&mut self, who: Who, kind: FactKind, at: Timestamp) {
        let Some(participant) = self.id(who) else { return };
        let key = Key { participant, source: Source::Provider, connection: ConnectionId::new(seed(80)) };
        let change = self.session.clone().attend(self.now, &self.policy, &Fact { key, kind, at });
        self.take(change);
    }

    pub fn connect(&mut self, who: Who) {
        self.fact(who, 0, FactKind::Connected);
    }

    pub fn disconnect(&mut self, who: Who) {
        self.fact(who, 0, FactKind::Disconnected);
    }

    /// Both are let in to a room of LiveKit's, at the slot's start.
    pub fn let_in_at_livekit() -> Self {
        let mut world = Self::of(Appointment { media_provider: MediaProvider::LiveKit, ..appointment() });
        world.at_minute(0);
        for who in [Who::Practitioner, Who::Client] {
            world.enter(who).unwrap();
        }
        world.admit(Who::Client).unwrap();
        world
    }

    /// Both parties are in the call, at the slot's start.
    pub fn in_call() -> Self {
        let mut world = Self::new();
        world.at_minute(0);
        for who in [Who::Practitioner, Who::Client] {
            world.enter(who).unwrap();
            world.connect(who);
        }
        world.admit(Who::Client).unwrap();
        assert_eq!(world.status(), Status::InProgress);
        world
    }
}
