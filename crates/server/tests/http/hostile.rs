//! Whatever is sent: refused as it should be, and never a fault of the server's. Each kind of input is also a target of
//! `fuzz/`, which tries for longer; here it is the same for each run.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::common::{Listener, Party, Reply, Server, send};
use crate::description::operations;
use crate::story::Story;

/// Values of a kind, always the same.
fn some<S: Strategy>(count: usize, of: S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| of.new_tree(&mut runner).unwrap().current()).collect()
}

/// What programs name in the bodies of all contracts, and something else.
fn name() -> impl Strategy<Value = String> {
    let known = [
        "id",
        "sessionId",
        "session_id",
        "appointmentId",
        "userRole",
        "passcode",
        "password",
        "partnerId",
        "userId",
        "doctorId",
        "patientId",
        "starts_at",
        "startTime",
        "scheduledStartTime",
        "duration_minutes",
        "duration",
        "status",
        "metadata",
        "price",
        "type",
        "roomId",
        "to",
        "offer",
        "message",
        "concern",
        "plan",
        "notes",
        "rating",
        "reason",
    ];
    prop_oneof![4 => prop::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => ".{0,8}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        prop::sample::select(vec![
            "01890000-0000-7000-8000-000000000000",
            "2030-01-07T10:00:00Z",
            "-292277022657-01-01T00:00:00Z",
            "EUR",
            "video",
            "",
            "\u{202e}",
            "9223372036854775808",
            "' or 1=1 --",
            "[object Object]",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn body() -> impl Strategy<Value = Value> {
    prop::collection::vec((name(), value()), 0..8)
        .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>()))
}

#[track_caller]
fn is_no_fault(reply: &Reply, of: impl std::fmt::Debug) {
    assert!(reply.status < 500, "{of:?}: {}: {}", reply.status, reply.body);
}

/// The routes of the API's description that take JSON.
async fn routes_with_bodies(server: &Server) -> Vec<(Method, String)> {
    let mut routes = Vec::new();
    for document in server.descriptions().await {
        for described in operations(&document) {
            if described.operation["requestBody"]["content"]["application/json"].is_object() {
                routes.push((described.method.to_uppercase().parse().unwrap(), described.address()));
            }
        }
    }
    // Passwords take their time.
    routes.retain(|(_, path)| !path.contains("/auth/") && !path.ends_with("/me/password"));
    routes
}

#[tokio::test]
async fn no_body_is_a_fault_of_the_servers() {
    let server = Server::start().await;
    let (doctor, client) = (server.practitioner("Dr. A").await, server.client("Cas").await);
    let routes = routes_with_bodies(&server).await;
    assert!(routes.len() > 40, "{}", routes.len());
    for (number, body) in some(600, body()).into_iter().enumerate() {
        let (method, path) = &routes[number % routes.len()];
        let who = if number % 2 == 0 { &doctor } else { &client };
        let reply = send(who.raw(method.clone(), path).json(&body)).await;
        is_no_fault(&reply, (method, path, body));
    }
}

#[tokio::test]
async fn no_bytes_of_a_body_are_a_fault_of_the_servers() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let routes = routes_with_bodies(&server).await;
    for (number, bytes) in some(200, prop::collection::vec(any::<u8>(), 0..64)).into_iter().enumerate() {
        let (method, path) = &routes[number % routes.len()];
        let ask = doctor.raw(method.clone(), path).header("content-type", "application/json");
        let reply = send(ask.body(bytes.clone())).await;
        is_no_fault(&reply, (method, path, bytes));
    }
}

#[tokio::test]
async fn no_cursor_is_a_fault_of_the_servers() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let lists =
        ["/sessions", "/appointments", "/users", "/requests", "/webhooks", "/practitioners", "/usage"];
    let ids = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let cursors = some(150, prop_oneof![".{0,40}", "[A-Za-z0-9_-]{0,80}", ids, "-?[0-9]{1,25}"]);
    for (number, cursor) in cursors.into_iter().enumerate() {
        let ask = admin.request(Method::GET, lists[number % lists.len()]).query(&[("cursor", &cursor)]);
        is_no_fault(&send(ask).await, cursor);
    }
}

#[tokio::test]
async fn no_token_but_a_good_one_opens_anything() {
    let server = Server::with(
        "[[issuers]]\nissuer = 'https://clinic.example'\nsecret = '0123456789abcdef'\ncreate_people = true",
    )
    .await;
    let good = server.practitioner("Dr. A").await.token.unwrap();
    let damaged = (0..good.len(), "[A-Za-z0-9._-]{1,3}").prop_map({
        let good = good.clone();
        move |(at, part)| format!("{}{part}{}", &good[..at], good.get(at + part.len()..).unwrap_or_default())
    });
    let made_up = "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}";
    for token in some(200, prop_oneof![damaged, made_up, "[!-~]{0,80}"]) {
        if token != good {
            server.bearer(&token).get("/me").await.problem(401, "unauthorized");
        }
    }
    server.bearer(good).get("/me").await.expect(200);
}

/// Says each of these on a socket of its own kind; whoever is cut off for it comes again.
async fn say_all(party: &Party, at_root: bool, events: &[&str], payloads: Vec<Value>) {
    for payloads in payloads.chunks(30) {
        let listener = if at_root { Listener::at_root(party).await } else { Listener::of(party).await };
        for (number, payload) in payloads.iter().enumerate() {
            listener.mutter(events[number % events.len()], payload).await;
        }
    }
}

#[tokio::test]
async fn no_message_of_a_socket_is_a_fault_of_the_servers() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    let payloads = some(120, prop_oneof![body(), value()]);
    say_all(&story.doctor, false, &["enter", "leave", "media-state", "chat", "knock"], payloads.clone())
        .await;
    let events = ["join-room", "leave-room", "offer", "answer", "ice-candidate", "chat-message", "end-call"];
    say_all(&story.doctor, true, &events, payloads).await;
    let mut listener = Listener::of(&story.patient).await;
    listener.ask("knock", json!(null)).await;
}
