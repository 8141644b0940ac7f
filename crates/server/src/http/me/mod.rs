//! The caller's own account.

mod change;

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use garde::Validate;
use openvisit_core::person::LOCAL_ISSUER;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::Problem;
use super::users::rules;
use super::users::view::User;
use crate::app::App;
use crate::auth::address::ClientAddress;
use crate::auth::caller::Caller;
use crate::auth::password::MAX_LENGTH;
use crate::auth::refresh::Refresh;

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(me, change::change)).routes(routes!(password))
}

/// Whoever asks.
#[utoipa::path(get, path = "/me", tag = "accounts", responses((status = 200, body = User)))]
async fn me(caller: Caller) -> Json<User> {
    let mut user = User::from(caller.person.clone());
    if caller.only_session.is_some() {
        // A link that was passed on does not tell the account behind it.
        user.email = None;
    }
    Json(user)
}

#[derive(Deserialize, Validate, ToSchema)]
struct NewPassword {
    #[garde(length(bytes, max = MAX_LENGTH))]
    current_password: String,
    #[garde(custom(rules::password))]
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
    caller.require_account()?;
    if caller.person.identity.issuer != LOCAL_ISSUER {
        return Err(Problem::Forbidden("your password is kept where you signed in"));
    }
    let account = caller.person_id.to_string();
    app.logins.begin(&account, from, app.clock.now())?;
    let stored = app.store.read().await?.password_hash(caller.person_id).await?;
    if !app.passwords.matches(body.current_password, stored).await? {
        return Err(Problem::invalid("current_password", "is wrong"));
    }
    app.logins.succeeded(&account, from);
    let hash = app.passwords.hash(body.new_password).await?;
    let mut tx = app.store.begin().await?;
    tx.set_password_hash(caller.person_id, &hash).await?;
    tx.revoke_refresh_tokens(caller.person_id).await?;
    let refresh = Refresh::begin(&app, &mut tx, caller.person_id).await?;
    tx.commit().await?;
    Ok((jar.add(refresh.cookie(&app)), StatusCode::NO_CONTENT))
}
