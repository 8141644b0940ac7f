//! `POST /sessions/{id}/phone`, `DELETE /sessions/{id}/phone`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::phone as command;
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
pub struct PhoneBody {
    /// Whether the client is shown the practitioner's number, to call it.
    #[serde(default)]
    #[garde(skip)]
    pub show_practitioner: bool,
}

/// Goes on by telephone where video or sound fails: the practitioner's word that both are there, until they go back
/// to video or the session ends. It begins what has not begun.
#[utoipa::path(post, path = "/sessions/{id}/phone", tag = "sessions", operation_id = "go_on_by_phone",
    params(("id" = uuid::Uuid, Path)), request_body = Option<PhoneBody>,
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn go_on(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<PhoneBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = command::go_on_by_phone(&app, &caller, id, body.show_practitioner).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// They talk by video again.
#[utoipa::path(delete, path = "/sessions/{id}/phone", tag = "sessions", operation_id = "back_to_video",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn back(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let details = command::back_to_video(&app, &caller, id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
