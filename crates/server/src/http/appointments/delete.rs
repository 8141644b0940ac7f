//! `DELETE /appointments/{id}`

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::App;
use openvisit_app::appointments::change;
use openvisit_core::ids::AppointmentId;

use crate::http::caller::Caller;
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// Takes an appointment off the lists of programs that know deleting, such as the practice dialect's; one that has not
/// begun is cancelled by it, one in progress stays. What happened is kept, and shown here
/// with `deleted_at`.
#[utoipa::path(delete, path = "/appointments/{id}", tag = "appointments", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn delete(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
) -> Result<StatusCode, Problem> {
    change::delete(&app, &caller, id.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}
