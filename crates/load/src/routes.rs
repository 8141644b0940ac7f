//! The HTTP routes that are called most, each for a while, with as many requests under way as asked.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use hdrhistogram::Histogram;
use reqwest::Method;
use tokio::task::JoinSet;

use crate::api::{Api, PASSWORD};
use crate::cli::RouteArgs;
use crate::interrupt::Interrupt;
use crate::nodes::{Nodes, sum};
use crate::report::{Quantiles, RouteReport};
use crate::tally::{micros, record};

/// One request, repeated.
struct Route {
    name: &'static str,
    method: Method,
    path: String,
    caller: Api,
}

/// What one of the concurrent loops saw.
struct Lap {
    latency: Histogram<u64>,
    errors: u64,
}

/// Measures each route in turn.
///
/// # Errors
/// When the run cannot even begin: no server, no administrator.
pub async fn run(args: &RouteArgs, interrupt: &Interrupt) -> Result<Vec<RouteReport>> {
    let (nodes, _) = Nodes::of(&args.target).await?;
    let nodes = Arc::new(nodes);
    let mut reports = Vec::new();
    for route in routes(args, &nodes).await? {
        if interrupt.happened() {
            break;
        }
        eprintln!("measuring {} …", route.name);
        reports.push(measure(Arc::new(route), args, &nodes, interrupt).await?);
    }
    Ok(reports)
}

/// Books one appointment and asks for it in all the ways that a page does.
async fn routes(args: &RouteArgs, nodes: &Arc<Nodes>) -> Result<Vec<Route>> {
    let api = Api::new(Arc::clone(nodes))?;
    let admin = api.log_in(&args.target.email, &args.target.password).await?;
    let run = jiff::Timestamp::now().as_millisecond();
    let email = |role| format!("load-{run}-{role}@load.test");
    let practitioner =
        admin.user(&email("practitioner"), "Load practitioner", "practitioner", PASSWORD).await?;
    let client = admin.user(&email("client"), "Load client", "client", PASSWORD).await?;
    let session = admin.book(&practitioner, &client).await?.session_id;
    let practitioner = api.log_in(&email("practitioner"), PASSWORD).await?;
    let client = api.log_in(&email("client"), PASSWORD).await?;
    let reader = match &args.reader {
        Some(email) => reader_routes(&api.log_in(email, &args.target.password).await?).await?,
        None => vec![],
    };
    let route = |name, method, path, caller: &Api| Route { name, method, path, caller: caller.clone() };
    let looked_at = format!("/api/video/sessions/{session}");
    let mut routes = vec![
        route("GET /config", Method::GET, "/config".into(), &api),
        route("GET /me", Method::GET, "/me".into(), &client),
        route("GET /sessions/{id}", Method::GET, format!("/sessions/{session}"), &client),
        route("GET /sessions", Method::GET, "/sessions".into(), &practitioner),
        route("GET /appointments", Method::GET, "/appointments".into(), &practitioner),
        route("GET /api/video/sessions/{id}", Method::GET, looked_at, &practitioner),
        route("GET /api/video/sessions", Method::GET, "/api/video/sessions".into(), &practitioner),
        route("POST /sessions/{id}/join", Method::POST, format!("/sessions/{session}/join"), &client),
    ];
    routes.extend(reader);
    Ok(routes)
}

/// What somebody with sessions of their own looks at.
async fn reader_routes(reader: &Api) -> Result<Vec<Route>> {
    let session = reader.any_session().await?.context("this account has no sessions")?;
    let route = |name, path| Route { name, method: Method::GET, path, caller: reader.clone() };
    Ok(vec![
        route("GET /api/video/sessions/{id}, own", format!("/api/video/sessions/{session}")),
        route("GET /sessions/{id}, own", format!("/sessions/{session}")),
        route("GET /api/video/sessions?limit=20, own", "/api/video/sessions?limit=20".into()),
        route("… by start", "/api/video/sessions?limit=20&sort=start_time".into()),
        route("… of a status", "/api/video/sessions?limit=20&status=COMPLETED".into()),
        route("… of a rare status", "/api/video/sessions?limit=20&status=CREATED".into()),
        route("… from number 500", "/api/video/sessions?limit=20&offset=500".into()),
        route("GET /api/video/metrics/usage", "/api/video/metrics/usage?limit=20".into()),
    ])
}

async fn measure(
    route: Arc<Route>,
    args: &RouteArgs,
    nodes: &Nodes,
    interrupt: &Interrupt,
) -> Result<RouteReport> {
    // The first request pays for connections and caches.
    route.caller.touch(route.method.clone(), &route.path).await?;
    let before = nodes.snapshot();
    let began = Instant::now();
    let until = began + Duration::from_secs(args.seconds);
    let mut loops = JoinSet::new();
    for _ in 0..args.concurrency {
        loops.spawn(ask(Arc::clone(&route), until, interrupt.clone()));
    }
    let (mut latency, mut errors) = (micros(), 0);
    for lap in loops.join_all().await {
        latency.add(lap.latency)?;
        errors += lap.errors;
    }
    let (elapsed, after) = (began.elapsed(), nodes.snapshot());
    let requests = latency.len();
    let cpu = sum(&before).zip(sum(&after)).map(|(before, after)| after.cpu_since(before));
    #[expect(clippy::cast_precision_loss, reason = "a request count is far below 2^52")]
    let count = requests as f64;
    Ok(RouteReport {
        route: route.name.into(),
        requests,
        errors,
        requests_per_second: count / elapsed.as_secs_f64(),
        latency_ms: Quantiles::from(&latency),
        server_cpu_us: cpu.filter(|_| requests > 0).map(|cpu| cpu.as_secs_f64() * 1e6 / count),
        nodes: nodes.carried(&before, &after, elapsed),
    })
}

/// Asks again and again, each time when the last answer is there.
async fn ask(route: Arc<Route>, until: Instant, interrupt: Interrupt) -> Lap {
    let mut lap = Lap { latency: micros(), errors: 0 };
    while Instant::now() < until && !interrupt.happened() {
        let asked_at = Instant::now();
        let answer = route.caller.touch(route.method.clone(), &route.path).await;
        record(&mut lap.latency, asked_at.elapsed());
        lap.errors += u64::from(answer.is_err());
    }
    lap
}
