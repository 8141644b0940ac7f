use axum::extract::State;
use axum::http::StatusCode;
use openvisit_app::messages::resend as again;
use openvisit_app::{App, Error};
use openvisit_core::ids::EmailId;
use openvisit_core::person::Role;

use super::view::MessageView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

/// Send an e-mail again, whatever became of it: with the same id, at once, and again for days if need be, as long as it is
/// still true. Administrators only.
#[utoipa::path(post, path = "/messages/{id}/resend", tag = "messages", operation_id = "resend_message",
    params(("id" = Uuid, Path)), responses((status = 202, body = MessageView)))]
pub async fn resend(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<EmailId>,
) -> Result<(StatusCode, Json<MessageView>), Problem> {
    caller.require(&[Role::Admin])?;
    let email = again(&app, id).await?.ok_or(Error::NotFound)?;
    Ok((StatusCode::ACCEPTED, Json(email.into())))
}
