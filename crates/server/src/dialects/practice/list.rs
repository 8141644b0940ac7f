//! `GET /api/partners/{partner_id}/video-sessions`, `GET /api/users/{user_id}/video-sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use garde::Validate;
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
use crate::http::extract::{Path, Query};
use crate::http::streamed::{PAGE, Part, Then, streamed};

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
    #[param(format = Int64, minimum = 1, maximum = 4294967295_u32)]
    pub limit: Option<u32>,
    #[serde(default)]
    #[param(format = Int64, maximum = 4294967295_u32)]
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
) -> Result<Response, Refused> {
    Ok(list(app, caller, &partner, ByParty::Practitioner, &query).await?)
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
) -> Result<Response, Refused> {
    Ok(list(app, caller, &user, ByParty::Client, &query).await?)
}

async fn list(
    app: App,
    caller: Caller,
    whose: &str,
    side: fn(PersonId) -> ByParty,
    query: &ListQuery,
) -> Result<Response, Error> {
    caller.require_account()?;
    let person = ids::person(&mut app.store.read().await?, &caller, whose).await?;
    if person.id != caller.person.id && !caller.is(Role::Admin) {
        return Err(Error::NotFound);
    }
    let only = query.only();
    let most = query.limit.unwrap_or(u32::MAX);
    let filter = PartyFilter {
        of: side(person.id),
        status: only.statuses().to_vec(),
        latest_first: !matches!(only, Only::Upcoming | Only::Scheduled | Only::InProgress),
        after: None,
        limit: most.min(PAGE),
        offset: query.offset,
    };
    let caller = Arc::new(caller);
    let read = move |(filter, left)| part(app.clone(), Arc::clone(&caller), filter, left);
    streamed("[", (filter, most), read).await
}

/// A part of the list, of which at most `left` are still wanted.
async fn part(
    app: App,
    caller: Arc<Caller>,
    filter: PartyFilter,
    left: u32,
) -> Result<Part<VideoSession, (PartyFilter, u32)>, Error> {
    let mut tx = app.store.read().await?;
    let sessions = tx.sessions_of(&filter).await?;
    let labels = Labels::of_parties(&mut tx, &sessions).await?;
    drop(tx);
    let view = |session| {
        let viewer = Viewer::of(&caller, session).ok()?;
        Some(VideoSession::seen(&app, &caller, session, viewer, &labels))
    };
    let items = sessions.iter().filter_map(view).collect();
    let left = left - filter.limit;
    let is_full = sessions.len() == filter.limit as usize;
    let then = match sessions.last().filter(|_| is_full && left > 0) {
        Some(last) => Then::Part((filter.after(last, left.min(PAGE)), left)),
        None => Then::End("]".to_owned()),
    };
    Ok(Part { items, then })
}

/// `?upcoming`, `?upcoming=1` and `?upcoming=true` ask for it.
fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    match String::deserialize(deserializer)?.to_ascii_lowercase().as_str() {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(serde::de::Error::custom("must be true or false")),
    }
}
