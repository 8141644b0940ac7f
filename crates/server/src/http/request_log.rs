//! Each request's line in the log, and its numbers. No query, no body, no header: they hold personal data.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use tracing::Instrument;

pub async fn write(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = known(request.method());
    // The template, not the path: ids are nobody's business, and there are as many series as routes.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or("(none)", MatchedPath::as_str);
    let id = format!("{:016x}", rand::random::<u64>());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span.clone()).await;

    let took = began.elapsed();
    let status = response.status().as_u16();
    // To a tenth: more is noise.
    let milliseconds = (took.as_secs_f64() * 10_000.0).round() / 10.0;
    span.in_scope(|| match route {
        "/health" | "/ready" | "/metrics" | "(none)" => {
            tracing::debug!(method, route, status, milliseconds, "answered");
        }
        _ => tracing::info!(method, route, status, milliseconds, "answered"),
    });
    let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", status.to_string())];
    counter!("http_requests_total", &labels).increment(1);
    histogram!("http_request_duration_seconds", &labels[..2]).record(took.as_secs_f64());
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// A client may make up methods; a metric may not have as many series.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
