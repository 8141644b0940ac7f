//! HTTP: one folder per feature, one file per kind of thing that all of them need.

pub mod appointments;
mod auth;
mod clients;
mod config;
pub mod extract;
mod health;
pub mod invitations;
mod me;
mod metrics;
mod openapi;
mod organizations;
pub mod page;
pub mod problem;
mod security;
pub mod serve;
pub mod sessions;
mod ui;
pub mod users;
mod watch;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::Method;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use problem::Problem;

/// The largest body that is read.
const LARGEST_BODY: usize = 1024 * 1024;

/// Everything that the server answers.
pub fn router(app: App) -> Router {
    let (api, document) = api().split_for_parts();
    api.merge(openapi::routes(document))
        .fallback(ui::fallback)
        .method_not_allowed_fallback(|| async { Problem::MethodNotAllowed })
        .layer(app.socket_layer.clone())
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn(finish_writes))
        .layer(CatchPanicLayer::custom(|_| Problem::Internal.into_response()))
        .layer(security::cors(&app.settings))
        .layer(middleware::from_fn_with_state(app.clone(), security::headers))
        .layer(middleware::from_fn(watch::watch))
        .with_state(app)
}

/// All routes that the API's description lists.
fn api() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(openapi::base())
        .merge(health::routes())
        .merge(metrics::routes())
        .nest("/api/v1", canonical())
}

fn canonical() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(appointments::routes())
        .merge(invitations::routes())
        .merge(sessions::routes())
        .merge(config::routes())
        .merge(auth::routes())
        .merge(me::routes())
        .merge(users::routes())
        .merge(organizations::routes())
        .merge(clients::routes())
}

/// Axum drops a handler whose client goes away. A write that was begun is ended all the same: it runs as a
/// task of its own.
async fn finish_writes(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let handler = tokio::spawn(next.run(request).in_current_span());
    handler.await.unwrap_or_else(|_| Problem::Internal.into_response())
}
