use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_core::ids::EmailId;
use openvisit_core::person::Role;
use openvisit_store::{Emails, StoredEmail};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{MessageView, StateName};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;

#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MessagePage {
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<EmailId>,
    /// Only what has come so far.
    #[garde(skip)]
    state: Option<StateName>,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

/// What became of each e-mail, the latest first, kept for 90 days. Administrators only.
#[utoipa::path(get, path = "/messages", tag = "messages", operation_id = "list_messages", params(MessagePage),
    responses((status = 200, body = Paged<MessageView>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(page): Query<MessagePage>,
) -> Result<Json<Paged<MessageView>>, Problem> {
    caller.require(&[Role::Admin])?;
    let wanted = Emails { before: page.cursor, state: page.state.map(Into::into), limit: page.limit + 1 };
    let found = app.store.read().await?.emails(&wanted).await?;
    let found = Paged::cut(found, page.limit, |email: &StoredEmail| email.id.to_string());
    Ok(Json(found.map(MessageView::from)))
}
