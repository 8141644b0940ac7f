//! `openvisit provider check NAME`, against vendors as their API descriptions say they are.

use std::sync::{Arc, Mutex};

use crate::running::openvisit;
use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::routing::{get, post};
use axum::{Json, Router};
use openvisit_testkit::vendors::chime::FakeChime;
use openvisit_testkit::vendors::livekit::{self, FakeLiveKit};
use openvisit_testkit::vendors::twilio;
use openvisit_testkit::vendors::{Fake, Vendor, VendorBehaviour};
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the command told, and whether it succeeded.
fn check(name: &str, settings: &str) -> (String, bool) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
    let done = openvisit(folder.path()).args(["provider", "check", name]).output().unwrap();
    (String::from_utf8([done.stdout, done.stderr].concat()).unwrap(), done.status.success())
}

#[track_caller]
fn works(name: &str, settings: &str) -> String {
    let (told, succeeded) = check(name, settings);
    assert!(succeeded && !told.contains("fault"), "{told}");
    for step in [
        "reach the provider",
        "open a room",
        "open the same room again",
        "remove the participant",
        "close the room",
    ] {
        assert!(told.contains(&format!("ok        {step}")), "{told}");
    }
    told
}

#[track_caller]
fn fails(name: &str, settings: &str, words: &[&str]) -> String {
    let (told, succeeded) = check(name, settings);
    assert!(!succeeded, "{told}");
    for words in words {
        assert!(told.contains(words), "no {words} in:\n{told}");
    }
    told
}

fn livekit(fake: &FakeLiveKit, secret: &str) -> String {
    let (api, key) = (fake.fake().url(), livekit::KEY);
    format!(
        "[livekit]\nurl = 'wss://livekit.test'\napi_url = '{api}'\napi_key = '{key}'\napi_secret = '{secret}'"
    )
}

