//! LiveKit's `RoomService` over Twirp, as `livekit-server` with `room.auto_create: false` answers.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::digest::{SHA256, digest};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use livekit_protocol as proto;
use openvisit_providers::{Credentials, LiveKit, LiveKitSettings, Provider};
use prost::Message;
use serde_json::{Value, json};

use super::{Fake, PageEntry, Post, Vendor, VendorEvent, VendorEventKind, in_time, verified};

pub const KEY: &str = "APIopenvisit";
pub const SECRET: &str = "the livekit secret, long enough for HS256";

#[derive(Default)]
struct FakeLiveKitState {
    made: usize,
    /// By name: who is in it.
    rooms: BTreeMap<String, Vec<String>>,
    /// By identity: tokens of before this second are taken no more.
    revoked: BTreeMap<String, i64>,
}

pub struct FakeLiveKit {
    fake: Fake,
    state: Arc<Mutex<FakeLiveKitState>>,
}

impl FakeLiveKit {
    pub async fn start() -> Self {
        let state = Arc::new(Mutex::new(FakeLiveKitState::default()));
        let router = Router::new().route("/twirp/livekit.RoomService/{method}", post(answer));
        Self { fake: Fake::start(router.with_state(Arc::clone(&state))).await, state }
    }

    fn state(&self) -> MutexGuard<'_, FakeLiveKitState> {
        self.state.lock().unwrap()
    }

    fn configured(&self, secret: &str) -> Provider {
        let settings = LiveKitSettings {
            url: "wss://livekit.test".parse().unwrap(),
            api_url: Some(self.fake.url()),
            api_key: KEY.into(),
            api_secret: secret.into(),
        };
        Provider::LiveKit(LiveKit::new(settings).unwrap())
    }
}

fn claims(token: &str) -> Result<Value, String> {
    let (header, claims) = verified(token, SECRET)?;
    if header["alg"] != "HS256" || claims["iss"] != KEY {
        return Err("not one of ours".into());
    }
    Ok(claims)
}

fn refuse(status: StatusCode, code: &str) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, json!({ "code": code, "msg": "refused" }).to_string()).into_response()
}

fn protobuf(message: &impl Message) -> Response {
    ([(header::CONTENT_TYPE, "application/protobuf")], message.encode_to_vec()).into_response()
}

async fn answer(
    State(state): State<Arc<Mutex<FakeLiveKitState>>>,
    Path(method): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let claims = bearer.and_then(|it| it.strip_prefix("Bearer ")).map(claims);
    // What stands before the API says so in plain text, as seen of LiveKit 1.13.5.
    let stranger = || (StatusCode::UNAUTHORIZED, "invalid API key").into_response();
    let Some(Ok(claims)) = claims else { return stranger() };
    if in_time(&claims, Timestamp::now()).is_err() {
        return stranger();
    }
    if headers.get(header::CONTENT_TYPE).is_none_or(|it| it != "application/protobuf") {
        return refuse(StatusCode::NOT_FOUND, "bad_route");
    }
    let video = &claims["video"];
    let granted = match method.as_str() {
        "CreateRoom" | "DeleteRoom" => video["roomCreate"] == true,
        "ListRooms" => video["roomList"] == true,
        "RemoveParticipant" => video["roomAdmin"] == true && video["room"].is_string(),
        _ => false,
    };
    if !granted {
        return refuse(StatusCode::UNAUTHORIZED, "unauthenticated");
    }
    serve(&mut state.lock().unwrap(), &method, video, body)
        .unwrap_or_else(|| refuse(StatusCode::BAD_REQUEST, "malformed"))
}

