//! The practice dialect: partner (therapist) and user (client). Its `id` is the session's, its notes are the
//! booking's, its password is the passcode.

mod change;
mod create;
mod delete;
mod find;
mod get;
mod jitsi;
mod list;
mod refused;
mod times;
mod verify;
mod view;

use axum::middleware::map_response;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(create::post))
        .routes(routes!(get::get, change::put, delete::delete))
        .routes(routes!(verify::post))
        .routes(routes!(list::of_partner))
        .routes(routes!(list::of_user))
        .layer(map_response(|answer| async { refused::worded(answer) }))
}
