//! `/api/v1/support`: what support staff ask. No names, no notes, nothing that a client wrote.

use axum::extract::State;
use openvisit_core::person::Role;
use openvisit_core::session::{PartyRole, State as SessionState};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::extract::{Json, Path};
use super::problem::Problem;
use crate::http::caller::Caller;
use crate::state::Server;
use crate::support_views::{MechanicFlow, SessionCheck, Terms, ours};
use openvisit_app::App;
use openvisit_app::Error;

/// The longest id that is looked for: an e-mail address.
const LONGEST: usize = 254;

const TERMS: Terms = Terms { role, state };

fn role(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Practitioner => "practitioner",
        PartyRole::Client => "client",
        PartyRole::Guest => "guest",
    }
}

fn state(state: &SessionState) -> &'static str {
    state.status().name()
}

pub fn routes() -> OpenApiRouter<Server> {
    OpenApiRouter::new().routes(routes!(session)).routes(routes!(practitioner))
}

/// Where a session is, and whether it can be ended now. The id is a session's, a request's, an appointment's, or
/// another system's. Administrators only.
#[utoipa::path(get, path = "/support/sessions/{id}", tag = "support", operation_id = "check_session_of",
    params(("id" = String, Path)), responses((status = 200, body = SessionCheck)), security(("bearer" = [])))]
async fn session(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<SessionCheck>, Problem> {
    caller.require(&[Role::Admin])?;
    Ok(Json(SessionCheck::look(&app, &caller, checked(&id)?, &app.settings.wording(), &TERMS, &ours).await?))
}

/// Why a practitioner sees requests or does not, with the rule that keeps each away. The id is theirs, another
/// system's, or an e-mail address. Administrators; a practitioner for themselves.
#[utoipa::path(get, path = "/support/practitioners/{id}", tag = "support",
    operation_id = "check_practitioner_of", params(("id" = String, Path)),
    responses((status = 200, body = MechanicFlow)), security(("bearer" = [])))]
async fn practitioner(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Json<MechanicFlow>, Problem> {
    let own = caller.is(Role::Practitioner) && id.parse() == Ok(caller.person_id);
    if own {
        caller.require_account()?;
    } else {
        caller.require(&[Role::Admin])?;
    }
    Ok(Json(MechanicFlow::look(&app, &caller, checked(&id)?, &app.settings.wording(), &ours).await?))
}

fn checked(id: &str) -> Result<&str, Error> {
    if id.len() <= LONGEST { Ok(id) } else { Err(Error::NotFound) }
}
