//! `GET /appointments/{id}`

use axum::extract::State;
use openvisit_core::access::Action;
use openvisit_core::ids::AppointmentId;

use super::view::AppointmentView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, find};
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
    let (session, relation) = find(&mut tx, Which::Appointment(id), &caller, Action::See).await?;
    let names = crate::http::sessions::names(&mut tx, std::slice::from_ref(&session)).await?;
    Ok(Json(AppointmentView::of(&app, &session, relation, &names)))
}
