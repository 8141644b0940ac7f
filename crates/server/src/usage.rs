//! What a month's calls use of the quota, and what follows from it.

use std::time::Duration;

use openvisit_core::policy::Policy;
use openvisit_core::usage::{Month, QuotaStatus, Usage};

use crate::app::App;
use crate::http::problem::Problem;

/// How soon operators hear that a mark was passed.
const PACE: Duration = Duration::from_secs(60);
/// The marks they are told of, in per cent.
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
pub async fn of(app: &App, month: Month) -> Result<MonthsUsage, Problem> {
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
pub async fn this_month(app: &App) -> Result<MonthsUsage, Problem> {
    of(app, Month::of(app.clock.now())).await
}

/// The policy for what may begin a session.
///
/// # Errors
/// Those of the store, where the quota is enforced.
pub async fn policy(app: &App) -> Result<Policy, Problem> {
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
pub async fn warning(app: &App) -> Result<Option<String>, Problem> {
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

/// Tells operators of marks that were passed, until the server stops.
pub async fn watch(app: App) {
    let mut ticks = tokio::time::interval(PACE);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        if let Err(problem) = tell(&app).await {
            tracing::warn!(code = problem.code(), "the month's usage waits for the database");
        }
    }
}

/// Tells operators of each mark once a month, whichever server sees it first and however often it restarts.
///
/// # Errors
/// Those of the store.
pub async fn tell(app: &App) -> Result<(), Problem> {
    let MonthsUsage { month, usage, .. } = this_month(app).await?;
    for percent in MARKS.into_iter().filter(|percent| usage.basis_points() >= percent * 100) {
        let mut tx = app.store.begin().await?;
        let first = tx.tell_usage(month, percent).await?;
        tx.commit().await?;
        if first {
            let (minutes, quota_minutes, enforced) =
                (usage.minutes(), usage.quota_minutes, app.settings.quota_enforce);
            tracing::warn!(%month, percent, minutes, quota_minutes, enforced, "the quota is being used up");
        }
    }
    Ok(())
}
