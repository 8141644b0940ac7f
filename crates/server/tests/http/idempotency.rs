//! A call that names an `Idempotency-Key` is carried out once, however often it is made.

use jiff::SignedDuration;
use openvisit_app::timers;
use openvisit_store::CallProgress;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Party, Reply, Server, send};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn keyed(party: &Party, method: Method, path: &str, key: &str, body: &Value) -> Reply {
    send(party.request(method, path).header("idempotency-key", key).json(body)).await
}

async fn post(party: &Party, path: &str, key: &str, body: &Value) -> Reply {
    keyed(party, Method::POST, path, key, body).await
}

/// An appointment for somebody new: made twice, it would be taken twice.
async fn booking(doctor: &Party, hour: u8) -> Value {
    let client = doctor.post("/clients", json!({ "name": "Cyd" })).await.expect(201);
    json!({
        "client_id": client["id"], "starts_at": format!("2030-01-07T{hour:02}:00:00Z"), "duration_minutes": 30,
    })
}

async fn booked(doctor: &Party) -> usize {
    doctor.get("/appointments").await.expect(200)["items"].as_array().unwrap().len()
}

async fn clients(doctor: &Party) -> usize {
    doctor.get("/clients").await.expect(200)["items"].as_array().unwrap().len()
}

/// The very same answer, marked as a repeat.
#[track_caller]
fn assert_repeats(repeat: &Reply, first: &Reply) {
    assert_eq!(repeat.header("idempotency-replayed"), "true", "{}", repeat.body);
    assert_eq!(first.header("idempotency-replayed"), "");
    assert_eq!((repeat.status, &repeat.body), (first.status, &first.body));
    assert_eq!(repeat.header("content-type"), first.header("content-type"));
    assert_eq!(repeat.header("location"), first.header("location"));
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_with_its_passcode() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let body = booking(&doctor, 10).await;
    let first = post(&doctor, "/appointments", "b-1", &body).await;
    assert_eq!(first.json()["passcode"].as_str().unwrap().len(), 6);
    let repeat = post(&doctor, "/appointments", "b-1", &body).await;
    assert_eq!(repeat.status, 201);
    assert_repeats(&repeat, &first);
    assert_eq!(booked(&doctor).await, 1);
    post(&doctor, "/appointments", "b-2", &body).await.problem(409, "slot_taken");
}

#[tokio::test]
async fn of_32_at_once_one_is_carried_out_and_all_are_answered_the_same() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let body = booking(&doctor, 10).await;
    let calls = (0..32).map(|_| {
        let (doctor, body) = (doctor.clone(), body.clone());
        async move { post(&doctor, "/appointments", "b-1", &body).await }
    });
    let replies = calls.collect::<JoinSet<_>>().join_all().await;
    let firsts = replies.iter().filter(|reply| reply.header("idempotency-replayed").is_empty()).count();
    assert_eq!(firsts, 1);
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (201, &replies[0].body));
    }
    assert_eq!(booked(&doctor).await, 1);
}

#[tokio::test]
async fn a_key_is_good_for_one_call() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let name = json!({ "name": "Cyd" });
    let first = post(&doctor, "/clients", "k", &name).await;
    assert_eq!(first.status, 201);
    let refused = |reply: Reply| reply.problem(422, "idempotency_key_reused");
    refused(post(&doctor, "/clients", "k", &json!({ "name": "Dan" })).await);
    refused(post(&doctor, "/clients?x=1", "k", &name).await);
    refused(post(&doctor, "/appointments", "k", &name).await);
    let me = format!("/users/{}", doctor.id());
    refused(keyed(&doctor, Method::PATCH, &me, "k", &name).await);
    assert_eq!(clients(&doctor).await, 1);
    assert_repeats(&post(&doctor, "/clients", "k", &name).await, &first);
}

#[tokio::test]
async fn a_repeat_may_write_the_same_json_in_another_way() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let client = doctor.post("/clients", json!({ "name": "Cyd" })).await.expect(201)["id"].clone();
    let raw = |body: String| {
        let request = doctor.request(Method::POST, "/appointments").header("idempotency-key", "k");
        send(request.header("content-type", "application/json").body(body))
    };
    let starts_at = "2030-01-07T10:00:00Z";
    let first = raw(format!(
        r#"{{"client_id":{client},"starts_at":"{starts_at}","duration_minutes":30,"metadata":{{"a":1,"b":"\u00e9"}}}}"#
    ))
    .await;
    assert_eq!(first.status, 201, "{}", first.body);
    let repeat = raw(format!(
        r#"{{ "metadata": {{"b":"é","a":1.0}}, "duration_minutes": 30, "starts_at": "{starts_at}", "client_id": {client} }}"#
    ))
    .await;
    assert_repeats(&repeat, &first);
    let another = raw(format!(
        r#"{{"client_id":{client},"starts_at":"{starts_at}","duration_minutes":45,"metadata":{{"a":1,"b":"é"}}}}"#
    ));
    another.await.problem(422, "idempotency_key_reused");
    assert_eq!(booked(&doctor).await, 1);
}

