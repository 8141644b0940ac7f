//! Whether the server lives, and whether it can work.

use std::path::Path;

use axum::extract::State;
use garde::Validate;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::problem::Problem;
use crate::readiness::PATIENCE;
use crate::state::Server;

/// With less a database soon stops, in bytes.
const LEAST_ROOM: u64 = 100 * 1024 * 1024;

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    /// What only this server can answer to the challenge, if there was one; its operator's self-check knows it, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
}

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
struct HealthQuery {
    /// Any text of up to 64 characters.
    #[garde(inner(length(chars, max = 64)))]
    #[param(max_length = 64)]
    challenge: Option<String>,
}

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReadyQuery {
    /// 1: with the message broker and the disk.
    #[garde(inner(length(chars, max = 8)))]
    full: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct Ready {
    #[schema(example = "ok")]
    status: &'static str,
    /// Of the data folder's disk; only in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    disk_free_bytes: Option<u64>,
}

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process is alive. Asks nothing else.
#[utoipa::path(get, path = "/health", tag = "operation", security(()), params(HealthQuery),
    responses((status = 200, body = Health)))]
async fn health(State(server): State<Server>, Query(query): Query<HealthQuery>) -> Json<Health> {
    Json(Health { status: "ok", proof: query.challenge.map(|challenge| server.proof.answer(&challenge)) })
}

/// The database takes a write (tried every 5 seconds at most), this server's media answer, it is not being drained, and
/// the message broker, where there is one, has raised no alarm; 503 otherwise. A broker that is away comes back by itself,
/// and calls go on without it: with `full=1` it has to answer, too, and the disk has to have room. On PostgreSQL, where a
/// balancer may ask this of several nodes, an alarm is in `full=1` as well: it is all nodes' alike.
#[utoipa::path(get, path = "/ready", tag = "operation", security(()), params(ReadyQuery),
    responses((status = 200, body = Ready)))]
async fn ready(
    State(server): State<Server>,
    Query(query): Query<ReadyQuery>,
) -> Result<Json<Ready>, Problem> {
    let app = &server.app;
    app.store.ping().await?;
    server.readiness.written(&app.store, app.clock.now()).await?;
    if !timeout(PATIENCE, server.sfu.answers()).await.unwrap_or(false) {
        return Err(Problem::NotReady("the media server does not answer"));
    }
    if app.nodes.is_draining() {
        return Err(Problem::NotReady("it is being drained: it takes no new calls"));
    }
    let is_full = matches!(query.full.as_deref(), Some("1" | "true"));
    let blocks = app.outbox.broker_blocks() && (is_full || app.store.nodes().is_none());
    if blocks || (is_full && app.outbox.broker_is_away()) {
        return Err(Problem::BrokerUnavailable);
    }
    let disk_free_bytes = if is_full { room(&app.settings.data_dir)? } else { None };
    Ok(Json(Ready { status: "ok", disk_free_bytes }))
}

/// How many bytes the folder's disk has left, where the system tells.
fn room(folder: &Path) -> Result<Option<u64>, Problem> {
    let Ok(disk) = rustix::fs::statvfs(folder) else { return Ok(None) };
    let room = disk.f_bavail.saturating_mul(disk.f_frsize);
    if room < LEAST_ROOM { Err(Problem::NotReady("the disk is nearly full")) } else { Ok(Some(room)) }
}
