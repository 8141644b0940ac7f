//! Jitsi: one's own domain with its token module, 8x8's JaaS, or a public domain without either.
//!
//! Rooms need not be made: the first participant creates it. Neither kind of server has, as it comes, a call that puts
//! somebody out or closes a room: the pages leave when they are told (the practitioner's, as moderator, can also put
//! out the others), and a token's end keeps out who comes back. It ends with the slot; nobody is cut off by it.
//!
//! Facts from "Authentication using JWT tokens" (Jitsi's handbook, `lib-jitsi-meet/doc/tokens.md`) and from JaaS's
//! "The Jitsi JSON Web Token", "Payload structure" and "Check the webhook signatures".

use aws_lc_rs::hmac::HMAC_SHA256;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_core::room_name::PREFIX;
use openvisit_core::session::PartyRole;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};
use url::Url;

use crate::http_api::{client, is_address, unhindered, unreachable};
use crate::signature::is_hmac;
use crate::{
    Callback, Credentials, ParticipantGrant, PresenceChange, PresenceEvent, ProviderConnection,
    ProviderError, Room, RoomHandle, Secret, Sources, ToldRoom,
};

const JAAS: &str = "https://8x8.vc";
/// Where calls go that no other domain is named for.
const PUBLIC: &str = "https://meet.jit.si";
/// What a consultation has no use for, and what would keep a copy of it elsewhere.
const NO_EXTRAS: [&str; 5] =
    ["livestreaming", "recording", "transcription", "outbound-call", "sip-outbound-call"];

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct JitsiSettings {
    /// The own installation, `https://meet.example.org` or `meet.example.org`. Where it is left out: with JaaS's key
    /// JaaS, and else `meet.jit.si`.
    #[serde(deserialize_with = "address")]
    pub url: Option<Url>,
    /// The token module's, as is the next.
    pub app_id: Option<String>,
    pub app_secret: Option<Secret>,
    /// What the installation calls itself, where that is not its host: `meet.jitsi` in its containers.
    pub xmpp_domain: Option<String>,
    /// JaaS: the `AppID`, `vpaas-magic-cookie-…`. Without the key it counts for nothing.
    pub tenant: Option<String>,
    /// JaaS: the key's id, `vpaas-magic-cookie-…/4f4910`, and the key itself as PEM.
    pub key_id: Option<String>,
    pub private_key: Option<Secret>,
    /// JaaS: the secret of the webhook endpoint; without it no presence events come.
    pub webhook_secret: Option<Secret>,
}

impl JitsiSettings {
    /// Whether JaaS's tenant is named, and not the key that tokens are signed with.
    #[must_use]
    pub fn lacks_key(&self) -> bool {
        self.tenant.is_some() && self.key_id.is_none() && self.private_key.is_none()
    }

    /// Whether calls go to `meet.jit.si` because no other domain is named.
    #[must_use]
    pub fn names_no_domain(&self) -> bool {
        self.url.is_none() && self.key_id.is_none()
    }
}

/// The address that a domain stands for: `meet.example.org` is `https://meet.example.org`.
#[must_use]
pub fn jitsi_address(text: &str) -> Option<Url> {
    let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    Url::parse(&address).ok()
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let wrong = || serde::de::Error::custom("an address such as https://meet.example.org");
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| jitsi_address(&text).ok_or_else(wrong)).transpose()
}

/// Who signs, and as what.
enum Signer {
    /// Nobody: a domain that anybody may use.
    Nobody,
    Domain {
        app_id: String,
        xmpp_domain: String,
        key: EncodingKey,
    },
    Jaas {
        tenant: String,
        key_id: String,
        key: EncodingKey,
    },
}

pub struct Jitsi {
    url: Url,
    signer: Signer,
    webhook_secret: Option<Secret>,
    http: reqwest::Client,
}

