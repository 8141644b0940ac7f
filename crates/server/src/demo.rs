//! `--demo`: made-up people and appointments, so that a first call needs nothing but a click.

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use openvisit_core::appointment::{Appointment, Kind, MAX_PARTICIPANTS, MediaProvider, Payment, Slot};
use openvisit_core::ids::{AppointmentId, PersonId, SessionId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, PractitionerProfile, Role};
use openvisit_core::session::{Session, State, Status};
use openvisit_store::{Contents, SessionFilter, Tx, Visible};

use crate::app::App;
use crate::changes::book;

/// The password of every demo account.
pub const PASSWORD: &str = "openvisit-demo";

/// One made-up person.
pub struct DemoAccount {
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
}

const DOCTOR: DemoAccount =
    DemoAccount { role: Role::Practitioner, name: "Dr. Ada Okafor", email: "doctor@demo.test" };
const PATIENT: DemoAccount =
    DemoAccount { role: Role::Client, name: "Sam Lindqvist", email: "patient@demo.test" };
const ADMIN: DemoAccount = DemoAccount { role: Role::Admin, name: "Robin Keller", email: "admin@demo.test" };
pub const ACCOUNTS: [DemoAccount; 3] = [DOCTOR, PATIENT, ADMIN];

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Makes the accounts, and the appointments that are not there: now, later today and tomorrow.
///
/// # Errors
/// When the database holds anything else, or is away. (The settings refuse to listen beyond loopback.)
pub async fn prepare(app: &App) -> anyhow::Result<()> {
    if app.store.contents().await? == Contents::Real {
        bail!("--demo: the database holds other data; give the demo a data folder of its own (--data-dir)");
    }
    let mut tx = app.store.begin().await?;
    tx.mark_demo().await?;
    let doctor = account(app, &mut tx, &DOCTOR).await?;
    let patient = account(app, &mut tx, &PATIENT).await?;
    account(app, &mut tx, &ADMIN).await?;
    appointments(app, &mut tx, &doctor, &patient).await?;
    tx.commit().await?;
    Ok(())
}

async fn account(app: &App, tx: &mut Tx, demo: &DemoAccount) -> anyhow::Result<Person> {
    if let Some(known) = tx.local_person(demo.email).await? {
        return Ok(known);
    }
    let id = PersonId::new(app.seed());
    let person = Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: Some(demo.email.to_owned()),
        name: demo.name.to_owned(),
        roles: vec![demo.role],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        practitioner: (demo.role == Role::Practitioner).then(PractitionerProfile::default),
        created_by: None,
        created_at: app.clock.now(),
    };
    tx.insert_person(&person).await?;
    let hash = app.passwords.hash(PASSWORD.to_owned()).await.context("the demo password")?;
    tx.set_password_hash(id, &hash).await?;
    Ok(person)
}

/// Renews the demo's appointments: one that runs now, one later, one tomorrow. What is under way survives
/// a restart, and what visitors booked stays.
async fn appointments(app: &App, tx: &mut Tx, doctor: &Person, patient: &Person) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut live = live_sessions(tx, doctor, now).await?;
    // The farthest first: each makes room for the one before it.
    for (title, after, length) in WANTED {
        let starts_at = floor_to_five_minutes(now.checked_add(after)?);
        let is_now = after.is_zero();
        let policy = app.settings.policy();
        if is_now && live.iter().any(|s| s.opens_at(&policy) <= now && now < s.appointment.slot.ends_at) {
            continue;
        }
        let known = live.iter().position(|s| is_ours(s, title));
        let known = known.map(|index| live.swap_remove(index));
        let Some(slot) = free_slot(starts_at, length, &live) else { continue };
        let session = match known {
            Some(known) => renew(app, tx, known, slot).await?,
            None => {
                let session = Session::of(appointment(app, doctor, patient, slot, title));
                book(app, tx, &session).await.map_err(|problem| anyhow::anyhow!("{problem}"))?;
                session
            }
        };
        live.push(session);
    }
    Ok(())
}

async fn live_sessions(tx: &mut Tx, doctor: &Person, now: Timestamp) -> anyhow::Result<Vec<Session>> {
    let filter = SessionFilter {
        visible_to: Visible::Party(doctor.id),
        practitioner: None,
        search: None,
        status: Status::ALL.into_iter().filter(|status| status.is_live()).collect(),
        from: Some(now.checked_sub(HOUR * 24)?),
        to: None,
        cursor: None,
        latest_first: false,
        limit: 500,
    };
    Ok(tx.sessions(&filter).await?)
}

/// One that an earlier start made, and nobody has come to.
fn is_ours(session: &Session, title: &str) -> bool {
    session.state == State::Scheduled
        && session.participants.is_empty()
        && session.appointment.title.as_deref() == Some(title)
}

async fn renew(app: &App, tx: &mut Tx, known: Session, slot: Slot) -> anyhow::Result<Session> {
    let mut session = known.move_to(app.clock.now(), slot)?.session;
    let due = session.due(&app.settings.policy());
    tx.save(&mut session, due).await?;
    Ok(session)
}

/// As much of the wanted time as nobody else has; at least ten minutes of it.
fn free_slot(starts_at: Timestamp, length: SignedDuration, live: &[Session]) -> Option<Slot> {
    let taken = || live.iter().map(|session| session.appointment.slot);
    let starts_at =
        taken().filter(|s| s.starts_at <= starts_at).map(|s| s.ends_at).fold(starts_at, Timestamp::max);
    let wanted = starts_at.checked_add(length).ok()?;
    let ends_at =
        taken().filter(|s| s.starts_at > starts_at).map(|s| s.starts_at).fold(wanted, Timestamp::min);
    let long_enough = starts_at.duration_until(ends_at) >= SignedDuration::from_mins(10);
    long_enough.then_some(Slot { starts_at, ends_at })
}

/// Title, when from now, and how long; the farthest first.
const WANTED: [(&str, SignedDuration, SignedDuration); 3] = [
    ("Medication review", SignedDuration::from_hours(24), SignedDuration::from_mins(30)),
    ("Blood test results", SignedDuration::from_hours(3), SignedDuration::from_mins(30)),
    ("Follow-up consultation", SignedDuration::ZERO, SignedDuration::from_mins(60)),
];

fn floor_to_five_minutes(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(300) * 300).unwrap_or(at)
}

fn appointment(app: &App, doctor: &Person, patient: &Person, slot: Slot, title: &str) -> Appointment {
    let now = app.clock.now();
    Appointment {
        id: AppointmentId::new(app.seed()),
        session_id: SessionId::new(app.seed()),
        external: None,
        organization_id: None,
        practitioner_id: doctor.id,
        client_id: patient.id,
        slot,
        title: Some(title.to_owned()),
        notes: None,
        kind: Kind::Video,
        booking_type: None,
        plan: None,
        price: None,
        payment: Payment::default(),
        hold_expires_at: None,
        passcode_enabled: false,
        max_participants: MAX_PARTICIPANTS,
        started_by: None,
        media_provider: MediaProvider::default(),
        metadata: serde_json::Map::new(),
        created_by: doctor.id,
        created_at: now,
        updated_at: now,
    }
}
