//! Sessions in the clinic's words.

use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::providers::room::{meeting_id, shown_name};
use openvisit_app::sessions::view::{Viewer, knows_client, notes, shown_participants};
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use openvisit_core::appointment::{MediaProvider, StartedBy};
use openvisit_core::ids::{AppointmentId, OrganizationId, ParticipantId, PersonId, SessionId};
use openvisit_core::session::{Participant, PartyRole, Session, State, Status};
use openvisit_store::SessionDetails;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::dialects::ids::Ids;
use crate::http::ice_server::IceServer;
use crate::http::media_grant::MediaGrant;

/// The reason in the record of a session that was ended before it began. Its appointment was not called off.
pub const ENDED_BEFORE_IT_BEGAN: &str = "ended before it began";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ClinicSessionStatus)]
pub enum SessionWord {
    Created,
    InProgress,
    Completed,
    Cancelled,
}

impl SessionWord {
    pub fn of(status: Status) -> Self {
        match status {
            Status::Scheduled | Status::Waiting => Self::Created,
            Status::InProgress => Self::InProgress,
            Status::Completed => Self::Completed,
            Status::Cancelled | Status::NoShow => Self::Cancelled,
        }
    }

    /// All of ours that it stands for.
    pub fn statuses(self) -> Vec<Status> {
        Status::ALL.into_iter().filter(|status| Self::of(*status) == self).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = ClinicAppointmentStatus)]
pub enum AppointmentWord {
    Scheduled,
    InProgress,
    Completed,
    Cancelled,
}

impl AppointmentWord {
    pub fn of(state: &State) -> Self {
        match state {
            State::Scheduled | State::Waiting { .. } => Self::Scheduled,
            State::InProgress { .. } => Self::InProgress,
            State::Completed { .. } => Self::Completed,
            State::Cancelled { reason, .. } if reason.as_deref() == Some(ENDED_BEFORE_IT_BEGAN) => {
                Self::Scheduled
            }
            State::Cancelled { .. } | State::NoShow { .. } => Self::Cancelled,
        }
    }
}

/// Who starts: the doctor, or the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum BookingType {
    ClinicBased,
    Direct,
}

impl BookingType {
    fn of(session: &Session) -> Self {
        match session.appointment.started_by {
            Some(StartedBy::Client) => Self::Direct,
            _ => Self::ClinicBased,
        }
    }
}

/// A session in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicSession)]
pub struct Entry {
    #[schema(value_type = uuid::Uuid)]
    pub session_id: SessionId,
    pub booking_type: BookingType,
    /// What the caller's own system calls the appointment, or else our id.
    pub appointment_id: String,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_appointment_id: AppointmentId,
    /// What the system that booked it calls the appointment.
    pub external_appointment_id: Option<String>,
    /// What the caller's own system calls the doctor, or else our id.
    pub doctor_id: String,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_doctor_id: PersonId,
    pub doctor_name: Option<String>,
    /// As `doctor_id`.
    pub patient_id: String,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_patient_id: PersonId,
    pub patient_name: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub clinic_id: Option<OrganizationId>,
    pub status: SessionWord,
    pub appointment_status: AppointmentWord,
    /// completed, cancelled or no_show; null until it has ended.
    #[schema(value_type = Option<String>)]
    pub outcome: Option<Status>,
    /// When it began; until then, when it is to begin.
    #[schema(value_type = String, format = DateTime)]
    pub start_time: Timestamp,
    /// Null until it has ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_time: Option<Timestamp>,
    #[schema(value_type = String, format = DateTime)]
    pub scheduled_start_time: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub scheduled_end_time: Timestamp,
    /// The media provider's meeting; null until it has begun.
    pub chime_meeting_id: Option<String>,
    pub media: Media,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// One session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicSessionDetails)]
pub struct Details {
    #[serde(flatten)]
    pub session: Entry,
    /// From start to end, counting while it is in progress; null before.
    pub duration_seconds: Option<i64>,
    pub attendees: Vec<AttendeeEntry>,
    /// The doctor's own; null for everyone else.
    pub notes: Option<String>,
    /// The doctor's own, 1 to 5; null for everyone else.
    pub quality_rating: Option<u8>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicAttendeeEntry)]
