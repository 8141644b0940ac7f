//! Vendors as their public API descriptions say they are, on loopback, and strict: what is not signed, shaped or
//! repeated as described is refused. On demand they throttle, break, fall silent or talk nonsense.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

pub mod chime;
pub mod jitsi;
pub mod livekit;
pub mod twilio;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{Algorithm, AlgorithmExt, AlgorithmSignature, UntrustedToken};
use openvisit_core::ids::ParticipantId;
use openvisit_providers::{Callback, Credentials, PresenceEvent, Provider, ProviderError};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// How the vendor behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VendorBehaviour {
    #[default]
    Well,
    Throttling,
    Broken,
    /// What stands before it answers for it, in HTML.
    BadGateway,
    /// Takes the question and never answers.
    Silent,
    /// Answers 200, and not in its own language.
    Garbage,
    /// Does what it is asked, and closes the connection in the middle of the answer.
    Torn,
}

/// A running fake; it ends with the value.
pub struct Fake {
    pub address: SocketAddr,
    behaviour: Arc<Mutex<VendorBehaviour>>,
    answered: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Fake {
    pub async fn start(router: Router) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let behaviour = Arc::new(Mutex::new(VendorBehaviour::Well));
        let answered = Arc::new(Notify::new());
        let router = router
            .layer(from_fn_with_state(Arc::clone(&behaviour), with_behaviour))
            .layer(from_fn_with_state(Arc::clone(&answered), count));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, behaviour, answered, task }
    }

    pub fn url(&self) -> url::Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub fn behave_as(&self, behaviour: VendorBehaviour) {
        *self.behaviour.lock().unwrap() = behaviour;
    }

    /// Waits for questions until this is so.
    ///
    /// # Panics
    /// When nobody asks for ten seconds.
    pub async fn until(&self, is_so: impl Fn() -> bool) {
        loop {
            let answered = self.answered.notified();
            if is_so() {
                return;
            }
            tokio::time::timeout(Duration::from_secs(10), answered).await.expect("a question in time");
        }
    }

    /// Nobody listens any more.
    pub async fn stop(&self) {
        self.task.abort();
        while !self.task.is_finished() {
            tokio::task::yield_now().await;
        }
    }
}

async fn count(State(answered): State<Arc<Notify>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    answered.notify_waiters();
    response
}

async fn with_behaviour(
    State(behaviour): State<Arc<Mutex<VendorBehaviour>>>,
    request: Request,
    next: Next,
) -> Response {
    let behaviour = *behaviour.lock().unwrap();
    let json = (header::CONTENT_TYPE, "application/json");
    match behaviour {
        VendorBehaviour::Well => next.run(request).await,
        VendorBehaviour::Throttling => {
            let body = r#"{"code":"resource_exhausted","msg":"slowly","Message":"slowly"}"#;
            let headers = [json, (header::RETRY_AFTER, "7")];
            (StatusCode::TOO_MANY_REQUESTS, headers, [("x-amzn-errortype", "ThrottlingException")], body)
                .into_response()
        }
        VendorBehaviour::Broken => {
            let body = r#"{"code":"internal","msg":"ouch","Message":"ouch"}"#;
            let error = [("x-amzn-errortype", "ServiceFailureException")];
            (StatusCode::INTERNAL_SERVER_ERROR, [json], error, body).into_response()
        }
        VendorBehaviour::BadGateway => (StatusCode::BAD_GATEWAY, "<html>Bad gateway</html>").into_response(),
        VendorBehaviour::Silent => std::future::pending().await,
        VendorBehaviour::Garbage => (StatusCode::OK, "<html>Hello!</html>").into_response(),
        VendorBehaviour::Torn => {
            next.run(request).await;
            let parts = [Ok(Bytes::from_static(b"{\"si")), Err(std::io::Error::other("torn"))];
            let body = axum::body::Body::from_stream(futures_util::stream::iter(parts));
            (StatusCode::OK, body).into_response()
        }
    }
}

/// What somebody's page is let in as, by the vendor's own reading of the credentials.
#[derive(Debug, PartialEq, Eq)]
pub struct PageEntry {
    pub room: String,
    pub participant: String,
    pub name: Option<String>,
    /// Where the vendor knows such a thing.
    pub moderator: Option<bool>,
}

