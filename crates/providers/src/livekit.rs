//! LiveKit, self-hosted or its cloud: rooms over its server API, tokens of our own signing, presence by webhook.

use http::header::AUTHORIZATION;
use jiff::Timestamp;
use livekit_api::access_token::{AccessToken, TokenVerifier, VideoGrants};
use livekit_api::services::room::{CreateRoomOptions, RoomClient};
use livekit_api::services::{ServerError, ServiceError};
use livekit_api::webhooks::{WebhookError, WebhookReceiver};
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::PartyRole;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::http_api::{PATIENCE, unreachable};
use crate::{Callback, Credentials, Meeting, Presence, ProviderError, Room, Seat, Told, What};

/// A page connects at once, and LiveKit renews the token of who is connected: a longer one would only let somebody
/// back in who was put out.
const TOKEN_LIFE: i64 = 10 * 60;
/// Seconds that LiveKit keeps an empty room: the session's own grace periods are shorter, and closing is ours.
const KEPT_EMPTY: u32 = 15 * 60;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveKitSettings {
    /// `wss://…` or `ws://…`, as browsers reach it.
    pub url: Url,
    /// Where this server reaches it, if elsewhere.
    pub api_url: Option<Url>,
    pub api_key: String,
    pub api_secret: String,
}

pub struct LiveKit {
    settings: LiveKitSettings,
    rooms: RoomClient,
    webhooks: WebhookReceiver,
}

impl LiveKit {
    #[must_use]
    pub fn new(settings: LiveKitSettings) -> Self {
        let api = settings.api_url.as_ref().unwrap_or(&settings.url);
        let rooms = RoomClient::with_api_key(api.as_str(), &settings.api_key, &settings.api_secret)
            .with_request_timeout(PATIENCE);
        let verifier = TokenVerifier::with_api_key(&settings.api_key, &settings.api_secret);
        Self { rooms, webhooks: WebhookReceiver::new(verifier), settings }
    }

    pub(crate) async fn open(&self, room: &Room) -> Result<Meeting, ProviderError> {
        let options = CreateRoomOptions {
            empty_timeout: KEPT_EMPTY,
            departure_timeout: KEPT_EMPTY,
            max_participants: room.seats.into(),
            ..CreateRoomOptions::default()
        };
        let made = self.rooms.create_room(&room.name(), options).await.map_err(refused)?;
        if made.name != room.name() {
            return Err(ProviderError::Garbled("a room of another name".into()));
        }
        Ok(Meeting(json!({ "name": made.name, "sid": made.sid })))
    }

    pub(crate) fn credentials(&self, room: &Room, seat: &Seat, now: Timestamp) -> Result<Credentials, ProviderError> {
        let left = seat.until.as_second() - now.as_second();
        let life = left.clamp(0, TOKEN_LIFE);
        let grants = VideoGrants {
            room_join: true,
            room: room.name(),
            room_admin: seat.role == PartyRole::Practitioner,
            can_publish: Some(true),
            can_subscribe: Some(true),
            can_publish_data: Some(true),
            ..VideoGrants::default()
        };
        let token = AccessToken::with_api_key(&self.settings.api_key, &self.settings.api_secret)
            .with_identity(&seat.participant.to_string())
            .with_name(&seat.name)
            .with_grants(grants)
            .with_ttl(std::time::Duration::from_secs(life.unsigned_abs()))
            .to_jwt()
            .map_err(|error| ProviderError::Setting(format!("livekit: {error}")))?;
        Ok(Credentials {
            url: Some(self.settings.url.to_string()),
            token,
            expires_at: Timestamp::from_second(now.as_second() + life).unwrap_or(seat.until),
            details: json!({ "room": room.name() }),
        })
    }

    pub(crate) async fn remove(&self, room: &Room, participant: ParticipantId) -> Result<(), ProviderError> {
        let removed = self.rooms.remove_participant(&room.name(), &participant.to_string()).await;
        gone_is_fine(removed.map_err(refused))
    }

