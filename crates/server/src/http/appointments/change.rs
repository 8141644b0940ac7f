//! `PATCH /appointments/{id}`: move, change, reactivate.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::access::Action;
use openvisit_core::appointment::{MediaProvider, StartedBy};
use openvisit_core::event::Event;
use openvisit_core::ids::AppointmentId;
use openvisit_core::lifecycle::{Change, Refusal};
use openvisit_core::session::{Session, Status};
use serde::Deserialize;
use utoipa::ToSchema;

use super::terms;
use super::view::{AppointmentView, PriceBody};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Only the fields that are given change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PatchBody {
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    pub duration_minutes: Option<i64>,
    pub title: Option<String>,
    pub notes: Option<String>,
    pub plan: Option<String>,
    pub price: Option<PriceBody>,
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    pub max_participants: Option<u8>,
    #[schema(value_type = Option<String>)]
    pub started_by: Option<StartedBy>,
    /// Until the call has begun.
    #[schema(value_type = Option<String>)]
    pub media_provider: Option<MediaProvider>,
    /// `scheduled` takes a cancellation back.
    pub status: Option<PatchStatus>,
    /// The version that the caller saw; another one is a conflict.
    pub version: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum PatchStatus {
    Scheduled,
}

/// Moves an appointment, changes its terms, or takes its cancellation back.
#[utoipa::path(patch, path = "/appointments/{id}", tag = "appointments", params(("id" = uuid::Uuid, Path)),
    request_body = PatchBody, responses((status = 200, body = AppointmentView)), security(("bearer" = [])))]
pub async fn patch(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    Json(body): Json<PatchBody>,
) -> Result<Json<AppointmentView>, Problem> {
    let carrier = body.media_provider.map(|name| app.providers.chosen(Some(name))).transpose()?;
    let session =
        change(&app, Which::Appointment(id), &caller, Action::Change, move |session, moment| {
            if body.version.is_some_and(|seen| seen != session.version) {
                return Err(Problem::VersionConflict);
            }
            let change = apply(session, body.clone(), moment.now)?;
            match carrier {
                Some(carrier) => Ok(change
                    .then(|session| session.carry_by(moment.now, carrier.name, carrier.proves_presence))?),
                None => Ok(change),
            }
        })
        .await?;
    super::show(&app, &caller, &session).await.map(Json)
}

/// Makes the change that a body asks for.
///
/// # Errors
/// `invalid`, and where the state does not allow it: `ended`, `not_allowed_now`.
pub fn apply(session: Session, body: PatchBody, now: Timestamp) -> Result<Change, Problem> {
    let mut events = Vec::new();
    let mut session = session;
    if body.status.is_some() && session.state.status() != Status::Scheduled {
        let change = session.reactivate(now)?;
        session = change.session;
        events.extend(change.events);
    }
    if body.starts_at.is_some() || body.duration_minutes.is_some() {
        let old = session.appointment.slot;
        let starts_at = body.starts_at.unwrap_or(old.starts_at);
        let minutes = body.duration_minutes.unwrap_or_else(|| old.duration().as_mins());
        let change = session.move_to(now, terms::slot(starts_at, minutes, now)?)?;
        session = change.session;
        events.extend(change.events);
    }
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let before = session.appointment.clone();
    change_terms(&mut session, body)?;
    if session.appointment != before {
        events.push(Event::Changed);
    }
    Ok(Change { session, events })
}

fn change_terms(session: &mut Session, body: PatchBody) -> Result<(), Problem> {
    let appointment = &mut session.appointment;
    if body.title.is_some() {
        appointment.title = terms::short("title", body.title)?;
    }
    if body.notes.is_some() {
        appointment.notes = terms::notes(body.notes)?;
    }
    if body.plan.is_some() {
        appointment.plan = terms::short("plan", body.plan)?;
    }
    if body.price.is_some() {
        appointment.price = terms::price(body.price)?;
    }
    if let Some(metadata) = body.metadata {
        appointment.metadata = terms::metadata(metadata)?;
    }
    if let Some(count) = body.max_participants {
        appointment.max_participants = terms::max_participants(count)?;
    }
    appointment.started_by = body.started_by.or(appointment.started_by);
    Ok(())
}
