//! `POST /api/video/sessions/{id}/start`

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::auth::caller;
use openvisit_app::sessions::media;
use openvisit_app::sessions::start::start_once;
use openvisit_app::sessions::view::Viewer;
use openvisit_app::usage;
use openvisit_app::{App, Error};
use openvisit_core::ids::{AppointmentId, ParticipantId, SessionId};
use openvisit_core::lifecycle::Move;
use openvisit_core::session::{PartyRole, Status};
use openvisit_store::SessionDetails;
use serde::{Deserialize, Serialize};
use serde_json::Map;
use utoipa::ToSchema;

use super::view::{Attendee, BookingType, Media, MediaUrls, SessionWord, ids, meeting};
use crate::dialects::ids::appointment;
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::media_grant::MediaGrant;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
#[schema(as = ClinicStartBody)]
pub struct StartBody {
    /// Who starts is what the booking says, whatever is given here.
    #[expect(dead_code, reason = "a word that is none is refused")]
    pub booking_type: Option<BookingType>,
    /// Six digits; asked of the patient where the session has a passcode.
    pub passcode: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicStarted)]
pub struct Started {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    /// What the caller's own system calls the appointment, or else our id.
    appointment_id: String,
    #[schema(value_type = uuid::Uuid)]
    openvisit_appointment_id: AppointmentId,
    status: SessionWord,
    chime_meeting_id: Option<String>,
    /// Null where it was not the doctor who started.
    doctor_attendee: Option<Attendee>,
    /// Whoever started; null for an administrator, who takes no part.
    attendee: Option<Attendee>,
    aws_media_urls: MediaUrls,
    media: Media,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// Once most of the month's quota is used.
    warning: Option<String>,
}

/// Begins the call and comes in, at any time before the slot is over; lets the patient in who waits.
#[utoipa::path(post, path = "/api/video/sessions/{id}/start", tag = "clinic",
    params(("id" = String, Path, description = "the appointment's: ours, or another system's")),
    request_body = Option<StartBody>, responses((status = 200, body = Started)), security(("bearer" = [])))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    OptionalJson(body): OptionalJson<StartBody>,
) -> Result<Json<Started>, Refused> {
    let found = appointment(&mut app.store.read().await?, &caller, &id).await;
    let id = found.map_err(|error| match error {
        Error::NotFound => saying(error, "Appointment not found"),
        _ => error.into(),
    })?;
    let begun = start_once(&app, &caller, id, body.passcode).await.map_err(|error| refused(error, id))?;
    let inside = match &begun.entered {
        Some(entered) => {
            Some((entered.participant, MediaGrant::of(id, media::grant(&app, &caller, entered).await?)))
        }
        None => None,
    };
    let warning = usage::warning(&app).await?;
    Ok(Json(Started { warning, ..Started::of(&app, &caller, &begun.details, inside).await? }))
}

/// What this route says in words of its own.
fn refused(error: Error, id: SessionId) -> Refused {
    match error {
        // It is there, as was just seen.
        Error::NotFound => Error::Forbidden("You are not authorized to access this appointment").into(),
        // In what was called off there is nothing to join.
        Error::NotAllowedNow { asked: Move::Start, state: Status::Cancelled | Status::NoShow } => {
            error.into()
        }
        Error::NotAllowedNow { asked: Move::Start, .. } => {
            let mut refused = Refused::from(error);
            refused.more.insert("session_id".to_owned(), id.to_string().into());
            refused
        }
        _ => error.into(),
    }
}

fn saying(error: Error, text: &str) -> Refused {
    Refused { problem: error.into(), more: Map::from_iter([("error".to_owned(), text.into())]) }
}

impl Started {
    async fn of(
        app: &App,
        caller: &caller::Caller,
        details: &SessionDetails,
        inside: Option<(ParticipantId, MediaGrant)>,
    ) -> Result<Self, Error> {
        let session = &details.session;
        let attendee = inside.as_ref().map(|(id, grant)| Attendee::of(app, caller, *id, Some(grant)));
        let is_doctor = session
            .participant_of(caller.person_id)
            .is_some_and(|participant| participant.role == PartyRole::Practitioner);
        Ok(Self {
            session_id: session.id,
            appointment_id: ids(app, caller).appointment(&session.appointment, &details.into()),
            openvisit_appointment_id: session.appointment.id,
            status: SessionWord::of(session.state.status()),
            chime_meeting_id: meeting(app, session, Viewer::of(caller, session)?).await?,
            doctor_attendee: attendee.clone().filter(|_| is_doctor),
            attendee,
            aws_media_urls: inside.as_ref().map(|(_, grant)| MediaUrls::of(app, grant)).unwrap_or_default(),
            media: Media::of(session, inside.map(|(_, grant)| grant)),
            created_at: session.appointment.created_at,
            warning: None,
        })
    }
}
