//! A STUN or TURN server on the wire.

use axum::http::header::{HeaderName, HeaderValue, LINK};
use openvisit_app::ice_servers;
use serde::Serialize;
use utoipa::ToSchema;

/// As a browser's `RTCIceServer` wants it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IceServer {
    pub urls: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential: Option<String>,
}

impl From<ice_servers::IceServer> for IceServer {
    fn from(server: ice_servers::IceServer) -> Self {
        Self { urls: server.urls, username: server.username, credential: server.credential }
    }
}

/// The same as `Link` headers, as WHIP (RFC 9725) has them: one for each address.
#[must_use]
pub fn links(servers: Vec<ice_servers::IceServer>) -> Vec<(HeaderName, HeaderValue)> {
    let of = |server: ice_servers::IceServer| {
        let credentials = match (server.username, server.credential) {
            (Some(user), Some(word)) => {
                format!(r##"; username="{user}"; credential="{word}"; credential-type="password""##)
            }
            _ => String::new(),
        };
        let link = move |url: String| format!(r#"<{url}>; rel="ice-server"{credentials}"#);
        server.urls.into_iter().map(link)
    };
    // What cannot stand in a header is no address that browsers take.
    let header = |link: String| Some((LINK, HeaderValue::try_from(link).ok()?));
    servers.into_iter().flat_map(of).filter_map(header).collect()
}
