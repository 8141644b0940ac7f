//! What media providers tell: their callbacks. Whoever signs as the provider is the provider.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use openvisit_providers::{Callback, ProviderError};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Path;
use super::problem::Problem;
use crate::state::Server;
use openvisit_app::App;
use openvisit_app::Error;
use openvisit_app::attendance::callbacks::record;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(events))
}

/// Takes what a configured media provider tells of its rooms, in the provider's own form and with its signature. What
/// comes twice, late or out of order does no harm.
#[utoipa::path(post, path = "/providers/{name}/events", tag = "media", operation_id = "hear_provider",
    params(("name" = String, Path, description = "livekit, jitsi or twilio")),
    request_body(content = String, description = "as the provider writes it"),
    responses((status = 204, description = "it is written down")))]
async fn events(
    State(app): State<App>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let (name, provider) = app.providers.named(&name).ok_or(Error::NotFound)?;
    let notice = match provider.read_callback(&Callback { headers: &headers, body: &body }) {
        Ok(notice) => notice,
        Err(error) => {
            tracing::warn!(provider = name.name(), %error, "a callback was not taken");
            return Err(match error {
                ProviderError::Forged => Error::Unauthorized.into(),
                _ => Problem::BadRequest("the callback cannot be read".to_owned()),
            });
        }
    };
    if let Some(notice) = notice {
        record(&app, name, notice).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
