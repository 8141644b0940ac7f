//! The operator's logo.

use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::state::Server;
use openvisit_app::Error;

pub const PATH: &str = "/logo";

/// An SVG that somebody opens by itself runs nothing and fetches nothing.
const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");
const AN_HOUR: HeaderValue = HeaderValue::from_static("public, max-age=3600");

pub async fn get(State(server): State<Server>) -> Response {
    let Some(logo) = &server.logo else { return Problem::from(Error::NotFound).into_response() };
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(logo.kind)),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, AN_HOUR),
    ];
    (headers, logo.bytes.clone()).into_response()
}
