//! `GET /appointments/{id}`

use axum::extract::State;
use openvisit_app::sessions::find::permitted;
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use openvisit_core::ids::AppointmentId;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// One appointment.
#[utoipa::path(get, path = "/appointments/{id}", tag = "appointments", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = AppointmentView)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
) -> Result<Json<AppointmentView>, Problem> {
    let mut tx = app.store.read().await?;
    let details = tx.session_details_by_appointment(id).await?.ok_or(Error::NotFound)?;
    permitted(&details.session, &caller, Action::See)?;
    Ok(Json(AppointmentView::of(&app, &caller, &details)?))
}
