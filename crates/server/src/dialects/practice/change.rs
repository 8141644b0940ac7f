//! `PUT /api/video-sessions/{id}`: only the fields that are given change; of the whole object, those that are new.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::appointments::change::{Patch, Revision, revise};
use openvisit_app::auth::caller;
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use openvisit_core::appointment::Slot;
use openvisit_core::session::Session;
use openvisit_store::Tx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::find::find_shown;
use super::times::Times;
use super::view::{VideoSession, word};
use super::{refused, times};
use crate::dialects::ids;
use crate::dialects::lenient::{self, Moment};
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[schema(as = VideoSessionChange)]
#[garde(allow_unvalidated)]
pub struct ChangeSession {
    pub title: Option<String>,
    /// Without `duration_minutes` and `end_date` the session keeps its length.
    #[serde(default, deserialize_with = "lenient::moment")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub session_date: Option<Moment>,
    /// 30 to 180. The old one gives way to a new `end_date`.
    #[serde(default, deserialize_with = "lenient::number")]
    pub duration_minutes: Option<i64>,
    /// The old one gives way to a new `session_date` or `duration_minutes`.
    #[serde(default, deserialize_with = "lenient::moment")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Moment>,
    #[serde(default, deserialize_with = "lenient::switch")]
    pub password_enabled: Option<bool>,
    /// Makes a new password; the old one is void, and wrong guesses are forgotten.
    #[serde(default, deserialize_with = "lenient::switch")]
    pub regenerate_password: Option<bool>,
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
    request_body = Option<ChangeSession>, responses((status = 200, body = VideoSession)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<ChangeSession>,
) -> Result<Json<VideoSession>, Refused> {
    let mut tx = app.store.read().await?;
    let session = find_shown(&mut tx, &caller, &id, Action::Change).await?;
    parties_stay(&mut tx, &caller, &session, &body).await?;
    let zone = lenient::zone_of(tx.person(session.appointment.practitioner_id).await?.as_ref());
    drop(tx);
    let times = Times::read(&zone, body.session_date, body.duration_minutes, body.end_date)?;
    match revise(&app, &caller, &session, |session: &Session| revision(session, &body, times)).await {
        Ok((details, password)) => {
            let shown = VideoSession::of(&app, &caller, &details)?;
            Ok(Json(VideoSession { password: password.map(Some), ..shown }))
        }
        Err(error) => Err(refused::told(&app, &caller, error).await),
    }
}

/// A form may send the parties along; they never change.
async fn parties_stay(
    tx: &mut Tx,
    caller: &caller::Caller,
    session: &Session,
    body: &ChangeSession,
) -> Result<(), Error> {
    let appointment = &session.appointment;
    let parties = [
        ("partner_id", &body.partner_id, appointment.practitioner_id),
        ("user_id", &body.user_id, appointment.client_id),
    ];
    for (field, given, is) in parties {
        if let Some(given) = given {
            ids::expect_same(tx, caller, field, given, is).await?;
        }
    }
    Ok(())
}

/// What this body asks for, of the session as it is.
fn revision(session: &Session, body: &ChangeSession, times: Times) -> Result<Revision, Error> {
    let status = asked_status(session, body)?;
    let slot = moved(session.appointment.slot, times)?;
    let patch = Patch {
        starts_at: slot.map(|(start, _)| start),
        duration_minutes: slot.map(|(_, minutes)| minutes),
        title: changed(body.title.as_ref(), session.appointment.title.as_ref()),
        notes: changed(body.notes.as_ref(), session.appointment.notes.as_ref()),
        reactivate: status == Some(Asked::Scheduled),
        ..Patch::default()
    };
    Ok(Revision {
        patch,
        passcode_enabled: body.password_enabled,
        renew_passcode: body.regenerate_password.unwrap_or_default(),
        cancel: status == Some(Asked::Cancelled),
    })
}

/// A text that is another than the present one: of what is over, the same may be sent back.
fn changed(given: Option<&String>, is: Option<&String>) -> Option<String> {
    given.filter(|given| given.as_str() != is.map_or("", String::as_str)).cloned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Scheduled,
    Cancelled,
}

/// The status that is asked for, where it is another than the present one.
fn asked_status(session: &Session, body: &ChangeSession) -> Result<Option<Asked>, Error> {
    let present = word(session.state.status());
    match body.status.as_deref() {
        None => Ok(None),
        Some(same) if same == present => Ok(None),
        // Of what goes on, or is over, it is the word of a form that was opened before.
        Some("scheduled") => Ok((present == "cancelled").then_some(Asked::Scheduled)),
        Some("cancelled") => Ok(Some(Asked::Cancelled)),
        Some(_) => {
            let text = "scheduled or cancelled; the others come by themselves";
            Err(Error::invalid("status", FieldCode::NotAllowed, text))
        }
    }
}

/// The start and the minutes that are asked for, where they are others than the present ones.
fn moved(slot: Slot, times: Times) -> Result<Option<(Timestamp, i64)>, Error> {
    let Times { start, minutes, end } = times.new_beside(slot);
    let start = start.unwrap_or(slot.starts_at);
    let now = slot.duration().as_mins();
    let minutes = times::minutes(start, minutes, end)?.unwrap_or(now);
    if minutes != now {
        times::allowed(minutes)?;
    }
    Ok(((start, minutes) != (slot.starts_at, now)).then_some((start, minutes)))
}
