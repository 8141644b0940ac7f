//! What a month's calls use of the quota, and what follows from it.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Timestamp;
use openvisit_core::ids::SessionId;
use openvisit_core::person::Role;
use openvisit_core::policy::Policy;
use openvisit_core::session::Status;
use openvisit_core::usage::{Month, QuotaStatus, Usage, nearest_minutes};
use openvisit_store::{OffsetList, Order, SessionDetails, SessionUse};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::auth::visible::visible;
use crate::error::{Error, FieldCode};

/// How soon operators hear that a mark was passed.
const PACE: Duration = Duration::from_secs(60);
/// How many sessions of a report are read at a time.
const PAGE: u32 = 500;
/// The marks they are warned at, in per cent.
const MARKS: [i64; 2] = [80, 100];

/// A month's calls, up to now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthsUsage {
    pub month: Month,
    /// That began in this month.
    pub sessions: i64,
    pub usage: Usage,
}

/// What is over is summed already; what is in progress is few.
///
/// # Errors
/// Those of the store.
pub async fn of(app: &App, month: Month) -> Result<MonthsUsage, Error> {
    let mut tx = app.store.read().await?;
    let (used, running) = (tx.used(month).await?, tx.in_progress(month).await?);
    let now = app.clock.now();
    let attended = running.iter().fold(used.attended, |sum, session| sum + session.attended(now));
    let sessions = used.sessions + i64::try_from(running.len()).unwrap_or_default();
    let usage = Usage { attended, quota_minutes: app.settings.quota_minutes };
    Ok(MonthsUsage { month, sessions, usage })
}

/// This month's, up to now.
///
/// # Errors
/// Those of the store.
pub async fn this_month(app: &App) -> Result<MonthsUsage, Error> {
    of(app, Month::of(app.clock.now())).await
}

/// The policy for what may begin a session.
///
/// # Errors
/// Those of the store, where the quota is enforced.
pub async fn policy(app: &App) -> Result<Policy, Error> {
    let policy = app.settings.policy();
    if !app.settings.quota_enforce {
        return Ok(policy);
    }
    let exceeded = this_month(app).await?.usage.status() == QuotaStatus::Exceeded;
    Ok(Policy { exhausted_quota: exceeded.then_some(app.settings.quota_minutes), ..policy })
}

/// What is said to who begins a session once most of the quota is used.
///
/// # Errors
/// Those of the store.
pub async fn warning(app: &App) -> Result<Option<String>, Error> {
    let usage = this_month(app).await?.usage;
    Ok((usage.status() >= QuotaStatus::Critical).then(|| {
        format!(
            "{} of this month's {} attendee-minutes are used ({} %)",
            usage.minutes(),
            usage.quota_minutes,
            usage.basis_points() / 100
        )
    }))
}

/// Warns operators of marks that were passed, until the server stops.
pub async fn watch(app: App) {
    let mut ticks = tokio::time::interval(PACE);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(error) = warn_at_marks(&app).await {
            tracing::warn!(
                code = error.code(),
                "the database is unavailable: checking the month's usage is retried"
            );
        }
    }
}

/// Warns operators of each mark once a month, whichever server sees it first and however often it restarts.
///
/// # Errors
/// Those of the store.
pub async fn warn_at_marks(app: &App) -> Result<(), Error> {
    let MonthsUsage { month, usage, .. } = this_month(app).await?;
    for percent in MARKS.into_iter().filter(|percent| usage.basis_points() >= percent * 100) {
        let mut tx = app.store.begin().await?;
        let first = tx.record_usage_mark(month, percent).await?;
        tx.commit().await?;
        if first {
            let (minutes, quota_minutes, enforced) =
                (usage.minutes(), usage.quota_minutes, app.settings.quota_enforce);
            tracing::warn!(%month, percent, minutes, quota_minutes, enforced, "this month's usage has passed a mark of the quota");
        }
    }
    Ok(())
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
) -> Result<Report, Error> {
    caller.require(&[Role::Practitioner, Role::Admin])?;
    let month = month.map_or(Ok(Month::of(app.clock.now())), str::parse);
    let month = month.map_err(|error| Error::invalid("month", FieldCode::Malformed, error.to_string()))?;
    let sessions = used(app, caller, month, limit, offset).await?;
    Ok(Report { month: of(app, month).await?, sessions })
}