pub struct AttendeeEntry {
    #[schema(value_type = uuid::Uuid)]
    pub attendee_id: ParticipantId,
    /// DOCTOR, PATIENT or GUEST.
    pub user_type: &'static str,
    pub name: String,
    /// When they were let in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub join_time: Option<Timestamp>,
    /// When the last connection ended, or somebody who waits without one was last heard of; null while they are here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub leave_time: Option<Timestamp>,
    /// CONNECTED or DISCONNECTED.
    pub status: &'static str,
}

/// Which provider carries the media; with the means to connect for whom they are meant.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicMedia)]
pub struct Media {
    #[schema(value_type = String, example = "embedded")]
    pub provider: MediaProvider,
    /// Where an offer is posted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ice_servers: Option<Vec<IceServer>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// What else the provider's own program asks for: of Chime, its `Meeting` and `Attendee`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub details: Option<Value>,
}

/// The provider's endpoints; null until there are any for the caller.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(as = ClinicMediaUrls)]
pub struct MediaUrls {
    pub audio_host_url: Option<String>,
    pub video_host_url: Option<String>,
    pub signaling_url: Option<String>,
}

/// The caller's place in the call.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ClinicAttendee)]
pub struct Attendee {
    /// The participant's; with Chime the one that it gave.
    pub attendee_id: String,
    /// Null while waiting.
    pub join_token: Option<String>,
    /// What the caller's own system calls them, or else our id; with Chime what it was told.
    pub external_user_id: String,
    pub email: Option<String>,
}

impl Attendee {
    pub fn of(app: &App, caller: &Caller, participant: ParticipantId, grant: Option<&MediaGrant>) -> Self {
        let told = grant.and_then(|grant| grant.details.as_ref()).map(|details| &details["Attendee"]);
        let told = |name: &str| told.and_then(|attendee| attendee[name].as_str()).map(str::to_owned);
        let known_as = ids(app, caller).subject(&caller.person.identity);
        Self {
            attendee_id: told("AttendeeId").unwrap_or_else(|| participant.to_string()),
            join_token: grant.map(|grant| grant.token.clone()),
            external_user_id: told("ExternalUserId")
                .or(known_as)
                .unwrap_or_else(|| caller.person_id.to_string()),
            email: caller.person.email.clone(),
        }
    }
}

/// The ids that this caller is answered with.
pub fn ids(app: &App, caller: &Caller) -> Ids {
    Ids::of(caller, &app.settings.dialects.clinic)
}

impl Entry {
    /// # Errors
    /// `not_found` for whoever may not see it, and those of the store.
    pub async fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let (session, ids) = (&details.session, ids(app, caller));
        let viewer = Viewer::of(caller, session)?;
        let (appointment, state) = (&session.appointment, &session.state);
        let status = state.status();
        let moments = [
            state.started_at(),
            state.ended_at(),
            details.notes_updated_at.filter(|_| viewer.may(Action::Notes)),
        ];
        let updated_at = moments.into_iter().flatten().fold(appointment.updated_at, Timestamp::max);
        Ok(Self {
            session_id: session.id,
            booking_type: BookingType::of(session),
            appointment_id: ids.appointment(appointment, &details.into()),
            openvisit_appointment_id: appointment.id,
            external_appointment_id: appointment.external.as_ref().map(|external| external.id.clone()),
            doctor_id: ids.person(appointment.practitioner_id, details.practitioner.as_ref()),
            openvisit_doctor_id: appointment.practitioner_id,
            doctor_name: details.practitioner_name().map(str::to_owned),
            patient_id: ids.person(appointment.client_id, details.client.as_ref()),
            openvisit_patient_id: appointment.client_id,
            patient_name: details.client_name().filter(|_| knows_client(session, viewer)).map(str::to_owned),
            clinic_id: appointment.organization_id,
            status: SessionWord::of(status),
            appointment_status: AppointmentWord::of(state),
            outcome: (!status.is_live()).then_some(status),
            start_time: state.started_at().unwrap_or(appointment.slot.starts_at),
            end_time: state.ended_at(),
            scheduled_start_time: appointment.slot.starts_at,
            scheduled_end_time: appointment.slot.ends_at,
            chime_meeting_id: meeting(app, session, viewer).await?,
            media: Media::of(session, None),
            created_at: appointment.created_at,
            updated_at,
        })
    }
}

