//! Jitsi: one's own domain with its token module, JaaS, or a public domain without either.
//!
//! Rooms need not be made. Jitsi's servers have no call that puts somebody out or closes a room: the call page does
//! that, and a token's end keeps out who comes back.

use aws_lc_rs::hmac::HMAC_SHA256;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_core::session::PartyRole;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::http_api::{client, unreachable};
use crate::signature::is_hmac;
use crate::{Callback, Credentials, Meeting, Presence, ProviderError, Room, Seat, Told, What};

const JAAS: &str = "https://8x8.vc";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JitsiSettings {
    /// The own installation, `https://meet.example.org`; JaaS where it is left out.
    pub url: Option<Url>,
    /// Of the token module.
    pub app_id: Option<String>,
    pub app_secret: Option<String>,
    /// JaaS: the tenant, `vpaas-magic-cookie-…`.
    pub tenant: Option<String>,
    /// JaaS: the key's id, and the key itself as PEM.
    pub key_id: Option<String>,
    pub private_key: Option<String>,
    /// JaaS: the secret of the webhook endpoint; without it nobody's presence is told.
    pub webhook_secret: Option<String>,
}

/// Who signs, and as what.
pub enum JitsiKey {
    /// A domain that anybody may use.
    Open,
    Domain { app_id: String, key: EncodingKey },
    Jaas { tenant: String, key_id: String, key: EncodingKey },
}

pub struct Jitsi {
    url: Url,
    key: JitsiKey,
    webhook_secret: Option<String>,
    http: reqwest::Client,
}

impl Jitsi {
    /// # Errors
    /// When the settings do not fit together.
    pub fn new(settings: JitsiSettings) -> Result<Self, ProviderError> {
        let webhook_secret = settings.webhook_secret.clone();
        let setting = |text: &str| ProviderError::Setting(format!("jitsi: {text}"));
        let (url, key) = match settings {
            JitsiSettings { tenant: Some(tenant), key_id: Some(key_id), private_key: Some(pem), url, .. } => {
                let key = EncodingKey::from_rsa_pem(pem.as_bytes())
                    .map_err(|_| setting("private_key is no RSA key in PEM"))?;
                let jaas = || Url::parse(JAAS).map_err(|error| setting(&error.to_string()));
                (url.map_or_else(jaas, Ok)?, JitsiKey::Jaas { tenant, key_id, key })
            }
            JitsiSettings { tenant: Some(_), .. } => return Err(setting("tenant needs key_id and private_key")),
            JitsiSettings { url: Some(url), app_id: Some(app_id), app_secret: Some(secret), .. } => {
                (url, JitsiKey::Domain { app_id, key: EncodingKey::from_secret(secret.as_bytes()) })
            }
            JitsiSettings { url: Some(url), app_id: None, app_secret: None, .. } => (url, JitsiKey::Open),
            JitsiSettings { url: Some(_), .. } => return Err(setting("app_id and app_secret belong together")),
            _ => return Err(setting("give url, or tenant with key_id and private_key")),
        };
        Ok(Self { url, key, webhook_secret, http: client()? })
    }

    pub(crate) fn proves_presence(&self) -> bool {
        matches!(self.key, JitsiKey::Jaas { .. }) && self.webhook_secret.is_some()
    }

    pub(crate) fn open(&self, room: &Room) -> Meeting {
        let path = self.path(room);
        Meeting(json!({ "domain": self.domain(), "room": path, "url": self.at(&path) }))
    }

