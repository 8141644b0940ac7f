//! `POST /sessions/{id}/end`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::end::end;
use openvisit_app::sessions::notes::{MAX_NOTES, Notes};
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::moves::MAX_REASON;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct EndBody {
    /// At most 500 characters.
    #[garde(length(chars, max = MAX_REASON))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The practitioner's notes, at most 500 characters.
    #[garde(length(chars, max = MAX_NOTES))]
    #[schema(max_length = 500)]
    pub notes: Option<String>,
    /// The practitioner's rating, 1 to 5.
    #[garde(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    pub quality_rating: Option<u8>,
}

/// Ends the session for everyone, once: whoever comes second gets the ended session.
#[utoipa::path(post, path = "/sessions/{id}/end", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<EndBody>, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<EndBody>,
) -> Result<Json<SessionView>, Problem> {
    let EndBody { reason, notes: text, quality_rating } = body;
    let details = end(&app, &caller, id, reason, Notes { text, quality_rating }).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
