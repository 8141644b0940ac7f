//! `GET /reports`: consultations month by month, and what the next days hold.

use std::fmt::Write as _;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use garde::Validate;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use openvisit_core::ids::PersonId;
use openvisit_core::person::Role;
use openvisit_core::usage::{Month, day_span, nearest_minutes};
use openvisit_store::{Figures, Tx};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::problem::Problem;
use super::rules;
use crate::http::caller::Caller;
use crate::state::Server;
use openvisit_app::App;
use openvisit_app::Error;
use openvisit_app::error::FieldCode;

/// How many months a report holds where none are named, and at most.
const USUAL_MONTHS: usize = 6;
const MOST_MONTHS: usize = 24;
const DAYS_AHEAD: usize = 7;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(csv))
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
struct ReportQuery {
    /// The first month, such as 2026-06; five before the last if not given.
    #[garde(skip)]
    #[param(pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    from: Option<String>,
    /// The last month; this one if not given. At most 24 months.
    #[garde(skip)]
    #[param(pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    to: Option<String>,
    /// Whose months and days: an IANA name, UTC if not given.
    #[garde(custom(rules::timezone))]
    #[param(example = "Europe/Berlin")]
    timezone: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Report {
    /// The earliest first.
    months: Vec<MonthView>,
    total: FiguresView,
    /// From today on.
    next_7_days: Vec<DayView>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MonthView {
    #[schema(example = "2026-11")]
    month: String,
    #[serde(flatten)]
    figures: FiguresView,
}

/// Sessions count where they began, or were to begin where they never did.
#[derive(Debug, Serialize, ToSchema)]
struct FiguresView {
    /// That took place.
    consultations: i64,
    /// From start to end of each, in whole minutes.
    minutes: i64,
    /// Per consultation; null where there was none.
    mean_minutes: Option<f64>,
    no_shows: i64,
    cancelled: i64,
    /// Of those that were not cancelled, between 0 and 1; null where there was none.
    no_show_rate: Option<f64>,
}

#[derive(Debug, Serialize, ToSchema)]
struct DayView {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Appointments on this day that are not cancelled.
    booked: i64,
}

/// A practitioner's own figures; an administrator's are of all. As CSV where `Accept` asks for `text/csv`.
#[utoipa::path(get, path = "/reports", tag = "usage", params(ReportQuery),
    responses((status = 200, body = Report)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let report = Report::of(&app, &caller, &query).await?;
    let accept = headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let wants_csv = accept.trim_start().starts_with("text/csv");
    Ok(if wants_csv { report.into_csv() } else { Json(report).into_response() })
}

/// The same months as CSV.
#[utoipa::path(get, path = "/reports.csv", tag = "usage", params(ReportQuery),
    responses((status = 200, body = String, content_type = "text/csv")), security(("bearer" = [])))]
async fn csv(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportQuery>,
) -> Result<Response, Problem> {
    Ok(Report::of(&app, &caller, &query).await?.into_csv())
}

impl Report {
    async fn of(app: &App, caller: &Caller, query: &ReportQuery) -> Result<Self, Error> {
        caller.require(&[Role::Practitioner, Role::Admin])?;
        let practitioner = (!caller.is(Role::Admin)).then_some(caller.person_id);
        let zone = query.timezone.as_deref().map_or(Ok(TimeZone::UTC), TimeZone::get);
        let zone =
            zone.map_err(|_| Error::invalid("timezone", FieldCode::Unknown, "is no IANA time zone"))?;
        let today = app.clock.now().to_zoned(zone.clone()).date();
        let asked = months(query, today)?;
        let mut tx = app.store.read().await?;
        let (mut months, mut sum) = (Vec::new(), Figures::default());
        for month in asked {
            let figures = tx.figures(practitioner, month.span_in(&zone)).await?;
            sum += figures;
            months.push(MonthView { month: month.to_string(), figures: figures.into() });
        }
        let next_7_days = next_days(&mut tx, practitioner, today, &zone).await?;
        Ok(Self { months, total: sum.into(), next_7_days })
    }

    fn into_csv(self) -> Response {
        let mut text =
            String::from("month,consultations,minutes,mean_minutes,no_shows,cancelled,no_show_rate\r\n");
        for MonthView { month, figures: f } in &self.months {
            let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            let (mean, rate) = (number(f.mean_minutes), number(f.no_show_rate));
            // Writing into a string never fails.
            let _ = write!(
                text,
                "{month},{},{},{mean},{},{},{rate}\r\n",
                f.consultations, f.minutes, f.no_shows, f.cancelled
            );
        }
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"reports.csv\""),
        ];
        (headers, text).into_response()
    }
}

fn months(query: &ReportQuery, today: Date) -> Result<Vec<Month>, Error> {
    let read = |field: &str, text: &str| {
        text.parse::<Month>().map_err(|error| Error::invalid(field, FieldCode::Malformed, error.to_string()))
    };
    let to = query.to.as_deref().map_or(Ok(Month::with(today)), |text| read("to", text))?;
    let back = |months: usize| std::iter::successors(Some(to), |month| month.previous()).take(months);
    let Some(from) = query.from.as_deref() else {
        let mut months: Vec<_> = back(USUAL_MONTHS).collect();
        months.reverse();
        return Ok(months);
    };
    let from = read("from", from)?;
    let mut months: Vec<_> = back(MOST_MONTHS).take_while(|month| *month >= from).collect();
    months.reverse();
    if months.first() == Some(&from) {
        Ok(months)
    } else {
        let text = format!("a month up to {MOST_MONTHS} months before the end of `to`");
        Err(Error::invalid("from", FieldCode::OutOfRange, text))
    }
}

async fn next_days(
    tx: &mut Tx,
    practitioner: Option<PersonId>,
    today: Date,
    zone: &TimeZone,
) -> Result<Vec<DayView>, Error> {
    let mut days = Vec::new();
    for date in today.series(jiff::Span::new().days(1)).take(DAYS_AHEAD) {
        let booked = tx.booked_within(practitioner, day_span(date, zone)).await?;
        days.push(DayView { date, booked });
    }
    Ok(days)
}

impl From<Figures> for FiguresView {
    fn from(figures: Figures) -> Self {
        let Figures { completed, lasted, no_shows, cancelled } = figures;
        Self {
            consultations: completed,
            minutes: nearest_minutes(lasted),
            mean_minutes: ratio(lasted.as_secs(), completed * 60, 10),
            no_shows,
            cancelled,
            no_show_rate: ratio(no_shows, completed + no_shows, 10_000),
        }
    }
}

/// To the nearest of so many parts of one; nothing of nothing.
#[expect(clippy::cast_precision_loss, reason = "seconds and sessions are far below 2^52")]
fn ratio(part: i64, whole: i64, parts: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * parts as f64).round() / parts as f64)
}
