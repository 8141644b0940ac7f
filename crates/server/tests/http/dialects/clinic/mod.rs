//! The clinic contract, row by row and rule by rule.

mod call;
mod lists;
mod start;
mod usage;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, send};
use crate::story::Story;

async fn get(party: &Party, path: &str) -> Reply {
    send(party.raw(Method::GET, &format!("/api/video{path}"))).await
}

async fn post(party: &Party, path: &str, body: Value) -> Reply {
    send(party.raw(Method::POST, &format!("/api/video{path}")).json(&body)).await
}

async fn put(party: &Party, path: &str, body: Value) -> Reply {
    send(party.raw(Method::PUT, &format!("/api/video{path}")).json(&body)).await
}

/// A refusal in the clinic's shape.
#[track_caller]
fn refused(reply: Reply, status: u16) -> Value {
    assert_eq!(reply.header("content-type"), "application/json", "{}", reply.body);
    let body = reply.expect(status);
    assert_eq!(body["status"], status, "{body}");
    assert!(!body["error"].as_str().unwrap().is_empty(), "{body}");
    body
}

/// Every field is there, if only as null.
#[track_caller]
fn has(answer: &Value, fields: &[&str]) {
    let answer = answer.as_object().unwrap();
    for field in fields {
        assert!(answer.contains_key(*field), "{field} is missing in {answer:?}");
    }
}

/// Books for now; gives the appointment's id and the session's.
async fn booked(story: &Story) -> (String, String) {
    ids(&story.book(0, 30).await)
}

fn ids(appointment: &Value) -> (String, String) {
    let text = |name: &str| appointment[name].as_str().unwrap().to_owned();
    (text("id"), text("session_id"))
}

/// The doctor has started; gives the answer.
async fn started(story: &Story, appointment: &str) -> Value {
    let body = json!({ "booking_type": "CLINIC_BASED" });
    post(&story.doctor, &format!("/sessions/{appointment}/start"), body).await.expect(200)
}

async fn seen(party: &Party, session: &str) -> Value {
    get(party, &format!("/sessions/{session}")).await.expect(200)
}

async fn events(story: &Story, session: &str) -> Vec<String> {
    let mut tx = story.server.app.store.read().await.unwrap();
    let events = tx.events(session.parse().unwrap()).await.unwrap();
    events.into_iter().map(|event| event.event_type).collect()
}
