//! `/api/sessions`: looked at, started and ended.

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::sessions::end::end_or_cancel;
use openvisit_app::sessions::find::{NOT_YOURS, find};
use openvisit_app::sessions::start::start_and_open;
use openvisit_app::{App, Error, requests};
use openvisit_core::access::{Action, Relation};
use openvisit_core::ids::{RequestId, SessionId};
use openvisit_store::{SessionDetails, Tx};
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::{MarketplaceSession, show};
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
    let mut tx = app.store.read().await?;
    Ok(Json(look(&app, &mut tx, &caller, id).await?))
}

async fn look(app: &App, tx: &mut Tx, caller: &Caller, id: SessionId) -> Result<MarketplaceSession, Error> {
    match find(tx, id.into(), caller, Action::See).await {
        Ok((session, relation)) => {
            expect_party(relation)?;
            let request = tx.request(RequestId(id.0)).await?;
            Ok(MarketplaceSession::of_session(app, &session, request.as_ref()))
        }
        Err(Error::NotFound) => {
            // Mechanics see it in their queue; here it is its customer's.
            let sealed = openvisit_app::requests::find_own(app, tx, caller, RequestId(id.0)).await?;
            Ok(MarketplaceSession::of_request(app, &sealed))
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
            let mut tx = app.store.read().await?;
            let waiting = look(&app, &mut tx, &caller, id).await?;
            let text = format!("no mechanic has accepted this request, it is {}", waiting.status);
            Err(Error::Conflict(text).into())
        }
        details => Ok(Json(show(&app, &details?.session).await?)),
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
            request => return Ok(Json(MarketplaceSession::of_request(&app, &request?))),
        },
        details => details?,
    };
    Ok(Json(show(&app, &details.session).await?))
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
