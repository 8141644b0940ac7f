//! The demo's appointments: one that runs now, one later, one tomorrow, and some in the days after. What is under
//! way survives a restart, and what visitors booked stays.

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use openvisit_core::appointment::{Appointment, Kind, Slot};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::person::Person;
use openvisit_core::session::{Session, State, Status};
use openvisit_store::{SessionFilter, Tx, Visible};

use super::people::Practice;
use super::{Booking, HOUR, appointment};
use openvisit_app::App;
use openvisit_app::announce::Turn;
use openvisit_app::sessions::change::book;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Title, when from now, and how long.
type Wanted = (&'static str, SignedDuration, SignedDuration);

/// What can be joined at once.
const NOW: Wanted = ("Follow-up consultation", SignedDuration::ZERO, SignedDuration::from_mins(60));
/// The doctor's with the patient; the farthest first.
const WANTED: [Wanted; 3] = [
    ("Medication review", SignedDuration::from_hours(24), SignedDuration::from_mins(30)),
    ("Blood test results", SignedDuration::from_hours(3), SignedDuration::from_mins(30)),
    NOW,
];

/// What fills a practitioner's calendar for the next days.
struct Week {
    /// Not sooner.
    lead: SignedDuration,
    off: &'static [Weekday],
    /// Title, hour and minute, which of the others, and how they meet.
    appointments: &'static [(&'static str, (i8, i8), usize, Kind)],
}

/// The doctor's next two days and Wednesdays are free for [`WANTED`] and for whoever tries something out.
const DOCTORS: Week = Week {
    lead: SignedDuration::from_hours(48),
    off: &[Weekday::Wednesday, Weekday::Saturday, Weekday::Sunday],
    appointments: &[
        ("Blood pressure check", (8, 0), 0, Kind::InPerson),
        ("Skin, second look", (11, 30), 1, Kind::Video),
    ],
};
/// The colleague's next hour is free, too, at whatever time of the day the demo begins.
const COLLEAGUES: Week = Week {
    lead: SignedDuration::from_hours(1),
    off: &[Weekday::Saturday, Weekday::Sunday],
    appointments: &[
        ("First consultation", (9, 0), 2, Kind::Video),
        ("Vaccination", (10, 30), 3, Kind::InPerson),
        ("Results", (14, 0), 4, Kind::Video),
    ],
};
const DAYS: usize = 7;

pub(super) async fn renew_all(app: &App, tx: &mut Tx, practice: &Practice) -> anyhow::Result<()> {
    let Practice { doctor, colleague, .. } = practice;
    put_off(app, tx, doctor).await?;
    renew(app, tx, doctor, &practice.patient).await?;
    fill(app, tx, doctor, &practice.others, &DOCTORS).await?;
    fill(app, tx, colleague, &practice.others, &COLLEAGUES).await
}

/// What an earlier start put into the doctor's next days goes a week on, out of the way.
async fn put_off(app: &App, tx: &mut Tx, doctor: &Person) -> anyhow::Result<()> {
    let now = app.clock.now();
    let near = Slot { starts_at: now, ends_at: now.checked_add(DOCTORS.lead)? };
    let live = live_sessions(tx, doctor.id, now).await?;
    for session in &live {
        let ours = DOCTORS.appointments.iter().any(|(title, ..)| is_ours(session, title));
        if ours && session.appointment.slot.overlaps(&near) {
            let Slot { starts_at, ends_at } = session.appointment.slot;
            let later =
                Slot { starts_at: starts_at.checked_add(DAY * 7)?, ends_at: ends_at.checked_add(DAY * 7)? };
            if is_free(app, tx, [doctor.id, session.appointment.client_id], later).await? {
                put(app, tx, session.clone(), later).await?;
            }
        }
    }
    Ok(())
}

