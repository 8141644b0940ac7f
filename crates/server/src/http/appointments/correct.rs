//! `POST /appointments/{id}/correct`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::appointments::correct::{Correcting, correct};
use openvisit_core::ids::AppointmentId;
use openvisit_core::lifecycle::correct::Outcome;
use openvisit_core::lifecycle::moves::MAX_REASON;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::words::OutcomeName;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CorrectBody {
    /// What became of it.
    #[schema(value_type = OutcomeName)]
    pub outcome: Outcome,
    /// Why it is put right, 1 to 500 characters.
    #[garde(length(chars, min = 1, max = MAX_REASON))]
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// The version that the caller saw; another one is a conflict.
    pub version: Option<i64>,
}

/// Puts an outcome right that was entered by mistake: completed or no-show. Practitioner and administrators.
///
/// What stood there before stays in the timeline. What is held now counts from its start, or its slot's, to the slot's end.
#[utoipa::path(post, path = "/appointments/{id}/correct", tag = "appointments",
    params(("id" = uuid::Uuid, Path)), request_body = CorrectBody,
    responses((status = 200, body = AppointmentView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    Json(body): Json<CorrectBody>,
) -> Result<Json<AppointmentView>, Problem> {
    let CorrectBody { outcome, reason, version } = body;
    let wanted = Correcting { outcome, reason: Some(reason), version };
    let details = correct(&app, &caller, id.into(), wanted).await?;
    Ok(Json(AppointmentView::of(&app, &caller, &details)?))
}
