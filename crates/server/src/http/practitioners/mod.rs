//! The practitioners for whom somebody books.

use axum::extract::State;
use garde::Validate;
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Person, Role};
use openvisit_store::{Among, PersonFilter};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Query};
use super::page::Paged;
use super::problem::Problem;
use crate::http::caller::Caller;
use crate::state::Server;
use openvisit_app::App;

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Which part of the list.
#[derive(Deserialize, Validate, IntoParams)]
#[into_params(parameter_in = Query)]
struct PractitionerQuery {
    /// A part of the name or of the e-mail address.
    #[garde(length(max = 200))]
    #[param(max_length = 200)]
    q: Option<String>,
    /// The `next_cursor` of the page before.
    #[garde(skip)]
    #[param(value_type = Option<uuid::Uuid>)]
    cursor: Option<PersonId>,
    /// 1 to 100.
    #[serde(default = "hundred")]
    #[garde(range(min = 1, max = 100))]
    #[param(minimum = 1, maximum = 100, default = 100)]
    limit: u32,
}

/// Most organizations are smaller: one page shows them all.
fn hundred() -> u32 {
    100
}

/// A practitioner, as colleagues and reception know them.
#[derive(Serialize, ToSchema)]
struct PractitionerView {
    #[schema(value_type = uuid::Uuid)]
    id: PersonId,
    name: String,
    #[schema(value_type = Option<uuid::Uuid>)]
    organization_id: Option<OrganizationId>,
    /// Whether on-demand requests may come to them.
    accepts_requests: bool,
}

impl From<Person> for PractitionerView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            name: person.name,
            organization_id: person.organization_id,
            accepts_requests: person.practitioner.is_some_and(|profile| profile.accepts_requests),
        }
    }
}

/// The practitioners of the caller's organization, by name; an administrator's list holds all. Practitioners,
/// assistants and administrators.
#[utoipa::path(get, path = "/practitioners", tag = "accounts", params(PractitionerQuery),
    responses((status = 200, body = Paged<PractitionerView>)), security(("bearer" = [])))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<PractitionerQuery>,
) -> Result<Json<Paged<PractitionerView>>, Problem> {
    caller.require(&[Role::Practitioner, Role::Assistant, Role::Admin])?;
    let among = if caller.is(Role::Admin) {
        Among::Practitioners
    } else {
        Among::PractitionersOf { caller: caller.person_id, organization: caller.organization_id }
    };
    let filter = PersonFilter { among, search: query.q, after: query.cursor, limit: query.limit + 1 };
    let people = app.store.read().await?.persons(&filter).await?;
    let page = Paged::cut(people, query.limit, |person: &Person| person.id.to_string());
    Ok(Json(page.map(PractitionerView::from)))
}
