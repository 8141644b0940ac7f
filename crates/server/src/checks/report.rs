//! The checks of a running server, made when somebody asks and kept for a moment: however often the page is opened, and
//! by however many, others are not asked more often than that.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use tokio::sync::Mutex;
use utoipa::ToSchema;

use super::{Finding, Place, begin};
use openvisit_app::clock::Clock;

const CACHE_LIFETIME: SignedDuration = SignedDuration::from_secs(20);

/// What all checks found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CheckReport)]
pub struct Report {
    #[schema(value_type = String, format = DateTime)]
    pub checked_at: Timestamp,
    /// In an order that is always the same.
    pub findings: Vec<Finding>,
}

/// The last report. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct ReportCache(Arc<Mutex<Option<Report>>>);

impl ReportCache {
    /// The last report, or a new one where that is old. Who asks while one is being made waits for that one.
    ///
    /// # Errors
    /// Those of [`begin`].
    pub async fn report(&self, place: Place, clock: &Clock) -> anyhow::Result<Report> {
        let (cache, clock) = (self.clone(), clock.clone());
        // Made to its end, also when whoever asked has gone: the next one is not to begin anew.
        tokio::spawn(async move {
            let mut last = cache.0.lock().await;
            let now = clock.now();
            match last.as_ref().filter(|report| report.checked_at.duration_until(now) < CACHE_LIFETIME) {
                Some(report) => Ok(report.clone()),
                None => Ok(last.insert(run_checks(&place, now).await?).clone()),
            }
        })
        .await?
    }
}

async fn run_checks(place: &Place, checked_at: Timestamp) -> anyhow::Result<Report> {
    let mut findings = Vec::new();
    for finding in begin(place)? {
        findings.push(finding.await?);
    }
    Ok(Report { checked_at, findings })
}
