//! `PUT /sessions/{id}/notes`: the practitioner's own, encrypted at rest.

use axum::extract::State;
use garde::Validate;
use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::Session;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::SessionView;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, change, find};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::seal::Of;

#[derive(Debug, Default, Deserialize, ToSchema, Validate)]
pub struct NotesBody {
    /// At most 500 characters (Unicode scalar values).
    #[garde(length(chars, max = 500))]
    pub notes: Option<String>,
    /// 1 to 5.
    #[garde(range(min = 1, max = 5))]
    pub quality_rating: Option<u8>,
}

impl NotesBody {
    pub(super) fn is_empty(&self) -> bool {
        self.notes.is_none() && self.quality_rating.is_none()
    }
}

/// Writes the practitioner's notes, and the rating where one is given.
#[utoipa::path(put, path = "/sessions/{id}/notes", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    request_body = NotesBody, responses((status = 200, body = SessionView)), security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
    Json(body): Json<NotesBody>,
) -> Result<Json<SessionView>, Problem> {
    let session = write_notes(&app, &caller, Which::Session(id), body).await?;
    super::show(&app, &caller, &session).await.map(Json)
}

/// Stores checked notes and rating.
///
/// # Errors
/// Those of [`find`] and of the store.
pub async fn write_notes(
    app: &App,
    caller: &Caller,
    which: Which,
    body: NotesBody,
) -> Result<Session, Problem> {
    if let Some(text) = body.notes {
        let mut tx = app.store.begin().await?;
        let (session, _) = find(&mut tx, which, caller, Action::Notes).await?;
        let sealed = app.sealer.seal(Of::Notes(session.id), &text).map_err(Problem::internal)?;
        tx.set_notes(session.id, &sealed, app.clock.now()).await?;
        tx.commit().await?;
    }
    let rating = body.quality_rating;
    change(app, which, caller, Action::Notes, move |mut session, _| {
        session.quality_rating = rating.or(session.quality_rating);
        Ok(Change { session, events: vec![] })
    })
    .await
}
