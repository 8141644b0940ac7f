//! Who asks, by the token of a request.

use std::ops::Deref;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::Method;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use openvisit_app::auth::caller;
use openvisit_app::people::authenticate::authenticate;
use openvisit_app::sessions::waiting::heard;
use openvisit_app::{App, Error};

use super::problem::Problem;

/// Whoever a request's token stands for; a request without one is refused.
#[derive(Clone, Debug)]
pub struct Caller(caller::Caller);

impl Deref for Caller {
    type Target = caller::Caller;

    fn deref(&self) -> &caller::Caller {
        &self.0
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    App: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or(Error::Unauthorized)?;
        let app = App::from_ref(state);
        let caller = authenticate(&app, token).await?;
        if adds_rows(parts) {
            app.writes.take(caller.person_id)?;
        }
        heard(&app, &caller).await;
        Ok(Self(caller))
    }
}

/// Whoever joins again is where they were.
fn adds_rows(parts: &Parts) -> bool {
    parts.method == Method::POST && !parts.uri.path().ends_with("/join")
}

/// The token of `Authorization: Bearer`.
#[must_use]
pub fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
