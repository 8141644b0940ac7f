//! `PUT /api/video/sessions/{id}/notes`

use axum::extract::State;
use jiff::Timestamp;
use openvisit_core::ids::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use super::view::Details;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::Which;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::sessions::look;
use crate::http::sessions::notes::{NotesBody, write_notes};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicNotes)]
pub struct Notes {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    notes: Option<String>,
    quality_rating: Option<u8>,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Writes the doctor's notes and rating; what is not given stays.
#[utoipa::path(put, path = "/api/video/sessions/{id}/notes", tag = "clinic",
    params(("id" = uuid::Uuid, Path, description = "the session's")),
    request_body = NotesBody, responses((status = 200, body = Notes)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<NotesBody>,
) -> Result<Json<Notes>, Problem> {
    write_notes(&app, &caller, Which::Session(id), body).await?;
    let (seen, viewer) = look(&app, &caller, id).await?;
    let Details { session, notes, quality_rating, .. } = Details::of(&app, &seen, viewer).await?;
    Ok(Json(Notes { session_id: id, notes, quality_rating, updated_at: session.updated_at }))
}
