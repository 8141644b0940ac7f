//! Headers that keep browsers from doing harm, and who may call from other origins.

use std::fmt::Write;

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::app::App;
use crate::config::Settings;
use crate::http::idempotency::{KEY, REPLAYED};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "camera=(self), microphone=(self), display-capture=(self), autoplay=(self), fullscreen=(self), \
     geolocation=(), payment=(), usb=()",
);
/// Of answers that are no pages.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Swagger UI styles its page from scripts, and shows images from data URLs.
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// On every answer; what a page has set itself stays.
pub(super) async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (of_api, of_docs) = (path.contains("/api/"), path.starts_with("/docs"));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(PERMISSIONS_POLICY, PERMISSIONS);
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(if of_docs { DOCS } else { NOTHING });
    if of_api {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if app.settings.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    response
}

/// The policy of a page: its own scripts and nothing else, and the realtime channel to this server.
///
/// `scripts` are the hashes of its inline scripts.
pub(super) fn page_policy(settings: &Settings, request: &HeaderMap, scripts: &[String]) -> String {
    let mut policy = String::from("default-src 'self'; script-src 'self'");
    for hash in scripts {
        // Writing to a string does not fail.
        let _ = write!(policy, " 'sha256-{hash}'");
    }
    policy.push_str("; connect-src 'self'");
    for host in hosts(settings, request) {
        let _ = write!(policy, " ws://{host} wss://{host}");
    }
    // SvelteKit's announcer styles itself by attribute.
    policy.push_str("; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:");
    policy.push_str("; media-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'");
    policy.push_str("; frame-ancestors");
    if settings.frame_ancestors.is_empty() {
        policy.push_str(" 'none'");
    }
    for origin in &settings.frame_ancestors {
        let _ = write!(policy, " {}", origin.trim_end_matches('/'));
    }
    policy
}

/// What browsers call this server. Not all of them take `'self'` to hold its WebSockets.
fn hosts(settings: &Settings, request: &HeaderMap) -> Vec<String> {
    let public = settings.given_public_url().and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    let asked = request.get(HOST).and_then(|host| host.to_str().ok()).filter(|host| is_host(host));
    let mut hosts: Vec<String> = public.into_iter().chain(asked.map(str::to_owned)).collect();
    hosts.dedup();
    hosts
}

/// Nothing that could end a directive and begin another.
fn is_host(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']'))
}

/// Pages of these origins may call the API, with a token. Cookies stay at home.
pub(super) fn cors(settings: &Settings) -> CorsLayer {
    let origins = settings.cors_origins.iter().filter_map(|origin| origin.trim_end_matches('/').parse().ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, KEY])
        .expose_headers([LOCATION, RETRY_AFTER, HeaderName::from_static("x-request-id"), REPLAYED])
        .max_age(std::time::Duration::from_secs(3_600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pages_policy_holds_its_scripts_and_its_sockets() {
        let mut request = HeaderMap::new();
        request.insert(HOST, HeaderValue::from_static("localhost:8086"));
        let policy = page_policy(&Settings::default(), &request, &["abc=".to_owned()]);
        assert!(policy.contains("script-src 'self' 'sha256-abc=';"), "{policy}");
        assert!(policy.contains("connect-src 'self' ws://localhost:8086 wss://localhost:8086;"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe-eval") && !policy.contains("script-src 'unsafe-inline'"),
            "{policy}"
        );
    }

    #[test]
    fn a_made_up_host_adds_nothing() {
        let mut request = HeaderMap::new();
        request.insert(HOST, HeaderValue::from_static("x; script-src *"));
        let policy = page_policy(&Settings::default(), &request, &[]);
        assert!(policy.contains("connect-src 'self';"), "{policy}");
    }
}
