//! What becomes of a call with an `Idempotency-Key` whose server fails or dies in the middle of it: around
//! handlers that do so, and in front of the database.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::SignedDuration;
use openvisit::http::idempotency::once;
use openvisit::http::query_names::QueryNames;
use openvisit_core::ids::OrganizationId;
use openvisit_store::{CallProgress, Organization};
use serde_json::json;
use tokio::sync::Notify;
use tower::ServiceExt;

use crate::common::{Party, Server};

const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// The description of the one route that is called here.
fn routes() -> Arc<QueryNames> {
    let post = json!({ "responses": {} });
    let document = json!({
        "openapi": "3.1.0", "info": { "title": "A try", "version": "1" }, "paths": { "/api/v1/try": { "post": post } },
    });
    QueryNames::of(&serde_json::from_value(document).unwrap())
}

/// A server, and somebody who calls it.
struct Scene {
    server: Server,
    caller: Party,
    carried_out: Arc<AtomicUsize>,
}

impl Scene {
    async fn new() -> Self {
        let server = Server::start().await;
        let caller = server.admin().await;
        Self { server, caller, carried_out: Arc::default() }
    }

    /// Calls a handler with the key: it is told how often it was called before.
    async fn call<F, A>(&self, handler: impl FnOnce(usize) -> F + Clone + Send + Sync + 'static) -> Response
    where
        F: Future<Output = A> + Send + 'static,
        A: IntoResponse + 'static,
    {
        let carried_out = self.carried_out.clone();
        let counted =
            || async move { handler(carried_out.fetch_add(1, Ordering::SeqCst)).await.into_response() };
        let app = self.server.app.clone();
        let router = Router::new()
            .route("/api/v1/try", post(counted))
            .layer(from_fn_with_state((app.clone(), routes()), once))
            .with_state(app);
        let token = format!("Bearer {}", self.caller.token.as_deref().unwrap());
        let request =
            Request::post("/api/v1/try").header("authorization", token).header("idempotency-key", "k");
        router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
    }

    /// Calls a handler that makes a change and answers well.
    async fn repeat(&self) -> (StatusCode, String) {
        let server = self.server.app.clone();
        told(self.call(|_| async move { change(&server).await }).await).await
    }

    /// Calls a handler that never answers, and lets go of it when it says that it is so far.
    async fn die<F>(&self, handler: impl FnOnce() -> F + Clone + Send + Sync + 'static)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let so_far = Arc::new(Notify::new());
        let says = so_far.clone();
        let hangs = |_| async move {
            handler().await;
            says.notify_one();
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = self.call(hangs) => panic!("{}", answer.status()),
            () = so_far.notified() => {}
        }
    }

    async fn changes(&self) -> usize {
        self.server.app.store.read().await.unwrap().organizations().await.unwrap().len()
    }

    fn carried_out(&self) -> usize {
        self.carried_out.load(Ordering::SeqCst)
    }

    async fn is_running_at(&self, after: SignedDuration) -> bool {
        let app = &self.server.app;
        let at = self.server.now().checked_add(after).unwrap();
        let mut tx = app.store.read().await.unwrap();
        let earlier = tx.earlier_call(&self.caller.id().to_string(), "k", at).await.unwrap();
        earlier.is_some_and(|earlier| earlier.progress == CallProgress::Running)
    }
}

async fn change(app: &openvisit_app::App) -> &'static str {
    let mut tx = app.store.begin().await.unwrap();
    let organization = Organization { id: OrganizationId::new(app.seed()), name: "Made once".to_owned() };
    tx.insert_organization(&organization).await.unwrap();
    tx.commit().await.unwrap();
    "changed"
}

async fn told(answer: Response) -> (StatusCode, String) {
    let status = answer.status();
    let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[tokio::test]
async fn a_call_that_failed_may_be_made_again() {
    let scene = Scene::new().await;
    for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE] {
        assert_eq!(scene.call(move |_| async move { status }).await.status(), status);
    }
    assert_eq!(scene.repeat().await, (StatusCode::OK, "changed".to_owned()));
    assert_eq!(scene.repeat().await, (StatusCode::OK, "changed".to_owned()));
    assert_eq!((scene.carried_out(), scene.changes().await), (3, 1));
}

#[tokio::test]
async fn a_call_that_was_refused_for_now_may_be_made_again() {
    let scene = Scene::new().await;
    for status in [StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS] {
        let app = scene.server.app.clone();
        // It may have counted the try.
        let refused = move |_| async move {
            change(&app).await;
            status
        };
        assert_eq!(scene.call(refused).await.status(), status);
    }
    assert_eq!(scene.repeat().await.0, StatusCode::OK);
    assert_eq!(scene.carried_out(), 3);
}

#[tokio::test]
async fn a_handler_that_panics_frees_its_key_at_once() {
    let scene = Scene::new().await;
    let panics = |_| async {
        if true {
            panic!("provoked")
        }
    };
    assert_eq!(scene.call(panics).await.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(scene.repeat().await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_call_that_failed_after_its_change_is_not_made_again() {
    let scene = Scene::new().await;
    let app = scene.server.app.clone();
    let fails = move |_| async move {
        change(&app).await;
        StatusCode::SERVICE_UNAVAILABLE
    };
    assert_eq!(scene.call(fails).await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let (status, body) = scene.repeat().await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(body.contains("\"idempotency_answer_lost\"") && body.contains("was carried out"), "{body}");
    assert_eq!((scene.carried_out(), scene.changes().await), (1, 1));
}

#[tokio::test]
async fn a_server_that_died_before_any_change_leaves_the_call_to_the_next() {
    let scene = Scene::new().await;
    scene.die(|| async {}).await;
    assert!(scene.is_running_at(SignedDuration::ZERO).await);
    let (repeated, ()) = tokio::join!(scene.repeat(), async { scene.server.advance(LEASE) });
    assert_eq!(repeated, (StatusCode::OK, "changed".to_owned()));
    assert_eq!((scene.carried_out(), scene.changes().await), (2, 1));
}

#[tokio::test]
async fn a_server_that_died_after_the_change_lets_nobody_make_it_again() {
    let scene = Scene::new().await;
    let app = scene.server.app.clone();
    let changes = move || async move {
        change(&app).await;
    };
    scene.die(changes).await;
    let ((status, body), ()) = tokio::join!(scene.repeat(), async { scene.server.advance(LEASE) });
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(body.contains("\"idempotency_answer_lost\""), "{body}");
    assert_eq!((scene.carried_out(), scene.changes().await), (1, 1));
}

#[tokio::test]
async fn a_call_that_takes_long_keeps_its_claim() {
    let scene = Scene::new().await;
    let go_on = Arc::new(Notify::new());
    let signal = go_on.clone();
    let slow = move |_| async move { signal.notified().await };
    let holds = async {
        let ahead = LEASE - SignedDuration::from_secs(1);
        while !scene.is_running_at(SignedDuration::ZERO).await {
            tokio::task::yield_now().await;
        }
        scene.server.advance(ahead);
        // It renews its claim by itself.
        while !scene.is_running_at(ahead).await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        go_on.notify_one();
    };
    let (answer, ()) = tokio::join!(scene.call(slow), holds);
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(scene.repeat().await.1, "", "the slow one's answer");
    assert_eq!(scene.carried_out(), 1);
}
