//! Whether a WebSocket gets through at the public address, as browsers open it.

use reqwest::StatusCode;
use reqwest::header::{CONNECTION, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use url::Url;

use super::address::{client, deepest, is_of_a_proxy, proxy_alone, runs};
use super::{CheckResult, Code, Place};
use crate::realtime::upgrade::PATH;

/// A handshake, ended as soon as it is answered.
pub(super) async fn run(place: Place) -> CheckResult {
    let Ok(url) = Url::parse(&place.settings.public_url()) else {
        return CheckResult::fault(Code::RealtimeUnreachable);
    };
    match shake_hands(url).await {
        Ok(StatusCode::SWITCHING_PROTOCOLS) => CheckResult::ok(Code::RealtimeWorks),
        Ok(StatusCode::UPGRADE_REQUIRED) => CheckResult::warning(Code::RealtimePolls),
        Ok(status) if is_of_a_proxy(status) => proxy_alone(&place, status).await,
        Ok(status) => CheckResult::fault(Code::RealtimeRefused).because(status),
        Err(_) if !runs(&place).await => CheckResult::warning(Code::NotRunning),
        Err(error) => CheckResult::fault(Code::RealtimeUnreachable).because(deepest(&error)),
    }
}

async fn shake_hands(mut url: Url) -> reqwest::Result<StatusCode> {
    url.set_path(PATH);
    url.set_query(Some("EIO=4&transport=websocket"));
    let asked = client()?.get(url).header(CONNECTION, "Upgrade").header(UPGRADE, "websocket");
    // Any key does: what comes back by it is not looked at.
    let asked =
        asked.header(SEC_WEBSOCKET_VERSION, "13").header(SEC_WEBSOCKET_KEY, "b3BlbnZpc2l0IGNoZWNrIQ==");
    Ok(asked.send().await?.status())
}
