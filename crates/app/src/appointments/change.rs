//! An appointment is moved, its terms change, or its cancellation is taken back.

use jiff::Timestamp;
use openvisit_core::access::Action;
use openvisit_core::appointment::{Kind, MediaProvider, Price, StartedBy};
use openvisit_core::event::Event;
use openvisit_core::ids::PersonId;
use openvisit_core::lifecycle::{Change, Refusal};
use openvisit_core::person::{Person, Role};
use openvisit_core::session::{Session, Status};
use openvisit_store::SessionDetails;
use serde_json::{Map, Value};

use super::terms;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::sessions::change::{Decision, Moment, change};
use crate::sessions::find::{Which, find};

/// Only what is given changes.
#[derive(Clone, Debug, Default)]
pub struct Patch {
    pub starts_at: Option<Timestamp>,
    pub duration_minutes: Option<i64>,
    /// Who takes it over, before it has begun.
    pub practitioner_id: Option<PersonId>,
    pub title: Option<String>,
    pub notes: Option<String>,
    pub plan: Option<String>,
    pub price: Option<Price>,
    pub metadata: Option<Map<String, Value>>,
    pub max_participants: Option<i64>,
    pub started_by: Option<StartedBy>,
    /// Until the call has begun.
    pub media_provider: Option<MediaProvider>,
    /// Takes a cancellation back.
    pub reactivate: bool,
    /// The version that the caller saw; another one is a conflict.
    pub version: Option<i64>,
}

impl Patch {
    /// Whether it asks for anything at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        let Self { starts_at, duration_minutes, title, notes, plan, price, metadata, .. } = self;
        let texts = title.is_none() && notes.is_none() && plan.is_none() && price.is_none();
        let times = starts_at.is_none() && duration_minutes.is_none();
        let others =
            self.max_participants.is_none() && self.started_by.is_none() && self.practitioner_id.is_none();
        texts && times && others && metadata.is_none() && self.media_provider.is_none() && !self.reactivate
    }
}

/// Makes the change that is asked for, and switches the passcode on or off where that is asked for. A new passcode is
/// returned this once.
///
/// # Errors
/// `invalid`, and where the state does not allow it: `ended`, `not_allowed_now`; `slot_taken`.
pub async fn patch(
    app: &App,
    caller: &Caller,
    which: Which,
    patch: Patch,
    passcode: Option<bool>,
) -> Result<(SessionDetails, Option<String>), Error> {
    let selected = patch.media_provider.map(|name| app.providers.chosen(Some(name))).transpose()?;
    let successor = match patch.practitioner_id {
        Some(id) => Some(practitioner(app, id).await?),
        None => None,
    };
    let fresh = match passcode {
        Some(true) => fresh_passcode(app, caller, which).await?,
        _ => None,
    };
    let details = change(app, caller, which, Action::Change, |session: Session, moment| {
        if patch.version.is_some_and(|seen| seen != session.version) {
            return Err(Error::VersionConflict);
        }
        if passcode == Some(true) && !session.appointment.passcode_enabled && fresh.is_none() {
            // Somebody switched it off just now: begin anew.
            return Err(Error::VersionConflict);
        }
        let mut change = apply(session, patch.clone(), moment.now)?;
        if let Some(successor) = &successor {
            change = change.then(|session| hand_over(session, moment.now, caller, successor))?;
        }
        if let Some(selected) = selected {
            change = change
                .then(|session| session.set_provider(moment.now, selected.name, selected.proves_presence))?;
            let appointment = &change.session.appointment;
            terms::room_for(appointment.max_participants, appointment.media_provider)?;
        }
        switch_passcode(&mut change, passcode, false)?;
        let passcode_hash = fresh.as_ref().map(|(_, hash)| hash.clone());
        Ok(Decision { passcode_hash, ..change.into() })
    })
    .await?;
    Ok((details, fresh.map(|(passcode, _)| passcode)))
}

/// Who may take an appointment over.
async fn practitioner(app: &App, id: PersonId) -> Result<Person, Error> {
    let person = app.store.read().await?.person(id).await?;
    person.filter(|it| it.is(Role::Practitioner) && !it.disabled).ok_or_else(no_successor)
}

fn no_successor() -> Error {
    Error::invalid("practitioner_id", FieldCode::Unknown, "no such practitioner")
}

/// To a colleague of the same organization; an administrator gives it to any practitioner.
fn hand_over(session: Session, now: Timestamp, caller: &Caller, to: &Person) -> Result<Change, Error> {
    let appointment = &session.appointment;
    let colleague = to.organization_id.is_some() && to.organization_id == appointment.organization_id;
    if to.id != appointment.practitioner_id && !colleague && !caller.is(Role::Admin) {
        return Err(no_successor());
    }
    if to.id == appointment.client_id {
        let text = "somebody else than the client";
        return Err(Error::invalid("practitioner_id", FieldCode::Conflicting, text));
    }
    Ok(session.hand_over(now, to.id)?)
}

/// A passcode and its hash for a session that has none; `None` for one that has.
async fn fresh_passcode(app: &App, caller: &Caller, which: Which) -> Result<Option<(String, String)>, Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, which, caller, Action::Change).await?;
    drop(tx);
    if session.appointment.passcode_enabled {
        return Ok(None);
    }
    let passcode = app.passcodes.generate();
    let hash = app.passcodes.hash(session.id, &passcode).await.map_err(Error::internal)?;
    Ok(Some((passcode, hash)))
}

