//! `GET /appointments`

use super::view::AppointmentView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::Paged;
use crate::http::problem::Problem;
use crate::http::sessions::list::{ListQuery, page};
use axum::extract::State;
use openvisit_core::access::Relation;

/// The appointments that the caller may see.
#[utoipa::path(get, path = "/appointments", tag = "appointments", params(ListQuery),
    responses((status = 200, body = Paged<AppointmentView>)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Json<Paged<AppointmentView>>, Problem> {
    let mut tx = app.store.read().await?;
    let Paged { items, next_cursor } = page(&mut tx, &caller, &query, None).await?;
    let names = crate::http::sessions::names(&mut tx, &items).await?;
    let view = |session| {
        let relation = Relation::of(&caller, session)?;
        Some(AppointmentView::of(&app, session, relation, &names))
    };
    Ok(Json(Paged { items: items.iter().filter_map(view).collect(), next_cursor }))
}
