//! `POST /appointments/{id}/payment`

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::appointments::pay::pay;
use openvisit_core::appointment::PaymentStatus;
use openvisit_core::ids::AppointmentId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
pub struct PaymentBody {
    #[garde(skip)]
    pub status: PaymentWord,
    /// The payment service's reference.
    #[garde(length(chars, max = 200))]
    pub reference: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum PaymentWord {
    Confirmed,
    Refunded,
}

/// Tells of a payment, or of its refund. For administrators and payment services.
#[utoipa::path(post, path = "/appointments/{id}/payment", tag = "appointments",
    params(("id" = uuid::Uuid, Path)), request_body = PaymentBody,
    responses((status = 200, body = AppointmentView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    Json(body): Json<PaymentBody>,
) -> Result<Json<AppointmentView>, Problem> {
    let status = match body.status {
        PaymentWord::Confirmed => PaymentStatus::Confirmed,
        PaymentWord::Refunded => PaymentStatus::Refunded,
    };
    let details = pay(&app, &caller, id, status, body.reference).await?;
    Ok(Json(AppointmentView::of(&app, &caller, &details)?))
}
