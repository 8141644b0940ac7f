//! Programs' own accounts, and the API keys by which they ask. For administrators.

mod accounts;
mod keys;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(accounts::list, accounts::create))
        .routes(routes!(accounts::get, accounts::change))
        .routes(routes!(keys::create))
        .routes(routes!(keys::rotate))
        .routes(routes!(keys::revoke))
}
