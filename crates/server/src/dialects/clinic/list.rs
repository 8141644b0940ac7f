//! `GET /api/video/sessions`

use axum::extract::State;
use garde::Validate;
use openvisit_app::auth::visible::visible;
use openvisit_app::{App, Error};
use openvisit_store::{OffsetList, Order};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::view::{Entry, SessionWord};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::twenty;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct ListQuery {
    #[param(inline)]
    pub status: Option<SessionWord>,
    /// 1 to 100, 20 if not given.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
    #[serde(default)]
    #[param(format = Int64, maximum = 4294967295_u32)]
    pub offset: u32,
    /// `created_at` (default) or `start_time`.
    #[serde(default)]
    #[param(inline)]
    pub sort: Sort,
    /// `desc`, newest first, is the default.
    #[serde(default)]
    #[param(inline)]
    pub order: Direction,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    CreatedAt,
    StartTime,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Asc,
    #[default]
    Desc,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicSessionList)]
pub struct List {
    /// How many there are in all.
    pub total: u64,
    pub limit: u32,
    pub offset: u32,
    pub sessions: Vec<Entry>,
}

/// The caller's sessions, newest first.
#[utoipa::path(get, path = "/api/video/sessions", tag = "clinic", params(ListQuery),
    responses((status = 200, body = List)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<List>, Problem> {
    let visible_to = visible(&caller);
    let status = query.status.map(SessionWord::statuses).unwrap_or_default();
    let total = app.store.count(visible_to, &status).await?;
    let list = OffsetList {
        visible_to,
        status,
        order: match query.sort {
            Sort::CreatedAt => Order::Creation,
            Sort::StartTime => Order::Start,
        },
        newest_first: query.order == Direction::Desc,
        within: None,
        // The search for the last ones of a rare state need not go through all that there ever were.
        limit: u32::try_from(total.saturating_sub(query.offset.into()))
            .map_or(query.limit, |left| query.limit.min(left)),
        offset: query.offset,
    };
    let page = if list.limit > 0 { app.store.offset_list(&list).await? } else { vec![] };
    let mut sessions = Vec::with_capacity(page.len());
    for details in &page {
        match Entry::of(&app, &caller, details).await {
            Err(Error::NotFound) => {}
            entry => sessions.push(entry?),
        }
    }
    Ok(Json(List { total, limit: query.limit, offset: query.offset, sessions }))
}
