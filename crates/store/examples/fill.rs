//! Fills a test database with sessions of one practitioner and one client, to measure what lists and looks cost in a
//! large one. Every session goes through the store, as the server's do; most have been held, each by both.
//!
//! ```sh
//! openvisit serve --demo --data-dir data/large     # once, to make the accounts; then stop it
//! cargo run --release -p openvisit-store --example fill -- sqlite://data/large/openvisit.db 1000000
//! ```
#![expect(clippy::unwrap_used, reason = "an example of a few lines; it fails by panicking")]

use openvisit_core::access::Actor;
use openvisit_core::appointment::{Appointment, Kind, MediaProvider, Payment, Slot};
use openvisit_core::attendance::{Interval, Key, Source};
use openvisit_core::ids::{AppointmentId, ConnectionId, ParticipantId, PersonId, Seed, SessionId};
use openvisit_core::session::{Admission, Participant, PartyRole, Session, State};
use openvisit_core::{SignedDuration, Timestamp};
use openvisit_store::Store;

const PACE: SignedDuration = SignedDuration::from_mins(15);
const LENGTH: SignedDuration = SignedDuration::from_mins(10);
/// The newest of them are still to come.
const TO_COME: u32 = 30;
const AT_ONCE: u32 = 10_000;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [url, count] = &arguments[..] else {
        eprintln!("usage: fill sqlite://<file>|postgres://… COUNT");
        std::process::exit(2);
    };
    let count: u32 = count.parse().unwrap();
    let store = Store::open(url).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let practitioner = tx.local_person("doctor@demo.test").await.unwrap().unwrap().id;
    let client = tx.local_person("patient@demo.test").await.unwrap().unwrap().id;
    drop(tx);
    // In whole seconds; the demo's own appointments lie around now.
    let now = Timestamp::from_second(Timestamp::now().as_second()).unwrap();
    let first =
        now - PACE * i32::try_from(count - count.min(TO_COME)).unwrap() - SignedDuration::from_hours(3);
    for begun in (0..count).step_by(AT_ONCE as usize) {
        let mut tx = store.begin().await.unwrap();
        for number in begun..count.min(begun + AT_ONCE) {
            // Those to come begin in a week.
            let to_come = count - number <= TO_COME;
            let week = SignedDuration::from_hours(if to_come { 24 * 7 } else { 0 });
            let starts_at = first + PACE * i32::try_from(number).unwrap() + week;
            let session = session(practitioner, client, starts_at, number, to_come);
            tx.insert(&session, None).await.unwrap();
            tx.record(session.id, session.attendance.intervals()).await.unwrap();
        }
        tx.commit().await.unwrap();
        eprintln!("{} of {count}", count.min(begun + AT_ONCE));
    }
    store.close().await;
}

fn seed(at: Timestamp, number: u32, what: u8) -> Seed {
    let mut random = [what; 10];
    random[..4].copy_from_slice(&number.to_be_bytes());
    Seed { now: at, random }
}

fn session(
    practitioner: PersonId,
    client: PersonId,
    starts_at: Timestamp,
    number: u32,
    to_come: bool,
) -> Session {
    let slot = Slot { starts_at, ends_at: starts_at + LENGTH };
    let created_at = starts_at - SignedDuration::from_hours(24 * 8);
    let mut session = Session::of(Appointment {
        id: AppointmentId::new(seed(created_at, number, 1)),
        session_id: SessionId::new(seed(created_at, number, 2)),
        external: None,
        organization_id: None,
        practitioner_id: practitioner,
        client_id: client,
        slot,
        title: Some("Follow-up".to_owned()),
        notes: None,
        kind: Kind::Video,
        booking_type: Some("CLINIC_BASED".to_owned()),
        plan: None,
        price: None,
        payment: Payment::default(),
        hold_expires_at: None,
        passcode_enabled: false,
        max_participants: 4,
        started_by: None,
        media_provider: MediaProvider::Embedded,
        presence_proven: true,
        metadata: serde_json::Map::new(),
        created_by: practitioner,
        created_at,
        updated_at: slot.ends_at,
    });
    session.state = match number % 20 {
        _ if to_come => return session,
        0 => State::Cancelled { at: created_at, by: Actor::Client, reason: None },
        1 => State::NoShow {
            at: slot.ends_at,
            by: Actor::System,
            reason: None,
            absent: None,
            started_at: None,
        },
        _ => State::Completed {
            started_at: starts_at,
            ended_at: slot.ends_at,
            by: Actor::System,
            reason: None,
        },
    };
    let parties = [(practitioner, PartyRole::Practitioner, 3), (client, PartyRole::Client, 4)];
    if let State::Completed { .. } = session.state {
        for (person_id, role, what) in parties {
            attend(&mut session, person_id, role, seed(starts_at, number, what));
        }
    }
    session
}

/// Was connected from beginning to end.
fn attend(session: &mut Session, person_id: PersonId, role: PartyRole, seed: Seed) {
    let Slot { starts_at, ends_at } = session.appointment.slot;
    let participant = ParticipantId::new(seed);
    session.participants.push(Participant {
        id: participant,
        person_id,
        role,
        name: format!("{role:?}"),
        admission: Admission::Admitted,
        verified: true,
        entered_at: starts_at,
        admitted_at: Some(starts_at),
        invitation: None,
        by_code: false,
        here_since: None,
        left_at: None,
    });
    let key = Key { participant, source: Source::Media, connection: ConnectionId::new(seed) };
    let times = (Some(starts_at), Some(ends_at));
    let interval = Interval { connected_at: times.0, disconnected_at: times.1, last_seen_at: times.1 };
    let known = session.attendance.intervals().map(|(key, interval)| (*key, *interval));
    session.attendance = known.chain([(key, interval)]).collect::<Vec<_>>().into_iter().collect();
}
