//! `POST /requests/{id}/accept`

use axum::extract::State;
use garde::Validate;
use openvisit_app::{App, requests};
use openvisit_core::ids::RequestId;
use openvisit_core::request::MINUTES;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;
use crate::http::sessions::show::show_to;
use crate::http::sessions::view::SessionView;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct AcceptBody {
    /// 5 to 720, 30 if not given.
    #[garde(skip)]
    pub duration_minutes: Option<i64>,
}

/// Takes a request: its session begins now and has the request's id. Of any number at once one wins.
#[utoipa::path(post, path = "/requests/{id}/accept", tag = "requests", params(("id" = uuid::Uuid, Path)),
    request_body = Option<AcceptBody>, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RequestId>,
    OptionalJson(body): OptionalJson<AcceptBody>,
) -> Result<Json<SessionView>, Problem> {
    let minutes = body.duration_minutes.unwrap_or(MINUTES);
    let details = requests::accept(&app, &caller, id, minutes).await?;
    Ok(Json(show_to(&app, &caller, &details).await?))
}
