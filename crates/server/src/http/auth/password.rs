//! A password is chosen by a link: `POST /auth/password/forgotten`, `POST /auth/password/choose`.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::App;
use openvisit_app::people::password_links;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::http::address::ClientAddress;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::rules;

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgottenPassword {
    /// What the account signs in with.
    #[garde(length(max = 254))]
    #[schema(max_length = 254)]
    email: String,
}

/// Somebody has forgotten their password. Where there is such an account, it gets a link by e-mail, which is good for an
/// hour and once; the answer is the same where there is none.
#[utoipa::path(post, path = "/auth/password/forgotten", tag = "accounts", operation_id = "forget_password", security(()),
    request_body = ForgottenPassword, responses((status = 202)))]
pub async fn forgotten(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<ForgottenPassword>,
) -> Result<StatusCode, Problem> {
    password_links::forgot(&app, &body.email, from).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenPassword {
    /// The fragment of the link.
    #[garde(length(max = 200))]
    #[schema(max_length = 200)]
    token: String,
    #[garde(custom(rules::password))]
    #[schema(min_length = 12, max_length = 256)]
    password: String,
}

/// Chooses a password by a link, which is used up by it. Ends all logins of the account.
#[utoipa::path(post, path = "/auth/password/choose", tag = "accounts", operation_id = "choose_password", security(()),
    request_body = ChosenPassword, responses((status = 204)))]
pub async fn choose(
    State(app): State<App>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<ChosenPassword>,
) -> Result<StatusCode, Problem> {
    password_links::choose(&app, &body.token, body.password, from).await?;
    Ok(StatusCode::NO_CONTENT)
}
