//! The cookie that keeps a browser's login.

use axum_extra::extract::cookie::{Cookie, SameSite};
use openvisit_app::App;
use openvisit_app::auth::refresh::RefreshToken;

pub const NAME: &str = "openvisit_refresh";
const PATH: &str = "/api/v1/auth";

/// Holds a refresh token. Scripts cannot read it, and no other site can send it.
#[must_use]
pub fn of(app: &App, token: &RefreshToken) -> Cookie<'static> {
    let life = app.settings.refresh_token_life().as_secs();
    let mut cookie = none(app);
    cookie.set_value(token.expose().to_owned());
    cookie.set_max_age(time::Duration::seconds(life));
    cookie
}

/// Takes the cookie away.
#[must_use]
pub fn none(app: &App) -> Cookie<'static> {
    Cookie::build((NAME, ""))
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(app.settings.is_https())
        .max_age(time::Duration::ZERO)
        .build()
}
