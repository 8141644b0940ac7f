//! `POST /api/video-sessions`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_core::ids::PersonId;
use openvisit_core::person::{LOCAL_ISSUER, Role};
use openvisit_store::Tx;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::VideoSession;
use super::{refused, times};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::http::appointments::create::{CreateBody, PartyBody, create, may_book};
use crate::http::dialects::ids;
use crate::http::dialects::refused::Refused;
use crate::http::extract::Json;
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[schema(as = VideoSessionCreate)]
#[garde(allow_unvalidated)]
pub struct CreateSession {
    /// The caller, where he or she is a partner and this is not given. Our id or the other system's.
    #[serde(default, deserialize_with = "ids::text")]
    pub partner_id: Option<String>,
    /// Our id or the other system's.
    #[serde(default, deserialize_with = "ids::text")]
    pub user_id: Option<String>,
    pub title: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub session_date: Timestamp,
    /// 30 to 180; derived from `end_date` when not given.
    pub duration_minutes: Option<i64>,
    /// Derived from `duration_minutes` when not given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Timestamp>,
    /// True when not given.
    pub password_enabled: Option<bool>,
    pub notes: Option<String>,
}

/// Books a session of exactly one partner and one user. The password is in this answer and in no later one.
#[utoipa::path(post, path = "/api/video-sessions", tag = "practice", request_body = CreateSession,
    responses((status = 201, body = VideoSession)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateSession>,
) -> Result<(StatusCode, Json<VideoSession>), Refused> {
    may_book(&caller)?;
    let booking = booking(&app, &caller, body).await?;
    let created = create(&app, &caller, booking).await;
    let (session, password) = match created {
        Ok(created) => created,
        Err(problem) => return Err(refused::told(&app, &caller, problem).await),
    };
    let shown = super::show(&app, &caller, &session).await?;
    Ok((StatusCode::CREATED, Json(VideoSession { password: Some(password), ..shown })))
}

/// The canonical booking that this body asks for.
async fn booking(app: &App, caller: &Caller, body: CreateSession) -> Result<CreateBody, Problem> {
    let minutes = times::minutes(body.session_date, body.duration_minutes, body.end_date)?
        .ok_or_else(|| Problem::invalid("duration_minutes", "give this or end_date"))?;
    let user = body.user_id.ok_or_else(|| Problem::invalid("user_id", "whose session it is"))?;
    if body.partner_id.is_none() && caller.is(Role::Admin) && !caller.is(Role::Practitioner) {
        return Err(Problem::invalid("partner_id", "whose session it is"));
    }
    let mut tx = app.store.read().await?;
    let (client_id, client) = party(&mut tx, caller, "user_id", &user).await?.into();
    let (practitioner_id, practitioner) = match body.partner_id {
        Some(partner) => party(&mut tx, caller, "partner_id", &partner).await?.into(),
        None => (None, None),
    };
    Ok(CreateBody {
        practitioner_id,
        practitioner,
        client_id,
        client,
        duration_minutes: times::allowed(minutes)?,
        title: body.title,
        notes: body.notes,
        passcode: Some(body.password_enabled.unwrap_or(true)),
        max_participants: Some(2),
        ..CreateBody::video(body.session_date)
    })
}

/// Whom an id names: somebody known here, or somebody whom the caller's own system knows, perhaps before we do.
enum Named {
    Known(PersonId),
    Theirs(PartyBody),
}

impl From<Named> for (Option<PersonId>, Option<PartyBody>) {
    fn from(named: Named) -> Self {
        match named {
            Named::Known(id) => (Some(id), None),
            Named::Theirs(party) => (None, Some(party)),
        }
    }
}

async fn party(tx: &mut Tx, caller: &Caller, field: &'static str, text: &str) -> Result<Named, Problem> {
    let ours = match text.parse() {
        Ok(id) => tx.person(id).await?,
        Err(_) => None,
    };
    let issuer = &caller.person.identity.issuer;
    match ours {
        // Our id of somebody of the caller's own system is as good as that system's.
        Some(person) if person.identity.issuer == *issuer && issuer != LOCAL_ISSUER => {
            Ok(Named::Theirs(party_of(person.identity.subject, issuer)))
        }
        Some(person) => Ok(Named::Known(person.id)),
        None if issuer != LOCAL_ISSUER => Ok(Named::Theirs(party_of(text.to_owned(), issuer))),
        None => match ids::person(tx, caller, text).await {
            Err(Problem::NotFound) => Err(Problem::invalid(field, "names nobody whom you may book")),
            person => person.map(|person| Named::Known(person.id)),
        },
    }
}

fn party_of(subject: String, issuer: &str) -> PartyBody {
    PartyBody { issuer: issuer.to_owned(), subject, name: None, email: None }
}
