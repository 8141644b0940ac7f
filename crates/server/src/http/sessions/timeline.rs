//! `GET /sessions/{id}/timeline`

use axum::extract::State;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::sessions::find::find;
use openvisit_core::access::Action;
use openvisit_core::attendance::Source;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::timeline::{Entry, What};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    pub items: Vec<TimelineEntry>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// entered, admitted, connected, disconnected, started, completed, cancelled, no_show or corrected.
    pub kind: &'static str,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub participant_id: Option<ParticipantId>,
    /// Who says so: media, provider, socket, client, or phone: the practitioner's word.
    #[schema(value_type = Option<String>)]
    pub source: Option<Source>,
}

impl From<Entry> for TimelineEntry {
    fn from(entry: Entry) -> Self {
        let source = match entry.what {
            What::Connected(source) | What::Disconnected(source) => Some(source),
            _ => None,
        };
        Self { at: entry.at, kind: entry.what.name(), participant_id: entry.participant, source }
    }
}

/// What happened when, as attendance proves it.
#[utoipa::path(get, path = "/sessions/{id}/timeline", tag = "sessions", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Timeline)), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<Json<Timeline>, Problem> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), &caller, Action::Timeline).await?;
    Ok(Json(Timeline { items: session.timeline().into_iter().map(Into::into).collect() }))
}
