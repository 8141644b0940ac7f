//! Numbers for Prometheus.

mod gather;
mod names;

use std::sync::OnceLock;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use metrics::gauge;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use metrics_util::MetricKindMask;
use tokio_util::sync::CancellationToken;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

/// From a millisecond to ten seconds.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0, 10.0];
/// So long after nobody has set it, a number of now is told no more: a webhook was deleted, say.
const STALE: Duration = Duration::from_secs(600);
/// Samples wait in memory until somebody folds them into the buckets.
const FOLD_EVERY: Duration = Duration::from_secs(5);

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// What the process counts and measures.
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()),
    responses((status = 200, body = String, content_type = "text/plain")))]
async fn metrics(State(server): State<Server>) -> impl IntoResponse {
    gather::gather(&server).await;
    gauge!("process_resident_memory_bytes").set(resident_bytes());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4")], recorder().render())
}

/// Folds samples until the server stops.
pub async fn fold(stopping: CancellationToken) {
    let recorder = recorder();
    let mut interval = tokio::time::interval(FOLD_EVERY);
    loop {
        tokio::select! {
            _ = interval.tick() => recorder.run_upkeep(),
            () = stopping.cancelled() => return,
        }
    }
}

/// Counts from now on; what happened before is in no number.
pub fn start() {
    recorder();
}

/// The process has one; whoever asks first starts it.
fn recorder() -> &'static PrometheusHandle {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new().idle_timeout(MetricKindMask::GAUGE, Some(STALE));
        // Refused for an empty list only.
        let recorder = match builder.set_buckets(&SECONDS) {
            Ok(builder) => builder.build_recorder(),
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("something else counts in this process; /metrics stays empty");
        }
        names::describe();
        handle
    })
}

/// Zero where the system does not tell.
fn resident_bytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or_default();
    kibibytes * 1024.0
}
