//! `/api/debug`: the two views for support staff.

use axum::extract::State;
use garde::Validate;
use openvisit_app::App;
use openvisit_core::person::Role;
use openvisit_store::Label;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::ids;
use super::words;
use crate::http::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::support_views::{MechanicFlow, SessionCheck, Terms};

const TERMS: Terms = Terms { role: words::part, state: words::status };

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct CheckQuery {
    /// A session's or a request's id, an appointment's, or another system's.
    #[garde(length(min = 1))]
    #[param(min_length = 1)]
    id: String,
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct FlowQuery {
    /// The mechanic's e-mail address.
    #[garde(length(min = 1, max = 254))]
    #[param(min_length = 1, max_length = 254)]
    #[serde(rename = "mechanicEmail")]
    mechanic_email: String,
}

/// Support staff: where is this session, and can it be ended? Administrators only.
#[utoipa::path(get, path = "/api/debug/check-session", tag = "marketplace", params(CheckQuery),
    responses((status = 200, body = SessionCheck)), security(("bearer" = [])))]
pub async fn check_session(
    State(app): State<App>,
    caller: Caller,
    query: Result<Query<CheckQuery>, Problem>,
) -> Result<Json<SessionCheck>, Problem> {
    caller.require(&[Role::Admin])?;
    let Query(query) = query?;
    let ids = ids(&app, &caller);
    let id_of = |id, label: Option<&Label>| ids.person(id, label);
    Ok(Json(SessionCheck::look(&app, &caller, &query.id, &words::WORDING, &TERMS, &id_of).await?))
}

/// Support staff: why does this mechanic see no requests? Administrators only.
#[utoipa::path(get, path = "/api/debug/test-mechanic-flow", tag = "marketplace", params(FlowQuery),
    responses((status = 200, body = MechanicFlow)), security(("bearer" = [])))]
pub async fn test_mechanic_flow(
    State(app): State<App>,
    caller: Caller,
    query: Result<Query<FlowQuery>, Problem>,
) -> Result<Json<MechanicFlow>, Problem> {
    caller.require(&[Role::Admin])?;
    let Query(query) = query?;
    let ids = ids(&app, &caller);
    let id_of = |id, label: Option<&Label>| ids.person(id, label);
    Ok(Json(MechanicFlow::look(&app, &caller, &query.mechanic_email, &words::WORDING, &id_of).await?))
}
