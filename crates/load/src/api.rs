//! The server's HTTP interface, as far as the load generator uses it.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::nodes::Nodes;

/// Of the accounts that a run makes.
pub const PASSWORD: &str = "synthetic-load-password";
/// Longest wait that a server may ask for when it throttles.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server, as somebody sees it: with a token, or without.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
    nodes: Arc<Nodes>,
    /// The one that is asked, if not each in turn.
    only: Option<usize>,
    token: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Login {
    access_token: String,
}

/// A problem document, as far as a message needs it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Problem {
    code: String,
    detail: Option<String>,
    retry_after_seconds: Option<u64>,
}

/// An account that this run has made.
#[derive(Debug, Deserialize)]
pub struct User {
    pub id: String,
}

#[derive(Debug, Deserialize)]
pub struct Appointment {
    pub session_id: String,
}

/// The answer to a join.
#[derive(Debug, Deserialize)]
pub struct Joined {
    pub participant_id: String,
    pub state: String,
    pub answer: Option<String>,
}

impl Api {
    /// Asks each node in turn.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(nodes: Arc<Nodes>) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(PATIENCE).build()?;
        Ok(Self { http, nodes, only: None, token: None })
    }

    /// How many calls have their media at a node, as it says itself; `None` where the server is no node.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn calls_at(&self, node: usize) -> Result<Option<u64>> {
        let asked = Self { only: Some(node), ..self.clone() };
        let (_, system) = asked.ask(Method::GET, "/system", None).await?;
        let mut known = system["nodes"].as_array().into_iter().flatten();
        Ok(known.find(|it| it["this"] == true).and_then(|it| it["calls"].as_u64()))
    }

    /// The same server, as whoever has this account.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn log_in(&self, email: &str, password: &str) -> Result<Self> {
        let body = json!({ "email": email, "password": password });
        let Login { access_token } = self.post("/auth/login", &body).await?;
        Ok(Self { token: Some(access_token), ..self.clone() })
    }

    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn user(&self, email: &str, name: &str, role: &str, password: &str) -> Result<User> {
        let body = json!({ "email": email, "name": name, "roles": [role], "password": password });
        self.post("/users", &body).await
    }

    /// Books a video consultation without passcode that may be joined now.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn book(&self, practitioner: &User, client: &User) -> Result<Appointment> {
        let starts_at = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60);
        let body = json!({
            "practitioner_id": practitioner.id,
            "client_id": client.id,
            "starts_at": starts_at.to_string(),
            "duration_minutes": 60,
            "title": "Load test",
            "kind": "video",
            "passcode": false,
        });
        self.post("/appointments", &body).await
    }

    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn join(&self, session: &str, offer: Option<&str>) -> Result<Joined> {
        let body = offer.map_or_else(|| json!({}), |offer| json!({ "offer": offer }));
        self.post(&format!("/sessions/{session}/join"), &body).await
    }

    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn admit(&self, session: &str, participant: &str) -> Result<()> {
        let body = json!({ "participant_id": participant });
        let _: Value = self.post(&format!("/sessions/{session}/admit"), &body).await?;
        Ok(())
    }

    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn end(&self, session: &str) -> Result<()> {
        let _: Value = self.post(&format!("/sessions/{session}/end"), &json!({})).await?;
        Ok(())
    }

    /// One of the caller's sessions, if there is any.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn any_session(&self) -> Result<Option<String>> {
        let response = self.send(Method::GET, "/api/video/sessions?limit=1", None::<&Value>).await?;
        let list: Value = response.error_for_status()?.json().await?;
        Ok(list["sessions"][0]["session_id"].as_str().map(str::to_owned))
    }

    /// One request to any path of the server; what it answers, whatever that is.
    ///
    /// # Errors
    /// When the server cannot be reached, or its answer is no JSON.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Result<(StatusCode, Value)> {
        let response = self.send(method, path, body).await?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let nothing = bytes.is_empty();
        let answer = if nothing { Value::Null } else { serde_json::from_slice(&bytes)? };
        Ok((status, answer))
    }

    /// One request whose answer is read and thrown away; the status is what counts.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn touch(&self, method: Method, path: &str) -> Result<()> {
        let body = (method == Method::POST).then(|| json!({}));
        let response = self.send(method, path, body.as_ref()).await?;
        let status = response.status();
        response.bytes().await?;
        if status.is_success() { Ok(()) } else { bail!("{path}: {status}") }
    }

    async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        loop {
            let response = self.send(Method::POST, path, Some(body)).await?;
            let status = response.status();
            if status.is_success() {
                return response.json().await.with_context(|| format!("the answer to {path}"));
            }
            let problem: Problem = response.json().await.unwrap_or_default();
            match problem.retry_after_seconds.map(Duration::from_secs) {
                Some(wait) if status == StatusCode::TOO_MANY_REQUESTS && wait <= PATIENCE => {
                    tokio::time::sleep(wait).await;
                }
                _ => bail!("{path}: {status} {} {}", problem.code, problem.detail.unwrap_or_default()),
            }
        }
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<reqwest::Response> {
        // The dialects' routes begin with `/api`; the others are the canonical API's.
        let root = if path.starts_with("/api/") { "" } else { "/api/v1" };
        let mut request = self.http.request(method, format!("{}{root}{path}", self.nodes.next(self.only)));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await.with_context(|| format!("{path}: no answer"))
    }
}
