//! `PATCH /appointments/{id}`: move, change, reactivate; or put its outcome right.

use axum::extract::State;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::appointments::change::{self as command, Patch};
use openvisit_app::appointments::correct::{Correcting, correct};
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::appointment::{MediaProvider, StartedBy};
use openvisit_core::ids::{AppointmentId, PersonId};
use openvisit_core::lifecycle::correct::Outcome;
use openvisit_core::lifecycle::moves::MAX_REASON;
use serde::Deserialize;
use utoipa::ToSchema;

use super::create::CreatedView;
use super::price::PriceBody;
use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, OptionalJson, Path};
use crate::http::problem::Problem;

/// Only the fields that are given change.
#[derive(Clone, Debug, Default, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PatchBody {
    #[schema(value_type = Option<String>, format = DateTime)]
    pub starts_at: Option<Timestamp>,
    #[schema(minimum = 5, maximum = 720)]
    pub duration_minutes: Option<i64>,
    /// Who takes it over, until it has begun: a practitioner of the same organization, or any by an administrator's word.
    /// Link and passcode stay.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub practitioner_id: Option<PersonId>,
    #[schema(max_length = 200)]
    pub title: Option<String>,
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
    #[schema(max_length = 200)]
    pub plan: Option<String>,
    pub price: Option<PriceBody>,
    #[schema(value_type = Option<Object>)]
    pub metadata: Option<serde_json::Map<String, serde_json::Value>>,
    /// 2 to what the media provider has room for: embedded 8, twilio 50, chime 250, livekit and jitsi 500.
    #[schema(minimum = 2, maximum = 500)]
    pub max_participants: Option<i64>,
    /// Whether clients and guests need a passcode. Switched on, there is a new one in the answer.
    pub passcode: Option<bool>,
    #[schema(value_type = Option<String>)]
    pub started_by: Option<StartedBy>,
    /// Until the call has begun; a provider with room for `max_participants`.
    #[schema(value_type = Option<String>)]
    pub media_provider: Option<MediaProvider>,
    /// `scheduled` takes a cancellation back. `completed` and `no_show` put an outcome right that was entered by mistake, as
    /// `POST …/correct` does, and nothing else then.
    pub status: Option<PatchStatus>,
    /// Why an outcome is put right; at most 500 characters.
    #[garde(length(chars, max = MAX_REASON))]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// The version that the caller saw; another one is a conflict.
    pub version: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub enum PatchStatus {
    Scheduled,
    Completed,
    NoShow,
}

impl PatchStatus {
    fn outcome(self) -> Option<Outcome> {
        match self {
            Self::Scheduled => None,
            Self::Completed => Some(Outcome::Completed),
            Self::NoShow => Some(Outcome::NoShow),
        }
    }
}

/// Moves an appointment, changes its terms, takes its cancellation back, or puts its outcome right.
///
/// `passcode` is null in the answer, except where one was switched on.
#[utoipa::path(patch, path = "/appointments/{id}", tag = "appointments", params(("id" = uuid::Uuid, Path)),
    request_body = Option<PatchBody>, responses((status = 200, body = CreatedView)), security(("bearer" = [])))]
pub async fn patch(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<AppointmentId>,
    OptionalJson(body): OptionalJson<PatchBody>,
) -> Result<Json<CreatedView>, Problem> {
    let (outcome, hands_over) = (body.status.and_then(PatchStatus::outcome), body.practitioner_id.is_some());
    let (details, passcode) = match outcome {
        Some(outcome) => (correct(&app, &caller, id.into(), body.correcting(outcome)?).await?, None),
        None => {
            let wanted = body.passcode;
            command::patch(&app, &caller, id.into(), body.try_into()?, wanted).await?
        }
    };
    let appointment = match AppointmentView::of(&app, &caller, &details) {
        // Whoever gave it away is told, this once, what became of it.
        Err(Error::NotFound) if hands_over => {
            AppointmentView::seen(&app, &details.session, Relation::Practitioner, &(&details).into())
        }
        seen => seen?,
    };
    Ok(Json(CreatedView { appointment, passcode }))
}

impl PatchBody {
    /// With an outcome, nothing else is changed.
    fn correcting(mut self, outcome: Outcome) -> Result<Correcting, Error> {
        let (reason, version, passcode) = (self.reason.take(), self.version, self.passcode.take());
        self.status = None;
        if passcode.is_some() || !Patch::try_from(self)?.is_empty() {
            let text = "an outcome is put right by itself, with a reason and a version at most";
            return Err(Error::invalid("status", FieldCode::Conflicting, text));
        }
        Ok(Correcting { outcome, reason, version })
    }
}

impl TryFrom<PatchBody> for Patch {
    type Error = Error;

    fn try_from(body: PatchBody) -> Result<Self, Error> {
        if body.reason.is_some() {
            let text = "goes with an outcome that is put right";
            return Err(Error::invalid("reason", FieldCode::Conflicting, text));
        }
        Ok(Self {
            starts_at: body.starts_at,
            duration_minutes: body.duration_minutes,
            practitioner_id: body.practitioner_id,
            title: body.title,
            notes: body.notes,
            plan: body.plan,
            price: body.price.map(TryInto::try_into).transpose()?,
            metadata: body.metadata,
            max_participants: body.max_participants,
            started_by: body.started_by,
            media_provider: body.media_provider,
            reactivate: body.status.is_some(),
            version: body.version,
        })
    }
}
