//! LiveKit, self-hosted or its cloud: rooms over its server API, tokens of our own signing, presence by webhook.
//!
//! A token that is still good opens a closed room anew where the server makes rooms by itself: self-hosted ones want
//! `room: { auto_create: false }` in their configuration. Otherwise a token's ten minutes are the limit.
//!
//! Facts from LiveKit's documentation: "Tokens & grants", "Webhooks & events", "Room management".

use http::StatusCode;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use jiff::{SignedDuration, Timestamp};
use jsonwebtoken::{EncodingKey, Header};
use livekit_api::access_token::{AccessToken, Claims, TokenVerifier, VideoGrants};
use livekit_api::services::room::{CreateRoomOptions, RemoveParticipantOptions, RoomClient};
use livekit_api::services::{ServerError, ServiceError};
use livekit_api::webhooks::{WebhookError, WebhookReceiver};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::PartyRole;
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use crate::error::code;
use crate::http_api::{client, is_address, unreachable};
use crate::{
    Callback, Credentials, ParticipantGrant, PresenceChange, PresenceEvent, ProviderConnection,
    ProviderError, Room, RoomHandle, Secret, Sources, ToldRoom,
};

/// A page connects at once, and LiveKit itself renews the token of who is connected: a longer one would only let
/// a removed participant back in.
const TOKEN_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Seconds that LiveKit keeps an empty room: the session's own grace periods are shorter, and closing is ours.
const EMPTY_TIMEOUT: u32 = 15 * 60;

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LiveKitSettings {
    /// `wss://…` or `ws://…`, as browsers reach it.
    pub url: Url,
    /// Where this server reaches it, if elsewhere.
    pub api_url: Option<Url>,
    pub api_key: String,
    pub api_secret: Secret,
}

pub struct LiveKit {
    settings: LiveKitSettings,
    rooms: RoomClient,
    webhooks: WebhookReceiver,
    http: reqwest::Client,
}

impl LiveKit {
    /// # Errors
    /// When an address is none, or no TLS can be set up.
    pub fn new(settings: LiveKitSettings) -> Result<Self, ProviderError> {
        let schemes = ["wss", "ws", "https", "http"];
        let wrong = |text: &str| ProviderError::Setting(format!("livekit.{text}"));
        if !is_address(&settings.url, &schemes) {
            return Err(wrong("url must look like wss://livekit.example.org"));
        }
        if settings.api_url.as_ref().is_some_and(|url| !is_address(url, &schemes)) {
            return Err(wrong("api_url must look like https://livekit.example.org"));
        }
        // LiveKit's own client is made in the same way, and would panic.
        let http = client()?;
        let (key, secret) = (&settings.api_key, settings.api_secret.expose());
        let api = settings.api_url.as_ref().unwrap_or(&settings.url);
        let rooms = RoomClient::with_api_key(api.as_str(), key, secret);
        let webhooks = WebhookReceiver::new(TokenVerifier::with_api_key(key, secret));
        Ok(Self { rooms, webhooks, settings, http })
    }

    /// Who makes a room that is there gets the one that is there.
    pub(crate) async fn open(&self, room: &Room<'_>) -> Result<RoomHandle, ProviderError> {
        let options = CreateRoomOptions {
            empty_timeout: EMPTY_TIMEOUT,
            departure_timeout: EMPTY_TIMEOUT,
            max_participants: room.capacity.into(),
            ..CreateRoomOptions::default()
        };
        let made = self.judged(self.rooms.create_room(&room.name(), options).await).await?;
        if made.name != room.name() {
            return Err(ProviderError::Garbled("a room of another name".into()));
        }
        Ok(RoomHandle(json!({ "sid": made.sid })))
    }

    pub(crate) fn credentials(
        &self,
        room: &Room<'_>,
        grant: &ParticipantGrant,
        now: Timestamp,
    ) -> Result<Credentials, ProviderError> {
        let expires_at = now.checked_add(TOKEN_LIFE).map_or(grant.until, |end| end.min(grant.until));
        let claims = Claims {
            iss: self.settings.api_key.clone(),
            sub: grant.participant.to_string(),
            name: grant.name.clone(),
            // LiveKit revokes by this what was made before somebody was removed.
            nbf: seconds(grant.from.max(now)),
            exp: seconds(expires_at),
            video: VideoGrants {
                room_join: true,
                room: room.name(),
                room_admin: grant.role == PartyRole::Practitioner,
                can_publish: Some(true),
                can_subscribe: Some(true),
                can_publish_data: Some(true),
                ..VideoGrants::default()
            },
            ..Claims::default()
        };
        let key = EncodingKey::from_secret(self.settings.api_secret.expose().as_bytes());
        let token = jsonwebtoken::encode(&Header::default(), &claims, &key)
            .map_err(|error| ProviderError::Setting(format!("livekit.api_secret: {error}")))?;
        let details = json!({ "room": room.name() });
        Ok(Credentials { url: Some(self.settings.url.to_string()), token, expires_at, details })
    }

    /// The cloud takes no token of before `now` any more; untold, it would take none of the next minute either, and
    /// whoever left could not come back at once. Seconds, as a token's `nbf` is.
    pub(crate) async fn remove(
        &self,
        room: &Room<'_>,
        participant: ParticipantId,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        let options = RemoveParticipantOptions { revoke_token_ts: now.as_second() };
        let (room, participant) = (room.name(), participant.to_string());
        let removed = self.rooms.remove_participant_with_options(&room, &participant, options).await;
        ignore_not_found(self.judged(removed).await)
    }

