//! `/api/sessions/requests`: a customer asks, mechanics see and accept.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::RequestId;
use openvisit_core::request::{MINUTES, Status};
use openvisit_store::{SealedRequest, Tx};
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::MarketplaceSession;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Path, Query};
use crate::http::page::Paged;
use crate::http::problem::Problem;
use crate::http::requests::create::{RequestBody, create as ask};
use crate::http::requests::list::{RequestQuery, page};
use crate::http::sessions::view::AppointmentKind;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct IntakeBody {
    plan: Option<String>,
    /// chat, video or diagnostic.
    #[serde(rename = "type", default)]
    #[schema(value_type = Option<AppointmentKind>)]
    kind: Kind,
    /// What it is about, at most 2,000 characters.
    concern: String,
    /// The workshop whose mechanics go first.
    #[serde(rename = "workshopId", alias = "workshop_id")]
    workshop_id: Option<String>,
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    metadata: serde_json::Map<String, serde_json::Value>,
}

impl IntakeBody {
    fn into_request(self) -> Result<RequestBody, Problem> {
        let unknown = |_| Problem::invalid("workshopId", "there is no such workshop");
        let workshop = self.workshop_id.filter(|id| !id.is_empty());
        let body = RequestBody {
            plan: self.plan,
            kind: self.kind,
            concern: self.concern,
            organization_id: workshop.map(|id| id.parse()).transpose().map_err(unknown)?,
            metadata: self.metadata,
        };
        body.validate().map_err(|_| Problem::invalid("concern", "1 to 2,000 characters"))?;
        Ok(body)
    }
}

/// A customer asks for a session; the request waits until a mechanic accepts it.
#[utoipa::path(post, path = "/api/sessions/requests", tag = "marketplace", request_body = IntakeBody,
    responses((status = 201, body = MarketplaceSession)), security(("bearer" = [])))]
pub async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<IntakeBody>,
) -> Result<(StatusCode, Json<MarketplaceSession>), Problem> {
    let request = ask(&app, &caller, body.into_request()?).await?;
    Ok((StatusCode::CREATED, Json(MarketplaceSession::of_request(&app, &request))))
}

/// A mechanic sees the pending requests that he or she may accept; a customer his or her own, with what became
/// of them.
#[utoipa::path(get, path = "/api/sessions/requests", tag = "marketplace", params(RequestQuery),
    responses((status = 200, body = Paged<MarketplaceSession>)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<RequestQuery>,
) -> Result<Json<Paged<MarketplaceSession>>, Problem> {
    let Paged { items: requests, next_cursor } = page(&app, &caller, &query).await?;
    let mut tx = app.store.read().await?;
    let mut items = Vec::with_capacity(requests.len());
    for request in requests {
        items.push(as_it_is_now(&app, &mut tx, request).await?);
    }
    Ok(Json(Paged { items, next_cursor }))
}

/// The session that the request has become, or else the request.
async fn as_it_is_now(app: &App, tx: &mut Tx, sealed: SealedRequest) -> Result<MarketplaceSession, Problem> {
    let session = match sealed.request.status() {
        Status::Accepted => tx.session(sealed.request.session_id()).await?,
        _ => None,
    };
    Ok(match session {
        Some(session) => MarketplaceSession::of_session(app, &session, Some(&sealed)),
        None => MarketplaceSession::of_request(app, &sealed),
    })
}

/// A mechanic takes it. Of any number at once one wins; the others get 409.
#[utoipa::path(post, path = "/api/sessions/requests/{id}/accept", tag = "marketplace",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = MarketplaceSession)),
    security(("bearer" = [])))]
pub async fn accept(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RequestId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    let session = crate::requests::accept(&app, &caller, id, MINUTES).await?;
    super::show(&app, &session).await
}

/// The customer withdraws it.
#[utoipa::path(post, path = "/api/sessions/requests/{id}/cancel", tag = "marketplace",
    params(("id" = uuid::Uuid, Path)), responses((status = 200, body = MarketplaceSession)),
    security(("bearer" = [])))]
pub async fn cancel(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<RequestId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    let request = crate::requests::withdraw(&app, &caller, id).await?;
    Ok(Json(MarketplaceSession::of_request(&app, &request)))
}
