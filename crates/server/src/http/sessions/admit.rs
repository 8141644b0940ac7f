//! `POST /sessions/{id}/admit`, `/deny`, `/remove`: the practitioner keeps the door.

use axum::extract::State;
use garde::Validate;
use openvisit_core::access::Action;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::lifecycle::{Change, Refusal};
use openvisit_core::session::Session;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Moment, Which, change};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::usage;

#[derive(Debug, Deserialize, ToSchema, Validate)]
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
    let policy = usage::policy(&app).await?;
    keep_door(app, caller, id, move |session, moment| session.admit(moment.now, &policy, body.participant_id))
        .await
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
    keep_door(app, caller, id, move |session, moment| session.deny(moment.now, body.participant_id)).await
}

/// Puts somebody out of the call; he comes back only when admitted again.
#[utoipa::path(post, path = "/sessions/{id}/remove", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = ParticipantBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn remove(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<ParticipantBody>,
) -> Result<Json<SessionView>, Problem> {
    keep_door(app, caller, id, move |session, moment| session.remove(moment.now, body.participant_id)).await
}

async fn keep_door(
    app: App,
    caller: Caller,
    id: SessionId,
    decide: impl Fn(Session, Moment) -> Result<Change, Refusal> + Send + Sync + 'static,
) -> Result<Json<SessionView>, Problem> {
    let session = change(&app, Which::Session(id), &caller, Action::Admit, move |session, moment| {
        Ok(decide(session, moment)?)
    })
    .await?;
    super::show(&app, &caller, &session).await.map(Json)
}
