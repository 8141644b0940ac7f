//! Twilio Video: rooms over its REST API, tokens of our own signing, presence by status callback.
//!
//! A token is for one room by that room's own id, not by its name: Twilio makes a room anew for whoever connects by
//! a name, and an ended one by its id never. There are no roles.
//!
//! Facts from Twilio's "Rooms", "Participants", "Status Callbacks", "User Identity & Access Tokens" and "Webhooks
//! security", and from its dictionary of errors.

use std::collections::BTreeMap;

use aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
use http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_core::ids::ParticipantId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;

use crate::http_api::{ask, client};
use crate::signature::is_hmac;
use crate::{
    Callback, Credentials, ParticipantGrant, PresenceChange, PresenceEvent, ProviderConnection,
    ProviderError, Room, RoomHandle, Secret, Sources, ToldRoom,
};

const API: &str = "https://video.twilio.com/";
/// What Twilio says of a name that is taken by a room that runs.
const ROOM_EXISTS: i64 = 53113;
/// What Twilio says of what has ended: a room that runs no more, a room and a participant that are not there.
const ENDED: [i64; 3] = [53112, 53106, 53204];
/// Twilio takes no token of more than a day.
const LONGEST_TOKEN: SignedDuration = SignedDuration::from_hours(24);
/// Minutes that Twilio keeps a room nobody is in; the longest that it allows.
const EMPTY_TIMEOUT: &str = "60";

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    pub account_sid: String,
    /// Signs the callbacks.
    pub auth_token: Secret,
    pub api_key: String,
    pub api_secret: Secret,
    /// Another address than Twilio's, such as a region's.
    pub api_url: Option<Url>,
}

pub struct Twilio {
    settings: TwilioSettings,
    api: Url,
    callback_url: Option<Url>,
    http: reqwest::Client,
    key: EncodingKey,
}

impl Twilio {
    /// `callback_url`: where Twilio reaches this server, to the letter, since Twilio signs it; without it no
    /// presence events come.
    ///
    /// # Errors
    /// When the settings do not fit.
    pub fn new(settings: TwilioSettings, callback_url: Option<Url>) -> Result<Self, ProviderError> {
        let standard =
            || Url::parse(API).map_err(|_| ProviderError::Setting("twilio.api_url is no address".into()));
        let api = settings.api_url.clone().map_or_else(standard, Ok)?;
        let key = EncodingKey::from_secret(settings.api_secret.expose().as_bytes());
        Ok(Self { settings, api, callback_url, http: client()?, key })
    }

    pub(crate) fn proves_presence(&self) -> bool {
        self.callback_url.is_some()
    }

    pub(crate) async fn open(&self, room: &Room<'_>) -> Result<RoomHandle, ProviderError> {
        let (name, seats) = (room.name(), room.capacity.to_string());
        let mut form = vec![
            ("UniqueName", name.as_str()),
            ("Type", "group"),
            ("MaxParticipants", &seats),
            ("EmptyRoomTimeout", EMPTY_TIMEOUT),
            ("UnusedRoomTimeout", EMPTY_TIMEOUT),
        ];
        if let Some(url) = &self.callback_url {
            form.extend([("StatusCallback", url.as_str()), ("StatusCallbackMethod", "POST")]);
        }
        let (status, body) = self.post(&["Rooms"], &form).await?;
        if status.is_success() {
            return meeting(&name, &body);
        }
        if body["code"].as_i64() != Some(ROOM_EXISTS) {
            return Err(refused(status, &body));
        }
        let request = self.http.get(self.at(&["Rooms", &name])?);
        let (status, body) = ask(self.signed(request)).await?;
        if status.is_success() { meeting(&name, &body) } else { Err(refused(status, &body)) }
    }

    /// Good for the whole slot: Twilio asks for it again when a line that broke comes back.
    pub(crate) fn credentials(
        &self,
        meeting: &RoomHandle,
        grant: &ParticipantGrant,
        now: Timestamp,
    ) -> Result<Credentials, ProviderError> {
        let expires_at = now.checked_add(LONGEST_TOKEN).map_or(grant.until, |end| end.min(grant.until));
        let header = Header { cty: Some("twilio-fpa;v=1".into()), ..Header::new(Algorithm::HS256) };
        let claims = json!({
            "jti": format!("{}-{}", self.settings.api_key, now.as_second()),
            "iss": self.settings.api_key,
            "sub": self.settings.account_sid,
            "iat": now.as_second(),
            "nbf": grant.from.as_second(),
            "exp": expires_at.as_second(),
            "grants": { "identity": grant.participant.to_string(), "video": { "room": sid(meeting)? } },
        });
        let token = jsonwebtoken::encode(&header, &claims, &self.key)
            .map_err(|error| ProviderError::Setting(format!("twilio.api_secret: {error}")))?;
        Ok(Credentials { url: None, token, expires_at, details: json!({ "room": sid(meeting)? }) })
    }