    pub(crate) async fn close(&self, room: &Room) -> Result<(), ProviderError> {
        gone_is_fine(self.rooms.delete_room(&room.name()).await.map_err(refused))
    }

    pub(crate) async fn health(&self) -> Result<(), ProviderError> {
        // A name that no room has: the answer is short however many there are.
        self.rooms.list_rooms(vec!["openvisit-health".into()]).await.map(|_| ()).map_err(refused)
    }

    pub(crate) fn hear(&self, callback: &Callback<'_>) -> Result<Vec<Told>, ProviderError> {
        let token = callback.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = token.map(|it| it.strip_prefix("Bearer ").unwrap_or(it)).ok_or(ProviderError::Forged)?;
        let body = std::str::from_utf8(callback.body).map_err(|_| ProviderError::Forged)?;
        let event = self.webhooks.receive(body, token).map_err(|error| match error {
            WebhookError::InvalidData(_) => ProviderError::Garbled("a webhook that is no LiveKit event".into()),
            _ => ProviderError::Forged,
        })?;
        // Rooms that are not ours may share the server.
        let Some(session) = event.room.as_ref().and_then(|room| room.name.parse().ok()) else { return Ok(vec![]) };
        let told_at = Timestamp::from_second(event.created_at).map_err(|_| ProviderError::Garbled("a time".into()))?;
        let presence = event.participant.as_ref().and_then(|it| {
            Some(Presence { participant: it.identity.parse().ok()?, connection: Some(it.sid.clone()) })
        });
        let joined_at = event.participant.as_ref().and_then(|it| Timestamp::from_millisecond(it.joined_at_ms).ok());
        let joined_at = joined_at.filter(|at| at.as_second() > 0).unwrap_or(told_at);
        let told = |at, what| Ok(vec![Told { session, at, what }]);
        match (event.event.as_str(), presence) {
            ("participant_joined", Some(who)) => told(joined_at, What::Came(who)),
            // Whole seconds: nobody leaves before he came.
            ("participant_left" | "participant_connection_aborted", Some(who)) => {
                told(told_at.max(joined_at), What::Left(who))
            }
            ("room_finished", _) => told(told_at, What::RoomEnded),
            _ => Ok(vec![]),
        }
    }
}

/// Asked of what is not there any more: then it is as it was to be.
fn gone_is_fine(result: Result<(), ProviderError>) -> Result<(), ProviderError> {
    match result {
        Err(ProviderError::Refused(code)) if code == "not_found" => Ok(()),
        other => other,
    }
}

fn refused(error: ServiceError) -> ProviderError {
    match error {
        ServiceError::Twirp(ServerError::Request(error)) => unreachable_or_status(error),
        ServiceError::Twirp(ServerError::Twirp(error)) => match error.code.as_str() {
            "unauthenticated" | "permission_denied" => ProviderError::Unauthorized(error.code),
            "resource_exhausted" => ProviderError::Throttled { retry_after: None },
            "unavailable" | "deadline_exceeded" | "internal" | "unknown" | "aborted" => {
                ProviderError::Broken(error.code)
            }
            _ => ProviderError::Refused(error.code),
        },
        ServiceError::Twirp(ServerError::Prost(_)) => ProviderError::Garbled("no room that can be read".into()),
        ServiceError::Twirp(ServerError::Url(error)) => ProviderError::Setting(format!("livekit.url: {error}")),
        ServiceError::AccessToken(_) | ServiceError::Env(_) => {
            ProviderError::Setting("livekit: the API key or secret cannot sign".into())
        }
    }
}

fn unreachable_or_status(error: reqwest::Error) -> ProviderError {
    match error.status() {
        Some(status) if status.is_server_error() => ProviderError::Broken(status.to_string()),
        _ => unreachable(error),
    }
}
