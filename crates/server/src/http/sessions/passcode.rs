//! `POST /sessions/{id}/passcode`

use axum::extract::State;
use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, find};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct PasscodeView {
    /// Shown this once.
    pub passcode: String,
}

/// Gives the session a new passcode. The old one is void, and wrong guesses are forgotten.
#[utoipa::path(post, path = "/sessions/{id}/passcode", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = PasscodeView)), security(("bearer" = [])))]
pub async fn renew(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<PasscodeView>, Problem> {
    let passcode = app.passcodes.generate();
    let hash = app.passcodes.hash(id, &passcode).await.map_err(Problem::internal)?;
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, Which::Session(id), &caller, Action::RenewPasscode).await?;
    if !session.appointment.passcode_enabled {
        return Err(Problem::Conflict("this session has no passcode".to_owned()));
    }
    tx.set_passcode(id, &hash, app.clock.now()).await?;
    tx.commit().await?;
    Ok(Json(PasscodeView { passcode }))
}
