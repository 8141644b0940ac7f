//! `/me/calendar-feed`: the secret address of one's calendar, and the calendar at it.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LAST_MODIFIED};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use openvisit_app::App;
use openvisit_app::people::calendar_feed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarFeed {
    /// Since when it has its address; null where it has none.
    #[schema(value_type = Option<String>, format = DateTime)]
    created_at: Option<Timestamp>,
    /// Whether clients stand in it by name.
    names: bool,
}

#[derive(Debug, Default, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarFeedWish {
    /// Whether clients are to stand in it by name: whoever has the address, and who keeps the calendar, reads them.
    #[garde(skip)]
    #[serde(default)]
    names: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarFeedAddress {
    /// For calendar programs to subscribe to. Whoever has it sees the calendar. Shown this once.
    url: String,
}

/// Whether one's calendar has an address.
#[utoipa::path(get, path = "/me/calendar-feed", tag = "accounts", operation_id = "calendar_feed",
    responses((status = 200, body = CalendarFeed)), security(("bearer" = [])))]
pub async fn get(State(app): State<App>, caller: Caller) -> Result<Json<CalendarFeed>, Problem> {
    let found = calendar_feed::since(&app, &caller).await?;
    let names = found.is_some_and(|(_, names)| names);
    Ok(Json(CalendarFeed { created_at: found.map(|(at, _)| at), names }))
}

/// Give one's calendar an address, in place of the one that it had.
#[utoipa::path(post, path = "/me/calendar-feed", tag = "accounts", operation_id = "renew_calendar_feed",
    request_body = Option<CalendarFeedWish>, responses((status = 201, body = CalendarFeedAddress)), security(("bearer" = [])))]
pub async fn renew(
    State(app): State<App>,
    caller: Caller,
    OptionalJson(wish): OptionalJson<CalendarFeedWish>,
) -> Result<(StatusCode, Json<CalendarFeedAddress>), Problem> {
    let url = calendar_feed::renew(&app, &caller, wish.names).await?;
    Ok((StatusCode::CREATED, Json(CalendarFeedAddress { url })))
}

/// Take the address of one's calendar away.
#[utoipa::path(delete, path = "/me/calendar-feed", tag = "accounts", operation_id = "withdraw_calendar_feed",
    responses((status = 204)), security(("bearer" = [])))]
pub async fn withdraw(State(app): State<App>, caller: Caller) -> Result<StatusCode, Problem> {
    calendar_feed::withdraw(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody's appointments as a calendar (iCalendar), 90 days back and a year ahead, at its secret address. Asked again with
/// `If-None-Match` it is answered only where it changed.
#[utoipa::path(get, path = "/calendar-feeds/{token}", tag = "accounts", operation_id = "read_calendar_feed",
    params(("token" = String, Path, description = "The secret, with .ics or without")),
    responses((status = 200, body = String, content_type = "text/calendar"), (status = 304, description = "It is the same")),
    security(()))]
pub async fn read(
    State(app): State<App>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = headers.get(IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let feed = calendar_feed::read(&app, &token, known).await?;
    let mut answer = match feed.text {
        Some(text) => ([(CONTENT_TYPE, "text/calendar; charset=utf-8")], text).into_response(),
        None => StatusCode::NOT_MODIFIED.into_response(),
    };
    let marks = [
        (ETAG, Some(feed.etag)),
        (CACHE_CONTROL, Some("private, no-cache".to_owned())),
        (LAST_MODIFIED, feed.changed_at.map(http_date)),
    ];
    for (name, value) in marks {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            answer.headers_mut().insert(name, value);
        }
    }
    Ok(answer)
}

/// As RFC 9110 has it.
fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
