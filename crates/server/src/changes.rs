//! Every change to a session goes through here, whoever asks: a route, a socket, a timer, the media
//! server. Load, decide, save with its events, commit; then tell everyone.

use jiff::Timestamp;
use openvisit_core::access::{Action, Caller, Relation};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::event::Event;
use openvisit_core::ids::{AppointmentId, EventId, SessionId};
use openvisit_core::lifecycle::Change;
use openvisit_core::session::Session;
use openvisit_store::{OutboxRow, StoreError, Target, Tx};

use crate::app::App;
use crate::http::problem::Problem;

/// Which session is meant.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Session(SessionId),
    Appointment(AppointmentId),
}

/// A lost race is run again this often before the caller hears of it.
const TRIES: usize = 8;

/// Said to whoever sees a session and may not do this to it.
pub const NOT_YOURS: &str = "this is not yours to do in this session";

/// What `decide` is given besides the session.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Timestamp,
    /// What the caller is to the session.
    pub relation: Relation,
}

/// What was decided: a change, and with it perhaps a new passcode, by its hash.
#[derive(Debug)]
pub struct Decided {
    pub change: Change,
    pub passcode_hash: Option<String>,
}

impl From<Change> for Decided {
    fn from(change: Change) -> Self {
        Self { change, passcode_hash: None }
    }
}

/// Loads a session for a caller: one that he may not see is not there.
///
/// # Errors
/// `not_found`, or `forbidden` where he sees it and may not do this.
pub async fn find(
    tx: &mut Tx,
    which: Which,
    caller: &Caller,
    action: Action,
) -> Result<(Session, Relation), Problem> {
    let session = load(tx, which).await?.ok_or(Problem::NotFound)?;
    let relation = Relation::of(caller, &session).ok_or(Problem::NotFound)?;
    if relation.permits(caller, action) {
        Ok((session, relation))
    } else {
        Err(Problem::Forbidden(NOT_YOURS))
    }
}

async fn load(tx: &mut Tx, which: Which) -> Result<Option<Session>, StoreError> {
    match which {
        Which::Session(id) => tx.session(id).await,
        Which::Appointment(id) => tx.session_by_appointment(id).await,
    }
}

/// Changes a session on behalf of a caller who must be allowed `action`.
///
/// # Errors
/// Those of [`find`], of `decide`, and of the store.
pub async fn change<F, D>(
    app: &App,
    which: Which,
    caller: &Caller,
    action: Action,
    decide: F,
) -> Result<Session, Problem>
where
    F: Fn(Session, Moment) -> Result<D, Problem> + Sync,
    D: Into<Decided>,
{
    let caller = caller.clone();
    let permitted = move |session: Session, now| {
        let relation = Relation::of(&caller, &session).ok_or(Problem::NotFound)?;
        if !relation.permits(&caller, action) {
            return Err(Problem::Forbidden(NOT_YOURS));
        }
        decide(session, Moment { now, relation }).map(Into::into)
    };
    run(app, which, Save::IfChanged, permitted).await?.ok_or(Problem::NotFound)
}

/// Changes a session on the server's own behalf; `None` when there is no such session.
///
/// # Errors
/// Those of the store.
pub async fn change_by_itself<F>(app: &App, id: SessionId, decide: F) -> Result<Option<Session>, Problem>
where
    F: Fn(Session, Timestamp) -> Change + Sync,
{
    run(app, Which::Session(id), Save::IfChanged, move |session, now| Ok(decide(session, now).into())).await
}

/// Lets time do what is due, and notes when to look again, even where nothing was due any more.
///
/// # Errors
/// Those of the store.
pub async fn change_due(app: &App, id: SessionId) -> Result<(), Problem> {
    let policy = app.settings.policy();
    let tick = move |session: Session, now| Ok(session.tick(now, &policy).into());
    run(app, Which::Session(id), Save::Always, tick).await.map(drop)
}

/// Whether a session that did not change is written all the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Save {
    IfChanged,
    Always,
}

async fn run<F>(app: &App, which: Which, when: Save, decide: F) -> Result<Option<Session>, Problem>
where
    F: Fn(Session, Timestamp) -> Result<Decided, Problem> + Sync,
{
    for _ in 1..TRIES {
        match attempt(app, which, when, &decide).await {
            Err(Problem::VersionConflict) => {}
            done => return done,
        }
    }
    attempt(app, which, when, &decide).await
}

async fn attempt<F>(app: &App, which: Which, when: Save, decide: &F) -> Result<Option<Session>, Problem>
where
    F: Fn(Session, Timestamp) -> Result<Decided, Problem> + Sync,
{
    let mut tx = app.store.begin().await?;
    let Some(before) = load(&mut tx, which).await? else { return Ok(None) };
    let now = app.clock.now();
    let Decided { mut change, passcode_hash } = decide(before.clone(), now)?;
    let same = change.session == before && change.events.is_empty() && passcode_hash.is_none();
    if when == Save::IfChanged && same {
        return Ok(Some(before));
    }
    free_expired_holds(app, &mut tx, &before, &change.session, now).await?;
    save(app, &mut tx, &before, &mut change, now).await?;
    if let Some(hash) = passcode_hash {
        tx.set_passcode(before.id, &hash, now).await?;
    }
    tx.commit().await?;
    tell(app, &before, &change).await;
    Ok(Some(change.session))
}

