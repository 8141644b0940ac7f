//! Headers that keep browsers from doing harm, and who may call from other origins.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, DATE, HOST, HeaderName, LINK,
    LOCATION, ORIGIN, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use openvisit_providers::Sources;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::http::idempotency::{KEY, REPLAYED};
use crate::http::problem::Problem;
use crate::http::sessions::FILE_NAME;
use jiff::fmt::rfc2822::DateTimePrinter;
use openvisit_app::clock::Clock;
use openvisit_app::settings::Settings;
use openvisit_app::settings::keys::EVERY_ORIGIN;
use openvisit_app::{App, Error};

pub const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
/// What a call needs, and a page that shows one.
const OF_CALLS: [&str; 6] =
    ["camera", "microphone", "display-capture", "autoplay", "fullscreen", "screen-wake-lock"];
/// Made once: most answers have it.
static OF_ANSWERS: LazyLock<HeaderValue> = LazyLock::new(|| permissions(&[]));
/// Of answers that are no pages.
const NOTHING: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// Swagger UI styles its page from scripts, and shows images from data URLs.
const DOCS: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);
/// Where every request, not only those of pages here, could come from a page elsewhere that acts for whoever looks at it.
const SOCKETS: &str = "/socket.io";
const LOGINS: &str = "/api/v1/auth/";
const FOREIGN: &str =
    "pages of this origin may not do this here; the setting cors_origins names those that may";
