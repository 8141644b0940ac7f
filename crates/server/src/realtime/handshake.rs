//! Who connects, by the token of the handshake.

use openvisit_app::App;
use openvisit_app::auth::caller::Caller;
use openvisit_app::people::authenticate::authenticate;
use serde::Deserialize;
use socketioxide::extract::TryData;

#[derive(Debug, Deserialize)]
pub struct Handshake {
    token: String,
}

/// # Errors
/// The code of the refusal.
pub async fn identify(app: &App, TryData(handshake): TryData<Handshake>) -> Result<Caller, &'static str> {
    let handshake = handshake.map_err(|_| "unauthorized")?;
    authenticate(app, &handshake.token).await.map_err(|error| error.code())
}
