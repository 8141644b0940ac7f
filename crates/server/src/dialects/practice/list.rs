//! `GET /api/partners/{partner_id}/video-sessions`, `GET /api/users/{user_id}/video-sessions`

use axum::extract::State;
use garde::Validate;
use openvisit_app::auth::caller;
use openvisit_app::sessions::view::{Labels, Viewer};
use openvisit_app::{App, Error};
use openvisit_core::ids::PersonId;
use openvisit_core::person::Role;
use openvisit_core::session::Status;
use openvisit_store::{ByParty, PartyFilter};
use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::view::VideoSession;
use crate::dialects::ids;
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path, Query};

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct ListQuery {
    /// Only what can still take place, earliest first.
    #[serde(default, deserialize_with = "flag")]
    pub upcoming: bool,
    /// Only what is over, latest first.
    #[serde(default, deserialize_with = "flag")]
    pub past: bool,
    /// The same in a word, or only one status.
    #[serde(alias = "status")]
    #[param(inline)]
    pub filter: Option<Only>,
    /// All if not given.
    #[garde(inner(range(min = 1)))]
    pub limit: Option<u32>,
    #[serde(default)]
    pub offset: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VideoSessionFilter, rename_all = "snake_case")]
pub enum Only {
    All,
    Upcoming,
    Past,
    Scheduled,
    InProgress,
    Completed,
    Cancelled,
}

impl Only {
    fn statuses(self) -> &'static [Status] {
        use Status as S;
        match self {
            Self::All => &[],
            Self::Upcoming => &[S::Scheduled, S::Waiting, S::InProgress],
            Self::Past => &[S::Completed, S::Cancelled, S::NoShow],
            Self::Scheduled => &[S::Scheduled, S::Waiting],
            Self::InProgress => &[S::InProgress],
            Self::Completed => &[S::Completed],
            Self::Cancelled => &[S::Cancelled, S::NoShow],
        }
    }
}

impl ListQuery {
    fn only(&self) -> Only {
        match (self.upcoming, self.past) {
            (true, false) => Only::Upcoming,
            (false, true) => Only::Past,
            (true, true) => Only::All,
            (false, false) => self.filter.unwrap_or(Only::All),
        }
    }
}

/// A partner's sessions, for that partner and administrators. Latest first, but for upcoming ones.
#[utoipa::path(get, path = "/api/partners/{partner_id}/video-sessions", tag = "practice",
    params(("partner_id" = String, Path), ListQuery), responses((status = 200, body = Vec<VideoSession>)),
    security(("bearer" = [])))]
pub async fn of_partner(
    State(app): State<App>,
    caller: Caller,
    Path(partner): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<VideoSession>>, Refused> {
    Ok(list(&app, &caller, &partner, ByParty::Practitioner, &query).await?)
}

/// A user's sessions, for that user and administrators. Latest first, but for upcoming ones.
#[utoipa::path(get, path = "/api/users/{user_id}/video-sessions", tag = "practice",
    params(("user_id" = String, Path), ListQuery), responses((status = 200, body = Vec<VideoSession>)),
    security(("bearer" = [])))]
pub async fn of_user(
    State(app): State<App>,
    caller: Caller,
    Path(user): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Json<Vec<VideoSession>>, Refused> {
    Ok(list(&app, &caller, &user, ByParty::Client, &query).await?)
}

async fn list(
    app: &App,
    caller: &caller::Caller,
    whose: &str,
    side: fn(PersonId) -> ByParty,
    query: &ListQuery,
) -> Result<Json<Vec<VideoSession>>, Error> {
    caller.require_account()?;
    let mut tx = app.store.read().await?;
    let person = ids::person(&mut tx, caller, whose).await?;
    if person.id != caller.person.id && !caller.is(Role::Admin) {
        return Err(Error::NotFound);
    }
    let only = query.only();
    let filter = PartyFilter {
        of: side(person.id),
        status: only.statuses().to_vec(),
        latest_first: !matches!(only, Only::Upcoming | Only::Scheduled | Only::InProgress),
        limit: query.limit.unwrap_or(u32::MAX),
        offset: query.offset,
    };
    let sessions = tx.sessions_of(&filter).await?;
    let labels = Labels::of_parties(&mut tx, &sessions).await?;
    let view =
        |session| Some(VideoSession::seen(app, caller, session, Viewer::of(caller, session).ok()?, &labels));
    Ok(Json(sessions.iter().filter_map(view).collect()))
}

/// `?upcoming`, `?upcoming=1` and `?upcoming=true` ask for it.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.to_ascii_lowercase().as_str() {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(serde::de::Error::custom("must be true or false")),
    }
}
