//! `/telehealth/sessions`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::map_response;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::error::FieldCode;
use openvisit_app::sessions::end::end as end_session;
use openvisit_app::sessions::find::look;
use openvisit_app::sessions::media;
use openvisit_app::sessions::notes::Notes;
use openvisit_app::sessions::start::enter_and_start;
use openvisit_app::{App, Error};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::lifecycle::moves::MAX_REASON;
use openvisit_core::session::Admission;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::view::TelehealthSession;
use crate::dialects::ids;
use crate::dialects::refused::{in_shape, shaped};
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::ice_server::IceServer;
use crate::http::media_grant::MediaGrant;
use crate::http::problem::Problem;
use crate::state::Server;

pub fn routes() -> OpenApiRouter<Server> {
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
    #[serde(default, deserialize_with = "ids::text")]
    #[schema(value_type = String, required = true)]
    appointment_id: Option<String>,
}

/// The session of an appointment. It was made with the appointment, so asking twice gives the same.
#[utoipa::path(post, path = "/telehealth/sessions", tag = "telehealth", request_body = CreateBody,
    responses((status = 200, body = Answer)), security(("bearer" = [])))]
async fn create(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateBody>,
) -> Result<Json<Answer>, Problem> {
    let missing = || Error::invalid("appointmentId", FieldCode::Required, "is required");
    let appointment = body.appointment_id.ok_or_else(missing)?;
    let data = session_of(&app, &caller, &appointment).await?;
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
    let id = ids::appointment(&mut app.store.read().await?, caller, appointment).await?;
    let (details, _) = look(app, caller, id).await?;
    Ok(TelehealthSession::of(app, caller, &details)?)
}

#[derive(Default, Deserialize, ToSchema, Validate)]
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
    OptionalJson(body): OptionalJson<JoinBody>,
) -> Result<Json<JoinAnswer>, Problem> {
    let id = session_id(&body.session_id)?;
    let entered = enter_and_start(&app, &caller, id, body.passcode).await?;
    let admitted = entered.admission == Admission::Admitted;
    let granted =
        if admitted { Some(MediaGrant::of(id, media::grant(&app, &caller, &entered).await?)) } else { None };
    let message = if admitted { "Joined the telehealth session" } else { "You are in the waiting room" };
    let session = TelehealthSession::of(&app, &caller, &entered.details)?;
    let (media_token, media_endpoints) = granted.map(endpoints).unzip();
    let data = Joined { session, participant_id: entered.participant, media_token, media_endpoints };
    Ok(Json(JoinAnswer { success: true, message, data }))
}

fn endpoints(grant: MediaGrant) -> (String, MediaEndpoints) {
    let MediaGrant { provider, url, token, ice_servers, expires_at, details } = grant;
    (token, MediaEndpoints { provider, url, ice_servers, expires_at, details })
}

#[derive(Default, Deserialize, ToSchema, Validate)]
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
    OptionalJson(body): OptionalJson<EndSessionBody>,
) -> Result<Json<Answer>, Problem> {
    let id = session_id(&body.session_id)?;
    if body.end_reason.as_ref().is_some_and(|reason| reason.chars().count() > MAX_REASON) {
        let text = format!("at most {MAX_REASON} characters");
        return Err(Error::invalid("endReason", FieldCode::TooLong, text).into());
    }
    let details = end_session(&app, &caller, id, body.end_reason, Notes::default()).await?;
    let session = TelehealthSession::of(&app, &caller, &details)?;
    Ok(answer("Telehealth session ended successfully", session))
}

fn session_id(given: &Value) -> Result<SessionId, Problem> {
    let id = given.as_str().and_then(|text| text.parse().ok());
    id.ok_or_else(|| Problem::BadRequest("Invalid session ID: it must be a UUID".to_owned()))
}

fn answer(message: &'static str, data: TelehealthSession) -> Json<Answer> {
    Json(Answer { success: true, message, data })
}
