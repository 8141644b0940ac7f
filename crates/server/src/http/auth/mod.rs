//! Signing in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum_extra::extract::CookieJar;
use garde::Validate;
use openvisit_core::person::Person;
use openvisit_store::Tx;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::Json;
use super::problem::Problem;
use super::users::view::User;
use crate::app::App;
use crate::auth::address::ClientAddress;
use crate::auth::password::MAX_LENGTH;
use crate::auth::refresh::{self, Refresh};

pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(login)).routes(routes!(refresh)).routes(routes!(logout))
}

#[derive(Deserialize, Validate, ToSchema)]
struct Login {
    #[garde(length(max = 254))]
    email: String,
    #[garde(length(bytes, max = MAX_LENGTH))]
    password: String,
}

#[derive(Serialize, ToSchema)]
struct SignedIn {
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    expires_in: i64,
    user: User,
}

/// Sign in. Sets the cookie that `/auth/refresh` reads.
#[utoipa::path(post, path = "/auth/login", tag = "accounts", security(()), request_body = Login,
    responses((status = 200, body = SignedIn)))]
async fn login(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    jar: CookieJar,
    Json(body): Json<Login>,
) -> Result<(CookieJar, Json<SignedIn>), Problem> {
    if !app.settings.local_login {
        return Err(Problem::Forbidden("this server keeps no passwords; sign in at its issuer"));
    }
    app.logins.begin(&body.email, from, app.clock.now())?;
    let (person, hash) = account(&app, &body.email).await?;
    let right = app.passwords.matches(body.password, hash).await?;
    let person = person.filter(|person| right && !person.disabled).ok_or(Problem::WrongLogin)?;
    app.logins.succeeded(&body.email, from);
    let mut tx = app.store.begin().await?;
    let refresh = Refresh::begin(&app, &mut tx, person.id).await?;
    signed_in(&app, tx, jar, refresh, person).await
}

/// A new access token, for the cookie that login set. The cookie is replaced; the old one used again ends
/// the login.
#[utoipa::path(post, path = "/auth/refresh", tag = "accounts", security(()),
    responses((status = 200, body = SignedIn)))]
async fn refresh(State(app): State<App>, jar: CookieJar) -> Result<(CookieJar, Json<SignedIn>), Problem> {
    let presented = jar.get(refresh::COOKIE).ok_or(Problem::Unauthorized)?;
    let mut tx = app.store.begin().await?;
    let Some((refresh, person_id)) = Refresh::rotate(&app, &mut tx, presented.value()).await? else {
        tx.commit().await?;
        return Err(Problem::Unauthorized);
    };
    let person = tx.person(person_id).await?.filter(|person| !person.disabled);
    signed_in(&app, tx, jar, refresh, person.ok_or(Problem::Unauthorized)?).await
}

/// Sign out: ends the login that the cookie belongs to. Access tokens run out by themselves.
#[utoipa::path(post, path = "/auth/logout", tag = "accounts", security(()), responses((status = 204)))]
async fn logout(State(app): State<App>, jar: CookieJar) -> Result<(CookieJar, StatusCode), Problem> {
    if let Some(presented) = jar.get(refresh::COOKIE) {
        let mut tx = app.store.begin().await?;
        tx.revoke_refresh_family(&refresh::hash(presented.value())).await?;
        tx.commit().await?;
    }
    Ok((jar.add(refresh::no_cookie(&app)), StatusCode::NO_CONTENT))
}

async fn account(app: &App, email: &str) -> Result<(Option<Person>, Option<String>), Problem> {
    let mut tx = app.store.read().await?;
    match tx.local_person(email.trim()).await? {
        Some(person) => {
            let hash = tx.password_hash(person.id).await?;
            Ok((Some(person), hash))
        }
        None => Ok((None, None)),
    }
}

async fn signed_in(
    app: &App,
    tx: Tx,
    jar: CookieJar,
    refresh: Refresh,
    person: Person,
) -> Result<(CookieJar, Json<SignedIn>), Problem> {
    let now = app.clock.now();
    let issued =
        app.tokens.access(person.id, now, app.settings.access_token_life()).map_err(Problem::internal)?;
    tx.commit().await?;
    let answer = SignedIn {
        access_token: issued.token,
        token_type: "Bearer",
        expires_in: issued.expires_in,
        user: person.into(),
    };
    Ok((jar.add(refresh.cookie(app)), Json(answer)))
}
