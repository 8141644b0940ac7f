//! What the providers that we ask over plain HTTP have in common.

use std::time::Duration;

use http::StatusCode;
use http::header::RETRY_AFTER;
use serde_json::Value;

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
        .timeout(PATIENCE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| ProviderError::Setting(format!("no HTTP client: {error}")))
}

/// An answer of JSON with its status; what it means is the caller's to say.
///
/// # Errors
/// What lies in the way and never in the question: throttling, trouble at the other end, refused keys.
pub async fn ask(request: reqwest::RequestBuilder) -> Result<(StatusCode, Value), ProviderError> {
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    if let Some(trouble) = trouble(status, &response) {
        return Err(trouble);
    }
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
    let body = serde_json::from_slice(&body).map_err(|_| ProviderError::Garbled(format!("no JSON, status {status}")))?;
    Ok((status, body))
}

fn trouble(status: StatusCode, response: &reqwest::Response) -> Option<ProviderError> {
    match status {
        StatusCode::TOO_MANY_REQUESTS => Some(ProviderError::Throttled { retry_after: retry_after(response) }),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Some(ProviderError::Unauthorized(status.to_string())),
        status if status.is_server_error() => Some(ProviderError::Broken(status.to_string())),
        status if status.is_redirection() => Some(ProviderError::Garbled(format!("a redirect, status {status}"))),
        _ => None,
    }
}

fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds = response.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// Without the address: it may carry what is not to be logged.
pub fn unreachable(error: reqwest::Error) -> ProviderError {
    if error.is_timeout() {
        return ProviderError::TimedOut;
    }
    let error = error.without_url();
    let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
    if error.is_decode() || error.is_body() {
        return ProviderError::Garbled(cause);
    }
    ProviderError::Unreachable(cause)
}
