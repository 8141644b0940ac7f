//! `Idempotency-Key`: a call that is made again with the same key gets the first answer and is not carried
//! out again, also when both run at once, at another node, or after a restart.
//!
//! Which call that is, and what it was answered, is told here; the rest is [`openvisit_app::idempotency`].

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldCode;
use openvisit_app::idempotency::{self, Ended, Turn};
use openvisit_app::{App, Error};
use openvisit_store::{KeptAnswer, KeyedCall, carrying_out};
use serde_json::{Number, Value};
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument;

use super::caller::identify;
use super::extract;
use super::problem::{Again, Problem};
use super::query_names::QueryNames;

pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

const LONGEST_KEY: usize = 255;
/// How often a try says that it is alive.
const RENEWAL: Duration = Duration::from_secs(5);

/// Around every route. Calls that name no key pass, and so do those of a method that the route does not take.
pub async fn once(
    State((app, routes)): State<(App, Arc<QueryNames>)>,
    request: Request,
    next: Next,
) -> Response {
    if takes_key(&request) && routes.describes(&request) {
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
    let caller = match identify(app, &parts).await {
        // The handler says so, or has tokens of its own.
        Err(Error::Unauthorized) => return Ok(next.run(Request::from_parts(parts, body)).await),
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
    match idempotency::turn(app, &call).await? {
        Turn::Ours => Ok(carry_out(app, &call, Request::from_parts(parts, Body::from(body)), next).await),
        Turn::Answered(answer) => repeated(app, &call, answer),
        Turn::KeyReused => Err(Problem::IdempotencyKeyReused),
        Turn::InUse => Err(Problem::IdempotencyKeyInUse),
        Turn::AnswerLost => Err(Problem::IdempotencyAnswerLost),
    }
}

fn key(headers: &HeaderMap) -> Result<String, Error> {
    let mut keys = headers.get_all(KEY).iter();
    match (keys.next().and_then(|key| key.to_str().ok()), keys.next()) {
        (Some(key), None)
            if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) =>
        {
            Ok(key.to_owned())
        }
        _ => {
            let text = "must be one key of 1 to 255 visible ASCII characters";
            Err(Error::invalid("Idempotency-Key", FieldCode::Malformed, text))
        }
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
    let meaning = extract::names_json(&parts.headers).then(|| meaning(body)).flatten();
    let body = meaning.as_deref().map_or(body, str::as_bytes);
    app.sealer.fingerprint(&[parts.method.as_str().as_bytes(), path.as_bytes(), body])
}

/// The same text for all JSON that means the same: programs keep no order of keys, nor how a number was written. `None` of
/// what is no JSON.
fn meaning(body: &[u8]) -> Option<String> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    unify(&mut value);
    Some(value.to_string())
}

fn unify(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.sort_keys();
            fields.values_mut().for_each(unify);
        }
        Value::Array(items) => items.iter_mut().for_each(unify),
        Value::Number(number) => {
            if let Some(whole) = whole(number) {
                *number = whole.into();
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// A whole number that was written with a point or an exponent; exact up to 2^53.
#[expect(clippy::cast_possible_truncation, reason = "it is in range")]
fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|_| number.is_f64())?;
    (float.trunc() == float && float.abs() <= EXACT).then_some(float as i64)
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
            answer = &mut work => break answer.unwrap_or_else(|_| Problem::from(Error::Internal).into_response()),
            _ = renewals.tick() => note(idempotency::renew(app, call).await),
        }
    };
    let (parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(Body::new(body), usize::MAX).await else {
        return Problem::from(Error::internal("an answer broke off")).into_response();
    };
    note(end(app, call, parts.status, &parts.headers, &body).await);
    Response::from_parts(parts, Body::from(body))
}

/// The caller has the answer anyway; whoever repeats the call learns that it was carried out.
fn note(kept: Result<(), Error>) {
    if let Err(error) = kept {
        tracing::warn!(code = error.code(), "an answer to a call with an Idempotency-Key was not kept");
    }
}

/// Keeps the answer, or frees the key where the call may be made again.
async fn end(
    app: &App,
    call: &KeyedCall,
    status: StatusCode,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<(), Error> {
    match Again::after(status) {
        Again::Same => {
            let answer = kept(app, call, status, headers, body)?;
            idempotency::end(app, call, Ended::Answered(&answer)).await
        }
        Again::Refused => idempotency::end(app, call, Ended::Refused).await,
        Again::Failed => idempotency::end(app, call, Ended::Failed).await,
    }
}

fn kept(
    app: &App,
    call: &KeyedCall,
    status: StatusCode,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<KeptAnswer, Error> {
    let text = std::str::from_utf8(body).map_err(Error::internal)?;
    let header = |name| headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).map(str::to_owned);
    Ok(KeptAnswer {
        status: status.as_u16(),
        content_type: header(CONTENT_TYPE),
        location: header(LOCATION),
        sealed_body: idempotency::seal(app, call, text)?,
    })
}

/// The first answer, again.
fn repeated(app: &App, call: &KeyedCall, answer: KeptAnswer) -> Result<Response, Problem> {
    let Ok(body) = idempotency::open(app, call, &answer) else {
        tracing::warn!("a kept answer cannot be read; was the notes key changed?");
        return Err(Problem::IdempotencyAnswerLost);
    };
    let status = StatusCode::from_u16(answer.status).map_err(Error::internal)?;
    let mut response = (status, Body::from(body)).into_response();
    let headers = response.headers_mut();
    for (name, value) in [(CONTENT_TYPE, answer.content_type), (LOCATION, answer.location)] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::try_from(value).map_err(Error::internal)?);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meaning_of_json_is_the_same_however_it_is_written() {
        let one = meaning(br#"{"b": [1, {"y": "\u00e9", "x": null}], "a": 30}"#);
        let other = meaning("{\"a\":3e1,\"b\":[1.0,{\"x\":null,\"y\":\"\u{e9}\"}]}".as_bytes());
        assert!(one.is_some());
        assert_eq!(one, other);
        for else_meant in [
            r#"{"a":30,"b":[{"x":null,"y":"\u00e9"},1]}"#,
            r#"{"a":"30","b":[1,{"x":null,"y":"\u00e9"}]}"#,
            r#"{"a":30,"b":[1,{"y":"\u00e9"}]}"#,
            r#"{"a":30.5,"b":[1,{"x":null,"y":"\u00e9"}]}"#,
        ] {
            assert_ne!(meaning(else_meant.as_bytes()), one, "{else_meant}");
        }
        assert_eq!(meaning(b"{"), None);
    }
}