    pub(crate) async fn remove(
        &self,
        meeting: &RoomHandle,
        participant: ParticipantId,
    ) -> Result<(), ProviderError> {
        let who = participant.to_string();
        let path = ["Rooms", sid(meeting)?, "Participants", &who];
        done(self.post(&path, &[("Status", "disconnected")]).await?)
    }

    pub(crate) async fn close(&self, meeting: &RoomHandle) -> Result<(), ProviderError> {
        done(self.post(&["Rooms", sid(meeting)?], &[("Status", "completed")]).await?)
    }

    /// Where `twilio-video` connects unless it is given a region or an edge.
    pub(crate) fn sources() -> Sources {
        let hosts = ["wss://global.vss.twilio.com", "wss://sdkgw.us1.twilio.com"];
        Sources { connections: hosts.map(str::to_owned).to_vec(), ..Sources::default() }
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let mut url = self.at(&["Rooms"])?;
        url.query_pairs_mut().append_pair("PageSize", "1");
        let (status, body) = ask(self.signed(self.http.get(url))).await?;
        if status.is_success() { Ok(()) } else { Err(refused(status, &body)) }
    }

    pub(crate) fn read_callback(
        &self,
        callback: &Callback<'_>,
    ) -> Result<Option<PresenceEvent>, ProviderError> {
        let Some(url) = &self.callback_url else { return Err(ProviderError::Forged) };
        let form: BTreeMap<String, String> =
            url::form_urlencoded::parse(callback.body).into_owned().collect();
        let fields: String = form.iter().flat_map(|(name, value)| [name.as_str(), value]).collect();
        let signed = format!("{url}{fields}");
        let given = callback
            .headers
            .get("x-twilio-signature")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if !is_hmac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.settings.auth_token, signed.as_bytes(), given) {
            return Err(ProviderError::Forged);
        }
        let field = |name: &str| form.get(name).map(String::as_str);
        let Some(session) = field("RoomName").and_then(|name| name.parse().ok()) else { return Ok(None) };
        let at = field("Timestamp").and_then(|text| text.parse::<Timestamp>().ok());
        let at = at.ok_or_else(|| ProviderError::Garbled("a callback of no time".into()))?;
        let connection = field("ParticipantIdentity").and_then(|id| id.parse().ok()).map(|participant| {
            ProviderConnection { participant, name: field("ParticipantSid").map(str::to_owned) }
        });
        let change = match (field("StatusCallbackEvent"), connection) {
            (Some("participant-connected"), Some(it)) => PresenceChange::Connected(it),
            (Some("participant-disconnected"), Some(it)) => PresenceChange::Disconnected(it),
            (Some("room-ended"), _) => PresenceChange::RoomEnded,
            _ => return Ok(None),
        };
        let id = ["RoomSid", "ParticipantSid", "StatusCallbackEvent", "Timestamp"];
        let id = id.map(|name| field(name).unwrap_or_default()).join("/");
        Ok(Some(PresenceEvent { id, room: ToldRoom::Of(session), at, change }))
    }

    async fn post(&self, path: &[&str], form: &[(&str, &str)]) -> Result<(StatusCode, Value), ProviderError> {
        ask(self.signed(self.http.post(self.at(path)?).form(form))).await
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(&self.settings.api_key, Some(self.settings.api_secret.expose()))
    }

    fn at(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.api.clone();
        let mut segments = url
            .path_segments_mut()
            .map_err(|()| ProviderError::Setting("twilio.api_url is no address".into()))?;
        segments.pop_if_empty().push("v1").extend(path);
        drop(segments);
        Ok(url)
    }
}

fn meeting(name: &str, body: &Value) -> Result<RoomHandle, ProviderError> {
    let sid = body["sid"].as_str().ok_or_else(|| ProviderError::Garbled("a room without an id".into()))?;
    if body["unique_name"].as_str() != Some(name) {
        return Err(ProviderError::Garbled("a room of another name".into()));
    }
    Ok(RoomHandle(json!({ "sid": sid })))
}

fn sid(meeting: &RoomHandle) -> Result<&str, ProviderError> {
    meeting.id().ok_or_else(|| ProviderError::Garbled("a room that was kept without its id".into()))
}

/// Ended already, or never there: nothing is left to do.
fn done((status, body): (StatusCode, Value)) -> Result<(), ProviderError> {
    match status {
        status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
        StatusCode::BAD_REQUEST if ENDED.contains(&body["code"].as_i64().unwrap_or(0)) => Ok(()),
        _ => Err(refused(status, &body)),
    }
}

fn refused(status: StatusCode, body: &Value) -> ProviderError {
    let code =
        body["code"].as_i64().map_or_else(|| status.to_string(), |code| format!("{status}, code {code}"));
    ProviderError::Refused(code)
}
