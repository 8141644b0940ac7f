//! Programs ask with keys of their own: what these open, and for how long.

mod accounts;
mod booking;
mod lasting;
mod routes;

use openvisit_core::scope::Scope;
use serde_json::{Value, json};

use crate::common::{Party, Server};
use crate::story::Story;

pub const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";

/// A program of Dr. Ada's clinic.
pub struct Program {
    pub admin: Party,
    pub clinic: Value,
    /// Below `/api/v1`.
    pub path: String,
}

pub const RECEPTION: [&str; 7] = [
    "appointments:read",
    "appointments:write",
    "clients:read",
    "clients:write",
    "practitioners:read",
    "sessions:read",
    "sessions:write",
];

pub fn every_scope() -> Vec<&'static str> {
    Scope::ALL.iter().map(|scope| scope.name()).collect()
}

impl Program {
    pub async fn new(story: &Story) -> Self {
        let admin = story.server.admin().await;
        let clinic =
            admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201)["id"].clone();
        let joins = json!({ "organization_id": clinic });
        admin.patch(&format!("/users/{}", story.doctor.id()), joins).await.expect(200);
        Self::of(admin, json!({ "name": "Website", "organization_id": clinic.clone() }), clinic).await
    }

    /// One that may do whatever administrators may.
    pub async fn mighty(server: &Server) -> Self {
        let account = json!({ "name": "Provisioning", "role": "admin" });
        Self::of(server.admin().await, account, Value::Null).await
    }

    pub async fn of(admin: Party, account: Value, clinic: Value) -> Self {
        let made = admin.post("/service-accounts", account).await.expect(201);
        let path = format!("/service-accounts/{}", made["id"].as_str().unwrap());
        Self { admin, clinic, path }
    }

    pub async fn created(&self, body: Value) -> Value {
        self.admin.post(&format!("{}/keys", self.path), body).await.expect(201)
    }

    pub async fn key(&self, server: &Server, scopes: &[&str]) -> Party {
        server.bearer(self.created(json!({ "scopes": scopes })).await["key"].as_str().unwrap())
    }

    /// As administrators see it.
    pub async fn seen(&self) -> Value {
        self.admin.get(&self.path).await.expect(200)
    }
}

/// The path of a key that was made.
pub fn key_path(program: &Program, made: &Value) -> String {
    format!("{}/keys/{}", program.path, made["id"].as_str().unwrap())
}
