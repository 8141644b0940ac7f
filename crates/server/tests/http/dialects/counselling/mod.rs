//! The counselling contract, row by row and rule by rule.

mod apart;
mod calls;
mod registration;
mod sockets;

use openvisit_core::ids::SessionId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, send};
use crate::story::{Story, appointment_path};

/// A session of the story, by its id.
struct Call {
    story: Story,
    booked: Value,
    id: String,
}

impl Call {
    /// A call that may begin now.
    async fn new() -> Self {
        Self::of(Story::new().await).await
    }

    async fn of(story: Story) -> Self {
        let booking = story.booking(0, 30);
        Self::booked(story, booking).await
    }

    /// One that has yet to be paid.
    async fn unpaid() -> Self {
        let story = Story::new().await;
        let mut booking = story.booking(0, 30);
        booking["payment_required"] = json!(true);
        Self::booked(story, booking).await
    }

    async fn booked(story: Story, booking: Value) -> Self {
        let booked = story.doctor.post("/appointments", booking).await.expect(201);
        let id = booked["session_id"].as_str().unwrap().to_owned();
        Self { story, booked, id }
    }

    async fn pay(&self, status: &str) {
        let admin = self.story.server.admin().await;
        let path = format!("{}/payment", appointment_path(&self.booked));
        admin.post(&path, json!({ "status": status })).await.expect(200);
    }

    async fn start(&self, party: &Party) -> Reply {
        send(party.raw(Method::POST, &format!("/api/video-calls/start/{}", self.id))).await
    }

    async fn end(&self, party: &Party) -> Reply {
        send(party.raw(Method::POST, &format!("/api/video-calls/end/{}", self.id))).await
    }

    async fn get(&self, party: &Party) -> Reply {
        send(party.raw(Method::GET, &format!("/api/video-calls/session/{}", self.id))).await
    }

    /// The session as its psychologist sees it.
    async fn see(&self) -> Value {
        self.get(&self.story.doctor).await.expect(200)["session"].take()
    }

    async fn events(&self, name: &str) -> usize {
        let id: SessionId = self.id.parse().unwrap();
        let mut tx = self.story.server.app.store.read().await.unwrap();
        tx.events(id).await.unwrap().iter().filter(|event| event.event_type.ends_with(name)).count()
    }
}

/// The session of a success.
#[track_caller]
fn session(reply: Reply) -> Value {
    let mut body = reply.expect(200);
    assert_eq!(body["success"], true);
    assert!(body["message"].is_string() && body["warnings"].is_array());
    body["session"].take()
}

/// The error of a failure.
#[track_caller]
fn failure(reply: Reply, status: u16) -> String {
    assert_eq!(reply.header("content-type"), "application/json", "{}", reply.body);
    let body = reply.expect(status);
    assert_eq!(body["success"], false);
    body["error"].as_str().unwrap().to_owned()
}
