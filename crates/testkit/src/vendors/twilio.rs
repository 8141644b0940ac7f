//! Twilio Video's REST API of rooms and their participants, its reading of tokens, and its status callbacks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use aws_lc_rs::hmac;
use axum::extract::{Form, Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use openvisit_providers::{Credentials, Provider, Twilio, TwilioSettings};
use serde_json::{Value, json};

use super::{Fake, PageEntry, Post, Vendor, VendorEvent, VendorEventKind, in_time, verified_in_part};

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const KEY: &str = "SK00000000000000000000000000000002";
pub const SECRET: &str = "the secret of the API key, long enough";
const AUTH_TOKEN: &str = "the account's auth token";
pub const CALLBACK: &str = "https://openvisit.test/api/v1/providers/twilio/events";

struct FakeRoom {
    sid: String,
    name: String,
    completed: bool,
    inside: Vec<String>,
}

type FakeRooms = Arc<Mutex<Vec<FakeRoom>>>;
type Fields = Form<BTreeMap<String, String>>;

pub struct FakeTwilio {
    fake: Fake,
    rooms: FakeRooms,
}

impl FakeTwilio {
    pub async fn start() -> Self {
        let rooms = FakeRooms::default();
        let router = Router::new()
            .route("/v1/Rooms", post(create).get(list))
            .route("/v1/Rooms/{room}", get(fetch).post(update))
            .route("/v1/Rooms/{room}/Participants/{participant}", post(disconnect))
            .layer(from_fn(signed))
            .with_state(Arc::clone(&rooms));
        Self { fake: Fake::start(router).await, rooms }
    }

    fn rooms(&self) -> MutexGuard<'_, Vec<FakeRoom>> {
        self.rooms.lock().unwrap()
    }

    pub fn reaching_us_at(&self, callback: &str) -> Provider {
        self.configured(AUTH_TOKEN, SECRET, callback)
    }

    fn configured(&self, auth_token: &str, api_secret: &str, callback: &str) -> Provider {
        let settings = TwilioSettings {
            account_sid: ACCOUNT.into(),
            auth_token: auth_token.into(),
            api_key: KEY.into(),
            api_secret: api_secret.into(),
            api_url: Some(self.fake.url()),
        };
        Provider::Twilio(Twilio::new(settings, Some(callback.parse().unwrap())).unwrap())
    }
}

fn refuse(status: StatusCode, code: i64) -> Response {
    let body = json!({ "code": code, "message": "refused", "more_info": "", "status": status.as_u16() });
    (status, Json(body)).into_response()
}

async fn signed(request: Request, next: Next) -> Response {
    let expected = format!("Basic {}", STANDARD.encode(format!("{KEY}:{SECRET}")));
    match request.headers().get(header::AUTHORIZATION) {
        Some(given) if given.as_bytes() == expected.as_bytes() => next.run(request).await,
        _ => refuse(StatusCode::UNAUTHORIZED, 20003),
    }
}

fn as_json(room: &FakeRoom) -> Value {
    let status = if room.completed { "completed" } else { "in-progress" };
    json!({ "sid": room.sid, "unique_name": room.name, "status": status, "type": "group", "account_sid": ACCOUNT })
}

fn is_shaped(form: &BTreeMap<String, String>) -> bool {
    form.iter().all(|(name, value)| match name.as_str() {
        "UniqueName" => !value.is_empty() && value.len() <= 128,
        "Type" => value == "group",
        "MaxParticipants" => value.parse().is_ok_and(|it: u8| (1..=50).contains(&it)),
        "EmptyRoomTimeout" | "UnusedRoomTimeout" => value.parse().is_ok_and(|it: u8| (1..=60).contains(&it)),
        "StatusCallback" => value == CALLBACK,
        "StatusCallbackMethod" => value == "POST",
        _ => false,
    })
}

/// A name is taken while its room runs.
async fn create(State(rooms): State<FakeRooms>, Form(form): Fields) -> Response {
    if !is_shaped(&form) || form.len() != 7 {
        return refuse(StatusCode::BAD_REQUEST, 53100);
    }
    let (mut rooms, name) = (rooms.lock().unwrap(), form["UniqueName"].clone());
    if rooms.iter().any(|room| room.name == name && !room.completed) {
        return refuse(StatusCode::BAD_REQUEST, 53113);
    }
    let room =
        FakeRoom { sid: format!("RM{:032x}", rooms.len() + 1), name, completed: false, inside: vec![] };
    let body = as_json(&room);
    rooms.push(room);
    (StatusCode::CREATED, Json(body)).into_response()
}

async fn list(State(rooms): State<FakeRooms>) -> Response {
    let rooms: Vec<_> = rooms.lock().unwrap().iter().take(1).map(as_json).collect();
    Json(json!({ "rooms": rooms, "meta": {} })).into_response()
}

/// By its name a room is found while it runs, by its id always.
fn find<'a>(rooms: &'a mut [FakeRoom], key: &str) -> Option<&'a mut FakeRoom> {
    rooms.iter_mut().find(|room| room.sid == key || (room.name == key && !room.completed))
}

async fn fetch(State(rooms): State<FakeRooms>, Path(key): Path<String>) -> Response {
    match find(&mut rooms.lock().unwrap(), &key) {
        Some(room) => Json(as_json(room)).into_response(),
        None => refuse(StatusCode::NOT_FOUND, 20404),
    }
}

