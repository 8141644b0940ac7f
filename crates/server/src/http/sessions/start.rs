//! `POST /sessions/{id}/start`

use axum::extract::State;
use openvisit_core::access::{Action, Relation};
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{PartyRole, Session};

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::usage;

/// Starts the session by hand, and lets the waiting client in. Starting twice is no error.
#[utoipa::path(post, path = "/sessions/{id}/start", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn start(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>, Problem> {
    let policy = usage::policy(&app).await?;
    let person = caller.person_id;
    let session = change(&app, Which::Session(id), &caller, Action::Start, move |session, moment| {
        expect_verified(&session, person, moment.relation)?;
        Ok(session.start(moment.now, &policy, moment.relation.into())?)
    })
    .await?;
    super::show(&app, &caller, &session).await.map(Json)
}

/// A client starts nothing whose passcode he or she has not given, by joining.
///
/// # Errors
/// `passcode_required`.
pub fn expect_verified(session: &Session, person: PersonId, relation: Relation) -> Result<(), Problem> {
    let asked = relation == Relation::Client && session.asks_passcode(person, PartyRole::Client);
    if asked && session.state.is_live() { Err(Problem::PasscodeRequired) } else { Ok(()) }
}
