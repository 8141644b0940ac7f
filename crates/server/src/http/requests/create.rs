//! `POST /requests`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::OrganizationId;
use openvisit_core::request::Wish;
use openvisit_store::SealedRequest;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::RequestView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::appointments::terms;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::sessions::view::AppointmentKind;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct RequestBody {
    pub plan: Option<String>,
    /// video, chat or diagnostic.
    #[serde(default)]
    #[schema(value_type = Option<AppointmentKind>)]
    pub kind: Kind,
    /// What it is about, at most 2,000 characters: shown to practitioners who may accept it, and kept encrypted.
    #[garde(length(chars, max = 2_000), custom(said))]
    pub concern: String,
    /// Whose practitioners go first.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
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
    let request = create(&app, &caller, body).await?;
    Ok((StatusCode::CREATED, Json(RequestView::open(&app, request))))
}

/// # Errors
/// `invalid`, and those of [`crate::requests::ask`].
pub async fn create(app: &App, caller: &Caller, body: RequestBody) -> Result<SealedRequest, Problem> {
    if body.kind == Kind::InPerson {
        return Err(Problem::invalid("kind", "video, chat or diagnostic: a request is for a call"));
    }
    let wish = Wish {
        organization_id: body.organization_id,
        plan: terms::short("plan", body.plan)?,
        kind: body.kind,
        metadata: terms::metadata(body.metadata)?,
    };
    crate::requests::ask(app, caller, wish, body.concern.trim()).await
}

fn said(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() { Err(garde::Error::new("must say what it is about")) } else { Ok(()) }
}
