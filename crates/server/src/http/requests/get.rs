//! `GET /requests/{id}`

use axum::extract::State;
use openvisit_app::{App, requests};
use openvisit_core::ids::RequestId;

use super::view::RequestView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// One request: for its client, for who accepted it, and while it waits for whoever may accept it.
#[utoipa::path(get, path = "/requests/{id}", tag = "requests", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = RequestView)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RequestId>,
) -> Result<Json<RequestView>, Problem> {
    let mut tx = app.store.read().await?;
    let sealed = requests::find(&app, &mut tx, &caller, id).await?;
    Ok(Json(RequestView::queued(&app, &mut tx, &caller, sealed).await?))
}
