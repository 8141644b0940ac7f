//! A session as the counselling contract shows it.

use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::view::{Labels, Viewer, shown_participants};
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::ids::{AppointmentId, ParticipantId, PersonId, SessionId};
use openvisit_core::policy::Policy;
use openvisit_core::session::{PartyRole, Session, Status};
use openvisit_core::usage::nearest_minutes;
use openvisit_store::{Label, SessionDetails};
use serde::Serialize;
use utoipa::ToSchema;

use super::words::{self, STARTED_BY};
use crate::dialects::ids::Ids;

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CounsellingSession {
    /// What the caller's own system calls the session, or else our id.
    id: String,
    #[serde(rename = "openvisit_session_id")]
    #[schema(value_type = uuid::Uuid)]
    openvisit_session_id: SessionId,
    /// What the caller's own system calls the appointment, or else our id.
    appointment_id: String,
    #[serde(rename = "openvisit_appointment_id")]
    #[schema(value_type = uuid::Uuid)]
    openvisit_appointment_id: AppointmentId,
    #[serde(flatten)]
    call: CallStatus,
    /// Pending, Confirmed or Refunded; or as the application said it, such as Paid.
    payment_status: String,
    #[schema(value_type = String, format = DateTime)]
    session_date: Timestamp,
    client: CounsellingParty,
    psychologist: CounsellingParty,
    meeting_link: String,
    statistics: Statistics,
    /// Whether the caller may start the call now.
    can_start: bool,
    cannot_start_reason: Option<String>,
}

/// What a status is told with, by routes and sockets alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallStatus {
    /// Pending, Confirmed, In Progress, Completed or Cancelled.
    pub status: &'static str,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub video_call_started: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub video_call_ended: Option<Timestamp>,
    /// Whole minutes, to the nearest; null until it has ended.
    pub duration: Option<i64>,
}

impl CallStatus {
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let cancelled = session.state.status() == Status::Cancelled;
        Self {
            status: words::status(session),
            video_call_started: session.state.started_at(),
            video_call_ended: session.state.ended_at().filter(|_| !cancelled),
            duration: session.duration().map(nearest_minutes),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CounsellingParty {
    /// What the caller's own system calls them, or else our id.
    id: String,
    /// The same, as the events of the sockets have it.
    user_id: String,
    #[serde(rename = "openvisit_id")]
    #[schema(value_type = uuid::Uuid)]
    openvisit_id: PersonId,
    name: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Statistics {
    participants: Vec<ParticipantStatistics>,
    /// The sum over all participants.
    connected_seconds: i64,
    reconnects: usize,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ParticipantStatistics {
    #[schema(value_type = uuid::Uuid)]
    id: ParticipantId,
    name: String,
    /// psychologist, client or guest.
    role: &'static str,
    connected: bool,
    /// While the call was in progress.
    connected_seconds: i64,
    reconnects: usize,
}

impl CounsellingSession {
    /// # Errors
    /// `not_found` for whoever may not see it.
    pub fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let session = &details.session;
        let appointment = &session.appointment;
        let (ids, labels) = (ids(app, caller), Labels::from(details));
        let refusal = refusal_to_start(app, caller, session);
        Ok(Self {
            id: ids.booked_session(appointment, &labels),
            openvisit_session_id: session.id,
            appointment_id: ids.appointment(appointment, &labels),
            openvisit_appointment_id: appointment.id,
            call: CallStatus::of(session),
            payment_status: words::payment(&appointment.payment).to_owned(),
            session_date: appointment.slot.starts_at,
            client: party(&ids, appointment.client_id, details.client.as_ref()),
            psychologist: party(&ids, appointment.practitioner_id, details.practitioner.as_ref()),
            meeting_link: app.settings.join_url(session.id),
            statistics: statistics(app, caller, session)?,
            can_start: refusal.is_none(),
            cannot_start_reason: refusal.as_ref().map(words::refusal),
        })
    }
}

/// The ids that this caller is answered with.
#[must_use]
pub fn ids(app: &App, caller: &Caller) -> Ids {
    Ids::of(caller, &app.settings.dialects.counselling)
}

fn party(ids: &Ids, openvisit_id: PersonId, label: Option<&Label>) -> CounsellingParty {
    let id = ids.person(openvisit_id, label);
    let name = label.map(|label| label.name.clone());
    CounsellingParty { user_id: id.clone(), id, openvisit_id, name }
}

/// What a start would be refused with now.
fn refusal_to_start(app: &App, caller: &Caller, session: &Session) -> Option<Error> {
    let (now, policy) = (app.clock.now(), Policy { started_by: STARTED_BY, ..app.settings.policy() });
    let relation = Relation::of(caller, session)?;
    if let Err(refusal) = session.clone().start(now, &policy, relation.into()) {
        return Some(refusal.into());
    }
    let role = match relation {
        Relation::Practitioner => PartyRole::Practitioner,
        Relation::Client => PartyRole::Client,
        _ => return None,
    };
    session.check_door(now, &policy, caller.person_id, role).err().map(Error::from)
}

/// Of those participants that the caller may see.
fn statistics(app: &App, caller: &Caller, session: &Session) -> Result<Statistics, Error> {
    let now = app.clock.now();
    let participants: Vec<_> = shown_participants(session, Viewer::of(caller, session)?)
        .map(|shown| ParticipantStatistics {
            id: shown.id,
            name: shown.name.clone(),
            role: words::part(shown.role),
            connected: session.attendance.is_present(shown.id),
            connected_seconds: session.connected(shown.id, now).as_secs(),
            reconnects: session.reconnects(shown.id, now),
        })
        .collect();
    Ok(Statistics {
        connected_seconds: participants.iter().map(|p| p.connected_seconds).sum(),
        reconnects: participants.iter().map(|p| p.reconnects).sum(),
        participants,
    })
}
