//! `PUT /sessions/{id}/rating`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::rate::rate;
use openvisit_core::ids::SessionId;
use openvisit_core::session::ClientRating;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RatingBody {
    /// 1 to 5.
    #[garde(range(min = 1, max = 5))]
    #[schema(minimum = 1, maximum = 5)]
    pub rating: u8,
    /// At most 500 characters; the client's rating keeps it.
    #[garde(length(chars, max = 500))]
    #[schema(max_length = 500)]
    pub comment: Option<String>,
}

/// How it was: the client's rating, or the practitioner's (which is the session's `quality_rating`).
#[utoipa::path(put, path = "/sessions/{id}/rating", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = RatingBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<RatingBody>,
) -> Result<Json<SessionView>, Problem> {
    let rating = ClientRating { rating: body.rating, comment: body.comment };
    let details = rate(&app, &caller, id, rating).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
