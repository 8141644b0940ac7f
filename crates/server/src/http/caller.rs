//! Who asks, by the token of a request.

use std::ops::Deref;

use axum::extract::{FromRef, FromRequestParts, MatchedPath};
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use openvisit_app::auth::{api_keys, caller};
use openvisit_app::people::authenticate::authenticate;
use openvisit_app::people::programs;
use openvisit_app::sessions::waiting::heard;
use openvisit_app::{App, Error};

use super::problem::Problem;
use super::scopes;

/// Whoever a request's token or key stands for; a request without one is refused.
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
        let app = App::from_ref(state);
        let caller = identify(&app, parts).await?;
        if adds_rows(parts) {
            app.writes.take(caller.person_id)?;
        }
        heard(&app, &caller).await;
        Ok(Self(caller))
    }
}

/// A person by their token, or a program by its key where its scopes open the route.
///
/// # Errors
/// `unauthorized`, also for a key at a dialect's route; `forbidden` for a key that does not open this one.
pub async fn identify(app: &App, parts: &Parts) -> Result<caller::Caller, Error> {
    let token = bearer(&parts.headers).ok_or(Error::Unauthorized)?;
    if !api_keys::is_meant(token) {
        return authenticate(app, token).await;
    }
    let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if !route.starts_with("/api/v1/") {
        return Err(programs::refuse(app));
    }
    let (caller, key) = programs::authenticate(app, token).await?;
    match scopes::of(&parts.method, route) {
        Some(scope) if key.scopes.contains(&scope) => Ok(caller),
        Some(scope) => Err(Error::Forbidden(scope.lacking())),
        None => Err(Error::Forbidden("no API key opens this: it is for people who sign in")),
    }
}

/// Whoever joins again is where they were.
fn adds_rows(parts: &Parts) -> bool {
    parts.method == Method::POST && !parts.uri.path().ends_with("/join")
}

/// The token of `Authorization: Bearer`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
