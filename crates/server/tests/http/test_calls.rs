//! Camera, sound and line can be tried out at any time, by anybody, and by nobody at others' cost.

use axum::http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::common::{Party, Reply, Server, send};
use crate::joining::offer_of_a_client;
use crate::story::Story;

async fn begin(who: &Party) -> Reply {
    begin_with(who, &offer_of_a_client()).await
}

async fn begin_with(who: &Party, offer: &str) -> Reply {
    who.post("/test-calls", json!({ "offer": offer })).await
}

/// By the offer that it began with: another client's is none of this connection.
async fn restart(server: &Server, token: &str, place: &str, offer: &str) -> Reply {
    let request = server.bearer(token).raw(Method::PATCH, place).header("content-type", "application/sdp");
    send(request.body(offer.to_owned())).await
}

fn told(begun: &Value) -> (&str, &str) {
    (begun["media"]["token"].as_str().unwrap(), begun["media"]["resource"].as_str().unwrap())
}

/// Waits until the media server has so many.
async fn has_connections(server: &Server, wanted: u64) {
    while server.running.server.sfu.stats().peers != wanted {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stranger_tests_camera_sound_and_line_and_leaves_no_trace() {
    let server = Server::start().await;
    let offer = offer_of_a_client();
    let begun = begin_with(&server.anonymous(), &offer).await.expect(201);
    let (token, place) = told(&begun);
    assert!(begun["answer"].as_str().unwrap().contains("a=ice-lite"));
    assert_eq!(begun["media"]["provider"], "embedded");
    assert_eq!(restart(&server, token, place, &offer).await.status, 201);
    has_connections(&server, 1).await;

    let end = || send(server.bearer(token).raw(Method::DELETE, place));
    end().await.expect(204);
    end().await.expect(204);
    restart(&server, token, place, &offer).await.problem(404, "not_found");
    let id = place.rsplit('/').next().unwrap();
    assert!(!server.log().contains(id), "{}", server.log());
}

#[tokio::test]
async fn a_test_ends_by_itself_after_a_minute() {
    let server = Server::start().await;
    let offer = offer_of_a_client();
    let begun = begin_with(&server.anonymous(), &offer).await.expect(201);
    let (token, place) = told(&begun);
    server.advance(SignedDuration::from_secs(59));
    assert_eq!(restart(&server, token, place, &offer).await.status, 201);
    server.advance(SignedDuration::from_secs(1));
    restart(&server, token, place, &offer).await.problem(401, "unauthorized");
    has_connections(&server, 0).await;
}

#[tokio::test]
async fn a_test_leads_to_nobody_else() {
    let story = Story::new().await;
    let session = story.now().await;
    let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let (one, other) =
        (begin(&story.doctor).await.expect(201), begin(&story.server.anonymous()).await.expect(201));
    let ((token, place), (foreign, _)) = (told(&one), told(&other));
    restart(&story.server, foreign, place, &offer_of_a_client()).await.problem(404, "not_found");
    let token_of_a_session = joined["media"]["token"].as_str().unwrap();
    restart(&story.server, token_of_a_session, place, &offer_of_a_client()).await.problem(404, "not_found");
    let offer = story.server.bearer(token).request(Method::POST, &format!("{session}/media"));
    send(offer.header("content-type", "application/sdp").body(offer_of_a_client()))
        .await
        .problem(404, "not_found");
    let own = place.replace("/test-calls/", "/sessions/");
    let offer = story.server.bearer(token).raw(Method::POST, &format!("{own}/media"));
    send(offer.header("content-type", "application/sdp").body(offer_of_a_client()))
        .await
        .problem(404, "not_found");
    story.server.anonymous().post("/test-calls", json!({ "offer": "no sdp" })).await.problem(422, "invalid");
}

#[tokio::test]
async fn tests_are_as_many_as_the_operator_wants() {
    let none = Server::with("media.test_calls = 0").await;
    begin(&none.anonymous()).await.problem(404, "not_found");
    let one = Server::with("media.test_calls = 1").await;
    begin(&one.anonymous()).await.expect(201);
    let refused = begin(&one.anonymous()).await.problem(429, "too_many_requests");
    assert_eq!(refused["retry_after_seconds"], 60);
}
