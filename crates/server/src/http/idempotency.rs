//! `Idempotency-Key`: a call that is made again with the same key gets the first answer and is not carried
//! out again, also when both run at once, at another node, or after a restart.
//!
//! The first try claims the key in the database, with a lease that it renews while it runs, and keeps its
//! answer there for a day. Those that come after wait for that answer. What a crash can do in between,
//! `openvisit_store::carrying_out` tells.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use openvisit_store::{CallProgress, KeptAnswer, KeyedCall, StoreError, carrying_out};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::Instrument;

use super::extract;
use super::problem::{Again, Problem};
use crate::app::App;
use crate::auth::caller::{Caller, authenticate, bearer};
use crate::seal::Of;

pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const LONGEST_KEY: usize = 255;
/// How long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// How long a try that says nothing counts as alive, and how often it says something. One that was only
/// slow can commit nothing any more once its lease is over and another has taken over.
const LEASE: SignedDuration = SignedDuration::from_secs(20);
const RENEWAL: Duration = Duration::from_secs(5);
/// How long a repeat waits for the first try's answer: longer than a lease, so that it learns what became of
/// one that died.
const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_LOOK: Duration = Duration::from_millis(10);
const LAST_LOOK: Duration = Duration::from_millis(200);
/// How many calls are forgotten at a time.
const BATCH: u32 = 500;

/// Around every route. Calls that name no key pass.
pub async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    if takes_key(&request) {
        keyed(&app, request, next).await.unwrap_or_else(IntoResponse::into_response)
    } else {
        next.run(request).await
    }
}

/// Unsafe calls of the canonical API; not those that sign in, whose answers are secrets and nothing else.
fn takes_key(request: &Request) -> bool {
    let is_unsafe = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    is_unsafe
        && request.headers().contains_key(KEY)
        && route.starts_with("/api/v1/")
        && !route.starts_with("/api/v1/auth/")
}

async fn keyed(app: &App, request: Request, next: Next) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let caller = match bearer(&parts) {
        Some(token) => authenticate(app, token).await,
        None => Err(Problem::Unauthorized),
    };
    let caller = match caller {
        // The handler says so, or has tokens of its own.
        Err(Problem::Unauthorized) => return Ok(next.run(Request::from_parts(parts, body)).await),
        caller => caller?,
    };
    let key = key(&parts.headers)?;
    let body = extract::body(Request::from_parts(parts.clone(), body)).await?;
    let call = KeyedCall {
        caller: scope(&caller),
        key,
        fingerprint: fingerprint(app, &parts, &body),
        attempt: format!("{:032x}", rand::random::<u128>()),
    };
    match turn(app, &call).await? {
        Turn::Ours => Ok(carry_out(app, &call, Request::from_parts(parts, Body::from(body)), next).await),
        Turn::Answered(answer) => repeated(app, &call, answer),
    }
}

fn key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut keys = headers.get_all(KEY).iter();
    match (keys.next().and_then(|key| key.to_str().ok()), keys.next()) {
        (Some(key), None)
            if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok(key.to_owned())
        }
        _ => Err(Problem::invalid("Idempotency-Key", "must be one key of 1 to 255 visible ASCII characters")),
    }
}

/// Whose keys these are. An invitation sees less than the account of the same person.
fn scope(caller: &Caller) -> String {
    match caller.only_session {
        None => caller.person_id.to_string(),
        Some(session) => format!("{} in {session}", caller.person_id),
    }
}

fn fingerprint(app: &App, parts: &Parts, body: &[u8]) -> String {
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    app.sealer.fingerprint(&[parts.method.as_str().as_bytes(), path.as_bytes(), body])
}

/// Whose turn it is to answer.
enum Turn {
    Ours,
    Answered(KeptAnswer),
}

