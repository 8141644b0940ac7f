//! `/api/v1/requests`: clients who want to be seen now.

mod accept;
mod cancel;
mod create;
mod get;
mod list;
pub mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(create::post, list::list))
        .routes(routes!(get::get))
        .routes(routes!(accept::post))
        .routes(routes!(cancel::post))
}