async fn update(State(rooms): State<FakeRooms>, Path(key): Path<String>, Form(form): Fields) -> Response {
    let mut rooms = rooms.lock().unwrap();
    let Some(room) = find(&mut rooms, &key) else { return refuse(StatusCode::NOT_FOUND, 20404) };
    if form.get("Status").is_none_or(|it| it != "completed") || room.completed {
        return refuse(StatusCode::BAD_REQUEST, 53112);
    }
    (room.completed, room.inside) = (true, vec![]);
    Json(as_json(room)).into_response()
}

async fn disconnect(
    State(rooms): State<FakeRooms>,
    Path((key, participant)): Path<(String, String)>,
    Form(form): Fields,
) -> Response {
    let mut rooms = rooms.lock().unwrap();
    let Some(room) = find(&mut rooms, &key) else { return refuse(StatusCode::NOT_FOUND, 20404) };
    if form.get("Status").is_none_or(|it| it != "disconnected") {
        return refuse(StatusCode::BAD_REQUEST, 20001);
    }
    let Some(at) = room.inside.iter().position(|it| *it == participant) else {
        return refuse(StatusCode::NOT_FOUND, 20404);
    };
    room.inside.remove(at);
    Json(json!({ "identity": participant, "status": "disconnected" })).into_response()
}

impl Vendor for FakeTwilio {
    fn provider(&self) -> Provider {
        self.configured(AUTH_TOKEN, SECRET, CALLBACK)
    }

    fn with_wrong_keys(&self) -> Provider {
        self.configured("another account's auth token", "another secret, long enough as well", CALLBACK)
    }

    fn fake(&self) -> &Fake {
        &self.fake
    }

    fn toml(&self) -> String {
        let api_url = self.fake.url();
        format!(
            "[twilio]\naccount_sid = '{ACCOUNT}'\nauth_token = \"{AUTH_TOKEN}\"\napi_key = '{KEY}'\n\
             api_secret = '{SECRET}'\napi_url = '{api_url}'\n"
        )
    }

    fn rooms_made(&self) -> Option<usize> {
        Some(self.rooms().len())
    }

    /// Who connects by a name that no running room has, makes one: so do accounts by default.
    fn enter(&self, credentials: &Credentials, now: Timestamp) -> Result<PageEntry, String> {
        let (header, claims) = verified_in_part(&credentials.token, SECRET)?;
        in_time(&claims, now)?;
        if header != json!({ "typ": "JWT", "alg": "HS256", "cty": "twilio-fpa;v=1" }) {
            return Err("not an access token".into());
        }
        let (iat, exp) = (claims["iat"].as_i64().ok_or("no iat")?, claims["exp"].as_i64().ok_or("no exp")?);
        if claims["iss"] != KEY
            || claims["sub"] != ACCOUNT
            || !claims["jti"].is_string()
            || exp - iat > 86_400
        {
            return Err("not our token".into());
        }
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("a name is missing");
        let participant = text(&claims["grants"]["identity"])?;
        let granted = text(&claims["grants"]["video"]["room"])?;
        if credentials.details["room"] != granted.as_str() {
            return Err("not for this room".into());
        }
        let mut rooms = self.rooms();
        if find(&mut rooms, &granted).is_none() && !granted.starts_with("RM") {
            let sid = format!("RM{:032x}", rooms.len() + 1);
            rooms.push(FakeRoom { sid, name: granted.clone(), completed: false, inside: vec![] });
        }
        let room =
            find(&mut rooms, &granted).filter(|room| !room.completed).ok_or("Room not found, 53106")?;
        room.inside.push(participant.clone());
        Ok(PageEntry { room: room.name.clone(), participant, name: None, moderator: None })
    }

    fn inside(&self) -> Vec<String> {
        self.rooms().iter().flat_map(|room| room.inside.clone()).collect()
    }

    fn expire_rooms(&self) {
        self.rooms().iter_mut().for_each(|room| (room.completed, room.inside) = (true, vec![]));
    }

    /// As "Status Callbacks" and "Webhooks security" show it.
    fn post(&self, news: &VendorEvent, genuine: bool) -> Post {
        let (event, of_one) = match news.event {
            VendorEventKind::Came => ("participant-connected", true),
            VendorEventKind::Left => ("participant-disconnected", true),
            VendorEventKind::Ended => ("room-ended", false),
            VendorEventKind::Other => ("track-added", true),
        };
        let (at, participant) = (news.at.to_string(), news.participant.to_string());
        let (sid, number) = (format!("PA{:032x}", news.connection), news.id.to_string());
        let mut fields = vec![
            ("RoomStatus", "in-progress"),
            ("RoomType", "group"),
            ("RoomSid", "RM00000000000000000000000000000001"),
            ("RoomName", &news.room),
            ("SequenceNumber", &number),
            ("StatusCallbackEvent", event),
            ("Timestamp", &at),
            ("AccountSid", ACCOUNT),
        ];
        if of_one {
            fields.extend([("ParticipantSid", sid.as_str()), ("ParticipantIdentity", participant.as_str())]);
        }
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
        fields.sort_unstable();
        let fields: String = fields.iter().flat_map(|(name, value)| [*name, *value]).collect();
        let secret = if genuine { AUTH_TOKEN } else { "a token that somebody made up" };
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
        let signature = STANDARD.encode(hmac::sign(&key, format!("{CALLBACK}{fields}").as_bytes()));
        let mut headers = HeaderMap::new();
        headers.insert("x-twilio-signature", signature.parse().unwrap());
        Post { headers, body }
    }

    fn secrets(&self) -> Vec<String> {
        vec![SECRET.into(), AUTH_TOKEN.into()]
    }
}
