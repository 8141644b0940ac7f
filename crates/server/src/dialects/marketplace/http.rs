//! `/api/sessions`: looked at, started and ended.

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::sessions::end::end_or_cancel;
use openvisit_app::sessions::find::{NOT_YOURS, look};
use openvisit_app::sessions::start::start_and_open;
use openvisit_app::{App, Error, requests};
use openvisit_core::access::Relation;
use openvisit_core::ids::{RequestId, SessionId};
use openvisit_store::SessionDetails;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{MarketplaceSession, show, show_request};
use super::{debug, intake};
use crate::dialects::refused::in_shape;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    let routes = OpenApiRouter::new()
        .routes(routes!(intake::create, intake::list))
        .routes(routes!(intake::accept))
        .routes(routes!(intake::cancel))
        .routes(routes!(get))
        .routes(routes!(start))
        .routes(routes!(end));
    let support =
        OpenApiRouter::new().routes(routes!(debug::check_session)).routes(routes!(debug::test_mechanic_flow));
    in_shape(routes, "/api/sessions/{id}", shape).merge(in_shape(support, "/api/debug", shape))
}

fn shape(problem: &Problem, _: Map<String, Value>) -> (StatusCode, Value) {
    let body = match problem {
        Problem::Refused(Error::NotFound) => json!({ "error": "Session not found" }),
        _ => {
            let mut body = problem.extras();
            body.insert("error".to_owned(), problem.to_string().into());
            body.insert("code".to_owned(), problem.code().into());
            Value::Object(body)
        }
    };
    (problem.status(), body)
}

/// One session, or a request that nobody has accepted yet: for its two parties and administrators.
#[utoipa::path(get, path = "/api/sessions/{id}", tag = "marketplace", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MarketplaceSession)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    Ok(Json(session_or_request(&app, &caller, id).await?))
}

async fn session_or_request(app: &App, caller: &Caller, id: SessionId) -> Result<MarketplaceSession, Error> {
    match look(app, caller, id).await {
        Ok((details, viewer)) => {
            expect_party(viewer.relation)?;
            show(app, caller, &details).await
        }
        Err(Error::NotFound) => {
            // Mechanics see it in their queue; here it is its customer's.
            let found =
                requests::find_own(app, &mut app.store.read().await?, caller, RequestId(id.0)).await?;
            show_request(app, caller, &found).await
        }
        Err(error) => Err(error),
    }
}

/// Either party: the session goes live.
#[utoipa::path(post, path = "/api/sessions/{id}/start", tag = "marketplace", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MarketplaceSession)), security(("bearer" = [])))]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    match hide(start_and_open(&app, &caller, id).await) {
        Err(Error::NotFound) => {
            let waiting = session_or_request(&app, &caller, id).await?;
            let text = format!("no mechanic has accepted this request, it is {}", waiting.status);
            Err(Error::Conflict(text).into())
        }
        details => Ok(Json(show(&app, &caller, &details?).await?)),
    }
}

/// Ends it, whatever it is: a request is withdrawn, what nobody came to is cancelled, what never started is a
/// no-show, what is live is completed, and what has ended stays as it is.
#[utoipa::path(post, path = "/api/sessions/{id}/end", tag = "marketplace", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MarketplaceSession)), security(("bearer" = [])))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    let details = match hide(end_or_cancel(&app, &caller, id).await) {
        Err(Error::NotFound) => match requests::withdraw(&app, &caller, RequestId(id.0)).await {
            // Accepted just now: there is a session to end.
            Err(Error::RequestGone { .. }) => hide(end_or_cancel(&app, &caller, id).await)?,
            request => return Ok(Json(show_request(&app, &caller, &request?).await?)),
        },
        details => details?,
    };
    Ok(Json(show(&app, &caller, &details).await?))
}

/// Who is neither party nor administrator does not learn that there is such a session.
fn expect_party(relation: Relation) -> Result<(), Error> {
    match relation {
        Relation::Practitioner | Relation::Client | Relation::Admin => Ok(()),
        Relation::Guest | Relation::Assistant => Err(Error::NotFound),
    }
}

/// The parties and administrators may start and end; anybody else is told that there is nothing.
fn hide(done: Result<SessionDetails, Error>) -> Result<SessionDetails, Error> {
    done.map_err(|error| match error {
        Error::Forbidden(NOT_YOURS) => Error::NotFound,
        other => other,
    })
}