impl Jitsi {
    /// # Errors
    /// When the settings do not fit together.
    pub fn new(settings: JitsiSettings) -> Result<Self, ProviderError> {
        let setting = |text: &str| ProviderError::Setting(format!("jitsi.{text}"));
        let JitsiSettings {
            url,
            app_id,
            app_secret,
            xmpp_domain,
            tenant,
            key_id,
            private_key,
            webhook_secret,
        } = settings;
        if url.as_ref().is_some_and(|url| !is_address(url, &["https", "http"])) {
            return Err(setting("url must look like https://meet.example.org"));
        }
        if xmpp_domain.is_some() && app_id.is_none() {
            return Err(setting("xmpp_domain goes with app_id and app_secret only"));
        }
        if webhook_secret.is_some() && tenant.is_none() {
            return Err(setting("webhook_secret goes with JaaS only: tenant, key_id and private_key"));
        }
        let known = |url: &str| Url::parse(url).map_err(|_| setting("url is no address"));
        let (url, signer) = match (url, tenant, key_id, private_key, app_id, app_secret) {
            (url, Some(tenant), Some(key_id), Some(pem), None, None) => {
                let key = EncodingKey::from_rsa_pem(pem.expose().as_bytes())
                    .map_err(|_| setting("private_key is no RSA key in PEM"))?;
                (url.map_or_else(|| known(JAAS), Ok)?, Signer::Jaas { tenant, key_id, key })
            }
            (Some(url), None, None, None, Some(app_id), Some(secret)) => {
                let xmpp_domain =
                    xmpp_domain.or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
                let key = EncodingKey::from_secret(secret.expose().as_bytes());
                (url, Signer::Domain { app_id, xmpp_domain, key })
            }
            (url, _, None, None, None, None) => (url.map_or_else(|| known(PUBLIC), Ok)?, Signer::Nobody),
            _ => {
                return Err(setting(
                    "url goes alone or with app_id and app_secret; JaaS has tenant, key_id and private_key",
                ));
            }
        };
        Ok(Self { url, signer, webhook_secret, http: client()? })
    }

    /// Only JaaS calls back; without its secret nobody is believed.
    pub(crate) fn proves_presence(&self) -> bool {
        matches!(self.signer, Signer::Jaas { .. }) && self.webhook_secret.is_some()
    }

    /// Whoever knows the room's name is in.
    pub(crate) fn takes_anybody(&self) -> bool {
        matches!(self.signer, Signer::Nobody)
    }

    /// A room keeps the name that it was opened by: whoever comes later meets those who are in it.
    pub(crate) fn open(&self, room: &Room<'_>, known: Option<&RoomHandle>) -> RoomHandle {
        let path = self.path(known.and_then(name_in).unwrap_or(room.shown_name));
        RoomHandle(json!({ "domain": self.domain(), "room": path, "url": self.at(&path) }))
    }

    pub(crate) fn credentials(
        &self,
        meeting: &RoomHandle,
        grant: &ParticipantGrant,
        now: Timestamp,
    ) -> Result<Credentials, ProviderError> {
        let name = name_in(meeting).ok_or_else(|| ProviderError::Garbled("a room of no name".into()))?;
        let (path, moderator) = (self.path(name), grant.role == PartyRole::Practitioner);
        let token = self
            .token(name, grant, now)
            .map_err(|error| ProviderError::Setting(format!("jitsi: {error}")))?;
        let details =
            json!({ "domain": self.domain(), "room": path, "script": self.script(), "moderator": moderator });
        Ok(Credentials { url: Some(self.at(&path)), token, expires_at: grant.until, details })
    }

