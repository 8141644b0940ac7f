//! `POST /appointments/{id}/cancel`

use axum::extract::State;
use garde::Validate;
use openvisit_core::access::Action;
use openvisit_core::ids::AppointmentId;
use openvisit_core::lifecycle::moves::MAX_REASON;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::AppointmentView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
pub struct CancelBody {
    /// At most 500 characters.
    #[garde(length(chars, max = MAX_REASON))]
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
    let session = change(&app, Which::Appointment(id), &caller, Action::Cancel, move |session, moment| {
        Ok(session.cancel(moment.now, moment.relation.into(), body.reason.clone())?)
    })
    .await?;
    super::show(&app, &caller, &session).await.map(Json)
}
