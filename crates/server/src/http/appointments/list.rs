//! `GET /appointments`

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::sessions::view::{Labels, Viewer};
use openvisit_store::SessionFilter;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::Paged;
use crate::http::problem::Problem;
use crate::http::sessions::list::{ListQuery, filter, page};

/// What programs that keep appointments of their own ask for.
#[derive(Debug, Default, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct Following {
    /// Only that which another system calls so; of two issuers there may be two.
    #[garde(length(max = 255))]
    external_id: Option<String>,
    /// Only what changed after this instant, in the order of changes. Whoever goes on with the last `updated_at` of the last page
    /// misses none.
    #[param(value_type = Option<String>, format = DateTime)]
    updated_after: Option<Timestamp>,
}

/// The appointments that the caller may see.
#[utoipa::path(get, path = "/appointments", tag = "appointments", params(ListQuery, Following),
    responses((status = 200, body = Paged<AppointmentView>)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
    Query(following): Query<Following>,
) -> Result<Json<Paged<AppointmentView>>, Problem> {
    let changed_until = match following.updated_after {
        Some(_) => app.store.changes_until(|| app.clock.now()).await?,
        None => None,
    };
    let mut tx = app.store.read().await?;
    let filter = SessionFilter {
        external_id: following.external_id,
        changed_after: following.updated_after,
        changed_until,
        ..filter(&caller, &query, app.clock.now())?
    };
    let Paged { items, next_cursor } = page(&mut tx, &caller, filter).await?;
    let labels = Labels::of_parties(&mut tx, &items).await?;
    let view = |session| {
        let viewer = Viewer::of(&caller, session).ok()?;
        Some(AppointmentView::seen(&app, session, viewer.relation, &labels))
    };
    Ok(Json(Paged { items: items.iter().filter_map(view).collect(), next_cursor }))
}
