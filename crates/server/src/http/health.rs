//! Whether the server lives, and whether it can work.

use axum::extract::State;
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::problem::Problem;
use crate::state::Server;
use openvisit_app::App;

#[derive(Serialize, ToSchema)]
struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    /// What only this server can answer to the challenge, if there was one; its operator's self-check knows it, too.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<String>,
}

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
struct HealthQuery {
    /// Any text of up to 64 characters.
    #[garde(inner(length(chars, max = 64)))]
    challenge: Option<String>,
}

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(health)).routes(routes!(ready))
}

/// The process is alive. Asks nothing else.
#[utoipa::path(get, path = "/health", tag = "operation", security(()), params(HealthQuery),
    responses((status = 200, body = Health)))]
async fn health(State(server): State<Server>, Query(query): Query<HealthQuery>) -> Json<Health> {
    Json(Health { status: "ok", proof: query.challenge.map(|challenge| server.proof.answer(&challenge)) })
}

/// The database answers, and the message broker where there is one; 503 otherwise.
#[utoipa::path(get, path = "/ready", tag = "operation", security(()), responses((status = 200, body = Health)))]
async fn ready(State(app): State<App>) -> Result<Json<Health>, Problem> {
    app.store.ping().await?;
    if app.outbox.broker_is_away() {
        return Err(Problem::BrokerUnavailable);
    }
    Ok(Json(Health { status: "ok", proof: None }))
}
