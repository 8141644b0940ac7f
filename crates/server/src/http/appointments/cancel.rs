//! `POST /appointments/{id}/cancel`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::appointments::cancel::cancel;
use openvisit_core::ids::AppointmentId;
use openvisit_core::lifecycle::moves::MAX_REASON;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CancelBody {
    /// At most 500 characters.
    #[garde(length(chars, max = MAX_REASON))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Calls the appointment off. Cancelling twice is no error.
#[utoipa::path(post, path = "/appointments/{id}/cancel", tag = "appointments",
    params(("id" = uuid::Uuid, Path)), request_body = Option<CancelBody>,
    responses((status = 200, body = AppointmentView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    OptionalJson(body): OptionalJson<CancelBody>,
) -> Result<Json<AppointmentView>, Problem> {
    let details = cancel(&app, &caller, id.into(), body.reason).await?;
    Ok(Json(AppointmentView::of(&app, &caller, &details)?))
}