async fn renew(app: &App, tx: &mut Tx, doctor: &Person, patient: &Person) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut live = live_sessions(tx, doctor.id, now).await?;
    // The farthest first: each makes room for the one before it.
    for (title, after, length) in WANTED {
        let starts_at = floor_to_five_minutes(now.checked_add(after)?);
        if after.is_zero() && one_is_open(app, &live, now) {
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

/// Books one of now, where none can be joined: the last one is over, and the next may be hours away.
pub(super) async fn add_now(
    app: &App,
    (turn, mut tx): (Turn<'_>, Tx),
    id: SessionId,
    practitioner: &Person,
    client: &Person,
) -> anyhow::Result<()> {
    let now = app.clock.now();
    let live = live_sessions(&mut tx, practitioner.id, now).await?;
    let (title, _, length) = NOW;
    let Some(slot) = free_slot(floor_to_five_minutes(now), length, &live) else { return Ok(()) };
    if one_is_open(app, &live, now) || !is_free(app, &mut tx, [client.id], slot).await? {
        return Ok(());
    }
    let booking = Booking { practitioner, client, slot, title, kind: Kind::Video };
    book(app, &mut tx, &session_of(app, id, &booking)).await?.commit(app, tx, turn).await?;
    Ok(())
}

fn one_is_open(app: &App, live: &[Session], now: Timestamp) -> bool {
    let policy = app.settings.policy();
    live.iter().any(|session| session.opens_at(&policy) <= now && now < session.appointment.slot.ends_at)
}

/// Books what is missing of the next days, where both are free.
async fn fill(
    app: &App,
    tx: &mut Tx,
    practitioner: &Person,
    others: &[Person],
    week: &Week,
) -> anyhow::Result<()> {
    let from = app.clock.now().checked_add(week.lead)?;
    let today = app.clock.now().to_zoned(TimeZone::system()).date();
    for day in today.series(1.day()).take(DAYS).filter(|day| !week.off.contains(&day.weekday())) {
        for (title, (hour, minute), which, kind) in week.appointments {
            let starts_at = day.at(*hour, *minute, 0, 0).to_zoned(TimeZone::system())?.timestamp();
            let slot = Slot { starts_at, ends_at: starts_at.checked_add(SignedDuration::from_mins(30))? };
            let client = &others[*which];
            if starts_at >= from && is_free(app, tx, [practitioner.id, client.id], slot).await? {
                make(app, tx, &Booking { practitioner, client, slot, title, kind: *kind }).await?;
            }
        }
    }
    Ok(())
}

async fn is_free<const N: usize>(
    app: &App,
    tx: &mut Tx,
    people: [PersonId; N],
    slot: Slot,
) -> anyhow::Result<bool> {
    for person in people {
        let live = live_sessions(tx, person, app.clock.now()).await?;
        if live.iter().any(|session| session.appointment.slot.overlaps(&slot)) {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn make(app: &App, tx: &mut Tx, booking: &Booking<'_>) -> anyhow::Result<Session> {
    let session = session_of(app, SessionId::new(app.seed()), booking);
    book(app, tx, &session).await?;
    Ok(session)
}

fn session_of(app: &App, id: SessionId, booking: &Booking<'_>) -> Session {
    let selected = app.providers.usual();
    let mut appointment = Appointment { session_id: id, ..appointment(app, booking, app.seed()) };
    appointment.media_provider = selected.name;
    appointment.presence_proven = selected.proves_presence;
    Session::of(appointment)
}

async fn put(app: &App, tx: &mut Tx, known: Session, slot: Slot) -> anyhow::Result<Session> {
    let mut session = known.move_to(app.clock.now(), slot)?.session;
    let due = session.due(&app.settings.policy());
    tx.save(&mut session, due).await?;
    Ok(session)
}

async fn live_sessions(tx: &mut Tx, person: PersonId, now: Timestamp) -> anyhow::Result<Vec<Session>> {
    let filter = SessionFilter {
        status: Status::ALL.into_iter().filter(|status| status.is_live()).collect(),
        from: Some(now.checked_sub(HOUR * 24)?),
        ..SessionFilter::all(Visible::Party(person), 500)
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
