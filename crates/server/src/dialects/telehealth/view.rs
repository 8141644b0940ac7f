//! A session as the telehealth contract shows it.

use jiff::Timestamp;
use openvisit_app::sessions::view::{Viewer, end_reason, shown_participants};
use openvisit_core::ids::{AppointmentId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_core::usage::nearest_minutes;
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TelehealthSession {
    #[schema(value_type = uuid::Uuid)]
    pub(super) id: SessionId,
    #[schema(value_type = uuid::Uuid)]
    pub(super) appointment_id: AppointmentId,
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
    #[schema(value_type = uuid::Uuid)]
    pub(super) user_id: PersonId,
    /// clinician, patient or guest.
    pub(super) role: &'static str,
    pub(super) name: String,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    pub(super) state: Admission,
    pub(super) connected: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(super) joined_at: Option<Timestamp>,
}

impl TelehealthSession {
    pub(super) fn of(session: &Session, viewer: Viewer) -> Self {
        let state = &session.state;
        Self {
            id: session.id,
            appointment_id: session.appointment.id,
            status: words::status(state.status()),
            room_name: session.id.to_string(),
            started_at: state.started_at(),
            ended_at: state.ended_at(),
            end_reason: end_reason(session, viewer).map(str::to_owned),
            ended_by: state.ended_by().map(words::actor),
            duration_minutes: session.duration().map(nearest_minutes),
            participants: shown_participants(session, viewer).map(|it| participant(session, it)).collect(),
        }
    }
}

fn participant(session: &Session, participant: &Participant) -> TelehealthParticipant {
    TelehealthParticipant {
        id: participant.id,
        user_id: participant.person_id,
        role: words::part(participant.role),
        name: participant.name.clone(),
        state: participant.admission,
        connected: session.attendance.is_present(participant.id),
        joined_at: participant.admitted_at,
    }
}
