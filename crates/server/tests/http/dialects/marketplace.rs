//! The marketplace contract, row by row and rule by rule.

mod end;
mod requests;
mod sessions;
mod support;

use jiff::SignedDuration;
use openvisit_core::ids::SessionId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, send};
use crate::garage::Garage;

const NOWHERE: &str = "01890000-0000-7000-8000-000000000000";

async fn get(party: &Party, path: &str) -> Reply {
    send(party.raw(Method::GET, &format!("/api{path}"))).await
}

/// As the front end's buttons do: without a body.
async fn post(party: &Party, path: &str) -> Reply {
    send(party.raw(Method::POST, &format!("/api{path}"))).await
}

async fn ask(party: &Party, body: Value) -> Reply {
    send(party.raw(Method::POST, "/api/sessions/requests").json(&body)).await
}

fn intake(more: Value) -> Value {
    let mut body = json!({ "plan": "basic", "type": "video", "concern": "It rattles when I brake" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// A garage in which a customer asks, a mechanic accepts, and both go on from there.
struct Shop {
    garage: Garage,
    customer: Party,
    mechanic: Party,
}

impl Shop {
    async fn new() -> Self {
        Self::of(Garage::new().await).await
    }

    async fn of(garage: Garage) -> Self {
        let (customer, mechanic) = (garage.customer.clone(), garage.mechanic().await);
        Self { garage, customer, mechanic }
    }

    fn now(&self) -> Value {
        json!(self.garage.server.now())
    }

    fn advance(&self, by: SignedDuration) {
        self.garage.server.advance(by);
    }

    /// A request's id.
    async fn asked(&self, more: Value) -> String {
        let request = ask(&self.customer, intake(more)).await.expect(201);
        request["id"].as_str().unwrap().to_owned()
    }

    /// The id of a session that a mechanic has accepted and nobody has come to.
    async fn accepted(&self, more: Value) -> String {
        let id = self.asked(more).await;
        post(&self.mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(200);
        id
    }

    /// One at which the customer waits.
    async fn waiting(&self, more: Value) -> String {
        let id = self.accepted(more).await;
        self.customer.post(&format!("/sessions/{id}/join"), json!({})).await.expect(200);
        id
    }

    /// One that is live.
    async fn live(&self, more: Value) -> String {
        let id = self.accepted(more).await;
        post(&self.mechanic, &format!("/sessions/{id}/start")).await.expect(200);
        id
    }

    async fn see(&self, id: &str) -> Value {
        get(&self.customer, &format!("/sessions/{id}")).await.expect(200)
    }

    async fn end(&self, party: &Party, id: &str) -> Value {
        post(party, &format!("/sessions/{id}/end")).await.expect(200)
    }

    /// One that was booked by way of the canonical API, and begins now.
    async fn booked(&self, more: Value) -> String {
        let mut body = json!({
            "practitioner_id": self.mechanic.id(), "client_id": self.customer.id(),
            "starts_at": self.now(), "duration_minutes": 30, "passcode": false,
        });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let booked = self.garage.admin.post("/appointments", body).await.expect(201);
        booked["session_id"].as_str().unwrap().to_owned()
    }

    /// The types of a session's events, in order.
    async fn events(&self, id: &str) -> Vec<String> {
        let id: SessionId = id.parse().unwrap();
        let events = self.garage.server.app.store.read().await.unwrap().events(id).await.unwrap();
        events.into_iter().map(|event| event.event_type).collect()
    }
}

#[track_caller]
fn assert_every_field_is_there(session: &Value) {
    let is = |name: &str, right: fn(&Value) -> bool| {
        let value = session.get(name).unwrap_or_else(|| panic!("{name} is missing: {session}"));
        assert!(right(value), "{name}: {value}");
    };
    let text_or_null = |value: &Value| value.is_string() || value.is_null();
    let time_or_null = |value: &Value| value.is_null() || value.as_str().unwrap().ends_with('Z');
    is("id", Value::is_string);
    is("status", |status| {
        ["pending", "waiting", "live", "completed", "cancelled"].contains(&status.as_str().unwrap())
    });
    is("plan", text_or_null);
    is("type", Value::is_string);
    is("started_at", time_or_null);
    is("ended_at", time_or_null);
    is("duration_minutes", |value| value.is_i64() || value.is_null());
    is("mechanic_id", text_or_null);
    is("customer_user_id", Value::is_string);
    is("base_price", |value| value.is_number() || value.is_null());
    is("metadata", Value::is_object);
    is("created_at", time_or_null);
    is("updated_at", time_or_null);
}

#[track_caller]
fn assert_not_found(reply: Reply) {
    assert_eq!(reply.expect(404), json!({ "error": "Session not found" }));
}
