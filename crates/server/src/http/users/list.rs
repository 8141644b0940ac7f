use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::PersonId;
use openvisit_core::person::{Person, Role};
use openvisit_store::{Among, PersonFilter};
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::User;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path, Query};
use crate::http::page::{Paged, twenty};
use crate::http::problem::Problem;
use openvisit_app::App;
use openvisit_app::Error;

/// Which part of a list of people.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// Words of the name, or parts of them, in any order; case and accents do not matter. Or a part of the e-mail address.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<PersonId>,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 20)]
    limit: u32,
}

impl Search {
    /// A page of people, by name.
    ///
    /// # Errors
    /// The database is not there.
    pub async fn page(self, app: &App, among: Among) -> Result<Paged<User>, Problem> {
        let filter = PersonFilter { among, search: self.q, after: self.cursor, limit: self.limit + 1 };
        let people = app.store.read().await?.persons(&filter).await?;
        Ok(Paged::cut(people, self.limit, |person: &Person| person.id.to_string()).map(User::from))
    }
}

/// People by name; programs are in `/service-accounts`. Administrators only.
#[utoipa::path(get, path = "/users", tag = "accounts", operation_id = "list_users", params(Search),
    responses((status = 200, body = Paged<User>)))]
pub async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(search): Query<Search>,
) -> Result<Json<Paged<User>>, Problem> {
    caller.require(&[Role::Admin])?;
    Ok(Json(search.page(&app, Among::Everyone).await?))
}

/// One person. Administrators only.
#[utoipa::path(get, path = "/users/{id}", tag = "accounts", operation_id = "get_user", params(("id" = Uuid, Path)),
    responses((status = 200, body = User)))]
pub async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<PersonId>,
) -> Result<Json<User>, Problem> {
    caller.require(&[Role::Admin])?;
    let person = app.store.read().await?.person(id).await?.filter(|person| !person.is_service_account());
    Ok(Json(person.ok_or(Error::NotFound)?.into()))
}
