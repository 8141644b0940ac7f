//! Who may see what operators look at: the numbers, and the API's description with its pages.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openvisit_app::settings::{Exposure, Operation};
use openvisit_app::{App, Error};

use super::openapi;
use super::problem::Problem;
use super::problem_kinds::PAGE;

/// Browsers ask for the token as for a password; whatever name goes with it.
const ASK: HeaderValue = HeaderValue::from_static("Basic realm=\"openvisit\", Bearer");

/// As the settings say.
pub async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let operation = &app.settings.operation;
    match exposure(operation, request.uri().path()) {
        Exposure::Open => next.run(request).await,
        Exposure::Token if has_token(operation, &request) => next.run(request).await,
        Exposure::Token => {
            let mut refused = Problem::from(Error::Unauthorized).into_response();
            refused.headers_mut().insert(WWW_AUTHENTICATE, ASK);
            refused
        }
        Exposure::Listener => Problem::from(Error::NotFound).into_response(),
    }
}

fn exposure(operation: &Operation, path: &str) -> Exposure {
    let of_docs = path == "/openapi.json" || path == "/docs";
    let of_docs = of_docs || path.starts_with("/docs/") || path.starts_with(openapi::DIALECTS);
    match path {
        "/metrics" => operation.metrics,
        PAGE => Exposure::Open,
        _ if of_docs => operation.docs,
        _ => Exposure::Open,
    }
}

fn has_token(operation: &Operation, request: &Request) -> bool {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.split_once(' ')).and_then(|(scheme, given)| {
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Some(given.trim().as_bytes().to_vec()),
            "basic" => {
                let pair = STANDARD.decode(given.trim()).ok()?;
                let colon = pair.iter().position(|byte| *byte == b':')?;
                Some(pair[colon + 1..].to_vec())
            }
            _ => None,
        }
    });
    let token = operation.token.as_ref().map(|token| token.expose().as_bytes());
    token.zip(given).is_some_and(|(token, given)| verify_slices_are_equal(token, &given).is_ok())
}
