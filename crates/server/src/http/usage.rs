//! `GET /usage`: what a month's calls used of the quota.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::error::FieldCode;
use openvisit_app::usage::{MonthsUsage, Used, percentage, report};
use openvisit_app::{App, Error};
use openvisit_core::ids::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::caller::Caller;
use super::extract::{Json, Query};
use super::page::twenty;
use super::problem::Problem;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(get))
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct UsageQuery {
    /// Such as 2026-11, in UTC; this month if not given.
    #[param(pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 100, 20 if not given.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

/// The sums are the server's; the list holds the caller's sessions, an administrator's all.
#[derive(Debug, Serialize, ToSchema)]
struct UsageView {
    #[schema(example = "2026-11")]
    month: String,
    /// That began in this month.
    total_sessions: i64,
    /// The sum over all attendees of the time each was connected, in whole minutes.
    attendee_minutes: i64,
    quota_minutes: u32,
    usage_percentage: f64,
    remaining_minutes: i64,
    /// healthy, warning, critical or exceeded.
    status: &'static str,
    /// Whether nothing new begins once the quota is exceeded.
    enforced: bool,
    items: Vec<SessionUsage>,
    next_cursor: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct SessionUsage {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    client_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    duration_minutes: i64,
    attendees: usize,
    attendee_minutes: i64,
}

/// A month's attendee-minutes against the quota, for practitioners and administrators.
#[utoipa::path(get, path = "/usage", tag = "usage", params(UsageQuery),
    responses((status = 200, body = UsageView)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<UsageQuery>,
) -> Result<Json<UsageView>, Problem> {
    let wrong_cursor =
        || Error::invalid("cursor", FieldCode::Malformed, "the next_cursor of an earlier answer");
    let offset: u32 = query.cursor.map_or(Ok(0), |text| text.parse()).map_err(|_| wrong_cursor())?;
    let report = report(&app, &caller, query.month.as_deref(), query.limit + 1, offset).await?;
    let MonthsUsage { month, sessions, usage } = report.month;
    let limit = query.limit as usize;
    let goes_on = report.sessions.len() > limit;
    Ok(Json(UsageView {
        month: month.to_string(),
        total_sessions: sessions,
        attendee_minutes: usage.minutes(),
        quota_minutes: usage.quota_minutes,
        usage_percentage: percentage(&usage),
        remaining_minutes: usage.remaining_minutes(),
        status: usage.status().name(),
        enforced: app.settings.quota_enforce,
        items: report.sessions.into_iter().take(limit).map(SessionUsage::from).collect(),
        next_cursor: goes_on.then(|| offset.saturating_add(query.limit).to_string()),
    }))
}

impl From<Used> for SessionUsage {
    fn from(used: Used) -> Self {
        let Used { session_id, client_name, started_at, duration_minutes, attendees, attendee_minutes } =
            used;
        Self { session_id, client_name, started_at, duration_minutes, attendees, attendee_minutes }
    }
}
