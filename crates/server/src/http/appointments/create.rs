//! `POST /appointments`

use axum::extract::State;
use axum::http::StatusCode;
use garde::Validate;
use jiff::Timestamp;
use openvisit_app::appointments::book::{Booked, Booking, Party, TheirPerson, book, may_book};
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::appointment::{Kind, MediaProvider, Payment, StartedBy};
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::Identity;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::price::PriceBody;
use super::view::AppointmentView;
use crate::http::caller::Caller;
use crate::http::extract::{Json, or_default};
use crate::http::problem::Problem;
use crate::http::words::AppointmentKind;

#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CreateBody {
    /// The caller, where they are a practitioner and this is not given.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub practitioner_id: Option<PersonId>,
    pub practitioner: Option<PartyBody>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub client_id: Option<PersonId>,
    pub client: Option<PartyBody>,
    /// The id that another system gave it; unique per issuer.
    #[schema(max_length = 200)]
    pub external_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// 5 to 720.
    #[schema(minimum = 5, maximum = 720)]
    pub duration_minutes: i64,
    #[schema(max_length = 200)]
    pub title: Option<String>,
    #[schema(max_length = 2000)]
    pub notes: Option<String>,
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<AppointmentKind>)]
    pub kind: Kind,
    #[schema(max_length = 200)]
    pub booking_type: Option<String>,
    #[schema(max_length = 200)]
    pub plan: Option<String>,
    pub price: Option<PriceBody>,
    #[serde(default)]
    pub payment_required: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub hold_expires_at: Option<Timestamp>,
    /// Whether clients and guests need a passcode; by default true for video.
    pub passcode: Option<bool>,
    /// 2 to what the media provider has room for: embedded 8, twilio 50, chime 250, livekit and jitsi 500; 4 where it is
    /// not given.
    #[schema(minimum = 2, maximum = 500)]
    pub max_participants: Option<i64>,
    /// practitioner, client or either; a booking of type `DIRECT` is the client's where this is not given, any other
    /// the practitioner's.
    #[schema(value_type = Option<String>)]
    pub started_by: Option<StartedBy>,
    /// embedded, or one that is configured; the server's choice where it is not given.
    #[schema(value_type = Option<String>)]
    pub media_provider: Option<MediaProvider>,
    #[serde(default, deserialize_with = "or_default")]
    #[schema(value_type = Option<Object>)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
}

/// Somebody whom another system knows; made known here when new.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct PartyBody {
    pub issuer: String,
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedView {
    #[serde(flatten)]
    pub appointment: AppointmentView,
    /// Shown this once; null where there is none.
    pub passcode: Option<String>,
}

/// Books an appointment, and makes its session.
#[utoipa::path(post, path = "/appointments", tag = "appointments", request_body = CreateBody,
    responses((status = 201, body = CreatedView)), security(("bearer" = [])))]
pub async fn post(
    State(app): State<App>,
    caller: Caller,
    Json(body): Json<CreateBody>,
) -> Result<(StatusCode, Json<CreatedView>), Problem> {
    may_book(&caller)?;
    let Booked { details, passcode } = book(&app, &caller, body.try_into()?).await?;
    let appointment = AppointmentView::of(&app, &caller, &details)?;
    Ok((StatusCode::CREATED, Json(CreatedView { appointment, passcode })))
}

impl TryFrom<CreateBody> for Booking {
    type Error = Error;

    fn try_from(body: CreateBody) -> Result<Self, Error> {
        let twice = |field: &str| {
            let text = format!("give {field}_id or {field}");
            Error::invalid(format!("{field}_id"), FieldCode::Conflicting, text)
        };
        Ok(Self {
            practitioner: party(body.practitioner_id, body.practitioner)
                .ok_or_else(|| twice("practitioner"))?,
            client: party(body.client_id, body.client).ok_or_else(|| twice("client"))?,
            external_id: body.external_id,
            organization_id: body.organization_id,
            starts_at: body.starts_at,
            duration_minutes: body.duration_minutes,
            title: body.title,
            notes: body.notes,
            kind: body.kind,
            booking_type: body.booking_type,
            plan: body.plan,
            price: body.price.map(TryInto::try_into).transpose()?,
            payment: if body.payment_required { Payment::open() } else { Payment::default() },
            hold_expires_at: body.hold_expires_at,
            passcode: body.passcode,
            max_participants: body.max_participants,
            started_by: body.started_by,
            media_provider: body.media_provider,
            metadata: body.metadata,
        })
    }
}

/// Whom the two fields name, if anybody; `None` where both are given.
fn party(id: Option<PersonId>, theirs: Option<PartyBody>) -> Option<Option<Party>> {
    match (id, theirs) {
        (Some(_), Some(_)) => None,
        (Some(id), None) => Some(Some(Party::Known(id))),
        (None, theirs) => Some(theirs.map(|body| {
            let identity = Identity { issuer: body.issuer, subject: body.subject };
            Party::Theirs(TheirPerson { identity, name: body.name, email: body.email, known: None })
        })),
    }
}
