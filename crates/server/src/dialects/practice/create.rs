//! `POST /api/video-sessions`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::appointments::book::{Booked, Booking, book, may_book};
use openvisit_app::appointments::terms::MAX_SHORT;
use openvisit_app::auth::caller;
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::person::Role;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::VideoSession;
use super::{refused, times};
use crate::dialects::ids::{self, GivenParty};
use crate::dialects::lenient::{self, Moment};
use crate::dialects::refused::Refused;
use crate::http::caller::Caller;
use crate::http::extract::Json;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[schema(as = VideoSessionCreate)]
#[garde(allow_unvalidated)]
pub struct CreateSession {
    /// The caller, where they are a partner and this is not given. Our id or the other system's.
    #[serde(default, deserialize_with = "ids::text")]
    pub partner_id: Option<String>,
    /// Our id or the other system's.
    #[serde(default, deserialize_with = "ids::text")]
    pub user_id: Option<String>,
    /// What the user is called until they sign in for the first time; so with the next three.
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    pub user_name: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    pub user_email: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    pub partner_name: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    pub partner_email: Option<String>,
    pub title: Option<String>,
    /// Without an offset, as a form's `datetime-local` gives it, it is a time of the partner's zone; like `end_date`.
    #[schema(value_type = String, format = DateTime)]
    pub session_date: Moment,
    /// 30 to 180; derived from `end_date` when not given.
    #[serde(default, deserialize_with = "lenient::number")]
    pub duration_minutes: Option<i64>,
    /// Derived from `duration_minutes` when not given.
    #[serde(default, deserialize_with = "lenient::moment")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub end_date: Option<Moment>,
    /// True when not given.
    #[serde(default, deserialize_with = "lenient::switch")]
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
    let Booked { details, passcode } = match book(&app, &caller, booking).await {
        Ok(booked) => booked,
        Err(error) => return Err(refused::told(&app, &caller, error).await),
    };
    let shown = VideoSession::of(&app, &caller, &details)?;
    Ok((StatusCode::CREATED, Json(VideoSession { password: Some(passcode), ..shown })))
}

/// The booking that this body asks for.
async fn booking(app: &App, caller: &caller::Caller, body: CreateSession) -> Result<Booking, Error> {
    let wrong = |field: &str, text: &str| Error::invalid(field, FieldCode::Required, text);
    let user = body.user_id.ok_or_else(|| wrong("user_id", "whose session it is"))?;
    if body.partner_id.is_none() && caller.is(Role::Admin) && !caller.is(Role::Practitioner) {
        return Err(wrong("partner_id", "whose session it is"));
    }
    let user = GivenParty { id: user, name: body.user_name, email: body.user_email };
    let client = user.find(&app.store, caller, "user_id").await?;
    let practitioner = match body.partner_id {
        Some(id) => {
            let partner = GivenParty { id, name: body.partner_name, email: body.partner_email };
            Some(partner.find(&app.store, caller, "partner_id").await?)
        }
        None => None,
    };
    let zone = lenient::zone_for(&app.store, caller, practitioner.as_ref()).await?;
    let start = body.session_date.within(&zone, "session_date")?;
    let end = body.end_date.map(|end| end.within(&zone, "end_date")).transpose()?;
    let minutes = times::minutes(start, body.duration_minutes, end)?
        .ok_or_else(|| wrong("duration_minutes", "give this or end_date"))?;
    Ok(Booking {
        practitioner,
        client: Some(client),
        title: body.title,
        notes: body.notes,
        passcode: Some(body.password_enabled.unwrap_or(true)),
        max_participants: Some(2),
        ..Booking::video(start, times::allowed(minutes)?)
    })
}
