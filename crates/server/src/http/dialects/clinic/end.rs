//! `POST /api/video/sessions/{id}/end`

use axum::extract::State;
use jiff::Timestamp;
use openvisit_core::ids::{AppointmentId, SessionId};
use openvisit_core::session::Status;
use openvisit_core::usage::nearest_minutes;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::{AppointmentWord, Details, ENDED_BEFORE_IT_BEGAN, SessionWord};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::Which;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::http::sessions::end::end_as;
use crate::http::sessions::look;
use crate::http::sessions::notes::NotesBody;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicEnded)]
pub struct Ended {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
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
    end_as(&app, &caller, Which::Session(id), body, |session, now, by| match session.state.status() {
        Status::Scheduled | Status::Waiting => {
            Ok(session.cancel(now, by, Some(ENDED_BEFORE_IT_BEGAN.to_owned()))?)
        }
        _ => Ok(session.end(now, by, None)),
    })
    .await?;
    let (seen, viewer) = look(&app, &caller, id).await?;
    let duration = seen.session.duration().unwrap_or_default();
    let Details { session, notes, quality_rating, .. } = Details::of(&app, &seen, viewer).await?;
    Ok(Json(Ended {
        session_id: session.session_id,
        appointment_id: session.appointment_id,
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
