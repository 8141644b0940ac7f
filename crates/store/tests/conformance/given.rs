//! People and appointments to test with. All is derived from small numbers; nothing depends on the clock.

use std::sync::atomic::{AtomicU32, Ordering};

use openvisit_core::Timestamp;
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Appointment, Kind, MediaProvider, Payment, Slot, StartedBy};
use openvisit_core::attendance::{Interval, Key, Source};
use openvisit_core::event::{self, Event};
use openvisit_core::ids::{AppointmentId, ConnectionId, EventId, ParticipantId, PersonId, Seed, SessionId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};
use openvisit_core::session::{Session, State};
use openvisit_store::{OutboxRow, Store, StoreError};

/// Noon of the day on which all of it happens, and `minute` minutes more.
pub fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_014_400 + minute * 60).unwrap()
}

/// A seed that no other call gives.
pub fn seed() -> Seed {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    let mut random = [0; 10];
    random[6..].copy_from_slice(&COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes());
    Seed { now: at(0), random }
}

pub fn slot(from: i64, to: i64) -> Slot {
    Slot { starts_at: at(from), ends_at: at(to) }
}

/// A move of half an hour, somewhere else before.
pub fn moved() -> Event {
    Event::Moved { from: slot(-30, 0) }
}

pub fn somebody(name: &str, role: Role) -> Person {
    let id = PersonId::new(seed());
    Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: None,
        phone: None,
        name: name.to_owned(),
        roles: vec![role],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: None,
        created_by: None,
        created_at: at(-60),
    }
}

/// A practitioner and a client who are in the database.
#[derive(Clone, Copy)]
pub struct Parties {
    pub practitioner: PersonId,
    pub client: PersonId,
}

pub async fn parties(store: &Store) -> Parties {
    let practitioner = person(store, "Dr. Ada Example", Role::Practitioner).await;
    let client = person(store, "Carl Client", Role::Client).await;
    Parties { practitioner, client }
}

pub async fn person(store: &Store, name: &str, role: Role) -> PersonId {
    let person = somebody(name, role);
    let mut tx = store.begin().await.unwrap();
    tx.insert_person(&person).await.unwrap();
    tx.commit().await.unwrap();
    person.id
}

pub fn appointment(parties: Parties, slot: Slot) -> Appointment {
    Appointment {
        id: AppointmentId::new(seed()),
        session_id: SessionId::new(seed()),
        external: None,
        organization_id: None,
        practitioner_id: parties.practitioner,
        client_id: parties.client,
        slot,
        title: None,
        notes: None,
        kind: Kind::Video,
        booking_type: None,
        plan: None,
        price: None,
        payment: Payment::default(),
        hold_expires_at: None,
        passcode_enabled: true,
        max_participants: 4,
        started_by: Some(StartedBy::Practitioner),
        media_provider: MediaProvider::Embedded,
        presence_proven: true,
        metadata: serde_json::Map::new(),
        created_by: parties.practitioner,
        created_at: at(-60),
        updated_at: at(-60),
    }
}

pub fn session(parties: Parties, slot: Slot) -> Session {
    Session::of(appointment(parties, slot))
}

/// Books, in a transaction of its own.
pub async fn book(store: &Store, session: &Session) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.insert(session, Some(session.appointment.slot.ends_at)).await?;
    tx.commit().await
}

/// Saves, in a transaction of its own.
pub async fn save(store: &Store, session: &mut Session) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    tx.save(session, None).await?;
    tx.commit().await
}

/// A booked session.
pub async fn booked(store: &Store, parties: Parties, slot: Slot) -> Session {
    let session = session(parties, slot);
    book(store, &session).await.unwrap();
    session
}

pub async fn load(store: &Store, id: SessionId) -> Session {
    store.read().await.unwrap().session(id).await.unwrap().unwrap()
}

/// An event of a session, to be stored.
pub fn row(of: &Session, event: &Event) -> OutboxRow {
    let known = |id: PersonId| Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() };
    let parties = event::Parties {
        practitioner: known(of.appointment.practitioner_id),
        client: known(of.appointment.client_id),
    };
    OutboxRow {
        id: EventId::new(seed()),
        session_id: of.id,
        event_type: event.name().to_owned(),
        at: at(1),
        data: event.data(of, &event::Origin { parties, request_id: None }),
        sealed_metadata: None,
    }
}

pub fn cancelled() -> State {
    State::Cancelled { at: at(0), by: Actor::Client, reason: Some("has a cold".to_owned()) }
}

pub fn connection(participant: ParticipantId) -> Key {
    Key { participant, source: Source::Media, connection: ConnectionId::new(seed()) }
}

/// A connection's span in minutes; open without an end.
pub fn interval(from: Option<i64>, to: Option<i64>, seen: Option<i64>) -> Interval {
    Interval { connected_at: from.map(at), disconnected_at: to.map(at), last_seen_at: seen.map(at) }
}
