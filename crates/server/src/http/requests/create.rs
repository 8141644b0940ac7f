//! `POST /requests`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::error::FieldCode;
use openvisit_app::people::rules::Mistake;
use openvisit_app::requests::{MAX_CONCERN, NewRequest, ask};
use openvisit_core::appointment::Kind;
use openvisit_core::ids::OrganizationId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::RequestView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, broken, or_default};
use crate::http::problem::Problem;
use crate::http::words::AppointmentKind;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RequestBody {
    pub plan: Option<String>,
    /// video, chat or diagnostic.
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<AppointmentKind>)]
    pub kind: Kind,
    /// What it is about, at most 2,000 characters: shown to practitioners who may accept it, and kept encrypted.
    #[garde(length(chars, max = MAX_CONCERN), custom(said))]
    #[schema(max_length = 2000)]
    pub concern: String,
    /// Whose practitioners go first.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<Object>)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// Asks to be seen now. Clients only.
#[utoipa::path(post, path = "/requests", tag = "requests", request_body = RequestBody,
    responses((status = 201, body = RequestView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<RequestBody>,
) -> Result<(StatusCode, Json<RequestView>), Problem> {
    let request = ask(&app, &caller, body.into()).await?;
    Ok((StatusCode::CREATED, Json(RequestView::open(&app, request))))
}

impl From<RequestBody> for NewRequest {
    fn from(body: RequestBody) -> Self {
        let RequestBody { plan, kind, concern, organization_id, metadata } = body;
        Self { plan, kind, concern, organization_id, metadata }
    }
}

fn said(text: &str, _: &()) -> garde::Result {
    let nothing = Mistake::new(FieldCode::Required, "must say what it is about");
    if text.trim().is_empty() { Err(broken(&nothing)) } else { Ok(()) }
}
