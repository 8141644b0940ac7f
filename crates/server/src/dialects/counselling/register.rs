//! `PUT /api/video-calls/session/{sessionId}`: the application makes a session of its own known.

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use openvisit_app::appointments::book::may_book;
use openvisit_app::appointments::register::{self, Registration};
use openvisit_app::appointments::terms::MAX_SHORT;
use openvisit_app::auth::caller;
use openvisit_app::error::{FieldCode, FieldError};
use openvisit_app::{App, Error};
use openvisit_core::ids::SessionId;
use openvisit_store::SessionDetails;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{http as calls, words};
use crate::dialects::ids::{self, GivenParty};
use crate::dialects::lenient::{self, Moment};
use crate::http::caller::Caller;
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;

#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(rename_all = "camelCase")]
#[schema(as = CounsellingRegistration)]
#[garde(allow_unvalidated)]
pub struct RegisterBody {
    /// The application's own id, or ours. Stays once the session is known.
    #[serde(default, deserialize_with = "ids::text")]
    client_id: Option<String>,
    /// As `clientId`.
    #[serde(default, deserialize_with = "ids::text")]
    psychologist_id: Option<String>,
    /// Without an offset, as a form's `datetime-local` gives it, it is a time of the psychologist's zone.
    #[schema(value_type = String, format = DateTime)]
    session_date: Moment,
    /// 5 to 720; 60 if not given, or as it is.
    #[serde(default, deserialize_with = "lenient::number")]
    duration_minutes: Option<i64>,
    /// Pending, Confirmed, Paid or Verified; nothing is to be paid if not given.
    payment_status: Option<String>,
    /// What they are called until they sign in for the first time; so with the next three.
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    client_name: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    client_email: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    psychologist_name: Option<String>,
    #[garde(length(chars, max = MAX_SHORT))]
    #[schema(max_length = 200)]
    psychologist_email: Option<String>,
}

/// Makes a session known under the application's own id, or brings it up to date. For administrators and its psychologist.
#[utoipa::path(put, path = "/api/video-calls/session/{sessionId}", tag = "counselling",
    params(("sessionId" = String, Path, description = "the application's own, or ours where it is known")),
    request_body = RegisterBody,
    responses((status = 200, description = "it was known", body = calls::Answer),
        (status = 201, description = "it was made", body = calls::Answer)),
    security(("bearer" = [])))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
    Json(body): Json<RegisterBody>,
) -> Result<(StatusCode, Json<calls::Answer>), Problem> {
    may_book(&caller)?;
    if id.trim().is_empty() || id.chars().any(char::is_control) {
        let text = "the application's own id of the session, in letters that can be seen";
        return Err(Error::invalid("sessionId", FieldCode::Malformed, text).into());
    }
    let known = match calls::find(&app, &caller, &id).await {
        Ok(known) => Some(known),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error.into()),
    };
    let registration = registration(&app, &caller, body, known).await?;
    let (status, details) = carry_out(&app, &caller, id, known, registration).await.map_err(renamed)?;
    let message =
        if status == StatusCode::CREATED { "The session is known" } else { "The session is up to date" };
    Ok((status, calls::answer(&app, &caller, message, &details)?))
}

async fn carry_out(
    app: &App,
    caller: &caller::Caller,
    id: String,
    known: Option<SessionId>,
    registration: Registration,
) -> Result<(StatusCode, SessionDetails), Error> {
    if let Some(known) = known {
        return Ok((StatusCode::OK, register::update(app, caller, known, &registration).await?));
    }
    match register::register(app, caller, id.clone(), registration.clone()).await {
        Ok(details) => Ok((StatusCode::CREATED, details)),
        // Perhaps it was made known just now, by another request.
        Err(taken @ (Error::Taken(_) | Error::Conflict(_) | Error::SlotTaken { .. })) => {
            let Ok(known) = calls::find(app, caller, &id).await else { return Err(taken) };
            Ok((StatusCode::OK, register::update(app, caller, known, &registration).await?))
        }
        Err(error) => Err(error),
    }
}

async fn registration(
    app: &App,
    caller: &caller::Caller,
    body: RegisterBody,
    known: Option<SessionId>,
) -> Result<Registration, Error> {
    let required = |field: &str| Error::invalid(field, FieldCode::Required, "whose session it is");
    let client = body.client_id.ok_or_else(|| required("clientId"))?;
    let psychologist = body.psychologist_id.ok_or_else(|| required("psychologistId"))?;
    if let Some(known) = known {
        let mut tx = app.store.read().await?;
        let session = tx.session(known).await?.ok_or(Error::NotFound)?;
        let (practitioner_id, client_id) =
            (session.appointment.practitioner_id, session.appointment.client_id);
        ids::expect_same(&mut tx, caller, "psychologistId", &psychologist, practitioner_id).await?;
        ids::expect_same(&mut tx, caller, "clientId", &client, client_id).await?;
    }
    let client = GivenParty { id: client, name: body.client_name, email: body.client_email };
    let psychologist =
        GivenParty { id: psychologist, name: body.psychologist_name, email: body.psychologist_email };
    let practitioner = psychologist.find(&app.store, caller, "psychologistId").await?;
    let zone = lenient::zone_for(&app.store, caller, Some(&practitioner)).await?;
    Ok(Registration {
        practitioner,
        client: client.find(&app.store, caller, "clientId").await?,
        starts_at: body.session_date.within(&zone, "sessionDate")?,
        duration_minutes: body.duration_minutes,
        payment: body
            .payment_status
            .as_deref()
            .filter(|word| !word.is_empty())
            .map(words::told_payment)
            .transpose()?,
    })
}

/// A mistake at the field as this contract calls it.
fn renamed(error: Error) -> Error {
    let Error::Invalid(errors) = error else { return error };
    let rename = |error: FieldError| {
        let field = match error.field.as_str() {
            "practitioner_id" | "practitioner.subject" => "psychologistId",
            "client_id" | "client.subject" => "clientId",
            "starts_at" => "sessionDate",
            "duration_minutes" => "durationMinutes",
            "external_id" => "sessionId",
            other => other,
        };
        FieldError { field: field.to_owned(), ..error }
    };
    Error::Invalid(errors.into_iter().map(rename).collect())
}
