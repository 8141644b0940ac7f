//! `POST /api/video/sessions/{id}/end`

use axum::extract::State;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::sessions::end::end_or_call_off;
use openvisit_core::ids::{AppointmentId, SessionId};
use openvisit_core::session::Status;
use openvisit_core::usage::nearest_minutes;
use serde::Serialize;
use utoipa::ToSchema;

use super::notes::NotesBody;
use super::view::{AppointmentWord, Details, ENDED_BEFORE_IT_BEGAN, SessionWord};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicEnded)]
pub struct Ended {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    /// What the caller's own system calls the appointment, or else our id.
    appointment_id: String,
    #[schema(value_type = uuid::Uuid)]
    openvisit_appointment_id: AppointmentId,
    status: SessionWord,
    /// completed, cancelled or no_show.
    #[schema(value_type = Option<String>)]
    outcome: Option<Status>,
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    end_time: Option<Timestamp>,
    duration_minutes: i64,
    notes: Option<String>,
    quality_rating: Option<u8>,
    appointment_status: AppointmentWord,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Ends the call for everyone, once; one that has not begun is called off, and its appointment is not.
#[utoipa::path(post, path = "/api/video/sessions/{id}/end", tag = "clinic",
    params(("id" = uuid::Uuid, Path, description = "the session's")),
    request_body = Option<NotesBody>, responses((status = 200, body = Ended)), security(("bearer" = [])))]
pub async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<NotesBody>,
) -> Result<Json<Ended>, Problem> {
    let details = end_or_call_off(&app, &caller, id, ENDED_BEFORE_IT_BEGAN, body.into()).await?;
    let duration = details.session.duration().unwrap_or_default();
    let Details { session, notes, quality_rating, .. } = Details::of(&app, &caller, &details).await?;
    Ok(Json(Ended {
        session_id: session.session_id,
        appointment_id: session.appointment_id,
        openvisit_appointment_id: session.openvisit_appointment_id,
        status: session.status,
        outcome: session.outcome,
        start_time: session.start_time,
        end_time: session.end_time,
        duration_minutes: nearest_minutes(duration),
        notes,
        quality_rating,
        appointment_status: session.appointment_status,
        created_at: session.created_at,
        updated_at: session.updated_at,
    }))
}
