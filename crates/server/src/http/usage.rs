//! `GET /usage`: what a month's calls used of the quota.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::ids::SessionId;
use openvisit_core::person::Role;
use openvisit_core::session::{Session, Status};
use openvisit_core::usage::{Month, nearest_minutes};
use openvisit_store::{Numbered, Order, Seen};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::page::twenty;
use super::problem::Problem;
use super::sessions::list::visible;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::usage::{self, MonthsUsage};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get))
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
#[garde(allow_unvalidated)]
struct UsageQuery {
    /// Such as 2026-11, in UTC; this month if not given.
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
    let wrong_cursor = || Problem::invalid("cursor", "the next_cursor of an earlier answer");
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
        usage_percentage: percentage(usage.basis_points()),
        remaining_minutes: usage.remaining_minutes(),
        status: usage.status().name(),
        enforced: app.settings.quota_enforce,
        items: report.sessions.into_iter().take(limit).map(SessionUsage::from).collect(),
        next_cursor: goes_on.then(|| offset.saturating_add(query.limit).to_string()),
    }))
}

/// What a month used, and by which of the caller's sessions.
pub struct Report {
    pub month: MonthsUsage,
    /// The latest first.
    pub sessions: Vec<Used>,
}

/// What one session used.
pub struct Used {
    pub session_id: SessionId,
    pub client_name: Option<String>,
    pub started_at: Timestamp,
    /// So far, while it is in progress.
    pub duration_minutes: i64,
    /// How many were connected.
    pub attendees: usize,
    pub attendee_minutes: i64,
}

/// A month's report, with some of the sessions; this month's where none is given.
///
/// # Errors
/// `forbidden` but for practitioners and administrators, `invalid` for a month that is none.
pub async fn report(
    app: &App,
    caller: &Caller,
    month: Option<&str>,
    limit: u32,
    offset: u32,
) -> Result<Report, Problem> {
    caller.require(&[Role::Practitioner, Role::Admin])?;
    let now = app.clock.now();
    let month = month.map_or(Ok(Month::of(now)), str::parse);
    let month = month.map_err(|error| Problem::invalid("month", error.to_string()))?;
    let list = Numbered {
        visible_to: visible(caller),
        status: vec![Status::InProgress, Status::Completed],
        order: Order::Start,
        newest_first: true,
        within: Some(month.span()),
        limit,
        offset,
    };
    let seen = app.store.numbered(&list).await?;
    let sessions = seen.into_iter().filter_map(|seen| Used::of(seen, now)).collect();
    Ok(Report { month: usage::of(app, month).await?, sessions })
}

impl Used {
    fn of(seen: Seen, now: Timestamp) -> Option<Self> {
        let session = seen.session;
        let started_at = session.state.started_at()?;
        let ended_at = session.state.ended_at().unwrap_or(now);
        Some(Self {
            session_id: session.id,
            client_name: seen.client_name,
            started_at,
            duration_minutes: nearest_minutes(started_at.duration_until(ended_at)),
            attendees: attendees(&session, now),
            attendee_minutes: nearest_minutes(session.attended(now)),
        })
    }
}

fn attendees(session: &Session, now: Timestamp) -> usize {
    session.participants.iter().filter(|p| session.connected(p.id, now).is_positive()).count()
}

impl From<Used> for SessionUsage {
    fn from(used: Used) -> Self {
        let Used { session_id, client_name, started_at, duration_minutes, attendees, attendee_minutes } =
            used;
        Self { session_id, client_name, started_at, duration_minutes, attendees, attendee_minutes }
    }
}

/// With two places behind the point.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "hundredths of a per cent are far below 2^52")]
pub fn percentage(basis_points: i64) -> f64 {
    basis_points as f64 / 100.0
}