#[tokio::test]
async fn another_persons_key_is_another_key() {
    let server = Server::start().await;
    let (one, two) = (server.practitioner("Dr. A").await, server.practitioner("Dr. B").await);
    let name = json!({ "name": "Cyd" });
    let first = post(&one, "/clients", "k", &name).await.expect(201);
    let other = post(&two, "/clients", "k", &name).await.expect(201);
    assert_ne!(first["id"], other["id"]);
}

#[tokio::test]
async fn whoever_is_not_signed_in_gets_nothing_that_was_answered() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let name = json!({ "name": "Cyd" });
    post(&doctor, "/clients", "k", &name).await.expect(201);
    post(&server.anonymous(), "/clients", "k", &name).await.problem(401, "unauthorized");
    post(&server.bearer("no token"), "/clients", "k", &name).await.problem(401, "unauthorized");
    server.advance(SignedDuration::from_hours(24 * 500));
    post(&doctor, "/clients", "k", &name).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn a_refusal_is_repeated_too() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let body = booking(&doctor, 10).await;
    let id = doctor.post("/appointments", body.clone()).await.expect(201)["id"].clone();
    let taken = post(&doctor, "/appointments", "taken", &body).await;
    let invalid = post(&doctor, "/appointments", "invalid", &json!({})).await;
    let stranger = server.practitioner("Dr. B").await;
    let cancel = format!("/appointments/{}/cancel", id.as_str().unwrap());
    let unseen = post(&stranger, &cancel, "unseen", &json!({})).await;
    assert_eq!([taken.status, invalid.status, unseen.status], [409, 422, 404]);
    doctor.post(&cancel, json!({})).await.expect(200);
    assert_repeats(&post(&doctor, "/appointments", "taken", &body).await, &taken);
    assert_repeats(&post(&doctor, "/appointments", "invalid", &json!({})).await, &invalid);
    assert_repeats(&post(&stranger, &cancel, "unseen", &json!({})).await, &unseen);
    assert_eq!(taken.header("content-type"), "application/problem+json");
    // With a new key it is a new call.
    post(&doctor, "/appointments", "again", &body).await.expect(201);
}

#[tokio::test]
async fn answers_are_kept_for_a_day() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let name = json!({ "name": "Cyd" });
    let first = post(&doctor, "/clients", "k", &name).await;
    server.advance(DAY - SignedDuration::from_secs(1));
    timers::sweep(&server.app).await.unwrap();
    assert_repeats(&post(&doctor, "/clients", "k", &name).await, &first);
    server.advance(SignedDuration::from_secs(1));
    let again = post(&doctor, "/clients", "k", &name).await;
    assert_eq!((again.status, again.header("idempotency-replayed")), (201, ""));
    assert_eq!(clients(&doctor).await, 2);
}

#[tokio::test]
async fn what_is_older_than_a_day_is_deleted() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    post(&doctor, "/clients", "k", &json!({ "name": "Cyd" })).await.expect(201);
    let began = server.now();
    let caller = doctor.id().to_string();
    let mut tx = server.app.store.read().await.unwrap();
    let earlier = tx.earlier_call(&caller, "k", began).await.unwrap().unwrap();
    drop(tx);
    let CallProgress::Answered(answer) = earlier.progress else { panic!("{earlier:?}") };
    assert_eq!(answer.status, 201);
    assert!(!answer.sealed_body.windows(3).any(|part| part == b"Cyd"), "the answer is encrypted");
    server.advance(DAY);
    timers::sweep(&server.app).await.unwrap();
    let mut tx = server.app.store.read().await.unwrap();
    assert_eq!(tx.earlier_call(&caller, "k", began).await.unwrap(), None);
}

#[tokio::test]
async fn an_answer_outlives_a_restart() {
    let mut server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let body = booking(&doctor, 10).await;
    let first = post(&doctor, "/appointments", "b-1", &body).await;
    server.restart().await;
    let doctor = server.sign_in(doctor.id());
    let repeat = post(&doctor, "/appointments", "b-1", &body).await;
    assert_eq!(repeat.status, 201);
    assert_repeats(&repeat, &first);
    assert_eq!(booked(&doctor).await, 1);
}

#[tokio::test]
async fn nodes_that_share_a_database_carry_a_call_out_once() {
    let database = openvisit_testkit::databases::postgres().await;
    let shared = format!(
        "database_url = '{}'\njwt_secret = 'the same at both'\nnotes_key = 'the same at both'\n\
         passcode_pepper = 'the same at both'",
        database.url
    );
    let (one, two) = (Server::with(&shared).await, Server::with(&shared).await);
    let doctor = one.practitioner("Dr. A").await;
    let there = two.sign_in(doctor.id());
    let body = booking(&doctor, 10).await;
    let calls = (0..32).map(|n| {
        let (party, body) = (if n % 2 == 0 { doctor.clone() } else { there.clone() }, body.clone());
        async move { post(&party, "/appointments", "b-1", &body).await }
    });
    let replies = calls.collect::<JoinSet<_>>().join_all().await;
    for reply in &replies {
        assert_eq!((reply.status, &reply.body), (201, &replies[0].body));
    }
    assert_eq!(booked(&there).await, 1);
    one.app.store.close().await;
    two.app.store.close().await;
    database.discard().await;
}

