//! `/api/sessions/requests`: a customer asks, mechanics see and accept.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use garde::Validate;
use openvisit_app::auth::caller;
use openvisit_app::error::FieldCode;
use openvisit_app::requests::{self, MAX_CONCERN, NewRequest, ask};
use openvisit_app::{App, Error};
use openvisit_core::appointment::Kind;
use openvisit_core::ids::RequestId;
use openvisit_core::request::{MINUTES, Status};
use openvisit_core::session::Session;
use openvisit_store::{SealedRequest, Tx};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::view::{MarketplaceSession, People, show, show_request};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path, Query, or_default};
use crate::http::page::Paged;
use crate::http::problem::Problem;
use crate::http::streamed::{PAGE, Part, Then, streamed};
use crate::http::words::AppointmentKind;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct IntakeBody {
    plan: Option<String>,
    /// chat, video or diagnostic.
    #[serde(rename = "type", default, deserialize_with = "or_default")]
    #[schema(value_type = Option<AppointmentKind>)]
    kind: Kind,
    /// What it is about, at most 2,000 characters.
    concern: String,
    /// The workshop whose mechanics go first.
    #[serde(rename = "workshopId", alias = "workshop_id")]
    workshop_id: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<Object>)]
    metadata: serde_json::Map<String, serde_json::Value>,
}

impl IntakeBody {
    fn into_request(self) -> Result<NewRequest, Error> {
        let unknown = |_| Error::invalid("workshopId", FieldCode::Unknown, "there is no such workshop");
        let workshop = self.workshop_id.as_ref().filter(|id| !id.is_empty());
        let organization_id = workshop.map(|id| id.parse()).transpose().map_err(unknown)?;
        let concern = |code| Error::invalid("concern", code, "1 to 2,000 characters");
        if self.concern.trim().is_empty() {
            return Err(concern(FieldCode::Required));
        }
        if self.concern.chars().count() > MAX_CONCERN {
            return Err(concern(FieldCode::TooLong));
        }
        let Self { plan, kind, concern, metadata, .. } = self;
        Ok(NewRequest { plan, kind, concern, organization_id, metadata })
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
    Ok((StatusCode::CREATED, Json(show_request(&app, &caller, &request).await?)))
}

/// Which part of the list.
#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct IntakeQuery {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<RequestId>,
    /// All if not given.
    #[garde(inner(range(min = 1)))]
    #[param(format = Int64, minimum = 1, maximum = 4294967295_u32)]
    limit: Option<u32>,
}

/// A mechanic sees the pending requests that they may accept; a customer their own, with what became
/// of them.
#[utoipa::path(get, path = "/api/sessions/requests", tag = "marketplace", params(IntakeQuery),
    responses((status = 200, body = Paged<MarketplaceSession>)), security(("bearer" = [])))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<IntakeQuery>,
) -> Result<Response, Problem> {
    let most = query.limit.unwrap_or(u32::MAX);
    let caller = Arc::new(caller);
    let read = move |(after, left)| part(app.clone(), Arc::clone(&caller), after, left);
    Ok(streamed("{\"items\":[", (query.cursor, most), read).await?)
}

/// Where a part of the list begins, and how many are still wanted.
type Place = (Option<RequestId>, u32);

async fn part(
    app: App,
    caller: Arc<Caller>,
    after: Option<RequestId>,
    left: u32,
) -> Result<Part<MarketplaceSession, Place>, Error> {
    let mut tx = app.store.read().await?;
    let limit = left.min(PAGE);
    // One more than asked for tells whether the list goes on.
    let found = requests::list(&app, &mut tx, &caller, after, limit as usize + 1).await?;
    let page = Paged::cut(found, limit, |sealed| sealed.request.id.to_string());
    let last = page.items.last().map(|sealed| sealed.request.id);
    let then = match (&page.next_cursor, left - limit) {
        (Some(_), left @ 1..) => Then::Part((last, left)),
        (next, _) => Then::End(format!("],\"next_cursor\":{}}}", json!(next))),
    };
    let items = as_they_are_now(&app, &mut tx, &caller, page.items).await?;
    Ok(Part { items, then })
}

/// Of each the session that it has become, or else the request.
async fn as_they_are_now(
    app: &App,
    tx: &mut Tx,
    caller: &caller::Caller,
    requests: Vec<SealedRequest>,
) -> Result<Vec<MarketplaceSession>, Error> {
    let accepted: Vec<_> = requests
        .iter()
        .filter(|sealed| sealed.request.status() == Status::Accepted)
        .map(|sealed| sealed.request.session_id())
        .collect();
    let sessions = tx.details_of(&accepted).await?.into_iter().map(|details| details.session);
    let mut sessions: HashMap<_, _> = sessions.map(|session| (session.id, session)).collect();
    let now: Vec<_> = requests
        .into_iter()
        .map(|sealed| {
            let session = sessions.remove(&sealed.request.session_id());
            (sealed, session)
        })
        .collect();
    let mechanic = |session: &Option<Session>| session.as_ref().map(|s| s.appointment.practitioner_id);
    let people: Vec<_> =
        now.iter().flat_map(|(sealed, s)| [Some(sealed.request.client_id), mechanic(s)]).flatten().collect();
    let people = People::of(app, tx, caller, &people).await?;
    Ok(now
        .iter()
        .map(|(sealed, session)| match session {
            Some(session) => MarketplaceSession::of_session(app, &people, session, Some(sealed)),
            None => MarketplaceSession::of_request(app, &people, sealed),
        })
        .collect())
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
    let details = requests::accept(&app, &caller, id, MINUTES).await?;
    Ok(Json(show(&app, &caller, &details).await?))
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
    let request = requests::withdraw(&app, &caller, id).await?;
    Ok(Json(show_request(&app, &caller, &request).await?))
}
