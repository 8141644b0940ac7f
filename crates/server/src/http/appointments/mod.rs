//! `/api/v1/appointments`: who, when, on what terms.

mod cancel;
pub mod change;
pub mod create;
mod get;
mod invite;
mod list;
mod payment;
pub mod terms;
pub mod view;

use openvisit_core::access::{Caller, Relation};
use openvisit_core::session::Session;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::problem::Problem;
use view::AppointmentView;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::post, list::list))
        .routes(routes!(get::get, change::patch))
        .routes(routes!(cancel::post))
        .routes(routes!(payment::post))
        .routes(routes!(invite::post))
}

/// The appointment as the caller may see it.
///
/// # Errors
/// Those of the store.
pub async fn show(app: &App, caller: &Caller, session: &Session) -> Result<AppointmentView, Problem> {
    let mut tx = app.store.read().await?;
    let names = super::sessions::names(&mut tx, std::slice::from_ref(session)).await?;
    let relation = Relation::of(caller, session).ok_or(Problem::NotFound)?;
    Ok(AppointmentView::of(app, session, relation, &names))
}
