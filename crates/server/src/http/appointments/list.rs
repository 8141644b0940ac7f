//! `GET /appointments`

use axum::extract::State;
use openvisit_app::App;
use openvisit_app::sessions::view::{Labels, Viewer};

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::Paged;
use crate::http::problem::Problem;
use crate::http::sessions::list::{ListQuery, page};

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
    let labels = Labels::of_parties(&mut tx, &items).await?;
    let view = |session| {
        let viewer = Viewer::of(&caller, session).ok()?;
        Some(AppointmentView::seen(&app, session, viewer.relation, &labels))
    };
    Ok(Json(Paged { items: items.iter().filter_map(view).collect(), next_cursor }))
}
