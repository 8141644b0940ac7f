//! `POST /sessions/{id}/leave`

use axum::extract::State;
use axum::http::StatusCode;
use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Refusal;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change};
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// Hangs up without ending the session: who leaves may come back.
#[utoipa::path(post, path = "/sessions/{id}/leave", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 204)), security(("bearer" = [])))]
pub async fn leave(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, Problem> {
    let person = caller.person_id;
    let session = change(&app, Which::Session(id), &caller, Action::Join, move |session, moment| {
        let who = session.participant_of(person).ok_or(Refusal::NoSuchParticipant)?.id;
        Ok(session.leave(moment.now, who)?)
    })
    .await?;
    if let Some(participant) = session.participant_of(person) {
        app.remove_media(&session, participant.id);
    }
    Ok(StatusCode::NO_CONTENT)
}
