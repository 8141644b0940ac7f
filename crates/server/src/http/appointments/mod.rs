//! `/api/v1/appointments`: who, when, on what terms.

mod cancel;
mod change;
mod correct;
mod create;
mod delete;
mod get;
mod invite;
mod list;
mod payment;
mod price;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(create::post, list::list))
        .routes(routes!(get::get, change::patch, delete::delete))
        .routes(routes!(cancel::post))
        .routes(routes!(correct::post))
        .routes(routes!(payment::post))
        .routes(routes!(invite::post, invite::list))
        .routes(routes!(invite::withdraw))
}