    pub(crate) fn credentials(&self, room: &Room, seat: &Seat) -> Result<Credentials, ProviderError> {
        let moderator = seat.role == PartyRole::Practitioner;
        let (nbf, exp) = (seat.from.as_second(), seat.until.as_second());
        let user = json!({ "id": seat.participant.to_string(), "name": seat.name, "moderator": moderator,
            "affiliation": if moderator { "owner" } else { "member" } });
        let signed = |header: &Header, claims: Value, key: &EncodingKey| {
            jsonwebtoken::encode(header, &claims, key)
                .map_err(|error| ProviderError::Setting(format!("jitsi: {error}")))
        };
        let token = match &self.key {
            JitsiKey::Open => String::new(),
            JitsiKey::Domain { app_id, key } => signed(
                &Header::new(Algorithm::HS256),
                json!({ "aud": app_id, "iss": app_id, "sub": self.url.host_str(), "room": room.name(), "nbf": nbf, "exp": exp,
                    "moderator": moderator, "context": { "user": user } }),
                key,
            )?,
            JitsiKey::Jaas { tenant, key_id, key } => signed(
                &Header { kid: Some(key_id.clone()), ..Header::new(Algorithm::RS256) },
                json!({ "aud": "jitsi", "iss": "chat", "sub": tenant, "room": room.name(), "nbf": nbf, "exp": exp,
                    "context": { "user": user, "features": NO_EXTRAS.map(|name| (name, false)).into_iter()
                        .collect::<std::collections::BTreeMap<_, _>>() } }),
                key,
            )?,
        };
        let path = self.path(room);
        Ok(Credentials {
            url: Some(self.at(&path)),
            token,
            expires_at: seat.until,
            details: json!({ "domain": self.domain(), "room": path, "script": self.script(), "moderator": moderator }),
        })
    }

    /// Where the page gets Jitsi's External API from.
    fn script(&self) -> String {
        match &self.key {
            JitsiKey::Jaas { tenant, .. } => self.at(&format!("{tenant}/external_api.js")),
            _ => self.at("external_api.js"),
        }
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.url.as_str().trim_end_matches('/'))
    }

    /// Host and port, as Jitsi's External API is told them.
    fn domain(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    fn path(&self, room: &Room) -> String {
        match &self.key {
            JitsiKey::Jaas { tenant, .. } => format!("{tenant}/{}", room.name()),
            _ => room.name(),
        }
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let response = self.http.head(self.script()).send().await.map_err(unreachable)?;
        match response.status() {
            status if status.is_success() => Ok(()),
            status if status.is_server_error() => Err(ProviderError::Broken(status.to_string())),
            status => Err(ProviderError::Refused(status.to_string())),
        }
    }

    /// The signature's own time is not looked at: what is told twice changes nothing.
    pub(crate) fn hear(&self, callback: &Callback<'_>) -> Result<Vec<Told>, ProviderError> {
        let (Some(secret), JitsiKey::Jaas { tenant, .. }) = (&self.webhook_secret, &self.key) else {
            return Err(ProviderError::Forged);
        };
        let header = callback.headers.get("x-jaas-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_signed(header, secret, callback.body) {
            return Err(ProviderError::Forged);
        }
        let event: Event =
            serde_json::from_slice(callback.body).map_err(|_| ProviderError::Garbled("a webhook".into()))?;
        let room = event.fqn.strip_prefix(tenant.as_str()).and_then(|rest| rest.strip_prefix('/'));
        let Some(session) = room.and_then(|name| name.parse().ok()) else { return Ok(vec![]) };
        let at = Timestamp::from_millisecond(event.timestamp).map_err(|_| ProviderError::Garbled("a time".into()))?;
        let presence = event.data.id.as_deref().and_then(|id| id.parse().ok()).map(|participant| Presence {
            participant,
            connection: event.data.participant_full_jid.or(event.data.participant_jid),
        });
        let told = |what| Ok(vec![Told { session, at, what }]);
        match (event.event_type.as_str(), presence) {
            _ if event.data.is_breakout => Ok(vec![]),
            ("PARTICIPANT_JOINED", Some(who)) => told(What::Came(who)),
            ("PARTICIPANT_LEFT", Some(who)) => told(What::Left(who)),
            ("ROOM_DESTROYED", _) => told(What::RoomEnded),
            _ => Ok(vec![]),
        }
    }
}

/// What a consultation has no use for, and what would keep a copy of it elsewhere.
const NO_EXTRAS: [&str; 5] = ["livestreaming", "recording", "transcription", "outbound-call", "sip-outbound-call"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    /// Milliseconds; the truth about the order.
    timestamp: i64,
    fqn: String,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Data {
    id: Option<String>,
    participant_jid: Option<String>,
    participant_full_jid: Option<String>,
    is_breakout: bool,
}

/// `t=1632490060,v1=…`, signed is `t.body`; other schemes than v1 are passed over.
fn is_signed(header: &str, secret: &str, body: &[u8]) -> bool {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let Some((_, time)) = parts().find(|(name, _)| *name == "t") else { return false };
    let signed = [time.as_bytes(), b".", body].concat();
    parts().any(|(name, value)| name == "v1" && is_hmac(HMAC_SHA256, secret, &signed, value))
}
