//! `POST /requests/{id}/cancel`

use axum::extract::State;
use openvisit_app::{App, requests};
use openvisit_core::ids::RequestId;

use super::view::RequestView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Its client, or an administrator, takes a request back. Twice is no error.
#[utoipa::path(post, path = "/requests/{id}/cancel", tag = "requests", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RequestView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    let sealed = requests::withdraw(&app, &caller, id).await?;
    Ok(Json(RequestView::open(&app, sealed)))
}
