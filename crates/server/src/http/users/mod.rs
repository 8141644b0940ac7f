//! Accounts, for administrators.

mod change;
mod create;
pub mod list;
mod password_link;
pub mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::get, change::change))
        .routes(routes!(password_link::make))
}
