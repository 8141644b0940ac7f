//! A WebSocket that a proxy in between has made an ordinary request of is refused, so that its client goes on by polling at
//! once: answered 101, both would wait for what never comes.

use axum::extract::Request;
use axum::http::header::UPGRADE;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Where Socket.IO answers.
pub const PATH: &str = "/socket.io/";

const MISSING: &str =
    "this is for WebSocket; a proxy in between has left out the headers Upgrade and Connection\n";

/// Around every route.
pub async fn expect(request: Request, next: Next) -> Response {
    if wants_socket(request.method(), request.uri()) && !is_upgrade(request.headers()) {
        return (StatusCode::UPGRADE_REQUIRED, [(UPGRADE, "websocket")], MISSING).into_response();
    }
    next.run(request).await
}

/// HTTP/2 asks by CONNECT, which needs no header.
fn wants_socket(method: &Method, uri: &Uri) -> bool {
    let is_websocket = |pair: &str| pair == "transport=websocket";
    method == Method::GET
        && uri.path().trim_end_matches('/') == PATH.trim_end_matches('/')
        && uri.query().is_some_and(|query| query.split('&').any(is_websocket))
}

fn is_upgrade(headers: &HeaderMap) -> bool {
    headers.get(UPGRADE).is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket"))
}