/// The sessions of a month's report, read in parts.
async fn used(app: &App, caller: &Caller, month: Month, limit: u32, offset: u32) -> Result<Vec<Used>, Error> {
    let mut list = OffsetList {
        visible_to: visible(caller),
        status: vec![Status::InProgress, Status::Completed],
        order: Order::Start,
        newest_first: true,
        within: Some(month.span()),
        limit: 0,
        offset,
    };
    let (mut sessions, mut left): (Vec<Used>, _) = (Vec::new(), limit);
    while left > 0 {
        list.limit = left.min(PAGE);
        let found = app.store.session_uses(&list).await?;
        let is_last = found.len() < list.limit as usize;
        // What began meanwhile has moved the others on.
        let before: HashSet<_> = sessions.iter().rev().take(found.len()).map(|it| it.session_id).collect();
        let new = found.into_iter().filter(|found| !before.contains(&found.session)).collect();
        sessions.extend(with_those_not_kept(app, new).await?);
        if is_last {
            break;
        }
        left -= list.limit;
        list.offset = list.offset.saturating_add(list.limit);
    }
    Ok(sessions)
}

/// What is in progress is looked up and computed; so is what ended before it was kept, and it is kept from now on.
async fn with_those_not_kept(app: &App, found: Vec<SessionUse>) -> Result<Vec<Used>, Error> {
    let ids: Vec<_> = found.iter().filter(|found| found.kept.is_none()).map(|found| found.session).collect();
    let mut computed = HashMap::new();
    if !ids.is_empty() {
        let details = app.store.read().await?.details_of(&ids).await?;
        keep_attendees(app, &details);
        let now = app.clock.now();
        computed.extend(
            details
                .into_iter()
                .filter_map(|details| Used::computed(details, now))
                .map(|used| (used.session_id, used)),
        );
    }
    Ok(found
        .into_iter()
        .filter_map(|found| Used::kept(&found).or_else(|| computed.remove(&found.session)))
        .collect())
}

/// Nobody waits for it, and the report does without: whoever asks next computes it once more.
fn keep_attendees(app: &App, details: &[SessionDetails]) {
    let over = details.iter().filter_map(|details| {
        let ended_at = details.session.state.ended_at()?;
        Some((details.session.id, details.session.attendees(ended_at)))
    });
    let over: Vec<_> = over.collect();
    if over.is_empty() {
        return;
    }
    let store = app.store.clone();
    tokio::spawn(async move {
        if let Err(error) = store.keep_attendees(&over).await {
            tracing::debug!(%error, "how many took part is computed again when it is next asked for");
        }
    });
}

impl Used {
    fn kept(found: &SessionUse) -> Option<Self> {
        let kept = found.kept?;
        Some(Self {
            session_id: found.session,
            client_name: found.client_name.clone(),
            started_at: kept.started_at,
            duration_minutes: nearest_minutes(kept.lasted),
            attendees: kept.attendees,
            attendee_minutes: nearest_minutes(kept.attended),
        })
    }

    fn computed(details: SessionDetails, now: Timestamp) -> Option<Self> {
        let session = details.session;
        let started_at = session.state.started_at()?;
        let ended_at = session.state.ended_at().unwrap_or(now);
        Some(Self {
            session_id: session.id,
            client_name: details.client.map(|client| client.name),
            started_at,
            duration_minutes: nearest_minutes(started_at.duration_until(ended_at)),
            attendees: session.attendees(now),
            attendee_minutes: nearest_minutes(session.attended(now)),
        })
    }
}

/// What is used, in per cent with two places behind the point.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "hundredths of a per cent are far below 2^52")]
pub fn percentage(usage: &Usage) -> f64 {
    usage.basis_points() as f64 / 100.0
}
