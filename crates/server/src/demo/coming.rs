//! The demo's appointments: one that runs now, one later, one tomorrow, and some in the days after. What is under
//! way survives a restart, and what visitors booked stays.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use openvisit_core::appointment::{Kind, Slot};
use openvisit_core::person::Person;
use openvisit_core::session::{Session, State, Status};
use openvisit_store::{SessionFilter, Tx, Visible};

use super::people::Practice;
use super::{Booking, HOUR, appointment};
use crate::app::App;
use crate::changes::book;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The doctor's with the patient: title, when from now, and how long; the farthest first.
const WANTED: [(&str, SignedDuration, SignedDuration); 3] = [
    ("Medication review", SignedDuration::from_hours(24), SignedDuration::from_mins(30)),
    ("Blood test results", SignedDuration::from_hours(3), SignedDuration::from_mins(30)),
    ("Follow-up consultation", SignedDuration::ZERO, SignedDuration::from_mins(60)),
];

/// What fills a calendar: title, hour and minute, which of the others, and how they meet.
type Weekly = (&'static str, (i8, i8), usize, Kind);

const DOCTORS: [Weekly; 2] =
    [("Blood pressure check", (8, 0), 0, Kind::InPerson), ("Skin, second look", (11, 30), 1, Kind::Video)];
const COLLEAGUES: [Weekly; 3] = [
    ("First consultation", (9, 0), 2, Kind::Video),
    ("Vaccination", (10, 30), 3, Kind::InPerson),
    ("Results", (14, 0), 4, Kind::Video),
];

const DAYS: i64 = 7;
/// The doctor's next days are kept free for [`WANTED`] and for whoever tries something out.
const DOCTORS_LEAD: SignedDuration = SignedDuration::from_hours(48);

pub(super) async fn renew_all(app: &App, tx: &mut Tx, practice: &Practice) -> anyhow::Result<()> {
    let Practice { doctor, colleague, .. } = practice;
    put_off(app, tx, doctor).await?;
    renew(app, tx, doctor, &practice.patient).await?;
    for (practitioner, week, lead) in
        [(doctor, &DOCTORS[..], DOCTORS_LEAD), (colleague, &COLLEAGUES[..], SignedDuration::ZERO)]
    {
        let from = app.clock.now().checked_add(lead)?;
        for day in 0..DAYS {
            for weekly in week {
                fill(app, tx, practitioner, &practice.others, weekly, (day, from)).await?;
            }
        }
    }
    Ok(())
}

/// What an earlier start put into the doctor's next days goes a week on, out of the way.
async fn put_off(app: &App, tx: &mut Tx, doctor: &Person) -> anyhow::Result<()> {
    let now = app.clock.now();
    let near = Slot { starts_at: now, ends_at: now.checked_add(DOCTORS_LEAD)? };
    let live = live_sessions(tx, doctor, now).await?;
    for session in &live {
        let ours = DOCTORS.iter().any(|(title, ..)| is_ours(session, title));
        if ours && session.appointment.slot.overlaps(&near) {
            let Slot { starts_at, ends_at } = session.appointment.slot;
            let later =
                Slot { starts_at: starts_at.checked_add(DAY * 7)?, ends_at: ends_at.checked_add(DAY * 7)? };
            if !live.iter().any(|other| other.appointment.slot.overlaps(&later)) {
                put(app, tx, session.clone(), later).await?;
            }
        }
    }
    Ok(())
}

async fn renew(app: &App, tx: &mut Tx, doctor: &Person, patient: &Person) -> anyhow::Result<()> {
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
            Some(known) => put(app, tx, known, slot).await?,
            None => {
                let booking =
                    Booking { practitioner: doctor, client: patient, slot, title, kind: Kind::Video };
                make(app, tx, &booking).await?
            }
        };
        live.push(session);
    }
    Ok(())
}

/// One of the week's, so many days from today, where it is not too soon and both are free.
async fn fill(
    app: &App,
    tx: &mut Tx,
    practitioner: &Person,
    others: &[Person],
    (title, (hour, minute), which, kind): &Weekly,
    (day, from): (i64, Timestamp),
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let today = now.to_zoned(TimeZone::system()).date();
    let date = today.checked_add(day.days())?;
    if matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
        return Ok(());
    }
    let starts_at = date.at(*hour, *minute, 0, 0).to_zoned(TimeZone::system())?.timestamp();
    let slot = Slot { starts_at, ends_at: starts_at.checked_add(SignedDuration::from_mins(30))? };
    if slot.starts_at < from {
        return Ok(());
    }
    let client = &others[*which];
    for person in [practitioner, client] {
        let live = live_sessions(tx, person, now).await?;
        if live.iter().any(|session| session.appointment.slot.overlaps(&slot)) {
            return Ok(());
        }
    }
    make(app, tx, &Booking { practitioner, client, slot, title, kind: *kind }).await?;
    Ok(())
}

async fn make(app: &App, tx: &mut Tx, booking: &Booking<'_>) -> anyhow::Result<Session> {
    let session = Session::of(appointment(app, booking, app.seed()));
    book(app, tx, &session).await.map_err(|problem| anyhow::anyhow!("{problem}"))?;
    Ok(session)
}

async fn put(app: &App, tx: &mut Tx, known: Session, slot: Slot) -> anyhow::Result<Session> {
    let mut session = known.move_to(app.clock.now(), slot)?.session;
    let due = session.due(&app.settings.policy());
    tx.save(&mut session, due).await?;
    Ok(session)
}

async fn live_sessions(tx: &mut Tx, person: &Person, now: Timestamp) -> anyhow::Result<Vec<Session>> {
    let filter = SessionFilter {
        visible_to: Visible::Party(person.id),
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

fn floor_to_five_minutes(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second().div_euclid(300) * 300).unwrap_or(at)
}
