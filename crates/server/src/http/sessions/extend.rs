//! `POST /sessions/{id}/extend`

use axum::extract::State;
use garde::Validate;
use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
pub struct ExtendBody {
    /// 1 to 240.
    #[garde(range(min = 1, max = 240))]
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
    let session = change(&app, Which::Session(id), &caller, Action::Extend, move |session, _| {
        Ok(session.extend(body.minutes)?)
    })
    .await?;
    super::show(&app, &caller, &session).await.map(Json)
}