/// Books a new session: the same path, without a session before.
///
/// # Errors
/// `slot_taken`, and those of the store.
pub async fn book(app: &App, tx: &mut Tx, session: &Session) -> Result<(), Problem> {
    let now = app.clock.now();
    expire_holds(app, tx, session, now).await?;
    tx.insert(session, session.due(&app.settings.policy())).await?;
    enqueue(app, tx, session, &[Event::Booked], now).await
}

/// After the commit of a booking: the parties are told, and whoever waits for events.
pub async fn tell_booked(app: &App, session: &Session) {
    app.outbox.wake();
    app.realtime.tell_booked(app, session).await;
}

async fn save(
    app: &App,
    tx: &mut Tx,
    before: &Session,
    change: &mut Change,
    now: Timestamp,
) -> Result<(), Problem> {
    let session = &mut change.session;
    let outcome = |session: &Session| (session.state.clone(), session.quality_rating);
    if session.appointment != before.appointment || outcome(session) != outcome(before) {
        session.appointment.updated_at = now;
    }
    let due = session.due(&app.settings.policy());
    tx.save(session, due).await?;
    if gives_up_room(before, session, &change.events) {
        let carried_on = session.state.is_live().then_some(session.appointment.media_provider);
        let kept = carried_on.filter(|_| !change.events.contains(&Event::Moved));
        tx.unwant_meetings(session.id, kept, now).await?;
    }
    let changed = session
        .attendance
        .intervals()
        .filter(|(key, interval)| before.attendance.interval(key) != Some(*interval));
    tx.record(session.id, changed).await?;
    enqueue(app, tx, session, &change.events, now).await
}

/// Whether a room that a provider opened is no more wanted.
fn gives_up_room(before: &Session, after: &Session, events: &[Event]) -> bool {
    let provider = before.appointment.media_provider;
    let over = !after.state.is_live() || events.contains(&Event::Moved);
    provider != MediaProvider::Embedded && (over || after.appointment.media_provider != provider)
}

async fn enqueue(
    app: &App,
    tx: &mut Tx,
    session: &Session,
    events: &[Event],
    now: Timestamp,
) -> Result<(), Problem> {
    if events.is_empty() {
        return Ok(());
    }
    let appointment = &session.appointment;
    let parties = tx.parties(appointment.practitioner_id, appointment.client_id).await?;
    for event in events {
        let row = OutboxRow {
            id: EventId::new(app.seed()),
            session_id: session.id,
            event_type: event.name().to_owned(),
            at: now,
            data: event.data(session, &parties),
        };
        tx.enqueue(&row).await?;
        if app.outbox.broker_wants(event) {
            tx.address(&row, Target::Broker).await?;
        }
    }
    Ok(())
}

/// A hold that has run out frees its slot at the latest when somebody else wants it.
async fn free_expired_holds(
    app: &App,
    tx: &mut Tx,
    before: &Session,
    after: &Session,
    now: Timestamp,
) -> Result<(), Problem> {
    let takes_time = after.state.is_live()
        && (before.appointment.slot != after.appointment.slot || !before.state.is_live());
    if takes_time { expire_holds(app, tx, after, now).await } else { Ok(()) }
}

async fn expire_holds(app: &App, tx: &mut Tx, wants: &Session, now: Timestamp) -> Result<(), Problem> {
    let appointment = &wants.appointment;
    let holds =
        tx.expired_holds(appointment.practitioner_id, appointment.client_id, appointment.slot, now).await?;
    for hold in holds.into_iter().filter(|hold| hold.id != wants.id) {
        let mut change = hold.clone().tick(now, &app.settings.policy());
        if change.session != hold {
            save(app, tx, &hold, &mut change, now).await?;
        }
    }
    Ok(())
}

/// After the commit: the parties are told, and who has no place in the call any more loses the media.
async fn tell(app: &App, before: &Session, change: &Change) {
    let session = &change.session;
    if !change.events.is_empty() {
        app.outbox.wake();
    }
    for event in &change.events {
        match event {
            Event::Completed { .. } | Event::NoShow { .. } | Event::Cancelled { .. } | Event::Moved => {
                app.close_media(session.id);
            }
            Event::Denied { participant } | Event::Removed { participant } => {
                app.remove_media(session, *participant);
            }
            _ => {}
        }
    }
    if before.appointment.media_provider != session.appointment.media_provider {
        app.close_media(session.id);
    }
    app.realtime.tell(app, before, session, &change.events).await;
}