    pub(crate) async fn close(&self, room: &Room<'_>) -> Result<(), ProviderError> {
        ignore_not_found(self.judged(self.rooms.delete_room(&room.name()).await).await)
    }

    /// Its page code connects by WebSocket, and asks by HTTP why that was refused.
    pub(crate) fn sources(&self) -> Sources {
        let url = &self.settings.url;
        let host = url.host_str().unwrap_or_default();
        let host = url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        let safe = if matches!(url.scheme(), "wss" | "https") { "s" } else { "" };
        Sources {
            connections: vec![format!("ws{safe}://{host}"), format!("http{safe}://{host}")],
            ..Sources::default()
        }
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        // A name that no room has: the answer is short however many there are.
        self.judged(self.rooms.list_rooms(vec!["openvisit-health".into()]).await).await.map(|_| ())
    }

    /// LiveKit refuses keys in plain text, of which its own client sees only that it is no answer: asked once more, by
    /// hand, it shows its status.
    async fn judged<T>(&self, done: Result<T, ServiceError>) -> Result<T, ProviderError> {
        let error = match done.map_err(refused) {
            Err(error @ ProviderError::Garbled(_)) => error,
            done => return done,
        };
        let grants = VideoGrants { room_list: true, ..VideoGrants::default() };
        let (key, secret) = (&self.settings.api_key, self.settings.api_secret.expose());
        let Ok(token) = AccessToken::with_api_key(key, secret).with_grants(grants).to_jwt() else {
            return Err(error);
        };
        let api = self.settings.api_url.as_ref().unwrap_or(&self.settings.url);
        let api = api.as_str().trim_end_matches('/').replacen(
            "ws",
            "http",
            usize::from(api.scheme().starts_with("ws")),
        );
        let asked = self.http.post(format!("{api}/twirp/livekit.RoomService/ListRooms")).bearer_auth(token);
        let answer = asked.header(CONTENT_TYPE, "application/protobuf").send().await;
        match answer.map(|answer| answer.status()) {
            Ok(status) if status == StatusCode::UNAUTHORIZED || status == StatusCode::FORBIDDEN => {
                Err(ProviderError::Unauthorized(status.to_string()))
            }
            _ => Err(error),
        }
    }

    pub(crate) fn read_callback(
        &self,
        callback: &Callback<'_>,
    ) -> Result<Option<PresenceEvent>, ProviderError> {
        let token = callback.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.map(|it| it.strip_prefix("Bearer ").unwrap_or(it)).ok_or(ProviderError::Forged)?;
        let body = std::str::from_utf8(callback.body).map_err(|_| ProviderError::Forged)?;
        let event = self.webhooks.receive(body, token).map_err(|error| match error {
            WebhookError::InvalidData(_) => {
                ProviderError::Garbled("a webhook that is no LiveKit event".into())
            }
            _ => ProviderError::Forged,
        })?;
        // Rooms that are not ours may share the server.
        let Some(session) = event.room.as_ref().and_then(|room| room.name.parse().ok()) else {
            return Ok(None);
        };
        let sent_at = Timestamp::from_second(event.created_at)
            .map_err(|_| ProviderError::Garbled("a webhook of no time".into()))?;
        let who = event.participant.as_ref();
        let joined_at = who.and_then(|it| Timestamp::from_millisecond(it.joined_at_ms).ok());
        let joined_at = joined_at.filter(|at| at.as_second() > 0).unwrap_or(sent_at);
        let connection = who.and_then(|it| {
            Some(ProviderConnection { participant: it.identity.parse().ok()?, name: Some(it.sid.clone()) })
        });
        let (at, change) = match (event.event.as_str(), connection) {
            ("participant_joined", Some(it)) => (joined_at, PresenceChange::Connected(it)),
            // It is sent in whole seconds: nobody leaves before they came.
            ("participant_left" | "participant_connection_aborted", Some(it)) => {
                (sent_at.max(joined_at), PresenceChange::Disconnected(it))
            }
            ("room_finished", _) => (sent_at, PresenceChange::RoomEnded),
            _ => return Ok(None),
        };
        Ok(Some(PresenceEvent { id: event.id, room: ToldRoom::Of(session), at, change }))
    }
}

fn seconds(at: Timestamp) -> usize {
    usize::try_from(at.as_second()).unwrap_or(0)
}

/// What is not there any more need not be removed.
fn ignore_not_found(result: Result<(), ProviderError>) -> Result<(), ProviderError> {
    match result {
        Err(ProviderError::Refused(code)) if code == "not_found" => Ok(()),
        other => other,
    }
}

fn refused(error: ServiceError) -> ProviderError {
    match error {
        ServiceError::Twirp(ServerError::Request(error)) => unreachable(error),
        ServiceError::Twirp(ServerError::Twirp(error)) => match error.code.as_str() {
            "unauthenticated" | "permission_denied" => ProviderError::Unauthorized(error.code),
            "resource_exhausted" => ProviderError::Throttled { retry_after: None },
            "unavailable" | "deadline_exceeded" | "internal" | "unknown" | "aborted" => {
                ProviderError::Broken(error.code)
            }
            other => ProviderError::Refused(code(other)),
        },
        ServiceError::Twirp(ServerError::Prost(_)) => ProviderError::Garbled("not LiveKit's".into()),
        ServiceError::Twirp(ServerError::Url(_)) => {
            ProviderError::Setting("livekit.api_url is no address".into())
        }
        ServiceError::AccessToken(_) | ServiceError::Env(_) => {
            ProviderError::Setting("livekit.api_secret does not sign".into())
        }
    }
}
