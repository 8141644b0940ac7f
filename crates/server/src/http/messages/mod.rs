//! `/api/v1/messages`: what became of each e-mail, for administrators. Nobody sees what it said.

mod list;
mod resend;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(resend::resend))
}
