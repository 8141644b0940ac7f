//! Every change to a request goes through here: asked, accepted, withdrawn, expired. The session that an
//! accepted one becomes is booked in the same transaction, by [`crate::sessions::change::book`].

use std::sync::Arc;

use jiff::Timestamp;
use openvisit_core::access::Actor;
use openvisit_core::appointment::{Kind, Slot};
use openvisit_core::ids::{AppointmentId, OrganizationId, RequestId};
use openvisit_core::person::Role;
use openvisit_core::request::{MAX_PENDING, Request, RequestDetails, Status};
use openvisit_core::session::Session;
use openvisit_store::{Requests, SealedRequest, SessionDetails, Tx};
use serde_json::{Map, Value};

use crate::announce::{self, Announcement};
use crate::app::App;
use crate::appointments::terms;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::outbox::enqueue;
use crate::seal::Of;
use crate::sessions::change;

/// How many requests are taken up at a time.
const BATCH: u32 = 100;

/// The longest concern, in characters.
pub const MAX_CONCERN: usize = 2_000;

/// What a client asks for, its texts of a length that was checked.
#[derive(Clone, Debug)]
pub struct NewRequest {
    pub plan: Option<String>,
    pub kind: Kind,
    /// Shown to practitioners who may accept it, and kept encrypted.
    pub concern: String,
    /// Whose practitioners go first.
    pub organization_id: Option<OrganizationId>,
    pub metadata: Map<String, Value>,
}

/// A client asks to be seen.
///
/// # Errors
/// `forbidden` for whoever is no client, `invalid` for an unknown organization, `conflict` when too many of their
/// requests wait already.
pub async fn ask(app: &App, caller: &Caller, asked: NewRequest) -> Result<SealedRequest, Error> {
    if asked.kind == Kind::InPerson {
        let text = "video, chat or diagnostic: a request is for a call";
        return Err(Error::invalid("kind", FieldCode::NotAllowed, text));
    }
    let wish = RequestDetails {
        organization_id: asked.organization_id,
        plan: terms::short("plan", asked.plan)?,
        kind: asked.kind,
        metadata: terms::metadata(asked.metadata)?,
    };
    caller.require(&[Role::Client])?;
    let (now, id) = (app.clock.now(), RequestId::new(app.seed()));
    let request = Request::new(id, caller.person_id, wish, now, &app.settings.request_rules());
    let concern = app.sealer.seal(Of::Concern(id), asked.concern.trim()).map_err(Error::internal)?;
    let sealed = SealedRequest { request, concern };
    let mut tx = app.store.begin().await?;
    crate::people::rules::organization(&mut tx, sealed.request.wish.organization_id).await?;
    if !tx.insert_request(&sealed).await? {
        let text = format!("{MAX_PENDING} requests of yours wait already; withdraw one first");
        return Err(Error::Conflict(text));
    }
    enqueue::of_request(app, &mut tx, &sealed.request, now).await?;
    announce::commit(app, tx, &[told_of(&sealed)]).await?;
    Ok(sealed)
}

/// Loads a request for a caller: one that they may not see is not there.
///
/// # Errors
/// `not_found`, and those of the store.
pub async fn find(app: &App, tx: &mut Tx, caller: &Caller, id: RequestId) -> Result<SealedRequest, Error> {
    let sealed = load(app, tx, id).await?;
    if may_see(app, caller, &sealed.request) { Ok(sealed) } else { Err(Error::NotFound) }
}

/// A request for its client, or an administrator.
///
/// # Errors
/// `not_found`, and those of the store.
pub async fn find_own(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    id: RequestId,
) -> Result<SealedRequest, Error> {
    let sealed = find(app, tx, caller, id).await?;
    owner(caller, &sealed.request).map(|_| sealed).ok_or(Error::NotFound)
}

/// As it is now.
async fn load(app: &App, tx: &mut Tx, id: RequestId) -> Result<SealedRequest, Error> {
    let sealed = tx.request(id).await?.ok_or(Error::NotFound)?;
    Ok(SealedRequest { request: sealed.request.at(app.clock.now()), ..sealed })
}

/// Its client, administrators, who has accepted it, and as long as it waits whoever may accept it.
fn may_see(app: &App, caller: &Caller, request: &Request) -> bool {
    let has_part = request.client_id == caller.person_id || request.accepted_by() == Some(caller.person_id);
    caller.only_session.is_none()
        && (has_part
            || caller.is(Role::Admin)
            || request.check(&caller.person, &app.settings.request_rules(), app.clock.now()).is_ok())
}

/// What the client wrote; `None` when the notes key was changed since. It costs nobody the rest of a list.
#[must_use]
pub fn concern(app: &App, sealed: &SealedRequest) -> Option<String> {
    let id = sealed.request.id;
    match app.sealer.open(Of::Concern(id), &sealed.concern) {
        Ok(concern) => Some(concern),
        Err(error) => {
            tracing::warn!(%error, request = %id, "could not decrypt the text of a request; was the notes key changed?");
            None
        }
    }
}

/// As what the caller may withdraw it.
fn owner(caller: &Caller, request: &Request) -> Option<Actor> {
    if caller.only_session.is_some() {
        None
    } else if request.client_id == caller.person_id {
        Some(Actor::Client)
    } else {
        caller.is(Role::Admin).then_some(Actor::Admin)
    }
}

