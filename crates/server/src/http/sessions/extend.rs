//! `POST /sessions/{id}/extend`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::extend as command;
use openvisit_core::ids::SessionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ExtendBody {
    /// 1 to 240.
    #[garde(range(min = 1, max = 240))]
    #[schema(minimum = 1, maximum = 240)]
    pub minutes: i64,
}

/// Puts the hard stop off.
#[utoipa::path(post, path = "/sessions/{id}/extend", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = ExtendBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn extend(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<ExtendBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = command::extend(&app, &caller, id, body.minutes).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
