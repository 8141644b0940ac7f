//! `PUT /api/video/sessions/{id}/notes`

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::sessions::notes::{self, MAX_NOTES};
use openvisit_core::ids::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::Details;
use crate::dialects::lenient;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
pub struct NotesBody {
    /// At most 500 characters (Unicode scalar values).
    #[garde(length(chars, max = MAX_NOTES))]
    #[schema(max_length = 500)]
    pub notes: Option<String>,
    /// 1 to 5.
    #[serde(default, deserialize_with = "lenient::number")]
    #[garde(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    pub quality_rating: Option<u8>,
}

impl From<NotesBody> for notes::Notes {
    fn from(body: NotesBody) -> Self {
        Self { text: body.notes, quality_rating: body.quality_rating }
    }
}

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
    request_body = Option<NotesBody>, responses((status = 200, body = Notes)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<NotesBody>,
) -> Result<Json<Notes>, Problem> {
    let details = notes::write(&app, &caller, id, body.into()).await?;
    let Details { session, notes, quality_rating, .. } = Details::of(&app, &caller, &details).await?;
    Ok(Json(Notes { session_id: id, notes, quality_rating, updated_at: session.updated_at }))
}
