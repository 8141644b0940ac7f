//! `POST /appointments/{id}/payment`

use axum::extract::State;
use garde::Validate;
use openvisit_app::appointments::pay::{pay, said};
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::appointment::{Payment, PaymentStatus};
use openvisit_core::ids::AppointmentId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PaymentBody {
    #[garde(skip)]
    #[schema(value_type = PaymentWord)]
    pub status: String,
    /// The payment service's reference.
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub reference: Option<String>,
}

/// Ours, or an application's own word for it, in any case, which the counselling dialect gives back as it was said.
#[derive(ToSchema)]
#[schema(rename_all = "lowercase")]
#[expect(dead_code, reason = "only described")]
pub enum PaymentWord {
    Confirmed,
    Refunded,
    Paid,
    Verified,
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
    let settled = said(&body.status).filter(|payment| payment.status != PaymentStatus::Open);
    let told = settled.ok_or_else(|| {
        let text = "must be \"confirmed\" (also \"paid\" or \"verified\") or \"refunded\"";
        Error::invalid("status", FieldCode::Invalid, text)
    })?;
    let details = pay(&app, &caller, id, Payment { reference: body.reference, ..told }).await?;
    Ok(Json(AppointmentView::of(&app, &caller, &details)?))
}
