//! `PUT /sessions/{id}/notes`: the practitioner's own, encrypted at rest.

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::notes::{self, MAX_NOTES, Notes};
use openvisit_core::ids::SessionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NotesBody {
    /// At most 500 characters (Unicode scalar values).
    #[garde(length(chars, max = MAX_NOTES))]
    #[schema(max_length = 500)]
    pub notes: Option<String>,
    /// 1 to 5.
    #[garde(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    pub quality_rating: Option<u8>,
}

impl From<NotesBody> for Notes {
    fn from(body: NotesBody) -> Self {
        Self { text: body.notes, quality_rating: body.quality_rating }
    }
}

/// Writes the practitioner's notes, and the rating where one is given.
#[utoipa::path(put, path = "/sessions/{id}/notes", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<NotesBody>, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<NotesBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = notes::write(&app, &caller, id, body.into()).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
