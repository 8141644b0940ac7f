//! A token's header, before anything in it is believed.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::refused::Refused;

/// What says how a token wants to be verified.
pub(super) struct TokenHeader {
    pub alg: String,
    pub kid: Option<String>,
}

impl TokenHeader {
    /// # Errors
    /// It is no token, or one that must not be taken by whoever does not know its extensions (RFC 7515, `crit`):
    /// none are known here.
    pub fn of(token: &str) -> Result<Self, Refused> {
        let part = token.split('.').next().unwrap_or_default();
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| Refused::Malformed)?;
        let header: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| Refused::Malformed)?;
        if header.contains_key("crit") {
            return Err(Refused::Critical);
        }
        let text = |name: &str| header.get(name).map(|value| value.as_str().map(str::to_owned));
        let alg = text("alg").flatten().ok_or(Refused::Malformed)?;
        let kid = text("kid").map(|kid| kid.ok_or(Refused::Malformed)).transpose()?;
        Ok(Self { alg, kid })
    }
}
