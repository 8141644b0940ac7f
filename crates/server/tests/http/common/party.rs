//! Somebody who talks to the server, and what he or she hears.

use std::net::SocketAddr;

use openvisit_core::ids::PersonId;
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// Somebody with or without a token. Paths are those of the canonical API, without `/api/v1`.
#[derive(Clone)]
pub struct Party {
    pub id: Option<PersonId>,
    pub token: Option<String>,
    http: Client,
    server: SocketAddr,
}

/// An answer, with what was asked.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
    asked: String,
}

impl Party {
    pub fn new(http: Client, server: SocketAddr, token: Option<String>) -> Self {
        Self { id: None, token, http, server }
    }

    /// The same, talking to the server at another address.
    pub fn at(&self, server: SocketAddr) -> Self {
        Self { server, ..self.clone() }
    }

    /// Where the server is that they talk to.
    pub fn address(&self) -> SocketAddr {
        self.server
    }

    /// The person's id; only of somebody whom the test made.
    pub fn id(&self) -> PersonId {
        self.id.expect("a party with an id")
    }

    pub async fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        send(self.request(Method::DELETE, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::PUT, path).json(&body)).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        send(self.request(Method::PATCH, path).json(&body)).await
    }

    /// A request under `/api/v1`, to be finished by hand; see [`send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.raw(method, &format!("/api/v1{path}"))
    }

    /// A request to any path of the server.
    pub fn raw(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("http://{}{path}", self.server));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

pub async fn send(request: RequestBuilder) -> Reply {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let asked = format!("{} {}", request.method(), request.url().path());
    let response = client.execute(request).await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, body: response.text().await.unwrap(), asked }
}

impl Reply {
    /// The body, when the status is the expected one; `null` when it is empty.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    /// The problem document, when it is the expected one.
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.body);
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.asked);
        let problem = self.json();
        assert_eq!(problem["code"], code, "{}: {}", self.asked, self.body);
        assert_eq!(problem["status"], status, "{}", self.asked);
        assert_eq!(problem["type"], format!("/docs/problems#{code}"), "{}", self.asked);
        problem
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|error| panic!("{}: {error}: {}", self.asked, self.body))
    }

    /// A header's text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}