fn twilio(url: &str, secret: &str) -> String {
    let (account, key) = (twilio::ACCOUNT, twilio::KEY);
    format!(
        "[twilio]\naccount_sid = '{account}'\nauth_token = 'the auth token of the account'\napi_key = '{key}'\n\
         api_secret = '{secret}'\napi_url = '{url}'"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_livekit_is_tried_and_left_as_it_was() {
    let fake = FakeLiveKit::start().await;
    let told = works("livekit", &livekit(&fake, livekit::SECRET));
    assert!(told.contains("the token is valid until 20"), "{told}");
    assert_eq!(fake.rooms_made(), Some(1));
    assert!(!told.contains(livekit::SECRET));

    let told = fails(
        "livekit",
        &livekit(&fake, "another secret, long enough too"),
        &["fault     reach the provider: it refused the keys", "the key is not known there"],
    );
    assert!(!told.contains("another secret"), "{told}");
    for (mood, words) in [
        (VendorBehaviour::Broken, "has a problem of its own"),
        (VendorBehaviour::Throttling, "try again later"),
        (VendorBehaviour::Silent, "no answer in time"),
    ] {
        fake.fake().behave_as(mood);
        fails("livekit", &livekit(&fake, livekit::SECRET), &["fault     reach the provider", words]);
    }
    fake.fake().stop().await;
    fails("livekit", &livekit(&fake, livekit::SECRET), &["nothing answers there"]);
    assert_eq!(fake.rooms_made(), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chime_is_tried() {
    let fake = FakeChime::start().await;
    let own = fake.settings();
    let settings = format!(
        "[chime]\naccess_key_id = '{}'\nsecret_access_key = '{}'\nregion = '{}'\nmedia_region = '{}'\n\
         queue_url = '{}'\nqueue_arn = '{}'\napi_url = '{}'",
        own.access_key_id,
        own.secret_access_key.expose(),
        own.region,
        own.media_region.unwrap(),
        own.queue_url.unwrap(),
        own.queue_arn.unwrap(),
        fake.fake().url()
    );
    let told = works("chime", &settings);
    assert!(told.contains("whether its presence events"), "{told}");
    assert_eq!(fake.rooms_made(), Some(1));
}

/// What `openvisit check` says of this thing.
fn line(thing: &str, settings: &str) -> String {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
    let done = openvisit(folder.path()).arg("check").output().unwrap();
    let told = String::from_utf8(done.stdout).unwrap();
    told.lines().find(|line| line.contains(thing)).unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_self_check_asks_each_provider_once() {
    let fake = FakeLiveKit::start().await;
    let ours = livekit(&fake, livekit::SECRET);
    let says = |settings: &str, verdict: &str, words: &str| {
        let line = line("media provider", settings);
        assert!(line.starts_with(verdict) && line.contains("livekit: ") && line.contains(words), "{line}");
    };
    says(&ours, "ok ", "accepts our keys");
    let clock = line(" clock ", &ours);
    assert!(clock.starts_with("ok ") && clock.contains("right (livekit)"), "{clock}");
    says(&livekit(&fake, "another secret, long enough too"), "fault ", "refuses our keys");
    for (mood, verdict, words) in [
        (VendorBehaviour::Throttling, "warning ", "asked too often"),
        (VendorBehaviour::Broken, "fault ", "answers that it cannot"),
        (VendorBehaviour::Garbage, "fault ", "not as this provider does"),
        (VendorBehaviour::Silent, "fault ", "(it did not answer in time)"),
    ] {
        fake.fake().behave_as(mood);
        says(&ours, verdict, words);
    }
    fake.fake().stop().await;
    says(&ours, "fault ", "cannot be reached");
    assert_eq!(fake.rooms_made(), Some(0));
}

/// Jitsi's web server, of which the page code is asked for.
async fn own_jitsi() -> Fake {
    let script = || async { ([(CONTENT_TYPE, "application/javascript")], "") };
    Fake::start(Router::new().route("/external_api.js", get(script))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_jitsi_it_is_said_what_cannot_be_known() {
    let fake = own_jitsi().await;
    let open = format!("[jitsi]\nurl = '{}'", fake.url());
    let (told, succeeded) = check("jitsi", &open);
    assert!(succeeded, "{told}");
    for words in [
        "ok        reach the provider",
        "skipped   open a room",
        "skipped   open the same room again",
        "anybody who knows the room's address can join",
        "skipped   remove the participant",
        "skipped   close the room",
        "only its page code was checked",
        "sends no presence events",
    ] {
        assert!(told.contains(words), "no {words} in:\n{told}");
    }
    let own = format!("{open}\napp_id = 'visit'\napp_secret = 'the secret of its token module'");
    let (told, succeeded) = check("jitsi", &own);
    assert!(succeeded && told.contains("the token is valid until 20"), "{told}");
    fake.stop().await;
    fails("jitsi", &open, &["fault     reach the provider", "nothing answers there"]);
}

#[test]
fn what_is_not_configured_is_not_tried() {
    fails("livekit", "", &["livekit is not configured", "[livekit]"]);
    fails("embedded", "", &["embedded is not configured"]);
}

/// Twilio, which puts nobody out; which rooms it was told to complete.
async fn stubborn() -> (Fake, Arc<Mutex<Vec<String>>>) {
    let completed: Arc<Mutex<Vec<String>>> = Arc::default();
    let made = |Form(form): Form<Value>| async move {
        (StatusCode::CREATED, Json(json!({ "sid": "RM1", "unique_name": form["UniqueName"] })))
    };
    let complete = |State(completed): State<Arc<Mutex<Vec<String>>>>, Path(sid): Path<String>| async move {
        completed.lock().unwrap().push(sid);
        Json(json!({}))
    };
    let router = Router::new()
        .route("/v1/Rooms", post(made).get(async || Json(json!({}))))
        .route("/v1/Rooms/{sid}", post(complete))
        .route("/v1/Rooms/{sid}/Participants/{who}", post(StatusCode::CONFLICT))
        .with_state(Arc::clone(&completed));
    (Fake::start(router).await, completed)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_is_closed_also_when_a_step_in_it_fails() {
    let (fake, completed) = stubborn().await;
    let told = fails("twilio", &twilio(fake.url().as_str(), twilio::SECRET), &["twilio cannot remove"]);
    assert!(told.contains("ok        close the room"), "{told}");
    assert_eq!(*completed.lock().unwrap(), ["RM1"]);
}
