//! `GET /api/video/metrics/usage`

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::App;
use openvisit_app::usage::{MonthsUsage, Used, percentage, report};
use openvisit_core::ids::SessionId;
use openvisit_core::usage::QuotaStatus;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
pub struct UsageQuery {
    /// Such as 2026-11, in UTC; this month if not given.
    #[param(pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    month: Option<String>,
    /// All if not given.
    #[garde(inner(range(min = 1)))]
    #[param(format = Int64, minimum = 1, maximum = 4294967295_u32)]
    limit: Option<u32>,
    #[serde(default)]
    #[param(format = Int64, maximum = 4294967295_u32)]
    offset: u32,
}

/// The totals are the server's; the list holds the caller's sessions, the latest first, an administrator's all.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicUsage)]
pub struct UsageMetrics {
    month: String,
    total_sessions: i64,
    total_attendee_minutes: i64,
    free_tier_limit: u32,
    usage_percentage: f64,
    remaining_minutes: i64,
    /// HEALTHY, WARNING, CRITICAL or EXCEEDED.
    status: &'static str,
    sessions: Vec<SessionUsage>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ClinicSessionUsage)]
pub struct SessionUsage {
    #[schema(value_type = uuid::Uuid)]
    session_id: SessionId,
    patient_name: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    start_time: Timestamp,
    duration_minutes: i64,
    attendees: usize,
    attendee_minutes: i64,
}

/// A month's attendee-minutes against the quota, for doctors and administrators.
#[utoipa::path(get, path = "/api/video/metrics/usage", tag = "clinic", params(UsageQuery),
    responses((status = 200, body = UsageMetrics)), security(("bearer" = [])))]
pub async fn usage(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<UsageQuery>,
) -> Result<Json<UsageMetrics>, Problem> {
    let report =
        report(&app, &caller, query.month.as_deref(), query.limit.unwrap_or(u32::MAX), query.offset).await?;
    let MonthsUsage { month, sessions, usage } = report.month;
    Ok(Json(UsageMetrics {
        month: month.to_string(),
        total_sessions: sessions,
        total_attendee_minutes: usage.minutes(),
        free_tier_limit: usage.quota_minutes,
        usage_percentage: percentage(&usage),
        remaining_minutes: usage.remaining_minutes(),
        status: word(usage.status()),
        sessions: report.sessions.into_iter().map(SessionUsage::from).collect(),
    }))
}

fn word(status: QuotaStatus) -> &'static str {
    match status {
        QuotaStatus::Healthy => "HEALTHY",
        QuotaStatus::Warning => "WARNING",
        QuotaStatus::Critical => "CRITICAL",
        QuotaStatus::Exceeded => "EXCEEDED",
    }
}

impl From<Used> for SessionUsage {
    fn from(used: Used) -> Self {
        Self {
            session_id: used.session_id,
            patient_name: used.client_name,
            start_time: used.started_at,
            duration_minutes: used.duration_minutes,
            attendees: used.attendees,
            attendee_minutes: used.attendee_minutes,
        }
    }
}