fn serve(state: &mut FakeLiveKitState, method: &str, video: &Value, body: Bytes) -> Option<Response> {
    Some(match method {
        "CreateRoom" => {
            let asked = proto::CreateRoomRequest::decode(body).ok()?;
            if asked.name.is_empty() || asked.max_participants == 0 || asked.empty_timeout == 0 {
                return None;
            }
            if !state.rooms.contains_key(&asked.name) {
                state.made += 1;
                state.rooms.insert(asked.name.clone(), vec![]);
            }
            let sid = format!("RM_{}", state.made);
            protobuf(&proto::Room { sid, name: asked.name, ..Default::default() })
        }
        "DeleteRoom" => {
            let asked = proto::DeleteRoomRequest::decode(body).ok()?;
            match state.rooms.remove(&asked.room) {
                Some(_) => protobuf(&proto::DeleteRoomResponse::default()),
                None => refuse(StatusCode::NOT_FOUND, "not_found"),
            }
        }
        "ListRooms" => {
            proto::ListRoomsRequest::decode(body).ok()?;
            protobuf(&proto::ListRoomsResponse::default())
        }
        _ => {
            let asked = proto::RoomParticipantIdentity::decode(body).ok()?;
            if video["room"] != asked.room.as_str() {
                return Some(refuse(StatusCode::UNAUTHORIZED, "unauthenticated"));
            }
            let in_a_minute = Timestamp::now().as_second() + 60;
            let before = if asked.revoke_token_ts == 0 { in_a_minute } else { asked.revoke_token_ts };
            state.revoked.insert(asked.identity.clone(), before);
            let inside = state.rooms.get_mut(&asked.room);
            let at = inside.as_ref().and_then(|it| it.iter().position(|who| *who == asked.identity));
            match (inside, at) {
                (Some(inside), Some(at)) => {
                    inside.remove(at);
                    protobuf(&proto::RemoveParticipantResponse::default())
                }
                _ => refuse(StatusCode::NOT_FOUND, "not_found"),
            }
        }
    })
}

impl Vendor for FakeLiveKit {
    fn provider(&self) -> Provider {
        self.configured(SECRET)
    }

    fn with_wrong_keys(&self) -> Provider {
        self.configured("another livekit secret, long enough too")
    }

    fn fake(&self) -> &Fake {
        &self.fake
    }

    fn toml(&self) -> String {
        let api_url = self.fake.url();
        format!(
            "[livekit]\nurl = 'wss://livekit.test'\napi_url = '{api_url}'\napi_key = '{KEY}'\napi_secret = '{SECRET}'\n"
        )
    }

    fn rooms_made(&self) -> Option<usize> {
        Some(self.state().made)
    }

    fn enter(&self, credentials: &Credentials, now: Timestamp) -> Result<PageEntry, String> {
        let claims = claims(&credentials.token)?;
        in_time(&claims, now)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a name is missing");
        let (video, participant) = (&claims["video"], text(&claims["sub"])?);
        let room = text(&video["room"])?;
        if video["roomJoin"] != true || credentials.details["room"] != room.as_str() {
            return Err("not for this room".into());
        }
        if credentials.url.as_deref() != Some("wss://livekit.test/") {
            return Err("not this server".into());
        }
        let mut state = self.state();
        let valid_from = claims["nbf"].as_i64().ok_or("valid from when?")?;
        if state.revoked.get(&participant).is_some_and(|before| valid_from < *before) {
            return Err("revoked".into());
        }
        state.rooms.get_mut(&room).ok_or("no such room")?.push(participant.clone());
        let moderator = video["roomAdmin"] == true;
        Ok(PageEntry { room, participant, name: Some(text(&claims["name"])?), moderator: Some(moderator) })
    }

    fn inside(&self) -> Vec<String> {
        self.state().rooms.values().flatten().cloned().collect()
    }

    fn expire_rooms(&self) {
        self.state().rooms.clear();
    }

    /// As "Webhooks & events" shows it: the body as JSON, its hash in a token in the header.
    fn post(&self, news: &VendorEvent, genuine: bool) -> Post {
        let event = match news.event {
            VendorEventKind::Came => "participant_joined",
            VendorEventKind::Left => "participant_left",
            VendorEventKind::Ended => "room_finished",
            VendorEventKind::Other => "track_published",
        };
        let joined = news.at.as_millisecond();
        let participant = json!({ "sid": format!("PA_{}", news.connection), "identity": news.participant.to_string(),
            "state": "ACTIVE", "joinedAt": (joined / 1000).to_string(),
            "joinedAtMs": if news.event == VendorEventKind::Came { joined.to_string() } else { "1".to_owned() } });
        let mut body = json!({ "event": event, "id": format!("EV_{}", news.id),
            "createdAt": news.at.as_second().to_string(), "room": { "sid": "RM_1", "name": news.room } });
        if news.event != VendorEventKind::Ended {
            body["participant"] = participant;
        }
        let body = body.to_string();
        let now = Timestamp::now().as_second();
        let claims = json!({ "iss": KEY, "nbf": now, "exp": now + 300,
            "sha256": STANDARD.encode(digest(&SHA256, body.as_bytes())) });
        let secret = if genuine { SECRET } else { "a secret that somebody made up themselves" };
        let key = jsonwebtoken::EncodingKey::from_secret(secret.as_bytes());
        let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, token.parse().unwrap());
        Post { headers, body }
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.into()]
    }
}
