//! `GET /api/video/sessions/{id}`

use axum::extract::State;
use openvisit_app::App;
use openvisit_app::sessions::find::look;
use openvisit_core::ids::SessionId;

use super::view::Details;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// One session, with who is there.
#[utoipa::path(get, path = "/api/video/sessions/{id}", tag = "clinic",
    params(("id" = uuid::Uuid, Path, description = "the session's")),
    responses((status = 200, body = Details)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<Details>, Problem> {
    let (details, _) = look(&app, &caller, id).await?;
    Ok(Json(Details::of(&app, &caller, &details).await?))
}
