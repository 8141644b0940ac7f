//! Every change to a session goes through here, whoever asks: a route, a socket, a timer, the media
//! server. Load, decide, save with its events, commit, announce.

use jiff::Timestamp;
use openvisit_core::access::{Action, Caller, Relation};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::event::{Event, Parties};
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::Session;
use openvisit_store::{Epoch, Label, SessionDetails, StoreError, Tx};

use super::find::{Which, permitted};
use crate::announce::{self, Announcement, Committed, News, Turn};
use crate::app::App;
use crate::error::Error;
use crate::messages;
use crate::outbox::enqueue;
use crate::providers::room::named;
use crate::recovery;
use crate::seal::{Of, WrongKey};

/// A lost race is run again this often before the caller hears of it.
const TRIES: usize = 8;

/// What `decide` is given besides the session.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub now: Timestamp,
    /// What the caller is to the session.
    pub relation: Relation,
    /// Whether the practitioner has written notes.
    pub has_notes: bool,
}

/// What was decided: a change, and with it perhaps what is kept beside the session.
#[derive(Debug)]
pub struct Decision {
    pub change: Change,
    /// A new passcode, by its hash.
    pub passcode_hash: Option<String>,
    /// The practitioner's notes, sealed.
    pub sealed_notes: Option<Vec<u8>>,
}

impl From<Change> for Decision {
    fn from(change: Change) -> Self {
        Self { change, passcode_hash: None, sealed_notes: None }
    }
}

/// Why notes are not written.
const UNREADABLE: &str = "the notes that are kept cannot be read with this server's key, and stay as they are until it \
    is back; ask the administrator";

/// Changes a session on behalf of a caller who must be allowed `action`.
///
/// # Errors
/// Those of [`super::find::find`], of `decide`, and of the store.
pub async fn change<F, D>(
    app: &App,
    caller: &Caller,
    which: impl Into<Which>,
    action: Action,
    decide: F,
) -> Result<SessionDetails, Error>
where
    F: Fn(Session, Moment) -> Result<D, Error> + Sync,
    D: Into<Decision>,
{
    let permitted = |before: &SessionDetails, now| {
        let relation = permitted(&before.session, caller, action)?;
        let has_notes = before.sealed_notes.is_some();
        decide(before.session.clone(), Moment { now, relation, has_notes }).map(Into::into)
    };
    run(app, which.into(), Save::IfChanged, permitted).await?.ok_or(Error::NotFound)
}

/// Changes a session on the server's own behalf; `None` when there is no such session.
///
/// # Errors
/// Those of the store.
pub async fn change_by_itself<F>(app: &App, id: SessionId, decide: F) -> Result<Option<SessionDetails>, Error>
where
    F: Fn(Session, Timestamp) -> Change + Sync,
{
    let decide = |before: &SessionDetails, now| Ok(decide(before.session.clone(), now).into());
    run(app, Which::Session(id), Save::IfChanged, decide).await
}

/// As [`change_by_itself`], by what the media say: only while this node is the session's home of that epoch. Without one
/// there are no other nodes, or others need not be asked.
///
/// # Errors
/// [`Error::TakenOver`] where the session has its home elsewhere by now, and those of the store.
pub async fn change_at_home<F>(
    app: &App,
    id: SessionId,
    epoch: Option<Epoch>,
    decide: F,
) -> Result<Option<SessionDetails>, Error>
where
    F: Fn(Session, Timestamp) -> Change + Sync,
{
    let when = epoch.map_or(Save::IfChanged, Save::AtHome);
    let decide = |before: &SessionDetails, now| Ok(decide(before.session.clone(), now).into());
    run(app, Which::Session(id), when, decide).await
}

/// Lets time do what is due, and notes when to look again, even where nothing was due any more.
///
/// # Errors
/// Those of the store.
pub async fn change_due(app: &App, id: SessionId) -> Result<(), Error> {
    let policy = app.settings.policy();
    let tick = |before: &SessionDetails, now| Ok(before.session.clone().tick(now, &policy).into());
    run(app, Which::Session(id), Save::Always, tick).await.map(drop)
}

