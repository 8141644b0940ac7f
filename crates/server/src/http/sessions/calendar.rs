//! `GET /sessions/{id}/calendar`

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use openvisit_app::App;
use openvisit_app::messages::calendar::{Method, calendar};
use openvisit_app::sessions::entry::entry;
use openvisit_app::sessions::find::look;
use openvisit_core::ids::SessionId;

use crate::http::caller::Caller;
use crate::http::extract::Path;
use crate::http::problem::Problem;

/// One session as a file for calendars (iCalendar), for whoever may see it.
#[utoipa::path(get, path = "/sessions/{id}/calendar", tag = "sessions", operation_id = "session_calendar",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = String, content_type = "text/calendar")), security(("bearer" = [])))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<impl IntoResponse, Problem> {
    let (details, _) = look(&app, &caller, id).await?;
    let text = calendar(Method::Publish, None, &[entry(&app, &details, caller.person_id)]);
    let headers = [
        (CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"appointment.ics\""),
        (CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, text))
}
