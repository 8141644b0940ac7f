//! `GET /sessions`

use axum::extract::State;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::auth::visible::visible;
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::access;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use openvisit_store::{Cursor, SessionFilter, Tx};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::show::show_to;
use super::view::SessionView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query, several};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;
use crate::http::words::SessionStatus;

#[derive(Debug, Default, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct ListQuery {
    /// Any of these; given several times, or with commas between them.
    #[serde(default, deserialize_with = "several")]
    #[param(value_type = Option<Vec<SessionStatus>>)]
    pub status: Vec<Status>,
    /// Only this practitioner's.
    #[param(value_type = Option<uuid::Uuid>)]
    pub practitioner_id: Option<PersonId>,
    /// Only this client's.
    #[param(value_type = Option<uuid::Uuid>)]
    pub client_id: Option<PersonId>,
    /// Only what ends after this instant, or has begun and still runs.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Only what starts before this instant.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// The `next_cursor` of the page before.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    pub cursor: Option<String>,
    /// By start: the earliest first if not given.
    #[param(inline)]
    #[serde(default)]
    pub order: Order,
    /// 1 to 100, 20 if not given.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    #[default]
    Asc,
    Desc,
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Words of the title, or of the other party's name, or parts of them; case and accents do not matter.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    q: Option<String>,
}

/// The caller's sessions.
#[utoipa::path(get, path = "/sessions", tag = "sessions", params(ListQuery, Search),
    responses((status = 200, body = Paged<SessionView>)), security(("bearer" = [])))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ListQuery>,
    Query(search): Query<Search>,
) -> Result<Json<Paged<SessionView>>, Problem> {
    let mut tx = app.store.read().await?;
    let filter = SessionFilter { search: search.q, ..filter(&caller, &query, app.clock.now())? };
    let Paged { items: sessions, next_cursor } = page(&mut tx, &caller, filter).await?;
    let ids: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let found = tx.details_of(&ids).await?;
    drop(tx);
    let mut items = Vec::with_capacity(found.len());
    for details in &found {
        items.push(show_to(&app, &caller, details).await?);
    }
    Ok(Json(Paged { items, next_cursor }))
}

/// Which sessions are asked for.
///
/// # Errors
/// `invalid` for a cursor that is none of ours.
pub fn filter(caller: &access::Caller, query: &ListQuery, now: Timestamp) -> Result<SessionFilter, Problem> {
    Ok(SessionFilter {
        practitioner: query.practitioner_id,
        client: query.client_id,
        status: query.status.clone(),
        from: query.from,
        // What will run then, nobody knows.
        running: query.from.is_some_and(|from| from <= now),
        to: query.to,
        cursor: query.cursor.as_deref().map(read_cursor).transpose()?,
        latest_first: query.order == Order::Desc,
        ..SessionFilter::all(visible(caller), query.limit)
    })
}

/// A page of the sessions that a caller may see.
///
/// # Errors
/// Those of the store.
pub async fn page(
    tx: &mut Tx,
    caller: &access::Caller,
    filter: SessionFilter,
) -> Result<Paged<Session>, Problem> {
    // Whoever came by an invitation does not see title and names in every state, so must not find by them.
    if filter.search.is_some() && caller.only_session.is_some() {
        return Ok(Paged { items: vec![], next_cursor: None });
    }
    // One more than asked for tells whether there is a next page.
    let (limit, filter) = (filter.limit, SessionFilter { limit: filter.limit + 1, ..filter });
    let found = tx.sessions(&filter).await?;
    Ok(Paged::cut(found, limit, |session| write_cursor(filter.cursor_of(session))))
}

fn write_cursor(cursor: Cursor) -> String {
    URL_SAFE_NO_PAD.encode(format!("{} {}", cursor.at.as_microsecond(), cursor.id))
}

fn read_cursor(text: &str) -> Result<Cursor, Problem> {
    let parts = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, id) = text.split_once(' ')?;
        let at = Timestamp::from_microsecond(at.parse().ok()?).ok()?;
        Some(Cursor { at, id: id.parse::<SessionId>().ok()? })
    };
    parts().ok_or_else(|| {
        Error::invalid("cursor", FieldCode::Malformed, "the next_cursor of an earlier answer").into()
    })
}
