//! What tests of requests begin with: a customer, and mechanics who wait for one.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::common::{Party, Reply, Server};

pub struct Garage {
    pub server: Server,
    pub admin: Party,
    pub customer: Party,
}

impl Garage {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// The same on PostgreSQL.
    pub async fn postgres() -> Self {
        let database = openvisit_testkit::databases::postgres().await;
        Self::with(&format!("database_url = '{}'", database.url)).await
    }

    pub async fn with(toml: &str) -> Self {
        let server = Server::with(toml).await;
        let (admin, customer) = (server.admin().await, server.client("Cas Customer").await);
        Self { server, admin, customer }
    }

    /// A mechanic who accepts requests, of no tier and no workshop.
    pub async fn mechanic(&self) -> Party {
        self.mechanic_with(json!({})).await
    }

    /// A mechanic who accepts requests, with these changes to the account.
    pub async fn mechanic_with(&self, changes: Value) -> Party {
        let mechanic = self.server.practitioner("Max Mechanic").await;
        self.change(&mechanic, json!({ "practitioner": { "accepts_requests": true } })).await;
        self.change(&mechanic, changes).await;
        mechanic
    }

    /// A mechanic of a service tier, who accepts requests.
    pub async fn mechanic_of(&self, tier: &str) -> Party {
        self.mechanic_with(json!({ "practitioner": { "accepts_requests": true, "service_tier": tier } }))
            .await
    }

    pub async fn change(&self, person: &Party, changes: Value) {
        self.admin.patch(&format!("/users/{}", person.id()), changes).await.expect(200);
    }

    pub async fn workshop(&self) -> Value {
        self.admin.post("/organizations", json!({ "name": "Workshop" })).await.expect(201)["id"].clone()
    }

    /// A request of the customer; its path in the canonical API.
    pub async fn ask(&self) -> String {
        self.ask_with(json!({})).await
    }

    pub async fn ask_with(&self, more: Value) -> String {
        let request = self.customer.post("/requests", request(more)).await.expect(201);
        format!("/requests/{}", request["id"].as_str().unwrap())
    }

    /// Lets the timers run, as the server does twice a second.
    pub async fn tick(&self) {
        openvisit_app::timers::run_due(&self.server.app).await.unwrap();
    }
}

/// A request's body, with more or other fields.
pub fn request(more: Value) -> Value {
    let mut body = json!({ "kind": "video", "concern": "It rattles when I brake" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// The ids of a list's items.
pub fn ids(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

/// Everybody does the same at once; their answers in any order.
pub async fn at_once<F>(everybody: Vec<Party>, act: impl Fn(Party) -> F) -> Vec<Reply>
where
    F: Future<Output = Reply> + Send + 'static,
{
    let start = Arc::new(tokio::sync::Barrier::new(everybody.len()));
    let acts = everybody.into_iter().map(|party| {
        let (start, act) = (start.clone(), act(party));
        async move {
            start.wait().await;
            act.await
        }
    });
    acts.collect::<JoinSet<_>>().join_all().await
}
