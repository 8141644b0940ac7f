//! `/api/debug`: the two views for support staff.

use axum::extract::State;
use garde::Validate;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{OrganizationId, ParticipantId, PersonId, RequestId, SessionId};
use openvisit_core::person::Role;
use openvisit_core::request::{Request, Status as RequestStatus};
use openvisit_core::session::{Admission, Participant, PartyRole, Session};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::WORDS;
use super::view::status;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::requests::view::RequestStatus as RequestStatusName;
use crate::http::sessions::view::AppointmentKind;
use crate::support::practitioner::{Inspected, inspect};
use crate::support::session::{Found, find, recommendations_for_nothing};

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct CheckQuery {
    /// A session's or a request's id, an appointment's, or another system's.
    #[garde(length(min = 1, max = 200))]
    id: String,
}

#[derive(Debug, Deserialize, IntoParams, Validate)]
#[into_params(parameter_in = Query)]
pub struct FlowQuery {
    /// The mechanic's e-mail address.
    #[garde(length(min = 1, max = 254))]
    #[serde(rename = "mechanicEmail")]
    mechanic_email: String,
}

/// Where a session is, and whether it can be ended now.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SessionCheck {
    found: bool,
    #[schema(value_type = Option<uuid::Uuid>)]
    id: Option<SessionId>,
    #[schema(value_type = Option<AppointmentKind>)]
    kind: Option<Kind>,
    /// pending, waiting, live, completed or cancelled.
    status: Option<&'static str>,
    /// What it came from; null where it was booked.
    request: Option<RequestCheck>,
    participants: Vec<ParticipantCheck>,
    can_be_ended: bool,
    recommendations: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct RequestCheck {
    #[schema(value_type = uuid::Uuid)]
    id: RequestId,
    #[schema(value_type = RequestStatusName)]
    status: RequestStatus,
    #[schema(value_type = uuid::Uuid)]
    customer_user_id: PersonId,
    #[schema(value_type = String, format = DateTime)]
    created_at: jiff::Timestamp,
    #[schema(value_type = String, format = DateTime)]
    expires_at: jiff::Timestamp,
}

#[derive(Debug, Serialize, ToSchema)]
struct ParticipantCheck {
    #[schema(value_type = uuid::Uuid)]
    id: ParticipantId,
    #[schema(value_type = uuid::Uuid)]
    user_id: PersonId,
    /// mechanic, customer or guest.
    role: &'static str,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    state: Admission,
    present: bool,
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
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let Some(found) = find(&mut tx, &query.id, now).await? else {
        let recommendations = recommendations_for_nothing();
        return Ok(Json(SessionCheck { recommendations, ..SessionCheck::default() }));
    };
    let recommendations = found.recommendations(&app.settings.policy(), &WORDS, now);
    Ok(Json(SessionCheck { recommendations, ..SessionCheck::of(&found) }))
}

impl SessionCheck {
    fn of(found: &Found) -> Self {
        let (id, status, participants) = match found {
            Found::Session { session, .. } => (session.id, status(&session.state), participants(session)),
            Found::Request(request) => {
                let status = if request.ended_at().is_some() { "cancelled" } else { "pending" };
                (request.session_id(), status, Vec::new())
            }
        };
        Self {
            found: true,
            id: Some(id),
            kind: Some(found.kind()),
            status: Some(status),
            request: found.request().map(RequestCheck::of),
            participants,
            can_be_ended: found.can_be_ended(),
            recommendations: Vec::new(),
        }
    }
}

impl RequestCheck {
    fn of(request: &Request) -> Self {
        Self {
            id: request.id,
            status: request.status(),
            customer_user_id: request.client_id,
            created_at: request.created_at,
            expires_at: request.expires_at,
        }
    }
}

fn participants(session: &Session) -> Vec<ParticipantCheck> {
    let check = |participant: &Participant| ParticipantCheck {
        id: participant.id,
        user_id: participant.person_id,
        role: match participant.role {
            PartyRole::Practitioner => "mechanic",
            PartyRole::Client => "customer",
            PartyRole::Guest => "guest",
        },
        state: participant.admission,
        present: session.attendance.is_present(participant.id),
    };
    session.participants.iter().map(check).collect()
}

/// Why a mechanic sees no requests.
#[derive(Debug, Serialize, ToSchema)]
pub struct MechanicFlow {
    login: LoginCheck,
    mechanic: MechanicCheck,
    required: RequiredCheck,
    /// How many requests wait.
    pending_requests: usize,
    /// How many of them this mechanic may see.
    visible_requests: usize,
    filtered_out: Vec<FilteredRequest>,
    recommendations: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct LoginCheck {
    exists: bool,
    enabled: bool,
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<PersonId>,
}

#[derive(Debug, Serialize, ToSchema)]
struct MechanicCheck {
    linked: bool,
    #[schema(value_type = Option<uuid::Uuid>)]
    user_id: Option<PersonId>,
    can_accept_sessions: bool,
    service_tier: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    workshop_id: Option<OrganizationId>,
}

/// The three things that are needed to see any request.
#[derive(Debug, Serialize, ToSchema)]
struct RequiredCheck {
    linked: bool,
    login_exists_and_is_enabled: bool,
    can_accept_sessions: bool,
}

#[derive(Debug, Serialize, ToSchema)]
struct FilteredRequest {
    #[schema(value_type = uuid::Uuid)]
    request_id: RequestId,
    /// The rule's name.
    rule: &'static str,
    /// The rule in a sentence.
    reason: String,
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
    let mut tx = app.store.read().await?;
    let rules = app.settings.request_rules();
    let inspected = inspect(&mut tx, &query.mechanic_email, &rules, app.clock.now()).await?;
    Ok(Json(MechanicFlow::of(&inspected)))
}

impl MechanicFlow {
    fn of(inspected: &Inspected) -> Self {
        let person = inspected.person.as_ref();
        let mechanic = person.filter(|_| inspected.is_practitioner());
        Self {
            login: LoginCheck {
                exists: person.is_some(),
                enabled: inspected.can_sign_in(),
                user_id: person.map(|person| person.id),
            },
            mechanic: MechanicCheck {
                linked: inspected.is_practitioner(),
                user_id: mechanic.map(|person| person.id),
                can_accept_sessions: inspected.accepts_requests(),
                service_tier: inspected.service_tier().map(str::to_owned),
                workshop_id: mechanic.and_then(|person| person.organization_id),
            },
            required: RequiredCheck {
                linked: inspected.is_practitioner(),
                login_exists_and_is_enabled: inspected.can_sign_in(),
                can_accept_sessions: inspected.accepts_requests(),
            },
            pending_requests: inspected.pending,
            visible_requests: inspected.visible,
            filtered_out: inspected
                .filtered
                .iter()
                .map(|(request_id, rule)| FilteredRequest {
                    request_id: *request_id,
                    rule: rule.rule(),
                    reason: rule.to_string(),
                })
                .collect(),
            recommendations: inspected.recommendations(&WORDS),
        }
    }
}
