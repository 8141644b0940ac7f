//! The cookies that keep a browser's login, and who signed in there before.

use axum_extra::extract::cookie::{Cookie, SameSite};
use openvisit_app::App;
use openvisit_app::auth::refresh::RefreshToken;

pub const NAME: &str = "openvisit_refresh";
pub const DEVICES: &str = "openvisit_devices";
/// Browsers keep none for longer.
const DEVICES_LIVE: time::Duration = time::Duration::days(400);
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

/// Holds what tells a device apart on which somebody signed in; it lets nobody in, and stays when they sign out.
#[must_use]
pub fn devices(app: &App, devices: String) -> Cookie<'static> {
    let mut cookie = Cookie::build((DEVICES, devices));
    cookie = cookie.path(PATH).http_only(true).same_site(SameSite::Strict).secure(app.settings.is_https());
    cookie.max_age(DEVICES_LIVE).build()
}

/// Takes the login's cookie away.
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
