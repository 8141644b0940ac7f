//! What the pages must know before anybody has signed in.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(config))
}

#[derive(Serialize, ToSchema)]
struct Config {
    #[schema(example = "OpenVisit")]
    name: &'static str,
    version: &'static str,
    wording: Wording,
    demo: Option<Demo>,
    /// Whether accounts of this server may sign in with a password.
    local_login: bool,
}

/// What the two parties are called.
#[derive(Serialize, ToSchema)]
struct Wording {
    #[schema(example = "doctor")]
    practitioner: String,
    #[schema(example = "patient")]
    client: String,
}

/// The made-up people of a demo, for one-click entry.
#[derive(Serialize, ToSchema)]
struct Demo {
    accounts: Vec<DemoAccount>,
}

#[derive(Serialize, ToSchema)]
struct DemoAccount {
    #[schema(example = "practitioner")]
    role: &'static str,
    name: &'static str,
    email: &'static str,
    password: &'static str,
}

/// Name, version and wording.
#[utoipa::path(get, path = "/config", tag = "operation", security(()), responses((status = 200, body = Config)))]
async fn config(State(app): State<App>) -> Json<Config> {
    let wording = app.settings.wording();
    Json(Config {
        name: "OpenVisit",
        version: env!("CARGO_PKG_VERSION"),
        wording: Wording { practitioner: wording.practitioner.to_owned(), client: wording.client.to_owned() },
        demo: None,
        local_login: app.settings.local_login,
    })
}
