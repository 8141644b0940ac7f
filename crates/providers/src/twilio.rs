//! Twilio Video: rooms over its REST API, tokens of our own signing, presence by status callback.

use std::collections::BTreeMap;

use aws_lc_rs::hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY;
use http::StatusCode;
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_core::ids::ParticipantId;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::http_api::{ask, client};
use crate::signature::is_hmac;
use crate::{Callback, Credentials, Meeting, Presence, ProviderError, Room, Seat, Told, What};

const API: &str = "https://video.twilio.com/";
/// Twilio's own answer to a room whose name is taken by one that runs.
const ROOM_EXISTS: i64 = 53113;
/// Twilio takes no token of more than a day.
const LONGEST_TOKEN: i64 = 24 * 3600;
/// Minutes that Twilio keeps a room nobody is in; the longest that it allows.
const KEPT_EMPTY: &str = "60";

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    pub account_sid: String,
    /// Signs the callbacks.
    pub auth_token: String,
    pub api_key: String,
    pub api_secret: String,
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
    /// `callback_url`: where Twilio reaches this server; without it nobody's presence is told.
    ///
    /// # Errors
    /// When the settings do not fit.
    pub fn new(settings: TwilioSettings, callback_url: Option<Url>) -> Result<Self, ProviderError> {
        let standard = || Url::parse(API).map_err(|error| ProviderError::Setting(error.to_string()));
        let api = settings.api_url.clone().map_or_else(standard, Ok)?;
        let key = EncodingKey::from_secret(settings.api_secret.as_bytes());
        Ok(Self { settings, api, callback_url, http: client()?, key })
    }

    pub(crate) fn proves_presence(&self) -> bool {
        self.callback_url.is_some()
    }

    pub(crate) async fn open(&self, room: &Room) -> Result<Meeting, ProviderError> {
        let (name, seats) = (room.name(), room.seats.to_string());
        let mut form = vec![
            ("UniqueName", name.as_str()),
            ("Type", "group"),
            ("MaxParticipants", &seats),
            ("EmptyRoomTimeout", KEPT_EMPTY),
            ("UnusedRoomTimeout", KEPT_EMPTY),
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

    pub(crate) fn credentials(&self, room: &Room, seat: &Seat, now: Timestamp) -> Result<Credentials, ProviderError> {
        let issued = now.as_second();
        let expires = seat.until.as_second().clamp(issued, issued + LONGEST_TOKEN);
        let header = Header { cty: Some("twilio-fpa;v=1".into()), ..Header::new(Algorithm::HS256) };
        let claims = json!({
            "jti": format!("{}-{issued}", self.settings.api_key),
            "iss": self.settings.api_key,
            "sub": self.settings.account_sid,
            "iat": issued,
            "nbf": seat.from.as_second().min(issued),
            "exp": expires,
            "grants": { "identity": seat.participant.to_string(), "video": { "room": room.name() } },
        });
        let token = jsonwebtoken::encode(&header, &claims, &self.key)
            .map_err(|error| ProviderError::Setting(format!("twilio: {error}")))?;
        let expires_at = Timestamp::from_second(expires).unwrap_or(seat.until);
        Ok(Credentials { url: None, token, expires_at, details: json!({ "room": room.name() }) })
    }

    pub(crate) async fn remove(&self, meeting: &Meeting, participant: ParticipantId) -> Result<(), ProviderError> {
        let who = participant.to_string();
        let path = ["Rooms", sid(meeting)?, "Participants", &who];
        done(self.post(&path, &[("Status", "disconnected")]).await?)
    }

    pub(crate) async fn close(&self, meeting: &Meeting) -> Result<(), ProviderError> {
        done(self.post(&["Rooms", sid(meeting)?], &[("Status", "completed")]).await?)
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        let mut url = self.at(&["Rooms"])?;
        url.query_pairs_mut().append_pair("PageSize", "1");
        let (status, body) = ask(self.signed(self.http.get(url))).await?;
        if status.is_success() { Ok(()) } else { Err(refused(status, &body)) }
    }

    pub(crate) fn hear(&self, callback: &Callback<'_>) -> Result<Vec<Told>, ProviderError> {
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(callback.body).into_owned().collect();
        let mut signed = callback.url.to_owned();
        for (key, value) in &form {
            signed.push_str(key);
            signed.push_str(value);
        }
        let given = callback.headers.get("x-twilio-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !is_hmac(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.settings.auth_token, signed.as_bytes(), given) {
            return Err(ProviderError::Forged);
        }
        let field = |name: &str| form.get(name).map(String::as_str);
        let Some(session) = field("RoomName").and_then(|name| name.parse().ok()) else { return Ok(vec![]) };
        let at = field("Timestamp").and_then(|text| text.parse::<Timestamp>().ok());
        let at = at.ok_or_else(|| ProviderError::Garbled("a callback without its time".into()))?;
        let presence = field("ParticipantIdentity").and_then(|id| id.parse().ok()).map(|participant| Presence {
            participant,
            connection: field("ParticipantSid").map(str::to_owned),
        });
        let told = |what| Ok(vec![Told { session, at, what }]);
        match (field("StatusCallbackEvent"), presence) {
            (Some("participant-connected"), Some(who)) => told(What::Came(who)),
            (Some("participant-disconnected"), Some(who)) => told(What::Left(who)),
            (Some("room-ended"), _) => told(What::RoomEnded),
            _ => Ok(vec![]),
        }
    }

    async fn post(&self, path: &[&str], form: &[(&str, &str)]) -> Result<(StatusCode, Value), ProviderError> {
        ask(self.signed(self.http.post(self.at(path)?).form(form))).await
    }

    fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        request.basic_auth(&self.settings.api_key, Some(&self.settings.api_secret))
    }

    fn at(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut url = self.api.clone();
        let mut segments =
            url.path_segments_mut().map_err(|()| ProviderError::Setting("twilio.api_url: not an address".into()))?;
        segments.pop_if_empty().push("v1").extend(path);
        drop(segments);
        Ok(url)
    }
}

fn meeting(name: &str, body: &Value) -> Result<Meeting, ProviderError> {
    let sid = body["sid"].as_str().ok_or_else(|| ProviderError::Garbled("a room without an id".into()))?;
    if body["unique_name"].as_str() != Some(name) {
        return Err(ProviderError::Garbled("a room of another name".into()));
    }
    Ok(Meeting(json!({ "sid": sid, "unique_name": name })))
}

fn sid(meeting: &Meeting) -> Result<&str, ProviderError> {
    meeting.0["sid"].as_str().ok_or_else(|| ProviderError::Garbled("a room that was kept without its id".into()))
}

/// Ended already, or never there: then it is as it was to be.
fn done((status, body): (StatusCode, Value)) -> Result<(), ProviderError> {
    match status {
        status if status.is_success() || status == StatusCode::NOT_FOUND => Ok(()),
        StatusCode::BAD_REQUEST if ENDED.contains(&body["code"].as_i64().unwrap_or(0)) => Ok(()),
        _ => Err(refused(status, &body)),
    }
}

/// Twilio's codes for a room that is completed and for a participant who is gone.
const ENDED: [i64; 2] = [53112, 53204];

fn refused(status: StatusCode, body: &Value) -> ProviderError {
    let code = body["code"].as_i64().map_or_else(|| status.to_string(), |code| format!("{status}, code {code}"));
    ProviderError::Refused(code)
}