/// The requests that a caller may see, from behind `after`, at most `limit`: of a practitioner those that they
/// may accept, the longest waiting first; of a client all of their own, the newest first.
///
/// # Errors
/// Those of the store.
pub async fn list(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    mut after: Option<RequestId>,
    limit: usize,
) -> Result<Vec<SealedRequest>, Error> {
    if caller.only_session.is_some() {
        return Ok(Vec::new());
    }
    let which = if caller.is(Role::Admin) {
        Requests::All
    } else if caller.is(Role::Practitioner) {
        Requests::Pending
    } else {
        Requests::Of(caller.person_id)
    };
    let now = app.clock.now();
    let mut found = Vec::new();
    loop {
        let batch = tx.requests(which, after, BATCH).await?;
        let is_last = batch.len() < BATCH as usize;
        after = batch.last().map(|last| last.request.id);
        let here =
            batch.into_iter().map(|sealed| SealedRequest { request: sealed.request.at(now), ..sealed });
        found.extend(here.filter(|sealed| may_see(app, caller, &sealed.request)));
        if is_last || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
    }
}

/// A practitioner accepts a request: of any number at once one succeeds, and has a session with its id.
///
/// # Errors
/// `not_found` for a request that the practitioner may not see, `request_taken` or `request_gone`,
/// `slot_taken` when one of the two is busy: then the request waits on.
pub async fn accept(
    app: &App,
    caller: &Caller,
    id: RequestId,
    minutes: i64,
) -> Result<SessionDetails, Error> {
    if let Err(refused) = caller.require(&[Role::Practitioner]) {
        // Whoever may not see it learns nothing of it.
        let mut tx = app.store.read().await?;
        return find(app, &mut tx, caller, id).await.and(Err(refused));
    }
    match accept_once(app, caller, id, minutes).await {
        // Somebody else was faster; who looks again sees what became of it.
        Err(Error::VersionConflict) => accept_once(app, caller, id, minutes).await,
        done => done,
    }
}

async fn accept_once(
    app: &App,
    caller: &Caller,
    id: RequestId,
    minutes: i64,
) -> Result<SessionDetails, Error> {
    let now = app.clock.now();
    let slot: Slot = terms::slot(now, minutes, now)?;
    let turn = app.announcer.turn(id.into()).await;
    let mut tx = app.store.begin().await?;
    let SealedRequest { request, concern } = tx.request(id).await?.ok_or(Error::NotFound)?;
    let request = request.accept(now, &caller.person, &app.settings.request_rules())?;
    // Before the booking: whoever comes second must not find the client busy with this very session.
    save(app, &mut tx, &request, now).await?;
    let mut appointment = request.appointment(AppointmentId::new(app.seed()), &caller.person, slot);
    let selected = app.providers.chosen(None)?;
    appointment.media_provider = selected.name;
    appointment.presence_proven = selected.proves_presence;
    let session = Session::of(appointment);
    let booked = change::book(app, &mut tx, &session).await?;
    if let Some(organization) = session.appointment.organization_id {
        tx.address_from_request(session.id, organization, now).await?;
    }
    let accepted = Announcement::Request(Arc::new(SealedRequest { request, concern }));
    booked.told_after(accepted).commit(app, tx, turn).await
}

fn told_of(sealed: &SealedRequest) -> Announcement {
    Announcement::Request(Arc::new(sealed.clone()))
}

/// Its client, or an administrator, withdraws a request. What is over already stays as it is.
///
/// # Errors
/// `not_found`, or `request_taken` when a practitioner has accepted it.
pub async fn withdraw(app: &App, caller: &Caller, id: RequestId) -> Result<SealedRequest, Error> {
    match withdraw_once(app, caller, id).await {
        Err(Error::VersionConflict) => withdraw_once(app, caller, id).await,
        done => done,
    }
}

async fn withdraw_once(app: &App, caller: &Caller, id: RequestId) -> Result<SealedRequest, Error> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    let before = load(app, &mut tx, id).await?;
    let by = owner(caller, &before.request).ok_or(Error::NotFound)?;
    let request = before.request.clone().withdraw(now, by)?;
    if request == before.request {
        return Ok(before);
    }
    save(app, &mut tx, &request, now).await?;
    let withdrawn = SealedRequest { request, ..before };
    announce::commit(app, tx, &[told_of(&withdrawn)]).await?;
    Ok(withdrawn)
}

/// Stores what became of it, and lets other programs be told.
async fn save(app: &App, tx: &mut Tx, request: &Request, now: Timestamp) -> Result<(), Error> {
    if !tx.save_request(request, now).await? {
        return Err(Error::VersionConflict);
    }
    enqueue::of_request(app, tx, request, now).await
}

/// Lets time do what is due: show requests to everyone, and end those that waited too long.
///
/// # Errors
/// Those of the store.
pub async fn run_due(app: &App) -> Result<(), Error> {
    loop {
        let now = app.clock.now();
        let due = app.store.read().await?.due_requests(now, BATCH).await?;
        if due.is_empty() {
            return Ok(());
        }
        for sealed in due {
            let sealed = SealedRequest { request: sealed.request.at(now), ..sealed };
            let mut tx = app.store.begin().await?;
            let was_pending = tx.save_request(&sealed.request, now).await?;
            // One that is shown to everyone now is the same as before.
            if was_pending && sealed.request.status() == Status::Expired {
                enqueue::of_request(app, &mut tx, &sealed.request, now).await?;
            }
            let told = was_pending.then(|| told_of(&sealed));
            announce::commit(app, tx, told.as_slice()).await?;
        }
    }
}
