//! What the pages must know before anybody has signed in.

use axum::extract::State;
use openvisit_core::person::Role;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use crate::app::App;
use crate::demo;

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
    #[schema(value_type = String, example = "practitioner")]
    role: Role,
    name: &'static str,
    email: &'static str,
    password: &'static str,
}

fn demo() -> Demo {
    let account = |account: &demo::DemoAccount| DemoAccount {
        role: account.role,
        name: account.name,
        email: account.email,
        password: demo::PASSWORD,
    };
    Demo { accounts: demo::ACCOUNTS.iter().map(account).collect() }
}

/// Name, version and wording.
#[utoipa::path(get, path = "/config", tag = "operation", security(()), responses((status = 200, body = Config)))]
async fn config(State(app): State<App>) -> Json<Config> {
    let wording = app.settings.wording();
    Json(Config {
        name: "OpenVisit",
        version: env!("CARGO_PKG_VERSION"),
        wording: Wording { practitioner: wording.practitioner.to_owned(), client: wording.client.to_owned() },
        demo: app.settings.demo.then(demo),
        local_login: app.settings.local_login,
    })
}
