//! Twilio Video's REST API, of rooms and their participants.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Fake;

pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
pub const API_KEY: &str = "SK00000000000000000000000000000002";
pub const API_SECRET: &str = "the secret of the API key, long enough";
pub const AUTH_TOKEN: &str = "the account's auth token";

#[derive(Clone, Debug)]
pub struct FakeRoom {
    pub sid: String,
    pub name: String,
    pub completed: bool,
    pub participants: BTreeMap<String, bool>,
    pub asked: BTreeMap<String, String>,
}

type Rooms = Arc<Mutex<Vec<FakeRoom>>>;

pub struct FakeTwilio {
    pub fake: Fake,
    rooms: Rooms,
}

impl FakeTwilio {
    pub async fn start() -> Self {
        let rooms = Rooms::default();
        let router = Router::new()
            .route("/v1/Rooms", post(create).get(list))
            .route("/v1/Rooms/{room}", get(fetch).post(update))
            .route("/v1/Rooms/{room}/Participants/{participant}", post(disconnect))
            .with_state(Arc::clone(&rooms));
        Self { fake: Fake::start(router).await, rooms }
    }

    pub fn rooms(&self) -> Vec<FakeRoom> {
        self.rooms.lock().unwrap().clone()
    }

    /// Somebody's page connects.
    pub fn connect(&self, identity: &str) {
        let mut rooms = self.rooms.lock().unwrap();
        rooms.last_mut().unwrap().participants.insert(identity.to_owned(), true);
    }
}

fn refuse(status: StatusCode, code: i64) -> Response {
    let body = json!({ "code": code, "message": "refused", "more_info": "", "status": status.as_u16() });
    (status, Json(body)).into_response()
}

fn is_signed(headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{API_KEY}:{API_SECRET}")));
    headers.get(header::AUTHORIZATION).is_some_and(|it| it.as_bytes() == expected.as_bytes())
}

fn as_json(room: &FakeRoom) -> Value {
    let status = if room.completed { "completed" } else { "in-progress" };
    json!({ "sid": room.sid, "unique_name": room.name, "status": status, "type": "group", "account_sid": ACCOUNT })
}

async fn create(State(rooms): State<Rooms>, headers: HeaderMap, Form(form): Form<BTreeMap<String, String>>) -> Response {
    if !is_signed(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, 20003);
    }
    const KNOWN: [&str; 7] = [
        "UniqueName",
        "Type",
        "MaxParticipants",
        "EmptyRoomTimeout",
        "UnusedRoomTimeout",
        "StatusCallback",
        "StatusCallbackMethod",
    ];
    let seats = form.get("MaxParticipants").and_then(|text| text.parse::<u8>().ok());
    let minutes = |name: &str| form.get(name).and_then(|text| text.parse::<u8>().ok()).is_some_and(|it| it <= 60);
    let shaped = form.keys().all(|key| KNOWN.contains(&key.as_str()))
        && form.get("Type").is_some_and(|it| it == "group")
        && seats.is_some_and(|seats| (1..=50).contains(&seats))
        && minutes("EmptyRoomTimeout")
        && minutes("UnusedRoomTimeout")
        && form.get("UniqueName").is_some_and(|name| !name.is_empty() && name.len() <= 128);
    if !shaped {
        return refuse(StatusCode::BAD_REQUEST, 53100);
    }
    let mut rooms = rooms.lock().unwrap();
    let name = form["UniqueName"].clone();
    if rooms.iter().any(|room| room.name == name && !room.completed) {
        return refuse(StatusCode::BAD_REQUEST, 53113);
    }
    let sid = format!("RM{:032x}", rooms.len() + 1);
    let room = FakeRoom { sid, name, completed: false, participants: BTreeMap::new(), asked: form };
    let body = as_json(&room);
    rooms.push(room);
    (StatusCode::CREATED, Json(body)).into_response()
}

async fn list(State(rooms): State<Rooms>, headers: HeaderMap) -> Response {
    if !is_signed(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, 20003);
    }
    let rooms: Vec<_> = rooms.lock().unwrap().iter().take(1).map(as_json).collect();
    Json(json!({ "rooms": rooms, "meta": {} })).into_response()
}

/// By its name a room is found while it runs, by its id always.
fn position(rooms: &[FakeRoom], key: &str) -> Option<usize> {
    rooms.iter().position(|room| room.sid == key || (room.name == key && !room.completed))
}

async fn fetch(State(rooms): State<Rooms>, Path(key): Path<String>, headers: HeaderMap) -> Response {
    if !is_signed(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, 20003);
    }
    let rooms = rooms.lock().unwrap();
    match position(&rooms, &key) {
        Some(at) => Json(as_json(&rooms[at])).into_response(),
        None => refuse(StatusCode::NOT_FOUND, 20404),
    }
}

async fn update(
    State(rooms): State<Rooms>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if !is_signed(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, 20003);
    }
    let mut rooms = rooms.lock().unwrap();
    let Some(at) = position(&rooms, &key) else { return refuse(StatusCode::NOT_FOUND, 20404) };
    if form.get("Status").is_none_or(|it| it != "completed") {
        return refuse(StatusCode::BAD_REQUEST, 53103);
    }
    if rooms[at].completed {
        return refuse(StatusCode::BAD_REQUEST, 53112);
    }
    rooms[at].completed = true;
    Json(as_json(&rooms[at])).into_response()
}

async fn disconnect(
    State(rooms): State<Rooms>,
    Path((key, participant)): Path<(String, String)>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    if !is_signed(&headers) {
        return refuse(StatusCode::UNAUTHORIZED, 20003);
    }
    let mut rooms = rooms.lock().unwrap();
    let Some(at) = position(&rooms, &key) else { return refuse(StatusCode::NOT_FOUND, 20404) };
    if form.get("Status").is_none_or(|it| it != "disconnected") {
        return refuse(StatusCode::BAD_REQUEST, 53205);
    }
    match rooms[at].participants.get_mut(&participant) {
        None => refuse(StatusCode::NOT_FOUND, 20404),
        Some(connected) => {
            *connected = false;
            Json(json!({ "identity": participant, "status": "disconnected" })).into_response()
        }
    }
}
