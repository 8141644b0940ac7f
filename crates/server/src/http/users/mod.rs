//! Accounts, for administrators.

mod change;
mod create;
mod list;
pub mod rules;
pub mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub use create::{NewUser, add, keep};
pub use list::Search;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::get, change::change))
}
