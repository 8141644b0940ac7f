//! The practice contract, row by row and rule by rule.

mod booking;
mod changing;
mod forms;
mod jitsi;
mod listing;
mod password;
mod status;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, send};
use crate::story::Story;

const SESSIONS: &str = "/api/video-sessions";

/// Whose front end this is: paths are the server's own.
impl Party {
    async fn fetch(&self, path: &str) -> Reply {
        send(self.raw(Method::GET, path)).await
    }

    async fn send_to(&self, method: Method, path: &str, body: &Value) -> Reply {
        send(self.raw(method, path).json(body)).await
    }

    async fn create(&self, body: &Value) -> Reply {
        self.send_to(Method::POST, SESSIONS, body).await
    }

    async fn update(&self, session: &Value, body: Value) -> Reply {
        self.send_to(Method::PUT, &path(session), &body).await
    }

    async fn remove(&self, session: &Value) -> Reply {
        send(self.raw(Method::DELETE, &path(session))).await
    }

    async fn verify(&self, session: &Value, password: impl Into<Value>) -> Reply {
        let body = json!({ "password": password.into() });
        self.send_to(Method::POST, &format!("{}/verify-password", path(session)), &body).await
    }
}

fn path(session: &Value) -> String {
    format!("{SESSIONS}/{}", id(session))
}

fn id(session: &Value) -> &str {
    session["id"].as_str().unwrap()
}

/// The session's path in the canonical API.
fn canonical(session: &Value) -> String {
    format!("/sessions/{}", id(session))
}

fn password(session: &Value) -> &str {
    session["password"].as_str().unwrap()
}

/// Six digits, but not these.
fn other_than(password: &str) -> &'static str {
    if password == "000000" { "111111" } else { "000000" }
}

impl Story {
    fn at(&self, minute: i64) -> Timestamp {
        self.server.now() + SignedDuration::from_mins(minute)
    }

    /// What the schedule form sends: an hour, so many minutes from now.
    fn form(&self, from_now: i64) -> Value {
        json!({
            "user_id": self.patient.id(), "title": "Weekly talk", "session_date": self.at(from_now),
            "duration_minutes": 60, "notes": "bring the diary",
        })
    }

    async fn schedule(&self, from_now: i64) -> Value {
        self.doctor.create(&self.form(from_now)).await.expect(201)
    }

    /// The same without a password.
    async fn open(&self, from_now: i64) -> Value {
        let mut form = self.form(from_now);
        form["password_enabled"] = json!(false);
        self.doctor.create(&form).await.expect(201)
    }
}
