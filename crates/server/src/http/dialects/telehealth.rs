//! The telehealth dialect: clinician and patient, `/telehealth`. Status follows from join and end alone.

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::map_response;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::access::{Action, Actor, Relation};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{AppointmentId, ParticipantId, PersonId, SessionId};
use openvisit_core::lifecycle::Refusal;
use openvisit_core::lifecycle::moves::MAX_REASON;
use openvisit_core::session::{Admission, PartyRole, Session, Status};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::refused::{in_shape, shaped};
use super::{ids, nearest_minutes};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::changes::{Which, find};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::sessions;
use crate::http::sessions::end::EndBody;
use crate::http::sessions::join::{Door, MediaGrant, enter, grant, start_and_enter};
use crate::http::sessions::view::{ParticipantView, SessionView};
use crate::ice::IceServer;

pub fn routes() -> OpenApiRouter<App> {
    let ending =
        OpenApiRouter::new().routes(routes!(end)).layer(map_response(|a| async { shaped(a, refused_end) }));
    let routes =
        OpenApiRouter::new().routes(routes!(create)).routes(routes!(get)).routes(routes!(join)).merge(ending);
    in_shape(routes, "/telehealth", refused)
}

fn refused(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let mut body = json!({ "success": false, "message": problem.to_string(), "code": problem.code() });
    if let Some(body) = body.as_object_mut() {
        body.extend(problem.extras());
        body.extend(more);
    }
    (problem.status(), body)
}

/// Whatever keeps a session from being ended is a bad request here, unless it is the token or ourselves.
fn refused_end(problem: &Problem, more: Map<String, Value>) -> (StatusCode, Value) {
    let (status, body) = refused(problem, more);
    let as_it_is = status == StatusCode::UNAUTHORIZED || status.is_server_error();
    (if as_it_is { status } else { StatusCode::BAD_REQUEST }, body)
}

/// Every answer of this dialect.
#[derive(Serialize, ToSchema)]
#[schema(as = TelehealthAnswer)]
struct Answer {
    success: bool,
    message: &'static str,
    data: TelehealthSession,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TelehealthJoined)]
struct JoinAnswer {
    success: bool,
    message: &'static str,
    data: Joined,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TelehealthSession {
    #[schema(value_type = uuid::Uuid)]
    id: SessionId,
    #[schema(value_type = uuid::Uuid)]
    appointment_id: AppointmentId,
    /// SCHEDULED, WAITING_ROOM, IN_SESSION, COMPLETED, CANCELLED or NO_SHOW.
    status: &'static str,
    room_name: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    end_reason: Option<String>,
    /// clinician, patient, admin or system.
    ended_by: Option<&'static str>,
    /// To the nearest minute; null until it has ended.
    duration_minutes: Option<i64>,
    participants: Vec<TelehealthParticipant>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TelehealthParticipant {
    #[schema(value_type = uuid::Uuid)]
    id: ParticipantId,
    #[schema(value_type = uuid::Uuid)]
    user_id: PersonId,
    /// clinician, patient or guest.
    role: &'static str,
    name: String,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    state: Admission,
    connected: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    joined_at: Option<Timestamp>,
}

/// The session, and what its media needs; both null for a patient who waits: join again when told.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Joined {
    #[serde(flatten)]
    session: TelehealthSession,
    #[schema(value_type = uuid::Uuid)]
    participant_id: ParticipantId,
    media_token: Option<String>,
    media_endpoints: Option<MediaEndpoints>,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MediaEndpoints {
    #[schema(value_type = String, example = "embedded")]
    provider: MediaProvider,
    /// Of the embedded provider: where an SDP offer is posted with the media token.
    url: Option<String>,
    ice_servers: Vec<IceServer>,
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
    /// What else the provider's own program asks for.
    #[schema(value_type = Option<Object>)]
    details: Option<Value>,
}

#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schema(as = TelehealthCreate)]
struct CreateBody {
    /// Ours, or the other system's. Other settings are taken and change nothing: the booking has them.
    #[garde(skip)]
    appointment_id: String,
}

/// The session of an appointment. It was made with the appointment, so asking twice gives the same.
#[utoipa::path(post, path = "/telehealth/sessions", tag = "telehealth", request_body = CreateBody,
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateBody>,
) -> Result<Json<Answer>, Problem> {
    let data = session_of(&app, &caller, &body.appointment_id).await?;
    Ok(answer("Telehealth session is ready", data))
}

/// The session of an appointment; the key is the appointment's id.
#[utoipa::path(get, path = "/telehealth/sessions/{appointmentId}", tag = "telehealth",
    params(("appointmentId" = String, Path)),
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn get(
    State(app): State<App>,
    caller: Caller,
    Path(appointment): Path<String>,
) -> Result<Json<Answer>, Problem> {
    let data = session_of(&app, &caller, &appointment).await?;
    Ok(answer("Telehealth session found", data))
}

async fn session_of(app: &App, caller: &Caller, appointment: &str) -> Result<TelehealthSession, Problem> {
    let mut tx = app.store.read().await?;
    let id = ids::appointment(&mut tx, caller, appointment).await?;
    let (session, _) = find(&mut tx, Which::Session(id), caller, Action::See).await?;
    drop(tx);
    view(app, caller, &session).await
}

#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schema(as = TelehealthJoin)]
#[garde(allow_unvalidated)]
struct JoinBody {
    #[schema(value_type = uuid::Uuid, required = true)]
    #[serde(default)]
    session_id: Value,
    /// Six digits, where the appointment was booked with a passcode.
    passcode: Option<String>,
    /// Not believed: the token says who comes.
    #[serde(rename = "userRole")]
    _user_role: Option<Value>,
    /// Taken and not needed: nothing is recorded.
    #[serde(rename = "recordingConsent")]
    _recording_consent: Option<Value>,
}

/// The practitioner's join starts the session and lets the patient in; a patient who comes first waits.
#[utoipa::path(post, path = "/telehealth/sessions/join", tag = "telehealth", request_body = JoinBody,
    responses((status = 200, body = JoinAnswer)), security(("bearer" = [])))]
