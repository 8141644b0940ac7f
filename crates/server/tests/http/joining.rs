//! The door: join window, passcode, waiting room, media.

use std::time::Instant;

use jiff::SignedDuration;
use openvisit_media::str0m::net::Protocol;
use openvisit_testkit::peer::Peer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, send};
use crate::story::{MINUTE, Story, session_path};

/// What a browser would offer.
pub fn offer_of_a_client() -> String {
    let address = "127.0.0.1:50000".parse().unwrap();
    Peer::new(Instant::now(), Protocol::Udp, address).offer()
}

#[tokio::test]
async fn who_comes_too_early_is_told_when_the_door_opens() {
    let story = Story::new().await;
    let session = session_path(&story.book(60, 30).await);
    let early = story.patient.post(&format!("{session}/join"), json!({})).await.problem(409, "too_early");
    assert_eq!(early["seconds_left"], 45 * 60);
    assert_eq!(early["opens_at"], json!(story.server.now() + MINUTE * 45));
    story.advance(45).await;
    let joined = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!((&joined["state"], &joined["media"]), (&json!("waiting"), &Value::Null));
}

#[tokio::test]
async fn an_operator_says_how_early_practitioners_may_come() {
    let story = Story::with("practitioner_window_seconds = 1800").await;
    let session = session_path(&story.book(60, 30).await);
    let early = story.doctor.post(&format!("{session}/join"), json!({})).await.problem(409, "too_early");
    assert_eq!(early["opens_at"], json!(story.server.now() + MINUTE * 30));
    story.advance(30).await;
    story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
}

