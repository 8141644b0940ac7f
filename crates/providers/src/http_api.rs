//! What the providers that we ask over plain HTTP have in common.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use url::Url;

use crate::ProviderError;

/// Somebody waits in front of a page for this.
pub const PATIENCE: Duration = Duration::from_secs(8);
/// No answer that we ask for is nearly as long.
const LONGEST_ANSWER: usize = 1 << 20;

/// A client that follows no redirect: none of these APIs sends one, and keys are not to be led elsewhere.
///
/// # Errors
/// When no TLS can be set up.
pub fn client() -> Result<reqwest::Client, ProviderError> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| ProviderError::Setting(format!("of this machine's certificates: {error}")))
}

/// Whether it is an address of one of the schemes, with a host and port that can stand in a page's content security
/// policy as they are: a `;` there would begin another directive.
pub fn is_address(url: &Url, schemes: &[&str]) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte);
    schemes.contains(&url.scheme())
        && url.host_str().is_some_and(|host| !host.is_empty() && host.bytes().all(plain))
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
}

/// An answer of JSON with its status; what it means is the caller's to say.
///
/// # Errors
/// What lies in the way and never in the question: throttling, trouble at the other end, refused keys.
pub async fn ask(request: reqwest::RequestBuilder) -> Result<(StatusCode, Value), ProviderError> {
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    unhindered(status, response.headers())?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(ProviderError::Garbled("longer than a megabyte".into()));
        }
    }
    if body.is_empty() {
        return Ok((status, Value::Null));
    }
    let body = serde_json::from_slice(&body)
        .map_err(|_| ProviderError::Garbled(format!("no JSON, status {status}")))?;
    Ok((status, body))
}

/// Whether a status answers the question at all.
///
/// # Errors
/// Those of [`ask`].
pub fn unhindered(status: StatusCode, headers: &HeaderMap) -> Result<(), ProviderError> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Err(ProviderError::Throttled { retry_after: retry_after(headers) }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(ProviderError::Unauthorized(status.to_string()))
        }
        status if status.is_server_error() => Err(ProviderError::Broken(status.to_string())),
        status if status.is_redirection() => {
            Err(ProviderError::Garbled(format!("a redirect, status {status}")))
        }
        _ => Ok(()),
    }
}

fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// Without the address, which may carry what is not to be logged.
pub fn unreachable(error: reqwest::Error) -> ProviderError {
    if error.is_timeout() {
        return ProviderError::TimedOut;
    }
    let error = error.without_url();
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    let cause = cause.to_string();
    if error.is_decode() || error.is_body() {
        ProviderError::Garbled(cause)
    } else {
        ProviderError::Unreachable(cause)
    }
}
