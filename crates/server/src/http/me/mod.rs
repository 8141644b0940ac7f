//! The caller's own account.

mod calendar_feed;
mod change;

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::auth::password::MAX_LENGTH;
use openvisit_app::people::passwords;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::address::ClientAddress;
use super::caller::Caller;
use super::cookie;
use super::extract::Json;
use super::problem::Problem;
use super::rules;
use super::users::view::User;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new()
        .routes(routes!(me, change::change))
        .routes(routes!(password))
        .routes(routes!(calendar_feed::get, calendar_feed::renew, calendar_feed::withdraw))
        .routes(routes!(calendar_feed::read))
}

/// Whoever asks.
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = User)))]
async fn me(caller: Caller) -> Json<User> {
    let mut user = User::from(caller.person.clone());
    if caller.only_session.is_some() {
        // A link that was passed on does not tell the account behind it.
        (user.email, user.phone) = (None, None);
    }
    Json(user)
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    #[garde(length(bytes, max = MAX_LENGTH))]
    #[schema(max_length = 256)]
    current_password: String,
    #[garde(custom(rules::password))]
    #[schema(min_length = 12, max_length = 256)]
    new_password: String,
}

/// Change one's own password. All other logins of the account end.
#[utoipa::path(post, path = "/me/password", tag = "accounts", operation_id = "change_password",
    request_body = NewPassword, responses((status = 204)))]
async fn password(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    caller: Caller,
    jar: CookieJar,
    Json(body): Json<NewPassword>,
) -> Result<(CookieJar, StatusCode), Problem> {
    let refresh = passwords::change(&app, &caller, body.current_password, body.new_password, from).await?;
    Ok((jar.add(cookie::of(&app, &refresh)), StatusCode::NO_CONTENT))
}