impl Details {
    /// # Errors
    /// `not_found` for whoever may not see it.
    pub async fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let session = &details.session;
        let viewer = Viewer::of(caller, session)?;
        let own = viewer.may(Action::Notes);
        Ok(Self {
            session: Entry::of(app, caller, details).await?,
            duration_seconds: session.duration_so_far(app.clock.now()).map(|duration| duration.as_secs()),
            attendees: attendees(session, viewer),
            notes: notes(app, details, viewer).text,
            quality_rating: session.quality_rating.filter(|_| own),
        })
    }
}

impl Media {
    pub fn of(session: &Session, grant: Option<MediaGrant>) -> Self {
        let provider = session.appointment.media_provider;
        match grant {
            None => {
                Self { provider, url: None, token: None, ice_servers: None, expires_at: None, details: None }
            }
            Some(grant) => Self {
                provider: grant.provider,
                url: grant.url,
                details: grant.details,
                token: Some(grant.token),
                ice_servers: Some(grant.ice_servers),
                expires_at: Some(grant.expires_at),
            },
        }
    }
}

impl MediaUrls {
    /// Chime has addresses of its own for sound and signals, and none for pictures; others have one for all.
    pub fn of(app: &App, grant: &MediaGrant) -> Self {
        let placement = grant.details.as_ref().map(|details| &details["Meeting"]["MediaPlacement"]);
        if let Some(Value::Object(placement)) = placement {
            let url = |name: &str| placement.get(name).and_then(Value::as_str).map(str::to_owned);
            let signaling_url = url("SignalingUrl");
            let video_host_url = signaling_url.clone();
            return Self { audio_host_url: url("AudioHostUrl"), video_host_url, signaling_url };
        }
        let url = grant.url.as_ref().map(|url| match grant.provider {
            MediaProvider::Embedded => format!("{}{url}", app.settings.public_url()),
            _ => url.clone(),
        });
        Self { audio_host_url: url.clone(), video_host_url: url.clone(), signaling_url: url }
    }
}

/// The meeting at the provider, once it has begun, for whoever may know it: the embedded one calls it like the session.
///
/// # Errors
/// Those of the store.
pub async fn meeting(app: &App, session: &Session, viewer: Viewer) -> Result<Option<String>, Error> {
    match session.state.started_at().and(shown_name(app, session, viewer)) {
        Some(_) => meeting_id(app, session).await,
        None => Ok(None),
    }
}

/// Who takes part, as far as the viewer may know.
pub fn attendees(session: &Session, viewer: Viewer) -> Vec<AttendeeEntry> {
    shown_participants(session, viewer).map(|participant| attendee(session, participant)).collect()
}

fn attendee(session: &Session, participant: &Participant) -> AttendeeEntry {
    let present = session.attendance.is_present(participant.id);
    AttendeeEntry {
        attendee_id: participant.id,
        user_type: match participant.role {
            PartyRole::Practitioner => "DOCTOR",
            PartyRole::Client => "PATIENT",
            PartyRole::Guest => "GUEST",
        },
        name: participant.name.clone(),
        join_time: participant.admitted_at,
        leave_time: session.attendance.left_at(participant.id).or(participant.left_at).filter(|_| !present),
        status: if present { "CONNECTED" } else { "DISCONNECTED" },
    }
}
