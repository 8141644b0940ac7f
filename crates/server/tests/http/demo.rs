//! What `--demo` makes.

use openvisit::demo;
use openvisit_core::person::Role;
use serde_json::{Value, json};

use crate::common::{Party, Server};
use crate::garage::ids;
use crate::story::{MINUTE, session_path};

async fn start() -> (Server, Party, Party) {
    let server = Server::with("demo = true").await;
    demo::prepare(&server.app).await.unwrap();
    let (doctor, patient) = (sign_in(&server, "doctor").await, sign_in(&server, "patient").await);
    (server, doctor, patient)
}

async fn sign_in(server: &Server, who: &str) -> Party {
    let body = json!({ "email": format!("{who}@demo.test"), "password": demo::PASSWORD });
    let user = server.anonymous().post("/auth/login", body).await.expect(200)["user"]["id"].clone();
    server.sign_in(user.as_str().unwrap().parse().unwrap())
}

async fn scheduled(party: &Party) -> Value {
    party.get("/sessions?status=scheduled&limit=100").await.expect(200)
}

/// The appointments that a patient could join right now.
async fn open_now(server: &Server, party: &Party) -> Vec<Value> {
    let all = party.get("/appointments?status=scheduled&limit=100").await.expect(200);
    let now = server.now();
    let is_open = |item: &&Value| {
        let time = |field: &str| item[field].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        item["status"] == "scheduled" && time("join_opens_at") <= now && now < time("ends_at")
    };
    all["items"].as_array().unwrap().iter().filter(is_open).cloned().collect()
}

#[tokio::test]
async fn there_is_an_appointment_now_later_and_tomorrow() {
    let (server, doctor, patient) = start().await;
    assert_eq!(ids(&scheduled(&patient).await).len(), 3);
    assert_eq!(open_now(&server, &patient).await.len(), 1);
    let config = server.anonymous().get("/config").await.expect(200);
    assert_eq!(config["demo"]["accounts"].as_array().unwrap().len(), 4);
    let calendar = scheduled(&doctor).await;
    demo::prepare(&server.app).await.unwrap();
    assert_eq!(ids(&scheduled(&patient).await).len(), 3);
    assert_eq!(ids(&scheduled(&doctor).await), ids(&calendar));
}

#[tokio::test]
async fn there_is_a_practice_with_a_past() {
    let (server, doctor, patient) = start().await;
    let reception = sign_in(&server, "assistant").await;
    let practitioners = reception.get("/practitioners").await.expect(200);
    assert_eq!(practitioners["items"].as_array().unwrap().len(), 2);
    assert!(ids(&reception.get("/clients").await.expect(200)).len() >= 6);

    let past = doctor.get("/sessions?status=completed&order=desc&limit=100").await.expect(200);
    assert!(ids(&past).len() > 30);
    let held = &past["items"][0];
    assert!(held["duration_seconds"].as_i64().unwrap() > 600);
    assert_eq!(held["participants"].as_array().unwrap().len(), 2);
    assert!(past["items"].as_array().unwrap().iter().any(|session| session["notes"].is_string()));
    for outcome in ["cancelled", "no_show"] {
        assert!(!ids(&doctor.get(&format!("/sessions?status={outcome}")).await.expect(200)).is_empty());
    }
    assert!(!ids(&patient.get("/sessions?status=completed").await.expect(200)).is_empty());
    let usage = doctor.get("/usage").await.expect(200);
    assert!(usage["usage_percentage"].as_f64().unwrap() < 80.0, "{usage}");

    demo::prepare(&server.app).await.unwrap();
    let again = doctor.get("/sessions?status=completed&order=desc&limit=100").await.expect(200);
    assert_eq!(ids(&again), ids(&past));
}

#[tokio::test]
async fn after_every_start_there_is_something_to_join() {
    let (server, doctor, patient) = start().await;
    for minutes in [5, 35, 100, 145, 170, 600, 1_380, 1_430, 3_000] {
        for open in open_now(&server, &patient).await {
            doctor.post(&format!("{}/end", session_path(&open)), json!({})).await.expect(200);
        }
        server.advance(MINUTE * minutes);
        demo::prepare(&server.app).await.unwrap();
        assert!(!open_now(&server, &patient).await.is_empty(), "{minutes} minutes later");
    }
}

#[tokio::test]
async fn whoever_signs_in_finds_something_to_join() {
    let (server, doctor, patient) = start().await;
    let mut last = String::new();
    for minutes in [0, 0, 2, 61, 150, 20, 600] {
        for open in open_now(&server, &patient).await {
            doctor.post(&format!("{}/end", session_path(&open)), json!({})).await.expect(200);
        }
        server.advance(MINUTE * minutes);
        sign_in(&server, "doctor").await;
        let now = open_now(&server, &patient).await;
        assert_eq!(now.len(), 1, "{minutes} minutes later");
        let session = session_path(&now[0]);
        assert_ne!(session, last);
        // It stays the one.
        sign_in(&server, "patient").await;
        assert_eq!(session_path(&open_now(&server, &patient).await[0]), session);
        last = session;
    }
}

#[tokio::test]
async fn what_is_under_way_survives_a_start() {
    let (server, doctor, patient) = start().await;
    let session = session_path(&open_now(&server, &patient).await[0]);
    doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
    demo::prepare(&server.app).await.unwrap();
    assert_eq!(doctor.get(&session).await.expect(200)["status"], "in_progress");
}

#[tokio::test]
async fn a_demo_touches_no_other_data() {
    let server = Server::start().await;
    server.person("Somebody real", &[Role::Client]).await;
    assert!(demo::prepare(&server.app).await.is_err());
}
