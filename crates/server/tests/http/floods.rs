//! Too much at once, of one caller: they are slowed down or cut off, and nobody else.

use reqwest::Method;
use serde_json::json;

use crate::common::{Listener, Server, send};
use crate::joining::offer_of_a_client;
use crate::story::Story;

#[tokio::test]
async fn a_caller_who_adds_too_much_waits_and_nobody_else_does() {
    let server = Server::with("writes_per_minute = 3").await;
    let (doctor, other) = (server.practitioner("Dr. A").await, server.practitioner("Dr. B").await);
    let name = json!({ "name": "Cyd" });
    for _ in 0..3 {
        doctor.post("/clients", name.clone()).await.expect(201);
    }
    let refused = doctor.post("/clients", name.clone()).await;
    let wait: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=20).contains(&wait), "{wait}");
    refused.problem(429, "too_many_requests");
    for path in ["/api/video-sessions", "/api/video-calls/start/1"] {
        let refused = send(doctor.raw(Method::POST, path).json(&json!({}))).await;
        assert_eq!(refused.status, 429, "{path}: {}", refused.body);
    }
    doctor.get("/clients").await.expect(200);
    doctor.patch("/me", json!({ "name": "Dr. Ada" })).await.expect(200);
    other.post("/clients", name).await.expect(201);
}

#[tokio::test]
async fn whoever_joins_again_and_again_adds_nothing() {
    let story = Story::with("writes_per_minute = 10").await;
    let session = story.now().await;
    for _ in 0..30 {
        story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    }
}

#[tokio::test]
async fn whoever_offers_again_and_again_is_answered_less_often_and_others_as_ever() {
    let story = Story::new().await;
    let session = story.now().await;
    let (doctor, _) = story.call(&session).await;
    assert!(doctor.is_string());
    let token = async |who: &crate::common::Party| {
        let joined = who.post(&format!("{session}/join"), json!({})).await.expect(200);
        story.server.bearer(joined["media"]["token"].as_str().unwrap())
    };
    let (doctor, patient) = (token(&story.doctor).await, token(&story.patient).await);
    let sdp = offer_of_a_client();
    let offer = async |who: &crate::common::Party| {
        let request = who.request(Method::POST, &format!("{session}/media"));
        send(request.header("content-type", "application/sdp").body(sdp.clone())).await
    };
    let mut answered = 0;
    let refused = loop {
        let reply = offer(&doctor).await;
        if reply.status != 201 {
            break reply;
        }
        answered += 1;
        assert!(answered < 1_000, "nobody says stop");
    };
    assert!(answered >= 20, "{answered}");
    assert!((1..=3).contains(&refused.header("retry-after").parse::<u64>().unwrap()));
    refused.problem(429, "too_many_requests");
    assert_eq!(offer(&patient).await.status, 201);
}

#[tokio::test]
async fn a_socket_that_says_too_much_is_cut_off_and_others_go_on() {
    let server = Server::start().await;
    let (loud, quiet) = (server.practitioner("Dr. Loud").await, server.practitioner("Dr. Quiet").await);
    let mut listening = Listener::of(&quiet).await;
    for mut flooding in [Listener::of(&loud).await, Listener::of(&loud).await] {
        flooding.flood("knock", 5_000).await;
        flooding.cut().await;
    }
    let mut unknown = Listener::of(&loud).await;
    unknown.flood("nobody listens for this", 5_000).await;
    unknown.cut().await;
    listening.ask("knock", json!(null)).await;
    assert!(server.log().contains("a socket said too much and is cut off"));
}

#[tokio::test]
async fn a_dialects_socket_that_says_too_much_is_cut_off() {
    let server = Server::with("[dialects.counselling]\nenabled = true").await;
    let mut loud = Listener::at_root(&server.practitioner("Dr. Loud").await).await;
    loud.flood("join-room", 5_000).await;
    loud.cut().await;
}
