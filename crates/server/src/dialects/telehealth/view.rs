//! A session as the telehealth contract shows it.

use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::view::{Labels, Viewer, end_reason, shown_participants};
use openvisit_app::{App, Error};
use openvisit_core::ids::{AppointmentId, ParticipantId, PersonId, SessionId};
use openvisit_core::policy::Policy;
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_core::usage::nearest_minutes;
use openvisit_store::SessionDetails;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;
use crate::dialects::ids::Ids;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TelehealthSession {
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: SessionId,
    /// What the caller's own system calls the appointment, or else our id.
    pub(super) appointment_id: String,
    #[serde(rename = "openvisit_appointment_id")]
    #[schema(value_type = uuid::Uuid)]
    pub(super) openvisit_appointment_id: AppointmentId,
    /// SCHEDULED, WAITING_ROOM, IN_SESSION, COMPLETED, CANCELLED or NO_SHOW.
    pub(super) status: &'static str,
    pub(super) room_name: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) ended_at: Option<Timestamp>,
    pub(super) end_reason: Option<String>,
    /// clinician, patient, admin or system.
    pub(super) ended_by: Option<&'static str>,
    /// To the nearest minute; null until it has ended.
    pub(super) duration_minutes: Option<i64>,
    pub(super) participants: Vec<TelehealthParticipant>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TelehealthParticipant {
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: ParticipantId,
    /// What the caller's own system calls them, or else our id.
    pub(super) user_id: String,
    #[serde(rename = "openvisit_user_id")]
    #[schema(value_type = uuid::Uuid)]
    pub(super) openvisit_user_id: PersonId,
    /// clinician, patient or guest.
    pub(super) role: &'static str,
    pub(super) name: String,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    pub(super) state: Admission,
    pub(super) connected: bool,
    /// Since when they wait to be let in; null also when somebody who waited has gone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) waiting_since: Option<Timestamp>,
    /// When somebody who waited, or was let in, was last here; null while they are.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) left_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) joined_at: Option<Timestamp>,
}

impl TelehealthSession {
    /// # Errors
    /// `not_found` for whoever may not see it.
    pub(super) fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let session = &details.session;
        let (state, viewer) = (&session.state, Viewer::of(caller, session)?);
        let (ids, labels) = (Ids::of(caller, &app.settings.dialects.telehealth), Labels::from(details));
        let user_id = |id| ids.person(id, labels.get(id));
        let shown = shown_participants(session, viewer);
        let (policy, now) = (app.settings.policy(), app.clock.now());
        let show = |it: &Participant| participant(session, it, user_id(it.person_id), &policy, now);
        Ok(Self {
            id: session.id,
            appointment_id: ids.appointment(&session.appointment, &labels),
            openvisit_appointment_id: session.appointment.id,
            status: words::status(state.status()),
            room_name: session.id.to_string(),
            started_at: state.started_at(),
            ended_at: state.ended_at(),
            end_reason: end_reason(session, viewer).map(str::to_owned),
            ended_by: state.ended_by().map(words::actor),
            duration_minutes: session.duration().map(nearest_minutes),
            participants: shown.map(show).collect(),
        })
    }
}

fn participant(
    session: &Session,
    participant: &Participant,
    user_id: String,
    policy: &Policy,
    now: Timestamp,
) -> TelehealthParticipant {
    TelehealthParticipant {
        id: participant.id,
        user_id,
        openvisit_user_id: participant.person_id,
        role: words::part(participant.role),
        name: participant.name.clone(),
        state: participant.admission,
        connected: session.attendance.is_present(participant.id),
        waiting_since: session.waits_since(participant, now, policy),
        left_at: session.last_here(participant, now, policy),
        joined_at: participant.admitted_at,
    }
}
