//! How the way into the media looks on the wire, whichever API tells of it.

use jiff::Timestamp;
use openvisit_app::sessions::media::Media;
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ConnectionId, SessionId};

use super::ice_server::IceServer;

/// What a client needs to connect its media.
#[derive(Clone, Debug)]
pub struct MediaGrant {
    pub provider: MediaProvider,
    /// Where it connects: of the embedded provider, where an offer is posted. `None` where the provider's own program
    /// knows.
    pub url: Option<String>,
    /// Empty where the provider asks for none.
    pub token: String,
    pub ice_servers: Vec<IceServer>,
    pub expires_at: Timestamp,
    /// What else the provider's own program asks for.
    pub details: Option<serde_json::Value>,
}

impl MediaGrant {
    #[must_use]
    pub fn of(session: SessionId, media: Media) -> Self {
        match media {
            Media::Here { token, ice_servers, expires_at } => Self {
                provider: MediaProvider::Embedded,
                url: Some(url(session)),
                token,
                ice_servers: ice_servers.into_iter().map(Into::into).collect(),
                expires_at,
                details: None,
            },
            Media::Elsewhere(provider, credentials) => Self {
                provider,
                url: credentials.url,
                token: credentials.token,
                ice_servers: Vec::new(),
                expires_at: credentials.expires_at,
                details: Some(credentials.details),
            },
        }
    }
}

/// Where offers for the embedded media server are posted.
fn url(session: SessionId) -> String {
    format!("/api/v1/sessions/{session}/media")
}

/// Where one connection is restarted and hung up.
#[must_use]
pub fn resource(session: SessionId, connection: ConnectionId) -> String {
    format!("{}/{connection}", url(session))
}