/// What happens in a room, to be told to us in the vendor's words.
#[derive(Clone)]
pub struct VendorEvent {
    pub id: u128,
    pub event: VendorEventKind,
    /// As our rooms are named.
    pub room: String,
    pub participant: ParticipantId,
    /// Counts this participant's connections.
    pub connection: u8,
    pub at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VendorEventKind {
    Came,
    Left,
    Ended,
    /// Something that is nothing to us.
    Other,
}

/// A vendor's request to our callback.
#[derive(Clone, Default)]
pub struct Post {
    pub headers: HeaderMap,
    pub body: String,
}

impl Post {
    pub fn to(&self, provider: &Provider) -> Result<Option<PresenceEvent>, ProviderError> {
        provider.read_callback(&Callback { headers: &self.headers, body: self.body.as_bytes() })
    }
}

/// What every fake can do, so that one table of tests serves all.
pub trait Vendor {
    /// Configured to reach this fake with its keys.
    fn provider(&self) -> Provider;
    /// Configured to reach it with somebody else's.
    fn with_wrong_keys(&self) -> Provider;
    fn fake(&self) -> &Fake;
    /// The server's settings for it; its public address is <https://openvisit.test>.
    fn toml(&self) -> String;
    /// Which questions are put to the vendor; the others are answered here.
    fn asked(&self) -> &'static [&'static str] {
        &["open", "remove", "close", "health"]
    }
    /// How many rooms were ever made; `None` where they make themselves.
    fn rooms_made(&self) -> Option<usize>;
    /// A page connects with nothing but what it was given.
    fn enter(&self, credentials: &Credentials, now: Timestamp) -> Result<PageEntry, String>;
    /// Who is connected.
    fn inside(&self) -> Vec<String>;
    /// Everybody has left long ago, and the vendor ends the room by itself.
    fn expire_rooms(&self);
    /// The event, signed: by the vendor, or with another key.
    fn post(&self, news: &VendorEvent, genuine: bool) -> Post;
    /// The event, delivered as the vendor delivers them.
    #[expect(async_fn_in_trait, reason = "tests await it where they call it")]
    async fn deliver(
        &self,
        provider: &Provider,
        news: &VendorEvent,
    ) -> Result<Option<PresenceEvent>, ProviderError> {
        self.post(news, true).to(provider)
    }
    /// What must be read nowhere.
    fn secrets(&self) -> Vec<String>;
}

/// A token's header and claims, as they were sent; an independent library verifies the signature.
pub fn verified(token: &str, secret: &str) -> Result<(Value, Value), String> {
    let untrusted = UntrustedToken::new(token).map_err(|error| error.to_string())?;
    let key = Hs256Key::new(secret);
    Hs256.validator::<Value>(&key).validate(&untrusted).map_err(|error| error.to_string())?;
    parts(token)
}

/// The same of a token whose header says more than that library will read: its signature alone.
pub fn verified_in_part(token: &str, secret: &str) -> Result<(Value, Value), String> {
    let (signed, signature) = token.rsplit_once('.').ok_or("no token")?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|error| error.to_string())?;
    let signature =
        <Hs256 as Algorithm>::Signature::try_from_slice(&signature).map_err(|error| error.to_string())?;
    let genuine = Hs256.verify_signature(&signature, &Hs256Key::new(secret), signed.as_bytes());
    if genuine { parts(token) } else { Err("not our signature".into()) }
}

/// A token's header and claims, read by hand.
pub fn parts(token: &str) -> Result<(Value, Value), String> {
    let mut parts = token.split('.').map(|part| {
        let part = URL_SAFE_NO_PAD.decode(part).map_err(|error| error.to_string())?;
        serde_json::from_slice::<Value>(&part).map_err(|error| error.to_string())
    });
    let mut next = || parts.next().unwrap_or(Err("no token".into()));
    Ok((next()?, next()?))
}

/// Whether a token's time has come and has not gone.
pub fn in_time(claims: &Value, now: Timestamp) -> Result<(), String> {
    let (nbf, exp) = (claims["nbf"].as_i64(), claims["exp"].as_i64());
    let (Some(nbf), Some(exp)) = (nbf, exp) else { return Err("no times in the token".into()) };
    if (nbf..exp).contains(&now.as_second()) { Ok(()) } else { Err("not now".into()) }
}
