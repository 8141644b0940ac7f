//! Every route of the server, and what is around all of them.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::timeout::RequestBodyTimeoutLayer;
use tracing::Instrument;
use utoipa_axum::router::OpenApiRouter;

use openvisit_app::Error;
use openvisit_app::settings::Dialects;
use socketioxide::layer::SocketIoLayer;

use crate::dialects;
use crate::http::openapi::Description;
use crate::http::problem::Problem;
use crate::http::query_names::QueryNames;
use crate::http::{
    self, exposure, idempotency, logo, openapi, pace, problem_page, query_names, request_log, security, ui,
};
use crate::realtime::upgrade;
use crate::state::Server;

/// The largest body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// From how many bytes on an answer is compressed: lists are, a session is not. What is secret in an answer is safe from guesses by
/// length: a page elsewhere cannot make a browser ask, since the token is in a header and not in a cookie.
const WORTH_COMPRESSING: u64 = 4096;

/// Whoever pauses longer than this within a body holds a connection for nothing.
const BODY: Duration = Duration::from_secs(15);

/// Everything that the server answers.
pub fn router(server: Server, sockets: SocketIoLayer) -> Router {
    let app = server.app.clone();
    let (api, descriptions) = api(&app.settings.dialects);
    let query_names = QueryNames::of(&descriptions[0].document);
    api.merge(dialects::prefixed(&app.settings.dialects))
        .merge(openapi::routes(descriptions))
        .merge(problem_page::routes())
        .route(logo::PATH, get(logo::get))
        .fallback(ui::fallback)
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(middleware::from_fn_with_state(query_names.clone(), query_names::expect_known))
        .layer(sockets)
        .layer(middleware::from_fn(upgrade::expect))
        .layer(middleware::from_fn_with_state(app.clone(), security::own_pages))
        .layer(middleware::from_fn_with_state((app.clone(), query_names), idempotency::once))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY))
        .layer(middleware::from_fn(pace::limit))
        .layer(middleware::from_fn(finish_writes))
        .layer(contain_panics())
        .layer(CompressionLayer::new().compress_when(worth_compressing()))
        .layer(middleware::from_fn_with_state(app.clone(), exposure::guard))
        .layer(security::cors(&app.settings))
        .layer(middleware::from_fn_with_state(app, security::headers))
        .layer(middleware::from_fn(request_log::write))
        .with_state(server)
}

/// What operators look at, at an address of its own.
pub fn operation(server: Server) -> Router {
    let app = server.app.clone();
    let (_, descriptions) = api(&app.settings.dialects);
    let (routes, _) =
        OpenApiRouter::new().merge(http::health::routes()).merge(http::metrics::routes()).split_for_parts();
    routes
        .merge(openapi::routes(descriptions))
        .merge(problem_page::routes())
        .fallback(|| async { Problem::from(Error::NotFound) })
        .layer(middleware::from_fn_with_state(app, security::headers))
        .with_state(server)
}

/// Files of a chat are compressed by themselves.
fn worth_compressing() -> impl Predicate {
    let pdf = NotForContentType::const_new("application/pdf");
    SizeAbove::new(WORTH_COMPRESSING).and(NotForContentType::IMAGES).and(pdf)
}

/// All routes that are described, and their descriptions: the canonical API's first.
fn api(settings: &Dialects) -> (Router<Server>, Vec<Description>) {
    let canonical = OpenApiRouter::with_openapi(openapi::canonical())
        .merge(http::health::routes())
        .merge(http::metrics::routes())
        .nest("/api/v1", http::canonical());
    let (mut routes, document) = canonical.split_for_parts();
    let mut descriptions = vec![Description::new(None, document)];
    for (name, dialect, own) in dialects::routes(settings) {
        let base = openapi::of_dialect(name, &dialect.prefixes);
        let (own, document) = OpenApiRouter::with_openapi(base).merge(own).split_for_parts();
        routes = routes.merge(own);
        descriptions.push(Description::new(Some(name), document));
    }
    (routes, descriptions)
}

/// The description of the canonical API, or of a dialect, as JSON; `None` where there is no such dialect.
///
/// # Errors
/// Never in practice: it is made of strings.
pub fn description(dialect: Option<&str>) -> serde_json::Result<Option<String>> {
    let (_, descriptions) = api(&Dialects::default());
    descriptions.iter().find(|it| it.is_of(dialect)).map(Description::text).transpose()
}

/// A handler that panics costs its own request. What the panic says stays in the log.
fn contain_panics() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(|_| internal())
}

fn internal() -> Response {
    Problem::from(Error::Internal).into_response()
}

/// Axum drops a handler whose client goes away. A write that was begun is ended all the same: it runs as a
/// task of its own.
async fn finish_writes(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let handler = tokio::spawn(next.run(request).in_current_span());
    handler.await.unwrap_or_else(|_| internal())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use axum::body::Body;
    use axum::http::StatusCode;
    use axum::routing::post;
    use openvisit_app::settings::{Sources, load};
    use tokio::sync::Notify;
    use tower::ServiceExt;

    use super::*;

    /// Below it programs ask: a page there would be none any more.
    #[test]
    fn no_dialect_is_put_where_the_server_answers_already() {
        let (_, descriptions) = api(&Dialects::default());
        let described = descriptions.iter().flat_map(|it| it.document.paths.paths.keys().cloned());
        let own = described.chain(ui::own_paths().map(str::to_owned));
        let first = |path: String| path.split('/').nth(1).map(str::to_owned).filter(|it| !it.is_empty());
        let allowed: BTreeSet<_> = own
            .filter_map(first)
            .filter(|segment| {
                let prefix = ("OPENVISIT_DIALECTS_CLINIC_PREFIXES".to_owned(), format!("/{segment}"));
                load(&Sources { environment: vec![prefix], ..Sources::default() }).is_ok()
            })
            .collect();
        assert_eq!(allowed, BTreeSet::new());
    }

    async fn fails() -> &'static str {
        panic!("provoked")
    }

    fn ask(method: Method) -> Request {
        Request::builder().method(method).uri("/").body(Body::empty()).unwrap()
    }

    #[tokio::test]
    async fn a_panic_costs_its_own_request_only() {
        let router = Router::new()
            .route("/", post(fails).get(fails))
            .layer(middleware::from_fn(finish_writes))
            .layer(contain_panics());
        for method in [Method::GET, Method::POST] {
            let answer = router.clone().oneshot(ask(method)).await.unwrap();
            assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
    }

    #[tokio::test]
    async fn a_write_is_ended_though_its_client_is_gone() {
        let (begun, go_on, ended) =
            (Arc::new(Notify::new()), Arc::new(Notify::new()), Arc::new(Notify::new()));
        let signals = (begun.clone(), go_on.clone(), ended.clone());
        let write = move || async move {
            signals.0.notify_one();
            signals.1.notified().await;
            signals.2.notify_one();
        };
        let router = Router::new().route("/", post(write)).layer(middleware::from_fn(finish_writes));
        tokio::select! {
            _ = router.oneshot(ask(Method::POST)) => panic!("the write waits"),
            () = begun.notified() => {}
        }
        go_on.notify_one();
        ended.notified().await;
    }
}
