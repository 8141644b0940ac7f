//! `POST /sessions/{id}/admit`, `/deny`, `/remove`: the practitioner keeps the door.

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::sessions::admit as commands;
use openvisit_core::ids::{ParticipantId, SessionId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ParticipantBody {
    #[schema(value_type = uuid::Uuid)]
    pub participant_id: ParticipantId,
}

/// Lets somebody in from the waiting room.
#[utoipa::path(post, path = "/sessions/{id}/admit", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = ParticipantBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn admit(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<ParticipantBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = commands::admit(&app, &caller, id, body.participant_id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// Turns somebody away from the waiting room.
#[utoipa::path(post, path = "/sessions/{id}/deny", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = ParticipantBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn deny(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<ParticipantBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = commands::deny(&app, &caller, id, body.participant_id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}

/// Puts somebody out of the call; they come back only when admitted again.
#[utoipa::path(post, path = "/sessions/{id}/remove", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = ParticipantBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<ParticipantBody>,
) -> Result<Json<SessionView>, Problem> {
    let details = commands::remove(&app, &caller, id, body.participant_id).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
