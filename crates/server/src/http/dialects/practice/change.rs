//! `PUT /api/video-sessions/{id}`: only the fields that are given change.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::access::Action;
use openvisit_core::appointment::{Kind, Slot};
use openvisit_core::event::Event;
use openvisit_core::lifecycle::{Change, Refusal};
use openvisit_core::session::Session;
use openvisit_store::Tx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::{VideoSession, word};
use super::{refused, times};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Decided, Moment, Which, change};
use crate::http::appointments::change::{PatchBody, PatchStatus, apply};
use crate::http::dialects::ids;
use crate::http::dialects::refused::Refused;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[schema(as = VideoSessionChange)]
#[garde(allow_unvalidated)]
pub struct ChangeSession {
    pub title: Option<String>,
    /// Without `duration_minutes` and `end_date` the session keeps its length.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub session_date: Option<Timestamp>,
    /// 30 to 180.
    pub duration_minutes: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Timestamp>,
    pub password_enabled: Option<bool>,
    /// Makes a new password; the old one is void, and wrong guesses are forgotten.
    #[serde(default)]
    pub regenerate_password: bool,
    pub notes: Option<String>,
    /// `cancelled` calls it off, `scheduled` takes that back. The others come by themselves.
    pub status: Option<String>,
    /// Stays: given, it must be the one that it is.
    #[serde(default, deserialize_with = "ids::text")]
    pub partner_id: Option<String>,
    /// Stays: given, it must be the one that it is.
    #[serde(default, deserialize_with = "ids::text")]
    pub user_id: Option<String>,
}

/// Changes, moves, cancels or takes back a session. The password is in the answer when it is a new one.
#[utoipa::path(put, path = "/api/video-sessions/{id}", tag = "practice", params(("id" = uuid::Uuid, Path)),
    request_body = ChangeSession, responses((status = 200, body = VideoSession)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<ChangeSession>,
) -> Result<Json<VideoSession>, Refused> {
    let mut tx = app.store.read().await?;
    let session = super::shown(&mut tx, &caller, &id, Action::Change).await?;
    parties_stay(&mut tx, &caller, &session, &body).await?;
    drop(tx);
    let password = renewed(&session, &body).then(|| app.passcodes.generate());
    let hash = match &password {
        Some(password) => Some(app.passcodes.hash(session.id, password).await.map_err(Problem::internal)?),
        None => None,
    };
    let which = Which::Session(session.id);
    let decide = move |session, moment| decide(session, moment, &body, hash.clone());
    match change(&app, which, &caller, Action::Change, decide).await {
        Ok(session) => {
            let shown = super::show(&app, &caller, &session).await?;
            Ok(Json(VideoSession { password: password.map(Some), ..shown }))
        }
        Err(problem) => Err(refused::told(&app, &caller, problem).await),
    }
}

/// A form may send the parties along; they never change.
async fn parties_stay(
    tx: &mut Tx,
    caller: &Caller,
    session: &Session,
    body: &ChangeSession,
) -> Result<(), Problem> {
    let appointment = &session.appointment;
    let parties = [
        ("partner_id", &body.partner_id, appointment.practitioner_id),
        ("user_id", &body.user_id, appointment.client_id),
    ];
    for (field, given, is) in parties {
        let Some(given) = given else { continue };
        match ids::person(tx, caller, given).await {
            Ok(person) if person.id == is => {}
            Ok(_) | Err(Problem::NotFound) => {
                return Err(Problem::invalid(field, "who meets stays; make another session"));
            }
            Err(problem) => return Err(problem),
        }
    }
    Ok(())
}

/// Whether a new password is asked for, or needed since there was none.
fn renewed(session: &Session, body: &ChangeSession) -> bool {
    body.regenerate_password || (body.password_enabled == Some(true) && !session.appointment.passcode_enabled)
}

fn decide(
    session: Session,
    moment: Moment,
    body: &ChangeSession,
    new_hash: Option<String>,
) -> Result<Decided, Problem> {
    if session.deleted_at.is_some() {
        return Err(Problem::NotFound);
    }
    if renewed(&session, body) && new_hash.is_none() {
        // Somebody switched it off just now: begin anew.
        return Err(Problem::VersionConflict);
    }
    let status = asked_status(&session, body)?;
    let patch = patch(&session, body, status)?;
    let unchanged = Change { session, events: Vec::new() };
    let mut change = match patch {
        Some(patch) => apply(unchanged.session, patch, moment.now)?,
        None => unchanged,
    };
    set_password(&mut change, body)?;
    if status == Some(Asked::Cancelled) {
        change = change.then(|session| session.cancel(moment.now, moment.relation.into(), None))?;
    }
    Ok(Decided { change, passcode_hash: new_hash })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Scheduled,
    Cancelled,
}

/// The status that is asked for, where it is another than the present one.
fn asked_status(session: &Session, body: &ChangeSession) -> Result<Option<Asked>, Problem> {
    let present = word(session.state.status());
    match body.status.as_deref() {
        None => Ok(None),
        Some(same) if same == present => Ok(None),
        Some("scheduled") => Ok(Some(Asked::Scheduled)),
        Some("cancelled") => Ok(Some(Asked::Cancelled)),
        Some(_) => Err(Problem::invalid("status", "scheduled or cancelled; the others come by themselves")),
    }
}

/// The canonical change that this body asks for; `None` where it asks for none.
fn patch(
    session: &Session,
    body: &ChangeSession,
    status: Option<Asked>,
) -> Result<Option<PatchBody>, Problem> {
    let slot = moved(session.appointment.slot, body)?;
    let patch = PatchBody {
        starts_at: slot.map(|(start, _)| start),
        duration_minutes: slot.map(|(_, minutes)| minutes),
        title: body.title.clone(),
        notes: body.notes.clone(),
        status: (status == Some(Asked::Scheduled)).then_some(PatchStatus::Scheduled),
        ..PatchBody::default()
    };
    let asks = slot.is_some() || patch.title.is_some() || patch.notes.is_some() || patch.status.is_some();
    Ok(asks.then_some(patch))
}

/// The start and the minutes that are asked for, where they are others than the present ones.
fn moved(slot: Slot, body: &ChangeSession) -> Result<Option<(Timestamp, i64)>, Problem> {
    let start = body.session_date.unwrap_or(slot.starts_at);
    let now = slot.duration().as_mins();
    let minutes = times::minutes(start, body.duration_minutes, body.end_date)?.unwrap_or(now);
    if minutes != now {
        times::allowed(minutes)?;
    }
    Ok(((start, minutes) != (slot.starts_at, now)).then_some((start, minutes)))
}

fn set_password(change: &mut Change, body: &ChangeSession) -> Result<(), Problem> {
    let session = &mut change.session;
    let on = body.password_enabled.unwrap_or(session.appointment.passcode_enabled);
    if body.regenerate_password && !on {
        return Err(Problem::Conflict("the password is switched off".to_owned()));
    }
    if on == session.appointment.passcode_enabled && !body.regenerate_password {
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
        if !change.events.contains(&Event::Changed) {
            change.events.push(Event::Changed);
        }
    }
    Ok(())
}
