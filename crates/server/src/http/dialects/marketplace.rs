//! The marketplace dialect: mechanic and customer, remote car diagnostics. A request and the session that it
//! becomes have one id; whoever asks by it finds whichever is there.

mod debug;
mod intake;
mod view;

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_core::access::{Action, Relation};
use openvisit_core::appointment::StartedBy;
use openvisit_core::ids::{RequestId, SessionId};
use openvisit_core::policy::Policy;
use openvisit_core::session::{Session, Status};
use openvisit_store::Tx;
use serde_json::{Map, Value, json};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::refused::in_shape;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{NOT_YOURS, Which, change, find};
use crate::config::Wording;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::sessions::start::expect_verified;
use crate::usage;
use view::MarketplaceSession;

/// What the two are called in its sentences.
const WORDS: Wording<'static> = Wording { practitioner: "mechanic", client: "customer" };

pub fn routes() -> OpenApiRouter<App> {
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
        Problem::NotFound => json!({ "error": "Session not found" }),
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
    look(&app, &mut tx, &caller, id).await.map(Json)
}

async fn look(app: &App, tx: &mut Tx, caller: &Caller, id: SessionId) -> Result<MarketplaceSession, Problem> {
    match find(tx, Which::Session(id), caller, Action::See).await {
        Ok((session, relation)) => {
            expect_party(relation)?;
            let request = tx.request(RequestId(id.0)).await?;
            Ok(MarketplaceSession::of_session(app, &session, request.as_ref()))
        }
        Err(Problem::NotFound) => {
            // Mechanics see it in their queue; here it is its customer's.
            let sealed = crate::requests::find_own(app, tx, caller, RequestId(id.0)).await?;
            Ok(MarketplaceSession::of_request(app, &sealed))
        }
        Err(problem) => Err(problem),
    }
}

/// The session, with what the customer wrote when he or she asked for it.
async fn show(app: &App, session: &Session) -> Result<Json<MarketplaceSession>, Problem> {
    let request = app.store.read().await?.request(RequestId(session.id.0)).await?;
    Ok(Json(MarketplaceSession::of_session(app, session, request.as_ref())))
}

/// Either party: the session goes live.
#[utoipa::path(post, path = "/api/sessions/{id}/start", tag = "marketplace", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = MarketplaceSession)), security(("bearer" = [])))]
async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<MarketplaceSession>, Problem> {
    let policy = Policy { started_by: StartedBy::Either, ..usage::policy(&app).await? };
    let person = caller.person_id;
    let started = change(&app, Which::Session(id), &caller, Action::Start, move |session, moment| {
        expect_verified(&session, person, moment.relation)?;
        let change = session.start(moment.now, &policy, moment.relation.into())?;
        match moment.relation {
            // There is no route to let the customer in.
            Relation::Practitioner => change.then(|session| Ok(session.open_door(moment.now, &policy)?)),
            _ => Ok(change),
        }
    });
    match hide(started.await) {
        Err(Problem::NotFound) => {
            let mut tx = app.store.read().await?;
            let waiting = look(&app, &mut tx, &caller, id).await?;
            Err(Problem::Conflict(format!("no mechanic has accepted this request, it is {}", waiting.status)))
        }
        session => show(&app, &session?).await,
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
    let session = match end_session(&app, &caller, id).await {
        Err(Problem::NotFound) => match crate::requests::withdraw(&app, &caller, RequestId(id.0)).await {
            // Accepted just now: there is a session to end.
            Err(Problem::RequestGone { .. }) => end_session(&app, &caller, id).await?,
            request => return Ok(Json(MarketplaceSession::of_request(&app, &request?))),
        },
        session => session?,
    };
    show(&app, &session).await
}

/// Which of the three outcomes it is, is decided on the session as it is when it is saved.
async fn end_session(app: &App, caller: &Caller, id: SessionId) -> Result<Session, Problem> {
    let ended = change(app, Which::Session(id), caller, Action::End, |session, moment| {
        let by = moment.relation.into();
        match session.state.status() {
            Status::Scheduled => Ok(session.cancel(moment.now, by, None)?),
            _ => Ok(session.end(moment.now, by, None)),
        }
    });
    hide(ended.await)
}

/// Who is neither party nor administrator does not learn that there is such a session.
fn expect_party(relation: Relation) -> Result<(), Problem> {
    match relation {
        Relation::Practitioner | Relation::Client | Relation::Admin => Ok(()),
        Relation::Guest | Relation::Assistant => Err(Problem::NotFound),
    }
}

/// The parties and administrators may start and end; anybody else is told that there is nothing.
fn hide(done: Result<Session, Problem>) -> Result<Session, Problem> {
    done.map_err(|problem| match problem {
        Problem::Forbidden(NOT_YOURS) => Problem::NotFound,
        other => other,
    })
}
