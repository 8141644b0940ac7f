//! Addresses to which events are sent, and what became of each event. For administrators.

mod change;
mod create;
mod delete;
mod deliveries;
mod events;
mod list;
mod redeliver;
mod rotate;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(list::list, create::create))
        .routes(routes!(list::get, change::change, delete::delete))
        .routes(routes!(rotate::rotate))
        .routes(routes!(deliveries::list))
        .routes(routes!(redeliver::redeliver))
}