/// Changes several sessions on the server's own behalf in one transaction, without events; `decide` says `None` for what stays.
///
/// # Errors
/// Those of the store; then none of them was changed.
pub(crate) async fn change_many<F>(app: &App, ids: &[SessionId], decide: F) -> Result<(), Error>
where
    F: Fn(&Session, Timestamp) -> Option<Session> + Sync,
{
    let now = app.clock.now();
    let turns = app.announcer.turns(ids).await;
    let mut tx = app.store.begin().await?;
    let mut told = Vec::new();
    for before in tx.details_of(ids).await? {
        let Some(mut session) = decide(&before.session, now).filter(|session| *session != before.session)
        else {
            continue;
        };
        save(app, &mut tx, &before, &mut session, &[], now).await?;
        let news = News::between(&before.session, &session, vec![]);
        told.push(told_of(news, SessionDetails { session, ..before }));
    }
    announce::commit(app, tx, &told).await?;
    drop(turns);
    Ok(())
}

/// Whether a session that did not change is written all the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Save {
    IfChanged,
    Always,
    /// If it changed, and only while its media are here.
    AtHome(Epoch),
}

/// First without holding up other writers: most of what is refused, or changes nothing, never waits for them, and what
/// was decided is saved only if nobody was faster. Whoever lost that race loads again as a writer.
async fn run<F>(app: &App, which: Which, when: Save, decide: F) -> Result<Option<SessionDetails>, Error>
where
    F: Fn(&SessionDetails, Timestamp) -> Result<Decision, Error> + Sync,
{
    let Some(mut before) = look(app, which).await? else { return Ok(None) };
    if recovery::first(app, before.session.id).await? {
        before = look(app, which).await?.ok_or(Error::NotFound)?;
    }
    let id = before.session.id;
    let mut done = decided(app, before, when, &decide, None).await;
    for _ in 1..TRIES {
        if !matches!(done, Err(Error::VersionConflict)) {
            break;
        }
        let turn = app.announcer.turn(id).await;
        let mut tx = app.store.begin().await?;
        let Some(before) = load(&mut tx, which).await? else { return Ok(None) };
        done = decided(app, before, when, &decide, Some((turn, tx))).await;
    }
    done.map(Some)
}

async fn look(app: &App, which: Which) -> Result<Option<SessionDetails>, Error> {
    Ok(match which {
        Which::Session(id) => app.store.session_details(id).await?.map(|details| (*details).clone()),
        Which::Appointment(id) => app.store.read().await?.session_details_by_appointment(id).await?,
    })
}

async fn load(tx: &mut Tx, which: Which) -> Result<Option<SessionDetails>, StoreError> {
    match which {
        Which::Session(id) => tx.session_details(id).await,
        Which::Appointment(id) => tx.session_details_by_appointment(id).await,
    }
}

