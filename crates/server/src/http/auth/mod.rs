//! Signing in and out.

mod password;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::AppendHeaders;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::Cookie;
use garde::Validate;
use openvisit_app::auth::password::MAX_LENGTH;
use openvisit_app::people::passwords::{self, SignedIn};
use openvisit_app::{App, Error};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::address::ClientAddress;
use super::caller::bearer;
use super::cookie;
use super::extract::Json;
use super::problem::Problem;
use super::users::view::User;
use crate::demo;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(login))
        .routes(routes!(refresh))
        .routes(routes!(logout))
        .routes(routes!(password::forgotten))
        .routes(routes!(password::choose))
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    #[garde(length(max = 254))]
    #[schema(max_length = 254)]
    email: String,
    #[garde(length(bytes, max = MAX_LENGTH))]
    #[schema(max_length = 256)]
    password: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SignedIn)]
struct SignedInView {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    user: User,
}

/// Sign in. Sets the cookie that `/auth/refresh` reads, and one by which wrong passwords of strangers keep nobody out who
/// signed in on this device before.
#[utoipa::path(post, path = "/auth/login", tag = "accounts", security(()), request_body = Login,
    responses((status = 200, body = SignedInView)))]
async fn login(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    jar: CookieJar,
    Json(body): Json<Login>,
) -> Result<(CookieJar, AppendHeaders<[(HeaderName, String); 1]>, Json<SignedInView>), Problem> {
    let devices = jar.get(cookie::DEVICES).map(|devices| devices.value().to_owned());
    let mut signed_in =
        passwords::sign_in(&app, &body.email, body.password, from, devices.as_deref()).await?;
    if app.settings.demo
        && let Err(error) = demo::entered(&app).await
    {
        tracing::warn!(%error, "the demo has no appointment of now");
    }
    let devices = signed_in.devices.take().unwrap_or_default();
    let devices = AppendHeaders([(SET_COOKIE, cookie::devices(&app, devices).to_string())]);
    let (jar, body) = answer(&app, jar, signed_in);
    Ok((jar, devices, body))
}

/// A new access token, for the cookie that login set. The cookie is replaced; the old one used again ends
/// the login.
#[utoipa::path(post, path = "/auth/refresh", tag = "accounts", security(()),
    responses((status = 200, body = SignedInView)))]
async fn refresh(State(app): State<App>, jar: CookieJar) -> Result<(CookieJar, Json<SignedInView>), Problem> {
    let presented = jar.get(cookie::NAME).ok_or(Error::Unauthorized)?;
    let signed_in = passwords::refresh(&app, presented.value()).await?;
    Ok(answer(&app, jar, signed_in))
}

/// Sign out: ends the login that the access token came of, else the one that the cookie belongs to. Its access tokens,
/// sockets and media are over with it.
#[utoipa::path(post, path = "/auth/logout", tag = "accounts", security((), ("bearer" = [])),
    responses((status = 204)))]
async fn logout(
    State(app): State<App>,
    headers: HeaderMap,
    jar: CookieJar,
) -> Result<(CookieJar, StatusCode), Problem> {
    let presented = jar.get(cookie::NAME).map(Cookie::value);
    let was_its = passwords::sign_out(&app, bearer(&headers), presented).await?;
    let jar = if was_its { jar.add(cookie::none(&app)) } else { jar };
    Ok((jar, StatusCode::NO_CONTENT))
}

fn answer(app: &App, jar: CookieJar, signed_in: SignedIn) -> (CookieJar, Json<SignedInView>) {
    let SignedIn { person, access, refresh, .. } = signed_in;
    let view = SignedInView {
        access_token: access.token,
        token_type: "Bearer",
        expires_in: access.expires_in,
        user: person.into(),
    };
    (jar.add(cookie::of(app, &refresh)), Json(view))
}
