//! `--demo`: made-up people and appointments, so that a first call needs nothing but a click.

mod coming;
mod past;
mod people;

use anyhow::{Context as _, bail};
use jiff::SignedDuration;
use openvisit_core::appointment::{Appointment, Kind, MediaProvider, Payment, Slot, USUAL_PARTICIPANTS};
use openvisit_core::ids::{AppointmentId, Seed, SessionId};
use openvisit_core::person::Person;
use openvisit_store::Contents;

use openvisit_app::App;

pub use people::{ACCOUNTS, DemoAccount, PASSWORD};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// Makes the people, what they did in the past months and, where they are not there, their appointments: now, later
/// today, tomorrow, and some in the days after.
///
/// # Errors
/// When the database holds anything else, or is away. (The settings refuse to listen beyond loopback.)
pub async fn prepare(app: &App) -> anyhow::Result<()> {
    if app.store.contents().await? == Contents::Real {
        bail!("--demo: the database holds other data; give the demo a data folder of its own (--data-dir)");
    }
    let hash = app.passwords.hash(PASSWORD.to_owned()).await.context("the demo password")?;
    let mut tx = app.store.begin().await?;
    tx.mark_demo().await?;
    let practice = people::make(app, &mut tx, &hash).await?;
    past::make(app, &mut tx, &practice).await?;
    coming::renew_all(app, &mut tx, &practice).await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody has signed in: there is an appointment to join, also after the last one was ended.
///
/// # Errors
/// When the database is away.
pub async fn entered(app: &App) -> anyhow::Result<()> {
    let id = SessionId::new(app.seed());
    let turn = app.announcer.turn(id).await;
    let mut tx = app.store.begin().await?;
    if let Some((doctor, patient)) = people::parties(&mut tx).await? {
        coming::add_now(app, (turn, tx), id, &doctor, &patient).await?;
    }
    Ok(())
}

/// Who, when, what about.
struct Booking<'a> {
    practitioner: &'a Person,
    client: &'a Person,
    slot: Slot,
    title: &'a str,
    kind: Kind,
}

/// An appointment, as if booked at the instant of the seed.
fn appointment(app: &App, booking: &Booking<'_>, seed: Seed) -> Appointment {
    Appointment {
        id: AppointmentId::new(seed),
        session_id: SessionId::new(Seed { now: seed.now, ..app.seed() }),
        external: None,
        organization_id: booking.practitioner.organization_id,
        practitioner_id: booking.practitioner.id,
        client_id: booking.client.id,
        slot: booking.slot,
        title: Some(booking.title.to_owned()),
        notes: None,
        kind: booking.kind,
        booking_type: None,
        plan: None,
        price: None,
        payment: Payment::default(),
        hold_expires_at: None,
        passcode_enabled: false,
        max_participants: USUAL_PARTICIPANTS,
        started_by: None,
        media_provider: MediaProvider::default(),
        presence_proven: true,
        metadata: serde_json::Map::new(),
        created_by: booking.practitioner.id,
        created_at: seed.now,
        updated_at: seed.now,
    }
}
