//! `GET /api/video/sessions/{id}`

use axum::extract::State;
use openvisit_core::ids::SessionId;

use super::view::Details;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::sessions::look;

/// One session, with who is there.
#[utoipa::path(get, path = "/api/video/sessions/{id}", tag = "clinic",
    params(("id" = uuid::Uuid, Path, description = "the session's")),
    responses((status = 200, body = Details)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<Details>, Problem> {
    let (seen, viewer) = look(&app, &caller, id).await?;
    Details::of(&app, &seen, viewer).await.map(Json)
}
