//! A STUN or TURN server on the wire.

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
