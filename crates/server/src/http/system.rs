//! `GET /system`: how this server does.

use std::sync::Arc;

use axum::extract::State;
use jiff::Timestamp;
use openvisit_core::person::Role;
use openvisit_store::{Backlog, Node, StoreError, Target, Tx};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::Problem;
use crate::checks::{Place, Report};
use crate::http::caller::Caller;
use crate::state::Server;
use openvisit_app::App;
use openvisit_app::Error;
use openvisit_app::keys;

/// How many webhooks are looked at.
const AT_MOST: u32 = 1_000;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(get)).routes(routes!(checks))
}

#[derive(Debug, Serialize, ToSchema)]
struct SystemView {
    #[schema(example = "0.1.0")]
    version: &'static str,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// How far the system's clock is ahead of the time that this server goes by, where it was set since the start; absent
    /// while they agree.
    #[serde(skip_serializing_if = "Option::is_none")]
    clock_ahead_seconds: Option<i64>,
    /// sqlite or postgres.
    database: &'static str,
    broker: BrokerView,
    mail: MailView,
    keys: KeysView,
    /// Where events go, with what waits on its way there.
    outbox: Vec<TargetView>,
    /// All processes that serve the database, this one among them; none on SQLite, where there is only this one.
    nodes: Vec<NodeView>,
    live: LiveView,
    media: MediaView,
}

/// A process that serves the database.
#[derive(Debug, Serialize, ToSchema)]
struct NodeView {
    /// Its machine and port.
    #[schema(example = "consult-1:8086")]
    name: String,
    version: String,
    #[schema(value_type = String, format = DateTime)]
    started_at: Timestamp,
    /// When it last said that it is there, by the database's clock.
    #[schema(value_type = String, format = DateTime)]
    seen_at: Timestamp,
    /// Whether it did within the last seconds.
    alive: bool,
    /// Whether it takes no new calls.
    draining: bool,
    /// How many sessions have their media there.
    calls: i64,
    cores: i64,
    /// Whether it is the one that answers.
    this: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct BrokerView {
    configured: bool,
    answers: bool,
    /// Why it takes no events, in its own words or in those of the connection; absent where it does, or nobody said.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// E-mails on their way.
#[derive(Debug, Serialize, ToSchema)]
struct MailView {
    configured: bool,
    /// Whether the mail server took the last one; null before the first since the start.
    works: Option<bool>,
    /// How many wait.
    pending: i64,
    /// Since when the first of them has waited; null where nothing waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Timestamp>,
    /// Whether any of them was tried in vain.
    failing: bool,
}

/// What of the database does not fit the keys of the settings.
#[derive(Debug, Serialize, ToSchema)]
struct KeysView {
    /// How many older keys cannot be opened: what they sealed is shown as unreadable.
    lost: usize,
    /// Passcodes that were given out are hashed with another pepper: they are wrong, new ones are right.
    other_pepper: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TargetView {
    /// broker, or a webhook's id.
    pub target: String,
    pub pending: i64,
    /// Since when the first of them has waited; null where nothing waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub oldest_at: Option<Timestamp>,
    /// Whether any of them was tried in vain.
    failing: bool,
}

/// Of this server, where several share a database.
#[derive(Debug, Serialize, ToSchema)]
struct LiveView {
    /// In which somebody is present.
    sessions: usize,
    /// Who are present.
    participants: usize,
}

#[derive(Debug, Serialize, ToSchema)]
struct MediaView {
    udp_ports: Vec<u16>,
    tcp_port: Option<u16>,
}

/// How this server does. Administrators only.
#[utoipa::path(get, path = "/system", tag = "operation",
    responses((status = 200, body = SystemView)), security(("bearer" = [])))]
async fn get(State(server): State<Server>, caller: Caller) -> Result<Json<SystemView>, Problem> {
    caller.require(&[Role::Admin])?;
    let app = &server.app;
    let mut tx = app.store.read().await?;
    let outbox = targets(app, &mut tx).await?;
    let (pending, oldest_at, failing) = tx.waiting_emails().await?;
    let misfit = keys::misfit(&mut tx, &app.secrets).await?;
    drop(tx);
    let ports = server.sfu.ports();
    let nodes = nodes(app).await?;
    Ok(Json(SystemView {
        version: env!("CARGO_PKG_VERSION"),
        started_at: server.started_at,
        clock_ahead_seconds: app.clock.system_is_ahead().map(|ahead| ahead.as_secs()),
        database: app.store.kind(),
        broker: BrokerView {
            configured: app.outbox.has_broker(),
            answers: app.outbox.has_broker() && !app.outbox.broker_is_away(),
            reason: app.outbox.why_broker_is_away(),
        },
        mail: MailView {
            configured: app.messages.are_on(),
            works: app.messages.work(),
            pending,
            oldest_at,
            failing,
        },
        keys: KeysView { lost: misfit.lost_keys, other_pepper: misfit.other_pepper },
        outbox,
        nodes,
        live: LiveView {
            sessions: app.open_intervals.sessions().len(),
            participants: app.open_intervals.participants(),
        },
        media: MediaView { udp_ports: ports.udp.clone(), tcp_port: ports.tcp },
    }))
}

async fn nodes(app: &App) -> Result<Vec<NodeView>, StoreError> {
    let Some(nodes) = app.store.nodes() else { return Ok(vec![]) };
    let known = nodes.known().await?.into_iter();
    let views = known.map(|Node { id, intro, started_at, seen_at, alive }| NodeView {
        name: intro.name,
        version: intro.version,
        started_at,
        seen_at,
        alive,
        draining: intro.draining,
        calls: intro.calls,
        cores: intro.cores,
        this: id == *nodes.id(),
    });
    Ok(views.collect())
}

/// What works from here, and what does not: the same as `openvisit check` tells. They take some seconds; what they found
/// is kept for 20. Administrators only.
#[utoipa::path(get, path = "/system/checks", tag = "operation", operation_id = "check_system",
    responses((status = 200, body = Report)), security(("bearer" = [])))]
async fn checks(State(server): State<Server>, caller: Caller) -> Result<Json<Report>, Problem> {
    caller.require(&[Role::Admin])?;
    let place = Place {
        settings: Arc::new(server.app.settings.clone()),
        proof: Some(server.proof.clone()),
        ports: Some(server.sfu.ports().clone()),
    };
    Ok(Json(server.checks.report(place, &server.app.clock).await.map_err(Error::internal)?))
}

/// The broker, then the webhooks that get events; and whatever else something waits for.
pub(super) async fn targets(app: &App, tx: &mut Tx) -> Result<Vec<TargetView>, StoreError> {
    let webhooks = tx.webhooks(None, AT_MOST).await?.into_iter().filter(|webhook| !webhook.disabled);
    let broker = app.outbox.has_broker().then_some(Target::Broker);
    let mut targets: Vec<Target> =
        broker.into_iter().chain(webhooks.map(|webhook| Target::Webhook(webhook.id))).collect();
    let backlogs = tx.backlogs().await?;
    for Backlog { target, .. } in &backlogs {
        if !targets.contains(target) {
            targets.push(*target);
        }
    }
    let view = |target: Target| {
        let backlog = backlogs.iter().find(|backlog| backlog.target == target);
        TargetView {
            target: target.to_string(),
            pending: backlog.map_or(0, |backlog| backlog.pending),
            oldest_at: backlog.map(|backlog| backlog.oldest_at),
            failing: backlog.is_some_and(|backlog| backlog.failing),
        }
    };
    Ok(targets.into_iter().map(view).collect())
}
