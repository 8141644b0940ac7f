//! What `--demo` makes.

use openvisit::demo;
use openvisit_core::person::Role;
use serde_json::{Value, json};

use crate::common::{Party, Server};
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

/// The appointments that a patient could join right now.
async fn open_now(server: &Server, party: &Party) -> Vec<Value> {
    let all = party.get("/appointments?limit=100").await.expect(200);
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
    assert_eq!(doctor.get("/appointments").await.expect(200)["items"].as_array().unwrap().len(), 3);
    assert_eq!(open_now(&server, &patient).await.len(), 1);
    let config = server.anonymous().get("/config").await.expect(200);
    assert_eq!(config["demo"]["accounts"].as_array().unwrap().len(), 3);
    demo::prepare(&server.app).await.unwrap();
    assert_eq!(doctor.get("/appointments").await.expect(200)["items"].as_array().unwrap().len(), 3);
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