#[tokio::test]
async fn who_waits_learns_nothing_and_gets_media_once_admitted() {
    let story = Story::new().await;
    let session = story.now().await;
    let doctor = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(doctor["state"], "admitted");
    let waiting = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(waiting["session"]["participants"].as_array().unwrap().len(), 1, "only himself");
    let body = json!({ "participant_id": waiting["participant_id"] });
    story.patient.post(&format!("{session}/admit"), body.clone()).await.problem(403, "forbidden");
    story.doctor.post(&format!("{session}/admit"), body).await.expect(200);
    let admitted = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(admitted["participant_id"], waiting["participant_id"]);
    assert_eq!(admitted["media"]["provider"], "embedded");
    assert_eq!(admitted["session"]["participants"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn who_is_denied_stays_out() {
    let story = Story::new().await;
    let session = story.now().await;
    story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let waiting = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let body = json!({ "participant_id": waiting["participant_id"] });
    story.doctor.post(&format!("{session}/deny"), body).await.expect(200);
    story.patient.post(&format!("{session}/join"), json!({})).await.problem(403, "denied");
    let unknown = json!({ "participant_id": "019ac000-0000-7000-8000-000000000000" });
    story.doctor.post(&format!("{session}/admit"), unknown).await.problem(404, "not_found");
}

#[tokio::test]
async fn the_passcode_is_asked_once_and_wrong_guesses_lock() {
    the_passcode_is_asked_once_and_wrong_guesses_lock_in(Story::new().await).await;
}

#[tokio::test]
async fn the_passcode_is_asked_once_and_wrong_guesses_lock_on_postgresql() {
    the_passcode_is_asked_once_and_wrong_guesses_lock_in(Story::postgres().await).await;
}

async fn the_passcode_is_asked_once_and_wrong_guesses_lock_in(story: Story) {
    let mut body = story.booking(0, 30);
    body["passcode"] = json!(true);
    let booked = story.doctor.post("/appointments", body).await.expect(201);
    let (session, code) = (session_path(&booked), booked["passcode"].as_str().unwrap().to_owned());
    let join = format!("{session}/join");
    story.doctor.post(&join, json!({})).await.expect(200);
    story.patient.post(&join, json!({})).await.problem(403, "passcode_required");
    for no_guess in ["12345", "1234567", "12345a", ""] {
        story.patient.post(&join, json!({ "passcode": no_guess })).await.problem(422, "invalid");
    }
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let first = story.patient.post(&join, json!({ "passcode": wrong })).await.problem(403, "passcode_wrong");
    assert_eq!(first["tries_left"], 9);
    for _ in 0..9 {
        story.patient.post(&join, json!({ "passcode": wrong })).await.problem(403, "passcode_wrong");
    }
    story.patient.post(&join, json!({ "passcode": code })).await.problem(429, "locked");
    story.patient.post(&format!("{session}/passcode"), json!({})).await.problem(403, "forbidden");
    let renewed = story.doctor.post(&format!("{session}/passcode"), json!({})).await.expect(200);
    story.patient.post(&join, json!({ "passcode": renewed["passcode"] })).await.expect(200);
    story.patient.post(&join, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_media_token_opens_its_own_session_and_only_sdp_is_taken() {
    let story = Story::new().await;
    let session = story.now().await;
    let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let token = joined["media"]["token"].as_str().unwrap();
    let bearer = story.server.bearer(token);
    let media = format!("{session}/media");
    let offer = |path: &str, kind: &'static str, body: &'static str| {
        send(bearer.request(Method::POST, path).header("content-type", kind).body(body))
    };
    for garbage in ["", "hello", "v=0", "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n", "\u{0}\u{1}"] {
        offer(&media, "application/sdp", garbage).await.problem(422, "invalid");
    }
    offer(&media, "application/json", "{}").await.problem(415, "unsupported_media_type");
    let huge: &'static str = Box::leak("a=x\r\n".repeat(20_000).into_boxed_str());
    offer(&media, "application/sdp", huge).await.problem(422, "invalid");
    let other = session_path(&story.book(60, 30).await);
    let sdp: &'static str = Box::leak(offer_of_a_client().into_boxed_str());
    offer(&format!("{other}/media"), "application/sdp", sdp).await.problem(404, "not_found");
    let connected = offer(&media, "application/sdp", sdp).await;
    let place = connected.header("location").to_owned();
    assert_eq!(connected.status, 201, "{}", connected.body);
    assert!(connected.body.contains("a=ice-lite"));
    send(bearer.raw(Method::DELETE, &place)).await.expect(204);
    send(bearer.raw(Method::DELETE, &place)).await.expect(204);
    let access =
        send(story.doctor.request(Method::POST, &media).header("content-type", "application/sdp").body(sdp));
    access.await.problem(401, "unauthorized");
    bearer.get(&session).await.problem(401, "unauthorized");

    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    offer(&media, "application/sdp", sdp).await.problem(409, "ended");
}

#[tokio::test]
async fn a_disabled_account_gets_no_media_with_an_old_token() {
    let story = Story::new().await;
    let session = story.now().await;
    let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
    let bearer = story.server.bearer(joined["media"]["token"].as_str().unwrap());
    let admin = story.server.admin().await;
    admin.patch(&format!("/users/{}", story.doctor.id()), json!({ "disabled": true })).await.expect(200);
    let offer = bearer.request(Method::POST, &format!("{session}/media"));
    let offer = offer.header("content-type", "application/sdp").body(offer_of_a_client());
    send(offer).await.problem(401, "unauthorized");
}

#[tokio::test]
async fn an_offer_in_join_is_answered_at_once_and_a_bad_one_changes_nothing() {
    let story = Story::new().await;
    let session = story.now().await;
    story.doctor.post(&format!("{session}/join"), json!({ "offer": "no sdp" })).await.problem(422, "invalid");
    assert_eq!(story.see(&session).await["status"], "scheduled", "nothing half-written");
    let sdp = offer_of_a_client();
    let joined = story.doctor.post(&format!("{session}/join"), json!({ "offer": sdp })).await.expect(200);
    assert!(joined["answer"].as_str().unwrap().starts_with("v=0"));
    assert!(joined["media"]["resource"].as_str().unwrap().contains("/media/"));
}

#[tokio::test]
async fn a_connection_that_looks_for_a_new_way_gets_relays_with_credentials_of_that_time() {
    let turn = "[[media.ice_servers]]\nurls = ['stun:a.example', 'turn:b.example']\nsecret = 'shared'\n\
                [[media.ice_servers]]\nurls = ['turn:c.example']\nusername = 'relay'\ncredential = 'word'";
    let story = Story::with(turn).await;
    let session = story.now().await;
    let sdp = offer_of_a_client();
    let joined = story.doctor.post(&format!("{session}/join"), json!({ "offer": sdp })).await.expect(200);
    let told = &joined["media"]["ice_servers"];
    assert_eq!(told[1], json!({ "urls": ["turn:c.example"], "username": "relay", "credential": "word" }));
    let (seconds, who) = told[0]["username"].as_str().unwrap().split_once(':').unwrap();

    story.server.advance(SignedDuration::from_hours(3));
    let place = joined["media"]["resource"].as_str().unwrap();
    let restart = |party: &Party| {
        let request = party.raw(Method::PATCH, place).header("content-type", "application/sdp");
        send(request.body(sdp.clone()))
    };
    let answer = restart(&story.server.bearer(joined["media"]["token"].as_str().unwrap())).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    let links: Vec<_> = answer.headers.get_all("link").iter().map(|link| link.to_str().unwrap()).collect();
    let later = seconds.parse::<i64>().unwrap() + 3 * 3600;
    assert_eq!(links.len(), 3);
    assert!(links[1].starts_with("<turn:b.example>; rel=\"ice-server\""), "{}", links[1]);
    assert!(links[1].contains(&format!("username=\"{later}:{who}\"")), "{}", links[1]);
    assert_eq!(
        links[2],
        "<turn:c.example>; rel=\"ice-server\"; username=\"relay\"; credential=\"word\"; \
         credential-type=\"password\""
    );

    let stranger = restart(&story.patient).await;
    assert_eq!((stranger.status, stranger.header("link")), (401, ""));
}