async fn turn(app: &App, call: &KeyedCall) -> Result<Turn, Problem> {
    let patience = Instant::now() + PATIENCE;
    let mut pause = FIRST_LOOK;
    loop {
        let mut tx = app.store.read().await?;
        let earlier = tx.earlier_call(&call.caller, &call.key, app.clock.now()).await?;
        drop(tx);
        match earlier {
            None if claim(app, call).await? => return Ok(Turn::Ours),
            // Another was faster.
            None => {}
            Some(earlier) if earlier.fingerprint != call.fingerprint => {
                return Err(Problem::IdempotencyKeyReused);
            }
            Some(earlier) => match earlier.progress {
                CallProgress::Answered(answer) => return Ok(Turn::Answered(answer)),
                CallProgress::Lost => return Err(Problem::IdempotencyAnswerLost),
                CallProgress::Running if Instant::now() > patience => {
                    return Err(Problem::IdempotencyKeyInUse);
                }
                CallProgress::Running => {
                    sleep(pause).await;
                    pause = LAST_LOOK.min(pause * 2);
                }
            },
        }
    }
}

async fn claim(app: &App, call: &KeyedCall) -> Result<bool, Problem> {
    let now = app.clock.now();
    let until = |after| now.checked_add(after).unwrap_or(now);
    let mut tx = app.store.begin().await?;
    let ours = tx.claim_call(call, now, until(LEASE), until(KEPT)).await?;
    tx.commit().await?;
    Ok(ours)
}

async fn carry_out(app: &App, call: &KeyedCall, request: Request, next: Next) -> Response {
    // As a task: where it panics, the claim is ended all the same.
    let mut work = tokio::spawn(carrying_out(call.clone(), next.run(request)).in_current_span());
    let mut renewals = interval(RENEWAL);
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once.
    renewals.tick().await;
    let answer = loop {
        tokio::select! {
            answer = &mut work => break answer.unwrap_or_else(|_| Problem::Internal.into_response()),
            _ = renewals.tick() => note(renew(app, call).await),
        }
    };
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(Body::new(body), usize::MAX).await else {
        return Problem::internal("an answer broke off").into_response();
    };
    note(end(app, call, &parts.status, &parts.headers, &body).await);
    Response::from_parts(parts, Body::from(body))
}

/// The caller has his answer anyway; whoever repeats the call learns that it was carried out.
fn note(kept: Result<(), Problem>) {
    if let Err(problem) = kept {
        tracing::warn!(code = problem.code(), "an answer to a call with an Idempotency-Key was not kept");
    }
}

async fn renew(app: &App, call: &KeyedCall) -> Result<(), Problem> {
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    tx.lease_call(call, now.checked_add(LEASE).unwrap_or(now)).await?;
    Ok(tx.commit().await?)
}

/// Keeps the answer, or frees the key where the call may be made again.
async fn end(
    app: &App,
    call: &KeyedCall,
    status: &StatusCode,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(), Problem> {
    let mut tx = app.store.begin().await?;
    match Again::after(*status) {
        Again::Same => tx.keep_answer(call, &kept(app, call, *status, headers, body)?).await?,
        Again::Refused => tx.forget_call(call).await?,
        Again::Failed => tx.lease_call(call, app.clock.now()).await?,
    }
    Ok(tx.commit().await?)
}

fn kept(
    app: &App,
    call: &KeyedCall,
    status: StatusCode,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<KeptAnswer, Problem> {
    let text = std::str::from_utf8(body).map_err(Problem::internal)?;
    let header = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_owned);
    Ok(KeptAnswer {
        status: status.as_u16(),
        content_type: header(CONTENT_TYPE),
        location: header(LOCATION),
        sealed_body: app.sealer.seal(of(call), text).map_err(Problem::internal)?,
    })
}

fn of(call: &KeyedCall) -> Of<'_> {
    Of::Answer { caller: &call.caller, key: &call.key }
}

/// The first answer, again.
fn repeated(app: &App, call: &KeyedCall, answer: KeptAnswer) -> Result<Response, Problem> {
    let body = app.sealer.open(of(call), &answer.sealed_body).map_err(Problem::internal)?;
    let status = StatusCode::from_u16(answer.status).map_err(Problem::internal)?;
    let mut response = (status, Body::from(body)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, answer.content_type), (LOCATION, answer.location)] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::try_from(value).map_err(Problem::internal)?);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Forgets what is older than a day.
///
/// # Errors
/// [`StoreError::Unavailable`].
pub async fn forget_expired(app: &App) -> Result<(), StoreError> {
    loop {
        let mut tx = app.store.begin().await?;
        let forgotten = tx.forget_expired_calls(app.clock.now(), BATCH).await?;
        tx.commit().await?;
        if forgotten < u64::from(BATCH) {
            return Ok(());
        }
    }
}
