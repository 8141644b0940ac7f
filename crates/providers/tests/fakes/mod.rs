//! Vendors as their public API descriptions say they are, on loopback, and strict: what is not signed, shaped or
//! repeated as described fails the test. On demand they throttle, break, fall silent or talk nonsense.

pub mod chime;
pub mod livekit;
pub mod twilio;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::task::JoinHandle;

/// How the vendor feels today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    #[default]
    Well,
    Throttling,
    Broken,
    /// Takes the question and never answers.
    Silent,
    /// Answers 200, and not in its own language.
    Garbage,
    /// Closes the connection in the middle of the answer.
    Torn,
}

/// A running fake; it ends with the value.
pub struct Fake {
    pub address: SocketAddr,
    mood: Arc<Mutex<Mood>>,
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
        let mood = Arc::new(Mutex::new(Mood::Well));
        let router = router.layer(from_fn_with_state(Arc::clone(&mood), in_mood));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, mood, task }
    }

    pub fn url(&self) -> url::Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    pub fn feels(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

async fn in_mood(State(mood): State<Arc<Mutex<Mood>>>, request: Request, next: Next) -> Response {
    let mood = *mood.lock().unwrap();
    match mood {
        Mood::Well => next.run(request).await,
        Mood::Throttling => {
            let body = r#"{"code":"resource_exhausted","msg":"slowly","message":"slowly","Message":"slowly"}"#;
            let kind = [(header::CONTENT_TYPE, "application/json"), (header::RETRY_AFTER, "7")];
            let error = [("x-amzn-errortype", "ThrottlingException")];
            (StatusCode::TOO_MANY_REQUESTS, kind, error, body).into_response()
        }
        Mood::Broken => {
            let body = r#"{"code":"internal","msg":"ouch","message":"ouch","Message":"ouch"}"#;
            let kind = [(header::CONTENT_TYPE, "application/json")];
            let error = [("x-amzn-errortype", "ServiceFailureException")];
            (StatusCode::INTERNAL_SERVER_ERROR, kind, error, body).into_response()
        }
        Mood::Silent => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::OK.into_response()
        }
        Mood::Garbage => (StatusCode::OK, "<html>Hello!</html>").into_response(),
        Mood::Torn => {
            let parts = [Ok(Bytes::from_static(b"{\"si")), Err(std::io::Error::other("torn"))];
            let body = axum::body::Body::from_stream(futures_util::stream::iter(parts));
            (StatusCode::OK, body).into_response()
        }
    }
}