const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// On every answer; what a page has set itself stays.
pub async fn headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let (of_api, of_docs) = (path.contains("/api/"), path.starts_with("/docs"));
    // A page that may read nothing here is still to learn that it is this server which does not name its origin.
    let is_for_all = app.settings.is_used_elsewhere() || path.ends_with("/health");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // Pages count by it; what is below would tell the system's.
    if let Some(date) = own_date(&app.clock) {
        headers.insert(DATE, date);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(
        RESOURCE_POLICY,
        HeaderValue::from_static(if is_for_all { "cross-origin" } else { "same-origin" }),
    );
    headers.entry(PERMISSIONS_POLICY).or_insert_with(|| OF_ANSWERS.clone());
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(if of_docs { DOCS } else { NOTHING });
    if of_api {
        headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }
    if app.settings.is_https() {
        headers.insert(STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    response
}

/// The time by the server's clock, where that is not the system's: nodes go by their database's, and a server goes on by
/// the time that it had when the system's is set.
fn own_date(clock: &Clock) -> Option<HeaderValue> {
    if !clock.is_its_own() {
        return None;
    }
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&clock.now()).ok()?;
    HeaderValue::try_from(date).ok()
}

/// What a page and these frames in it may use of the browser.
#[must_use]
pub fn permissions(frames: &[String]) -> HeaderValue {
    let frames: String = frames.iter().map(|frame| format!(" \"{frame}\"")).collect();
    let given = OF_CALLS.map(|name| format!("{name}=(self{frames})")).join(", ");
    // Origins hold nothing that a header may not.
    HeaderValue::try_from(format!("{given}, geolocation=(), payment=(), usb=()"))
        .unwrap_or(HeaderValue::from_static("camera=()"))
}

/// The policy of a page: its own scripts and nothing else, and the realtime channel to this server.
///
/// `scripts` are the hashes of its inline scripts, `sources` what it needs besides.
#[must_use]
pub fn page_policy(
    settings: &Settings,
    request: &HeaderMap,
    scripts: &[String],
    sources: &Sources,
) -> String {
    let mut policy = String::from("default-src 'self'; script-src 'self'");
    for hash in scripts {
        // Writing to a string does not fail.
        let _ = write!(policy, " 'sha256-{hash}'");
    }
    add(&mut policy, &sources.scripts);
    policy.push_str("; connect-src 'self'");
    for host in hosts(settings, request) {
        let _ = write!(policy, " ws://{host} wss://{host}");
    }
    add(&mut policy, &sources.connections);
    if !sources.frames.is_empty() {
        policy.push_str("; frame-src");
        add(&mut policy, &sources.frames);
    }
    if !sources.workers.is_empty() {
        policy.push_str("; worker-src 'self'");
        add(&mut policy, &sources.workers);
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

fn add(policy: &mut String, sources: &[String]) {
    for source in sources {
        let _ = write!(policy, " {source}");
    }
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

/// What a page of another origin is refused, whatever its browser lets it do: sockets, for which browsers ask nobody, and the
/// routes of a login, which take cookies. Programs name no origin.
pub async fn own_pages(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_guarded = path.starts_with(SOCKETS) || path.starts_with(LOGINS);
    let origin = request.headers().get(ORIGIN).filter(|_| is_guarded);
    match origin.map(HeaderValue::to_str) {
        None => next.run(request).await,
        Some(Ok(origin))
            if is_known(origin, &app.settings.cors_origins, &own_hosts(&app.settings, &request)) =>
        {
            next.run(request).await
        }
        Some(_) => Problem::from(Error::Forbidden(FOREIGN)).into_response(),
    }
}

/// HTTP/2 names the host in the address, and not in a header.
fn own_hosts(settings: &Settings, request: &Request) -> Vec<String> {
    let mut hosts = hosts(settings, request.headers());
    hosts.extend(request.uri().authority().map(|authority| authority.as_str().to_owned()));
    hosts
}

/// This server's own, by whatever name it was asked, or one of the settings'.
fn is_known(origin: &str, named: &[String], own: &[String]) -> bool {
    let mut named = named.iter().map(|it| it.trim_end_matches('/'));
    if named.any(|it| it == EVERY_ORIGIN || it.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let Some((scheme, host)) = origin.split_once("://") else { return false };
    let default = if scheme == "https" { ":443" } else { ":80" };
    let plain = |host: &str| host.strip_suffix(default).unwrap_or(host).to_ascii_lowercase();
    own.iter().any(|own| plain(own) == plain(host))
}

/// Pages of these origins may call the API and its sockets, with a token. Cookies stay at home.
pub fn cors(settings: &Settings) -> CorsLayer {
    let named = &settings.cors_origins;
    let origins = named.iter().filter_map(|origin| origin.trim_end_matches('/').parse().ok());
    let every = named.iter().any(|origin| origin == EVERY_ORIGIN);
    CorsLayer::new()
        .allow_origin(if every { AllowOrigin::any() } else { AllowOrigin::list(origins) })
        .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, KEY, FILE_NAME])
        .expose_headers([LINK, LOCATION, RETRY_AFTER, HeaderName::from_static("x-request-id"), REPLAYED])
        .max_age(std::time::Duration::from_secs(3_600))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn a_pages_policy_holds_its_scripts_and_its_sockets() {
        let mut request = HeaderMap::new();
        request.insert(HOST, HeaderValue::from_static("localhost:8086"));
        let policy = page_policy(&Settings::default(), &request, &["abc=".to_owned()], &Sources::default());
        assert!(policy.contains("script-src 'self' 'sha256-abc=';"), "{policy}");
        assert!(policy.contains("connect-src 'self' ws://localhost:8086 wss://localhost:8086;"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(
            !policy.contains("unsafe-eval") && !policy.contains("script-src 'unsafe-inline'"),
            "{policy}"
        );
    }

    #[test]
    fn a_pages_policy_holds_what_it_needs_from_elsewhere() {
        let text = |it: &str| vec![it.to_owned()];
        let sources = Sources {
            scripts: text("https://meet.test"),
            frames: text("https://meet.test"),
            connections: text("wss://media.test"),
            workers: text("blob:"),
        };
        let policy = page_policy(&Settings::default(), &HeaderMap::new(), &[], &sources);
        for allowed in ["script-src 'self' https://meet.test;", "connect-src 'self' wss://media.test;"] {
            assert!(policy.contains(allowed), "{policy}");
        }
        assert!(policy.contains("; frame-src https://meet.test; worker-src 'self' blob:;"), "{policy}");
        let permissions = permissions(&sources.frames);
        let permissions = permissions.to_str().unwrap();
        assert!(permissions.starts_with("camera=(self \"https://meet.test\"), "), "{permissions}");
        assert!(permissions.ends_with("usb=()"), "{permissions}");
    }

    #[test]
    fn a_page_is_known_by_the_name_that_was_asked_or_the_settings() {
        let own = ["visit.example.org", "public.example.org"].map(str::to_owned);
        let known = |origin: &str| is_known(origin, &["https://app.example.org/".to_owned()], &own);
        for own in [
            "https://visit.example.org",
            "http://visit.example.org:80",
            "https://VISIT.example.org:443",
            "https://public.example.org",
            "https://app.example.org",
        ] {
            assert!(known(own), "{own}");
        }
        for foreign in [
            "https://evil.example.org",
            "https://visit.example.org:8443",
            "https://visit.example.org.evil.test",
            "https://app.example.org.evil.test",
            "null",
            "visit.example.org",
            "",
        ] {
            assert!(!known(foreign), "{foreign}");
        }
        assert!(is_known("null", &["*".to_owned()], &own));
    }

    #[test]
    fn a_host_is_known_by_its_header_and_by_http_2() {
        let request = |uri: &str| Request::builder().uri(uri);
        let of = |request: Request| own_hosts(&Settings::default(), &request);
        let by_header = request("/socket.io/").header(HOST, "localhost:8443").body(Body::empty()).unwrap();
        assert_eq!(of(by_header), ["localhost:8443"]);
        let by_address = request("https://localhost:8443/socket.io/").body(Body::empty()).unwrap();
        assert_eq!(of(by_address), ["localhost:8443"]);
    }

    #[test]
    fn a_made_up_host_adds_nothing() {
        let mut request = HeaderMap::new();
        request.insert(HOST, HeaderValue::from_static("x; script-src *"));
        let policy = page_policy(&Settings::default(), &request, &[], &Sources::default());
        assert!(policy.contains("connect-src 'self';"), "{policy}");
    }
}