/// Decides on a session as it was loaded, and saves what came of it: in a unit of work that was begun in the session's turn, or in
/// one of its own.
async fn decided<F>(
    app: &App,
    before: SessionDetails,
    when: Save,
    decide: &F,
    begun: Option<(Turn<'_>, Tx)>,
) -> Result<SessionDetails, Error>
where
    F: Fn(&SessionDetails, Timestamp) -> Result<Decision, Error> + Sync,
{
    let now = app.clock.now();
    let decision = decide(&before, now)?;
    let Decision { change, passcode_hash, sealed_notes } = &decision;
    let beside = passcode_hash.is_some() || sealed_notes.is_some();
    let same = change.session == before.session && change.events.is_empty() && !beside;
    if when != Save::Always && same {
        return Ok(before);
    }
    if sealed_notes.is_some() {
        expect_readable(app, &before)?;
    }
    let (turn, mut tx) = match begun {
        Some(begun) => begun,
        None => (app.announcer.turn(before.session.id).await, app.store.begin().await?),
    };
    if let Save::AtHome(epoch) = when {
        tx.expect_home(before.session.id, epoch).await?;
    }
    let after = commit(app, tx, before, decision, now).await;
    drop(turn);
    after
}

/// New notes take the place only of what could be read.
fn expect_readable(app: &App, before: &SessionDetails) -> Result<(), Error> {
    let session = before.session.id;
    match before.sealed_notes.as_ref().map(|sealed| app.sealer.open(Of::Notes(session), sealed)) {
        Some(Err(WrongKey)) => Err(Error::Conflict(UNREADABLE.to_owned())),
        _ => Ok(()),
    }
}

async fn commit(
    app: &App,
    mut tx: Tx,
    before: SessionDetails,
    decision: Decision,
    now: Timestamp,
) -> Result<SessionDetails, Error> {
    let Decision { change: Change { mut session, events }, passcode_hash, sealed_notes } = decision;
    let freed = free_expired_holds(app, &mut tx, &before.session, &session, now).await?;
    save(app, &mut tx, &before, &mut session, &events, now).await?;
    if let Some(hash) = passcode_hash {
        tx.set_passcode(session.id, &hash, now).await?;
    }
    let handed_over = session.appointment.practitioner_id != before.session.appointment.practitioner_id;
    let mut after = if handed_over {
        // What the new one is called, was not loaded.
        let details = tx.session_details(before.session.id).await?.ok_or(Error::NotFound)?;
        SessionDetails { session, ..details }
    } else {
        SessionDetails { session, ..before.clone() }
    };
    if let Some(sealed) = sealed_notes {
        tx.set_notes(after.session.id, &sealed, now).await?;
        (after.sealed_notes, after.notes_updated_at) = (Some(sealed), Some(now));
    }
    let news = News::between(&before.session, &after.session, events);
    let mut told = freed;
    told.push(told_of(news, after.clone()));
    announce::commit(app, tx, &told).await?;
    Ok(after)
}

fn told_of(news: News, after: SessionDetails) -> Announcement {
    Announcement::Session(Committed { news, after }.into())
}

/// A session that is booked once it is committed, and those that made room for it.
#[derive(Debug)]
pub struct NewSession {
    after: SessionDetails,
    /// What is to be told before the booking.
    first: Vec<Announcement>,
}

/// Books a new session and names its room: the same path, without a session before. [`NewSession::commit`] ends it, still in the
/// session's turn.
///
/// # Errors
/// `slot_taken`, and those of the store.
pub async fn book(app: &App, tx: &mut Tx, session: &Session) -> Result<NewSession, Error> {
    let (now, events) = (app.clock.now(), [Event::Booked]);
    let (practitioner, client) = labels(tx, session).await?;
    let parties = Parties { practitioner: practitioner.identity.clone(), client: client.identity.clone() };
    let mut session = named(session, &parties);
    let freed = expire_holds(app, tx, &session, now).await?;
    tx.note_change().await?;
    session.appointment.updated_at = app.clock.now();
    let line = tx.insert_with(&session, session.due(&app.settings.policy()), events.len()).await?;
    let request = line.request;
    enqueue::of_session(app, tx, line, &session, parties, &events, now).await?;
    messages::enqueue::of_new(app, tx, &session, request, now).await?;
    let (practitioner, client) = (Some(practitioner), Some(client));
    let after = SessionDetails { session, practitioner, client, sealed_notes: None, notes_updated_at: None };
    Ok(NewSession { after, first: freed })
}

/// What the practitioner and the client are called.
async fn labels(tx: &mut Tx, session: &Session) -> Result<(Label, Label), Error> {
    let who = [session.appointment.practitioner_id, session.appointment.client_id];
    let mut labels = tx.labels(&who).await?;
    let mut label = |person| labels.remove(&person).ok_or_else(|| Error::internal("a party who is nobody"));
    Ok((label(who[0])?, label(who[1])?))
}

impl NewSession {
    /// What it came from, told before it.
    #[must_use]
    pub fn told_after(mut self, announcement: Announcement) -> Self {
        self.first.push(announcement);
        self
    }

    /// Commits, and tells everybody; the turn was taken before the unit of work began.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn commit(self, app: &App, tx: Tx, turn: Turn<'_>) -> Result<SessionDetails, Error> {
        let mut told = self.first;
        told.push(told_of(News::of_new(vec![Event::Booked]), self.after.clone()));
        announce::commit(app, tx, &told).await?;
        drop(turn);
        Ok(self.after)
    }
}

