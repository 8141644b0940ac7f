//! Whether the server lives, and whether it can work.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::Problem;
use crate::app::App;

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "ok")]
    status: &'static str,
}

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process is alive. Asks nothing else.
#[utoipa::path(get, path = "/health", tag = "operation", security(()), responses((status = 200, body = Health)))]
async fn health() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// The database answers, and the message broker where there is one; 503 otherwise.
#[utoipa::path(get, path = "/ready", tag = "operation", security(()), responses((status = 200, body = Health)))]
async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    app.store.ping().await?;
    if app.outbox.broker_is_away() {
        return Err(Problem::BrokerUnavailable);
    }
    Ok(Json(Health { status: "ok" }))
}
