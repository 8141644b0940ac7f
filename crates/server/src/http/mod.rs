//! The canonical API: one folder per feature, one file per verb, and one file per kind of thing that all of them need.

pub mod address;
mod appointments;
mod auth;
pub mod caller;
mod clients;
mod config;
pub mod cookie;
pub mod exposure;
pub mod extract;
pub mod health;
pub mod ice_server;
pub mod idempotency;
mod invitations;
pub mod logo;
mod me;
pub mod media_grant;
mod messages;
pub mod metrics;
pub mod openapi;
mod organizations;
pub mod pace;
pub mod page;
mod practitioners;
pub mod problem;
pub mod problem_kinds;
pub mod problem_page;
mod provider_callbacks;
pub mod query_names;
mod reports;
pub mod request_log;
pub mod requests;
pub mod rules;
pub mod scopes;
pub mod security;
mod serde_errors;
mod service_accounts;
pub mod sessions;
pub mod streamed;
mod support;
mod system;
mod test_calls;
pub mod ui;
mod usage;
mod users;
mod webhooks;
pub mod words;

use utoipa_axum::router::OpenApiRouter;

use crate::state::Server;

/// Everything below `/api/v1`.
#[must_use]
pub fn canonical() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .merge(appointments::routes())
        .merge(invitations::routes())
        .merge(sessions::routes())
        .merge(requests::routes())
        .merge(config::routes())
        .merge(auth::routes())
        .merge(me::routes())
        .merge(messages::routes())
        .merge(users::routes())
        .merge(organizations::routes())
        .merge(service_accounts::routes())
        .merge(clients::routes())
        .merge(practitioners::routes())
        .merge(provider_callbacks::routes())
        .merge(usage::routes())
        .merge(reports::routes())
        .merge(support::routes())
        .merge(system::routes())
        .merge(test_calls::routes())
        .merge(webhooks::routes())
}
