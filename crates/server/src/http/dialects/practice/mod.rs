//! The practice dialect: partner (therapist) and user (client). Its `id` is the session's, its notes are the
//! booking's, its password is the passcode.

mod change;
mod create;
mod delete;
mod get;
mod list;
mod refused;
mod times;
mod verify;
pub mod view;

use axum::middleware::map_response;
use openvisit_core::access::{Action, Relation};
use openvisit_core::session::Session;
use openvisit_store::Tx;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::ids;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{NOT_YOURS, find};
use crate::http::problem::Problem;
use crate::http::sessions::names;
use view::VideoSession;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::post))
        .routes(routes!(get::get, change::put, delete::delete))
        .routes(routes!(verify::post))
        .routes(routes!(list::of_partner))
        .routes(routes!(list::of_user))
        .layer(map_response(|answer| async { refused::worded(answer) }))
}

/// A session for a caller who may do this with it; what was deleted is not there.
async fn shown(tx: &mut Tx, caller: &Caller, id: &str, action: Action) -> Result<Session, Problem> {
    let (session, relation) = find(tx, ids::session(id)?, caller, Action::See).await?;
    if session.deleted_at.is_some() {
        return Err(Problem::NotFound);
    }
    if relation.permits(caller, action) { Ok(session) } else { Err(Problem::Forbidden(NOT_YOURS)) }
}

/// The session as the caller may see it.
async fn show(app: &App, caller: &Caller, session: &Session) -> Result<VideoSession, Problem> {
    let relation = Relation::of(caller, session).ok_or(Problem::NotFound)?;
    let names = names(&mut app.store.read().await?, std::slice::from_ref(session)).await?;
    Ok(VideoSession::of(app, session, relation, &names))
}
