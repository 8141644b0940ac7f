//! `/api/v1/invitations`: the ways in for whoever has no account. A link is shown by GET and consumed only by POST, so
//! that a mail scanner that opens it uses nothing up.

mod code;
mod redeem;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(redeem::post)).routes(routes!(code::post))
}
