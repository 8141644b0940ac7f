//! What the demo's people did in the past months: what lists, charts and evidence show.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Kind, Slot};
use openvisit_core::attendance::{Interval, Key, Ledger, Source};
use openvisit_core::ids::{ConnectionId, ParticipantId, Seed};
use openvisit_core::person::Person;
use openvisit_core::session::{
    Absent, Admission, ClientRating, Participant, PartyRole, Session, State, Status,
};
use openvisit_store::{Tx, Visible};

use super::people::Practice;
use super::{Booking, HOUR, appointment};
use openvisit_app::App;
use openvisit_app::seal::Of;

const DAYS: i64 = 150;

const TITLES: [&str; 5] =
    ["Follow-up consultation", "First consultation", "Test results", "Medication review", "Sleep and stress"];
const NOTES: [&str; 3] = [
    "Feels better. Same dose for four more weeks, then we look again.",
    "Explained the results; no further tests needed for now.",
    "Agreed on a walk each day and a diary until the next time.",
];

/// Made once: a demo that is started again goes on from what it has.
pub(super) async fn make(app: &App, tx: &mut Tx, practice: &Practice) -> anyhow::Result<()> {
    let over = [Status::Completed, Status::Cancelled, Status::NoShow];
    if app.store.count(Visible::Party(practice.colleague.id), &over).await? > 0 {
        return Ok(());
    }
    let today = app.clock.now().to_zoned(TimeZone::system()).date();
    let days = (1..=DAYS).rev().map(|ago| today.checked_sub(ago.days()));
    let mut workdays = 0_usize;
    for day in days {
        let day = day?;
        if matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            continue;
        }
        workdays += 1;
        let Practice { doctor, colleague, patient, others } = practice;
        if workdays.is_multiple_of(2) {
            let clients = [patient, &others[0], &others[1]];
            let number = workdays / 2;
            happened(app, tx, doctor, clients[number % 3], (day, 9), number).await?;
        }
        if workdays.is_multiple_of(4) {
            let number = workdays / 4;
            happened(app, tx, colleague, &others[2 + number % 3], (day, 15), number).await?;
        }
    }
    Ok(())
}

/// Something different for each number, and the same for every demo.
async fn happened(
    app: &App,
    tx: &mut Tx,
    practitioner: &Person,
    client: &Person,
    (day, hour): (Date, i8),
    number: usize,
) -> anyhow::Result<()> {
    let starts_at = day.at(hour, 0, 0, 0).to_zoned(TimeZone::system())?.timestamp();
    let slot = Slot { starts_at, ends_at: starts_at.checked_add(SignedDuration::from_mins(30))? };
    let title = TITLES[number % TITLES.len()];
    let booked = Seed { now: starts_at.checked_sub(HOUR * 24 * 4)?, ..app.seed() };
    let booking = Booking { practitioner, client, slot, title, kind: Kind::Video };
    let mut session = Session::of(appointment(app, &booking, booked));
    match number % 12 {
        5 => cancelled(&mut session)?,
        9 => missed(app, &mut session, practitioner)?,
        _ => held(app, &mut session, practitioner, client, number)?,
    }
    session.appointment.updated_at = session.state.ended_at().unwrap_or(starts_at);
    tx.insert(&session, None).await?;
    tx.record(session.id, session.attendance.intervals()).await?;
    if session.state.status() == Status::Completed && number.is_multiple_of(2) {
        let text = NOTES[number / 2 % NOTES.len()];
        let sealed = app.sealer.seal(Of::Notes(session.id), text)?;
        tx.set_notes(session.id, &sealed, session.appointment.updated_at).await?;
    }
    Ok(())
}

fn cancelled(session: &mut Session) -> anyhow::Result<()> {
    let at = session.appointment.slot.starts_at.checked_sub(HOUR * 20)?;
    session.state = State::Cancelled { at, by: Actor::Client, reason: None };
    Ok(())
}

/// The client did not come.
fn missed(app: &App, session: &mut Session, practitioner: &Person) -> anyhow::Result<()> {
    let Slot { starts_at, ends_at } = session.appointment.slot;
    let until = starts_at.checked_add(SignedDuration::from_mins(14))?;
    let there = present(app, session, practitioner, PartyRole::Practitioner, (starts_at, until));
    session.attendance = Ledger::from_iter([there]);
    let at = ends_at.checked_add(SignedDuration::from_mins(15))?;
    session.state =
        State::NoShow { at, by: Actor::System, reason: None, absent: Some(Absent::Client), started_at: None };
    Ok(())
}

fn held(
    app: &App,
    session: &mut Session,
    practitioner: &Person,
    client: &Person,
    number: usize,
) -> anyhow::Result<()> {
    let seconds = |number: usize, of: usize| SignedDuration::from_secs((number * 97 % of) as i64);
    let came = session.appointment.slot.starts_at.checked_sub(seconds(number, 300))?;
    let started_at = session.appointment.slot.starts_at.checked_add(seconds(number + 1, 240))?;
    let ended_at = started_at.checked_add(SignedDuration::from_mins(12) + seconds(number + 2, 960))?;
    let there = [
        present(app, session, client, PartyRole::Client, (came, ended_at)),
        present(app, session, practitioner, PartyRole::Practitioner, (started_at, ended_at)),
    ];
    session.attendance = Ledger::from_iter(there);
    session.state = State::Completed { started_at, ended_at, by: Actor::Practitioner, reason: None };
    session.quality_rating = number.is_multiple_of(2).then_some(if number.is_multiple_of(8) { 4 } else { 5 });
    session.client_rating = number
        .is_multiple_of(3)
        .then(|| ClientRating { rating: if number.is_multiple_of(9) { 4 } else { 5 }, comment: None });
    Ok(())
}

/// Lets somebody into the session; what the ledger says of it.
fn present(
    app: &App,
    session: &mut Session,
    person: &Person,
    role: PartyRole,
    (from, to): (Timestamp, Timestamp),
) -> (Key, Interval) {
    let seed = || Seed { now: from, ..app.seed() };
    let participant = Participant {
        id: ParticipantId::new(seed()),
        person_id: person.id,
        role,
        name: person.name.clone(),
        admission: Admission::Admitted,
        verified: true,
        entered_at: from,
        admitted_at: Some(from),
        invitation: None,
        by_code: false,
        here_since: None,
        left_at: None,
    };
    let key =
        Key { participant: participant.id, source: Source::Media, connection: ConnectionId::new(seed()) };
    session.participants.push(participant);
    (key, Interval { connected_at: Some(from), disconnected_at: Some(to), last_seen_at: Some(to) })
}
