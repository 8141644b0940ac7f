//! `GET /requests`

use axum::extract::State;
use garde::Validate;
use openvisit_app::{App, requests};
use openvisit_core::ids::RequestId;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::RequestView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct RequestQuery {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    pub cursor: Option<RequestId>,
    /// 1 to 100, 20 if not given.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

/// A practitioner's queue: the pending requests that they may accept, the longest waiting first. A client
/// sees their own and an administrator all, the newest first.
#[utoipa::path(get, path = "/requests", tag = "requests", params(RequestQuery),
    responses((status = 200, body = Paged<RequestView>)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RequestQuery>,
) -> Result<Json<Paged<RequestView>>, Problem> {
    let mut tx = app.store.read().await?;
    // One more than asked for tells whether there is a next page.
    let limit = query.limit as usize + 1;
    let found = requests::list(&app, &mut tx, &caller, query.cursor, limit).await?;
    let page = Paged::cut(found, query.limit, |sealed| sealed.request.id.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for sealed in page.items {
        items.push(RequestView::queued(&app, &mut tx, &caller, sealed).await?);
    }
    Ok(Json(Paged { items, next_cursor: page.next_cursor }))
}