async fn join(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<JoinBody>,
) -> Result<Json<JoinAnswer>, Problem> {
    let which = Which::Session(session_id(&body.session_id)?);
    let (session, participant_id) = come(&app, &caller, which, body.passcode).await?;
    let admitted = session.participant(participant_id).is_some_and(|p| p.admission == Admission::Admitted);
    let granted = if admitted { Some(grant(&app, &session, participant_id).await?) } else { None };
    let message = if admitted { "Joined the telehealth session" } else { "You are in the waiting room" };
    let session = view(&app, &caller, &session).await?;
    let (media_token, media_endpoints) = granted.map(endpoints).unzip();
    let data = Joined { session, participant_id, media_token, media_endpoints };
    Ok(Json(JoinAnswer { success: true, message, data }))
}

/// A practitioner's coming starts, unless the booking leaves that to the client, and opens the door all the same.
async fn come(
    app: &App,
    caller: &Caller,
    which: Which,
    passcode: Option<String>,
) -> Result<(Session, ParticipantId), Problem> {
    let policy = app.settings.policy();
    let (session, relation) = find(&mut app.store.read().await?, which, caller, Action::Join).await?;
    let start = session.start(app.clock.now(), &policy, relation.into());
    let just_joins = matches!(start, Err(Refusal::NotTheStarter(_) | Refusal::NotNow { .. }));
    if relation != Relation::Practitioner || just_joins {
        return enter(app, caller, which, passcode, Door::Open).await;
    }
    let (session, participant) = start_and_enter(app, caller, which, passcode, policy.started_by).await?;
    participant.map(|id| (session, id)).ok_or(Problem::NotFound)
}

fn endpoints(grant: MediaGrant) -> (String, MediaEndpoints) {
    let MediaGrant { provider, url, token, ice_servers, expires_at, details, .. } = grant;
    (token, MediaEndpoints { provider, url, ice_servers, expires_at, details })
}

#[derive(Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schema(as = TelehealthEnd)]
struct EndSessionBody {
    #[schema(value_type = uuid::Uuid, required = true)]
    #[garde(skip)]
    #[serde(default)]
    session_id: Value,
    /// At most 500 characters.
    #[garde(skip)]
    end_reason: Option<String>,
}

/// Ends the session for everyone. What has ended is given again.
#[utoipa::path(post, path = "/telehealth/sessions/end", tag = "telehealth", request_body = EndSessionBody,
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<EndSessionBody>,
) -> Result<Json<Answer>, Problem> {
    let which = Which::Session(session_id(&body.session_id)?);
    if body.end_reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        return Err(Problem::invalid("endReason", format!("at most {MAX_REASON} characters")));
    }
    let reason = EndBody { reason: body.end_reason, ..EndBody::default() };
    let session = sessions::end::end(&app, &caller, which, reason).await?;
    Ok(answer("Telehealth session ended successfully", view(&app, &caller, &session).await?))
}

fn session_id(given: &Value) -> Result<SessionId, Problem> {
    let id = given.as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| Problem::BadRequest("Invalid session ID: it must be a UUID".to_owned()))
}

fn answer(message: &'static str, data: TelehealthSession) -> Json<Answer> {
    Json(Answer { success: true, message, data })
}

async fn view(app: &App, caller: &Caller, session: &Session) -> Result<TelehealthSession, Problem> {
    let duration_minutes = session.duration().map(nearest_minutes);
    let SessionView {
        id,
        appointment_id,
        status,
        started_at,
        ended_at,
        end_reason,
        ended_by,
        participants,
        ..
    } = sessions::show(app, caller, session).await?;
    Ok(TelehealthSession {
        id,
        appointment_id,
        status: word(status),
        room_name: id.to_string(),
        started_at,
        ended_at,
        end_reason,
        ended_by: ended_by.map(actor),
        duration_minutes,
        participants: participants.into_iter().map(participant).collect(),
    })
}

fn participant(view: ParticipantView) -> TelehealthParticipant {
    TelehealthParticipant {
        id: view.id,
        user_id: view.person_id,
        role: match view.role {
            PartyRole::Practitioner => "clinician",
            PartyRole::Client => "patient",
            PartyRole::Guest => "guest",
        },
        name: view.name,
        state: view.state,
        connected: view.connected,
        joined_at: view.joined_at,
    }
}

fn word(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "SCHEDULED",
        Status::Waiting => "WAITING_ROOM",
        Status::InProgress => "IN_SESSION",
        Status::Completed => "COMPLETED",
        Status::Cancelled => "CANCELLED",
        Status::NoShow => "NO_SHOW",
    }
}

fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Practitioner => "clinician",
        Actor::Client => "patient",
        Actor::Guest => "guest",
        Actor::Assistant => "assistant",
        Actor::Admin => "admin",
        Actor::System => "system",
    }
}
