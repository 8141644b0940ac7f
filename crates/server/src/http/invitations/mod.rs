//! `/api/v1/invitations`: a link is shown by GET and consumed only by POST, so that a mail scanner
//! that opens it uses nothing up.

mod redeem;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(redeem::post))
}

/// What the store keeps of a link's secret.
#[must_use]
pub fn token_hash(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret.as_bytes()))
}