async fn save(
    app: &App,
    tx: &mut Tx,
    details: &SessionDetails,
    session: &mut Session,
    events: &[Event],
    now: Timestamp,
) -> Result<(), Error> {
    let before = &details.session;
    let outcome = |session: &Session| (session.state.clone(), session.quality_rating, session.deleted_at);
    if session.appointment != before.appointment || outcome(session) != outcome(before) {
        tx.note_change().await?;
        session.appointment.updated_at = app.clock.now();
    }
    let due = session.due(&app.settings.policy());
    let line = tx.save_changed(before, session, due, events.len()).await?;
    if gives_up_room(before, session, events) {
        let carried_on = session.state.is_live().then_some(session.appointment.media_provider);
        let kept = carried_on.filter(|_| !events.iter().any(is_move));
        tx.release_meetings(session.id, kept, now).await?;
    }
    let changed = session
        .attendance
        .intervals()
        .filter(|(key, interval)| before.attendance.interval(key) != Some(*interval));
    tx.record(session.id, changed).await?;
    if events.is_empty() {
        return Ok(());
    }
    let parties = parties(tx, details, session).await?;
    enqueue::of_session(app, tx, line, session, parties, events, now).await?;
    messages::enqueue::of_change(app, tx, Some(before), session, events, now).await
}

/// Whom the events name, as it was loaded; of another practitioner only the database knows.
async fn parties(tx: &mut Tx, before: &SessionDetails, session: &Session) -> Result<Parties, StoreError> {
    let (had, has) = (&before.session.appointment, &session.appointment);
    match (&before.practitioner, &before.client) {
        (Some(practitioner), Some(client)) if had.practitioner_id == has.practitioner_id => {
            Ok(Parties { practitioner: practitioner.identity.clone(), client: client.identity.clone() })
        }
        _ => tx.parties(has.practitioner_id, has.client_id).await,
    }
}

/// Whether a room that a provider opened is no more wanted.
fn gives_up_room(before: &Session, after: &Session, events: &[Event]) -> bool {
    let provider = before.appointment.media_provider;
    let over = !after.state.is_live() || events.iter().any(is_move);
    provider != MediaProvider::Embedded && (over || after.appointment.media_provider != provider)
}

fn is_move(event: &Event) -> bool {
    matches!(event, Event::Moved { .. })
}

/// A hold that has run out frees its slot at the latest when somebody else wants it.
async fn free_expired_holds(
    app: &App,
    tx: &mut Tx,
    before: &Session,
    after: &Session,
    now: Timestamp,
) -> Result<Vec<Announcement>, Error> {
    let held_by = |session: &Session| (session.appointment.practitioner_id, session.appointment.slot);
    let takes_time = after.state.is_live() && (held_by(before) != held_by(after) || !before.state.is_live());
    if takes_time { expire_holds(app, tx, after, now).await } else { Ok(Vec::new()) }
}

async fn expire_holds(
    app: &App,
    tx: &mut Tx,
    wants: &Session,
    now: Timestamp,
) -> Result<Vec<Announcement>, Error> {
    let appointment = &wants.appointment;
    let holds =
        tx.expired_holds(appointment.practitioner_id, appointment.client_id, appointment.slot, now).await?;
    let mut freed = Vec::new();
    for hold in holds.into_iter().filter(|hold| hold.id != wants.id) {
        let Change { mut session, events } = hold.clone().tick(now, &app.settings.policy());
        if session == hold {
            continue;
        }
        let Some(details) = tx.session_details(hold.id).await? else { continue };
        save(app, tx, &details, &mut session, &events, now).await?;
        let news = News::between(&hold, &session, events);
        freed.push(told_of(news, SessionDetails { session, ..details }));
    }
    Ok(freed)
}
