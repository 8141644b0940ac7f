//! `POST /sessions/{id}/end`

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::access::{Action, Actor};
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::lifecycle::moves::MAX_REASON;
use openvisit_core::session::Session;
use serde::Deserialize;
use utoipa::ToSchema;

use super::notes::{NotesBody, write_notes};
use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{NOT_YOURS, Which, change, find};
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
pub struct EndBody {
    /// At most 500 characters.
    #[garde(length(chars, max = MAX_REASON))]
    pub reason: Option<String>,
    /// The practitioner's notes, at most 500 characters.
    #[garde(length(chars, max = 500))]
    pub notes: Option<String>,
    /// The practitioner's rating, 1 to 5.
    #[garde(range(min = 1, max = 5))]
    pub quality_rating: Option<u8>,
}

/// Ends the session for everyone, once: whoever comes second gets the ended session.
#[utoipa::path(post, path = "/sessions/{id}/end", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = Option<EndBody>, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    OptionalJson(body): OptionalJson<EndBody>,
) -> Result<Json<SessionView>, Problem> {
    let session = end(&app, &caller, Which::Session(id), body).await?;
    super::show(&app, &caller, &session).await.map(Json)
}

/// Ends a session, and writes the practitioner's notes and rating where they came along.
///
/// # Errors
/// `invalid` before anything is changed, and those of [`change`].
pub async fn end(app: &App, caller: &Caller, which: Which, body: EndBody) -> Result<Session, Problem> {
    let EndBody { reason, notes, quality_rating } = body;
    let notes = NotesBody { notes, quality_rating };
    end_as(app, caller, which, notes, move |session, now, by| Ok(session.end(now, by, reason.clone()))).await
}

/// As [`end`], where `decide` says what ending means.
///
/// # Errors
/// Those of [`end`] and of `decide`.
pub async fn end_as<F>(
    app: &App,
    caller: &Caller,
    which: Which,
    notes: NotesBody,
    decide: F,
) -> Result<Session, Problem>
where
    F: Fn(Session, Timestamp, Actor) -> Result<Change, Problem> + Sync,
{
    let notes = unwritten(app, caller, which, notes).await?;
    let writes = !notes.is_empty();
    let session = change(app, which, caller, Action::End, move |session, moment| {
        if writes && !moment.relation.may(Action::Notes) {
            return Err(Problem::Forbidden(NOT_YOURS));
        }
        decide(session, moment.now, moment.relation.into())
    })
    .await?;
    if writes { write_notes(app, caller, Which::Session(session.id), notes).await } else { Ok(session) }
}

/// Of a session that has ended, only what was not written yet: a call that is made again changes nothing,
/// and who ends second still has his say.
async fn unwritten(app: &App, caller: &Caller, which: Which, notes: NotesBody) -> Result<NotesBody, Problem> {
    if notes.is_empty() {
        return Ok(notes);
    }
    let mut tx = app.store.read().await?;
    let (session, relation) = find(&mut tx, which, caller, Action::End).await?;
    if session.state.is_live() || !relation.may(Action::Notes) {
        return Ok(notes);
    }
    let written = tx.notes(session.id).await?.is_some();
    Ok(NotesBody {
        notes: notes.notes.filter(|_| !written),
        quality_rating: notes.quality_rating.filter(|_| session.quality_rating.is_none()),
    })
}