pub(super) fn apply(mut session: Session, patch: Patch, now: Timestamp) -> Result<Change, Error> {
    let mut events = Vec::new();
    if patch.reactivate && session.state.status() != Status::Scheduled {
        let change = session.reactivate(now)?;
        session = change.session;
        events.extend(change.events);
    }
    if patch.starts_at.is_some() || patch.duration_minutes.is_some() {
        let old = session.appointment.slot;
        let starts_at = patch.starts_at.unwrap_or(old.starts_at);
        let minutes = patch.duration_minutes.unwrap_or_else(|| old.duration().as_mins());
        let change = session.move_to(now, terms::slot(starts_at, minutes, now)?)?;
        session = change.session;
        events.extend(change.events);
    }
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let before = session.appointment.clone();
    change_terms(&mut session, patch)?;
    if session.appointment != before {
        events.push(Event::Changed);
    }
    Ok(Change { session, events })
}

fn change_terms(session: &mut Session, patch: Patch) -> Result<(), Error> {
    let appointment = &mut session.appointment;
    let provider = patch.media_provider.unwrap_or(appointment.media_provider);
    if patch.title.is_some() {
        appointment.title = terms::short("title", patch.title)?;
    }
    if patch.notes.is_some() {
        appointment.notes = terms::notes(patch.notes)?;
    }
    if patch.plan.is_some() {
        appointment.plan = terms::short("plan", patch.plan)?;
    }
    if patch.price.is_some() {
        appointment.price = patch.price;
    }
    if let Some(metadata) = patch.metadata {
        appointment.metadata = terms::metadata(metadata)?;
    }
    if let Some(count) = patch.max_participants {
        appointment.max_participants = terms::max_participants(count, provider)?;
    }
    appointment.started_by = patch.started_by.or(appointment.started_by);
    Ok(())
}

/// What a program that knows passcodes and cancellations as fields of an appointment asks for at one stroke.
#[derive(Clone, Debug, Default)]
pub struct Revision {
    pub patch: Patch,
    /// Whether clients and guests need a passcode.
    pub passcode_enabled: Option<bool>,
    pub renew_passcode: bool,
    pub cancel: bool,
}

/// Revises an appointment that was not deleted. `decide` says what is asked for, of the session as it is when it is
/// saved. A new passcode, where one was asked for or is needed since there was none, is returned this once.
///
/// # Errors
/// Those of [`patch`] and of `decide`; `conflict` for the passcode of what has none.
pub async fn revise<F>(
    app: &App,
    caller: &Caller,
    session: &Session,
    decide: F,
) -> Result<(SessionDetails, Option<String>), Error>
where
    F: Fn(&Session) -> Result<Revision, Error> + Sync,
{
    let passcode = needs_passcode(session, &decide(session)?).then(|| app.passcodes.generate());
    let hash = match &passcode {
        Some(passcode) => Some(app.passcodes.hash(session.id, passcode).await.map_err(Error::internal)?),
        None => None,
    };
    let details = change(app, caller, session.id, Action::Change, |session: Session, moment| {
        if session.deleted_at.is_some() {
            return Err(Error::NotFound);
        }
        let revision = decide(&session)?;
        if needs_passcode(&session, &revision) && hash.is_none() {
            // Somebody switched it off just now: begin anew.
            return Err(Error::VersionConflict);
        }
        revised(session, moment, revision, hash.clone())
    })
    .await?;
    Ok((details, passcode))
}

fn needs_passcode(session: &Session, revision: &Revision) -> bool {
    let switched_on = revision.passcode_enabled == Some(true) && !session.appointment.passcode_enabled;
    revision.renew_passcode || switched_on
}

fn revised(
    session: Session,
    moment: Moment,
    revision: Revision,
    passcode_hash: Option<String>,
) -> Result<Decision, Error> {
    let Revision { patch, passcode_enabled, renew_passcode, cancel } = revision;
    let mut change = if patch.is_empty() {
        Change { session, events: Vec::new() }
    } else {
        apply(session, patch, moment.now)?
    };
    switch_passcode(&mut change, passcode_enabled, renew_passcode)?;
    if cancel {
        change = change.then(|session| session.cancel(moment.now, moment.relation.into(), None))?;
    }
    Ok(Decision { passcode_hash, ..change.into() })
}

fn switch_passcode(change: &mut Change, enabled: Option<bool>, renew: bool) -> Result<(), Error> {
    let session = &mut change.session;
    let on = enabled.unwrap_or(session.appointment.passcode_enabled);
    if renew && !on {
        return Err(Error::Conflict("the password is switched off".to_owned()));
    }
    if on == session.appointment.passcode_enabled && !renew {
        return Ok(());
    }
    if session.appointment.kind == Kind::InPerson {
        return Err(Refusal::NoCall.into());
    }
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    if on != session.appointment.passcode_enabled {
        session.appointment.passcode_enabled = on;
        if !change.events.iter().any(|event| event.name() == Event::Changed.name()) {
            change.events.push(Event::Changed);
        }
    }
    Ok(())
}

/// Takes a session off the lists of programs that know deleting; one that has not begun is cancelled by it, one in
/// progress stays. What happened is kept.
///
/// # Errors
/// `not_found` for what was deleted already, and the refusals of [`Session::delete`].
pub async fn delete(app: &App, caller: &Caller, which: Which) -> Result<(), Error> {
    let deleted = change(app, caller, which, Action::Change, |session: Session, moment| {
        if session.deleted_at.is_some() {
            return Err(Error::NotFound);
        }
        Ok(session.delete(moment.now, moment.relation.into())?)
    });
    deleted.await.map(drop)
}
