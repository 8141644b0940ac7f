//! A receiver of webhooks, as somebody else would write one.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tokio::sync::watch;

use super::until;

/// What a receiver does with a message.
#[derive(Clone)]
pub enum Answer {
    Status(u16),
    Redirect(String),
    /// Says nothing until [`Receiver::release`].
    Hang,
}

#[derive(Clone)]
pub struct Message {
    pub headers: HeaderMap,
    pub body: String,
}

pub struct Receiver {
    pub url: String,
    messages: Arc<Mutex<Vec<Message>>>,
    held: watch::Sender<bool>,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::answering(|_| Answer::Status(204)).await
    }

    /// `answer` is asked for each message's event.
    pub async fn answering(answer: impl Fn(&Value) -> Answer + Send + Sync + 'static) -> Self {
        let messages = Arc::new(Mutex::new(vec![]));
        let held = watch::Sender::new(true);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook?token=private", listener.local_addr().unwrap());
        let (kept, answer, hold) = (messages.clone(), Arc::new(answer), held.clone());
        let router = Router::new().fallback(move |headers: HeaderMap, body: Bytes| async move {
            let message = Message { headers, body: String::from_utf8(body.to_vec()).unwrap() };
            let answer = answer(&message.event());
            kept.lock().unwrap().push(message);
            if matches!(answer, Answer::Hang) {
                let _ = hold.subscribe().wait_for(|held| !held).await;
            }
            answer.into_response()
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, messages, held }
    }

    /// Its host and port.
    pub fn address(&self) -> String {
        let (_, rest) = self.url.split_once("//").unwrap();
        rest.split_once('/').unwrap().0.to_owned()
    }

    pub fn release(&self) {
        self.held.send_replace(false);
    }

    pub fn messages(&self) -> Vec<Message> {
        self.messages.lock().unwrap().clone()
    }

    /// The types of all events so far.
    pub fn types(&self) -> Vec<String> {
        self.messages().iter().map(|message| message.event()["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The first so many messages.
    pub async fn heard(&self, count: usize) -> Vec<Message> {
        until(&format!("{count} messages"), async || {
            let messages = self.messages();
            (messages.len() >= count).then_some(messages)
        })
        .await
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        match self {
            Self::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
            Self::Redirect(to) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, to)]).into_response(),
            Self::Hang => StatusCode::OK.into_response(),
        }
    }
}

impl Message {
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Whether it is signed with this secret and no other, as the Standard Webhooks specification says.
    pub fn is_signed_with(&self, secret: &str) -> bool {
        self.signers(&[secret]) == [true] && !self.header("webhook-signature").contains(' ')
    }

    /// Which of these secrets it is signed with; one of several is enough.
    pub fn signers(&self, secrets: &[&str]) -> Vec<bool> {
        let signatures: Vec<_> = self.header("webhook-signature").split(' ').collect();
        secrets.iter().map(|secret| signatures.contains(&self.signature(secret).as_str())).collect()
    }

    fn signature(&self, secret: &str) -> String {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert!((24..=64).contains(&key.len()), "{} bytes", key.len());
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{}.{}.{}", self.id(), self.header("webhook-timestamp"), self.body).as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}