#[tokio::test]
async fn every_unsafe_call_takes_a_key() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let body = booking(&doctor, 10).await;
    let booked = doctor.post("/appointments", body).await.expect(201);
    let (id, session) = (booked["id"].as_str().unwrap(), booked["session_id"].as_str().unwrap());
    server.advance(DAY + DAY);
    let repeated = async |method: Method, path: String, body: Value, status: u16| {
        let first = keyed(&doctor, method.clone(), &path, &path, &body).await;
        assert_eq!(first.status, status, "{path}: {}", first.body);
        assert_repeats(&keyed(&doctor, method, &path, &path, &body).await, &first);
    };
    let invited = json!({ "role": "guest", "name": "Ivo" });
    repeated(Method::POST, format!("/appointments/{id}/invitations"), invited, 201).await;
    repeated(Method::PATCH, format!("/appointments/{id}"), json!({ "title": "Knee" }), 200).await;
    repeated(Method::PUT, format!("/sessions/{session}/notes"), json!({ "notes": "fine" }), 200).await;
    repeated(Method::POST, format!("/sessions/{session}/join"), json!({}), 200).await;
    repeated(Method::POST, format!("/sessions/{session}/passcode"), json!({}), 200).await;
    repeated(Method::POST, format!("/sessions/{session}/end"), json!({}), 200).await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let name = json!({ "name": "Cyd" });
    for key in ["", "two words", &"x".repeat(256), "schlüssel"] {
        let problem = post(&doctor, "/clients", key, &name).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "Idempotency-Key");
    }
    let twice = doctor.request(Method::POST, "/clients").header("idempotency-key", "a");
    send(twice.header("idempotency-key", "b").json(&name)).await.problem(422, "invalid");
    assert_eq!(clients(&doctor).await, 0);
    post(&doctor, "/clients", &"x".repeat(255), &name).await.expect(201);
    let large = json!({ "name": "x".repeat(1024 * 1024) });
    post(&doctor, "/clients", "large", &large).await.problem(413, "payload_too_large");
}

#[tokio::test]
async fn reading_and_signing_in_take_no_key() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. A").await;
    let path = "/clients";
    let none = keyed(&doctor, Method::GET, path, "k", &json!({})).await;
    post(&doctor, path, "k", &json!({ "name": "Cyd" })).await.expect(201);
    let one = keyed(&doctor, Method::GET, path, "k", &json!({})).await;
    assert_ne!(none.body, one.body);
    let logout = post(&doctor, "/auth/logout", "out", &json!({})).await;
    let again = post(&doctor, "/auth/logout", "out", &json!({})).await;
    assert_eq!((logout.status, again.status, again.header("idempotency-replayed")), (204, 204, ""));
}

#[tokio::test]
async fn the_description_names_the_header_where_it_is_taken() {
    let server = Server::start().await;
    let document = send(server.anonymous().raw(Method::GET, "/openapi.json")).await.expect(200);
    let takes_key = |path: &str, method: &str| {
        let operation = &document["paths"][format!("/api/v1{path}")][method];
        assert!(operation.is_object(), "{method} {path}");
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        parameters.any(|parameter| parameter["name"] == "Idempotency-Key" && parameter["in"] == "header")
    };
    assert!(takes_key("/appointments", "post"));
    assert!(takes_key("/appointments/{id}", "patch"));
    assert!(takes_key("/sessions/{id}/notes", "put"));
    assert!(takes_key("/me/password", "post"));
    assert!(!takes_key("/appointments", "get"));
    assert!(!takes_key("/auth/login", "post"));
    assert!(!takes_key("/invitations/redeem", "post"));
    assert!(!takes_key("/sessions/{id}/media", "post"));
}

#[tokio::test]
async fn pages_of_other_origins_may_send_it_and_see_that_it_was_a_repeat() {
    let server = Server::with("cors_origins = ['https://clinic.example']").await;
    let doctor = server.practitioner("Dr. A").await;
    let origin = "https://clinic.example";
    let ask = server.anonymous().request(Method::OPTIONS, "/clients").header("origin", origin);
    let ask = ask.header("access-control-request-method", "POST");
    let allowed = send(ask.header("access-control-request-headers", "idempotency-key")).await;
    assert!(allowed.header("access-control-allow-headers").contains("idempotency-key"));
    let call = || {
        let call = doctor.request(Method::POST, "/clients").header("origin", origin);
        send(call.header("idempotency-key", "k").json(&json!({ "name": "Cyd" })))
    };
    call().await.expect(201);
    let repeat = call().await;
    assert_eq!(repeat.header("access-control-allow-origin"), origin);
    assert!(repeat.header("access-control-expose-headers").contains("idempotency-replayed"));
    assert_eq!(repeat.header("idempotency-replayed"), "true");
}