    fn token(
        &self,
        room: &str,
        grant: &ParticipantGrant,
        now: Timestamp,
    ) -> Result<String, jsonwebtoken::errors::Error> {
        let moderator = grant.role == PartyRole::Practitioner;
        let [iat, nbf, exp] = [now, grant.from, grant.until].map(Timestamp::as_second);
        // In `user` Jitsi takes nothing but strings.
        let mut user = json!({ "id": grant.participant.to_string(), "name": grant.name });
        if let Some(email) = &grant.email {
            user["email"] = json!(email);
        }
        match &self.signer {
            Signer::Nobody => Ok(String::new()),
            // The token module itself knows no moderators; its two common companions read one of these each.
            Signer::Domain { app_id, xmpp_domain, key } => {
                user["affiliation"] = json!(if moderator { "owner" } else { "member" });
                let claims = json!({ "aud": app_id, "iss": app_id, "sub": xmpp_domain, "room": room, "iat": iat,
                    "nbf": nbf, "exp": exp, "moderator": moderator, "context": { "user": user } });
                jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, key)
            }
            Signer::Jaas { tenant, key_id, key } => {
                user["moderator"] = json!(moderator.to_string());
                let features: Map<_, _> =
                    NO_EXTRAS.map(|it| (it.to_owned(), Value::from("false"))).into_iter().collect();
                let claims = json!({ "aud": "jitsi", "iss": "chat", "sub": tenant, "room": room, "iat": iat,
                    "nbf": nbf, "exp": exp, "context": { "user": user, "features": features } });
                let header = Header { kid: Some(key_id.clone()), ..Header::new(Algorithm::RS256) };
                jsonwebtoken::encode(&header, &claims, key)
            }
        }
    }

    /// Where the page gets Jitsi's External API from.
    fn script(&self) -> String {
        match &self.signer {
            Signer::Jaas { tenant, .. } => self.at(&format!("{tenant}/external_api.js")),
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

    fn path(&self, name: &str) -> String {
        match &self.signer {
            Signer::Jaas { tenant, .. } => format!("{tenant}/{name}"),
            _ => name.to_owned(),
        }
    }

    /// Its page code is its own, and shows the call in a frame.
    pub(crate) fn sources(&self) -> Sources {
        let origin = self.url.origin().ascii_serialization();
        Sources { scripts: vec![origin.clone()], frames: vec![origin], ..Sources::default() }
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let response = self.http.head(self.script()).send().await.map_err(unreachable)?;
        unhindered(response.status(), response.headers())?;
        let kind =
            response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match response.status() {
            StatusCode::OK if kind.contains("javascript") => Ok(()),
            StatusCode::OK => {
                Err(ProviderError::Garbled("no script where Jitsi's page code was to be".into()))
            }
            status => Err(ProviderError::Refused(status.to_string())),
        }
    }

    /// The signature's own time is not looked at: an event that comes twice changes nothing.
    pub(crate) fn read_callback(
        &self,
        callback: &Callback<'_>,
    ) -> Result<Option<PresenceEvent>, ProviderError> {
        let (Some(secret), Signer::Jaas { tenant, .. }) = (&self.webhook_secret, &self.signer) else {
            return Err(ProviderError::Forged);
        };
        let header = callback
            .headers
            .get("x-jaas-signature")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !is_signed(header, secret, callback.body) {
            return Err(ProviderError::Forged);
        }
        let event: Event =
            serde_json::from_slice(callback.body).map_err(|_| ProviderError::Garbled("a webhook".into()))?;
        // It tells names in lower case.
        let (fqn, tenant) = (event.fqn.to_lowercase(), tenant.to_lowercase());
        let name = fqn.strip_prefix(&tenant).and_then(|rest| rest.strip_prefix('/'));
        let Some(room) = name.and_then(told) else { return Ok(None) };
        let at = Timestamp::from_millisecond(event.timestamp)
            .map_err(|_| ProviderError::Garbled("a webhook of no time".into()))?;
        let Data { id, participant_jid, participant_full_jid, is_breakout } = event.data;
        if [Value::from(true), Value::from("true")].contains(&is_breakout) {
            return Ok(None);
        }
        let participant = id.and_then(|id| id.parse().ok());
        let name = participant_full_jid.or(participant_jid);
        let connection = participant.map(|participant| ProviderConnection { participant, name });
        let change = match (event.event_type.as_str(), connection) {
            ("PARTICIPANT_JOINED", Some(it)) => PresenceChange::Connected(it),
            ("PARTICIPANT_LEFT", Some(it)) => PresenceChange::Disconnected(it),
            ("ROOM_DESTROYED", _) => PresenceChange::RoomEnded,
            _ => return Ok(None),
        };
        Ok(Some(PresenceEvent { id: event.idempotency_key, room, at, change }))
    }
}

/// The name of a room that was opened, without the tenant.
fn name_in(handle: &RoomHandle) -> Option<&str> {
    handle.0["room"].as_str()?.rsplit('/').next().filter(|name| !name.is_empty())
}

/// Rooms of ours; before they had names, they were called like their sessions.
fn told(name: &str) -> Option<ToldRoom> {
    match name.parse() {
        Ok(session) => Some(ToldRoom::Of(session)),
        Err(_) => name.starts_with(PREFIX).then(|| ToldRoom::Called(name.to_owned())),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    idempotency_key: String,
    event_type: String,
    /// Milliseconds; the truth about the order.
    timestamp: i64,
    /// Tenant and room.
    fqn: String,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Data {
    /// As in the token's `context.user.id`.
    id: Option<String>,
    participant_jid: Option<String>,
    participant_full_jid: Option<String>,
    /// JaaS writes what is true sometimes as a word.
    is_breakout: Value,
}

/// `t=1632490060,v1=…`: signed is `t.body`, and other schemes than v1 are passed over.
fn is_signed(header: &str, secret: &Secret, body: &[u8]) -> bool {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let Some((_, time)) = parts().find(|(name, _)| *name == "t") else { return false };
    let signed = [time.as_bytes(), b".", body].concat();
    parts().any(|(name, value)| name == "v1" && is_hmac(HMAC_SHA256, secret, &signed, value))
}
