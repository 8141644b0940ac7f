//! `/api/v1/invitations`: a link is shown by GET and consumed only by POST, so that a mail scanner
//! that opens it uses nothing up.

mod redeem;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(redeem::post))
}
