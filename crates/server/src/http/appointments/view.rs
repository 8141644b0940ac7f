//! An appointment on the wire.

use jiff::Timestamp;
use openvisit_app::appointments::view::shown;
use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::view::{Labels, Viewer};
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::appointment::{Kind, MediaProvider, PaymentStatus, Price, StartedBy};
use openvisit_core::ids::{AppointmentId, OrganizationId, PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use openvisit_store::SessionDetails;
use serde::Serialize;
use utoipa::ToSchema;

use super::price::PriceBody;
use crate::http::sessions::view::{PersonRef, nameless, person, zone};
use crate::http::words::{AppointmentKind, SessionStatus};

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AppointmentView {
    #[schema(value_type = uuid::Uuid)]
    pub id: AppointmentId,
    #[schema(value_type = uuid::Uuid)]
    pub session_id: SessionId,
    pub external_id: Option<String>,
    #[schema(value_type = Option<uuid::Uuid>)]
    pub organization_id: Option<OrganizationId>,
    pub practitioner: PersonRef,
    pub client: PersonRef,
    #[schema(value_type = uuid::Uuid)]
    pub practitioner_id: PersonId,
    #[schema(value_type = uuid::Uuid)]
    pub client_id: PersonId,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    pub duration_minutes: i64,
    /// The practice's zone, in which it was agreed upon: the practitioner's; null where it is not known.
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    pub title: Option<String>,
    /// The booking's notes; both parties see them.
    pub notes: Option<String>,
    #[schema(value_type = AppointmentKind)]
    pub kind: Kind,
    pub booking_type: Option<String>,
    pub plan: Option<String>,
    #[schema(value_type = Option<PriceBody>)]
    pub price: Option<Price>,
    pub payment: PaymentView,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub hold_expires_at: Option<Timestamp>,
    pub passcode_enabled: bool,
    pub max_participants: u16,
    #[schema(value_type = String)]
    pub started_by: StartedBy,
    #[schema(value_type = String)]
    pub media_provider: MediaProvider,
    #[schema(value_type = Object)]
    pub metadata: serde_json::Map<String, serde_json::Value>,
    #[schema(value_type = SessionStatus)]
    pub status: Status,
    /// Where both parties join.
    pub join_url: String,
    #[schema(value_type = String, format = DateTime)]
    pub join_opens_at: Timestamp,
    pub version: i64,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was taken off the lists of programs that know deleting; null for all others.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentView {
    pub required: bool,
    /// not_required, open, confirmed or refunded.
    #[schema(value_type = String)]
    pub status: PaymentStatus,
    pub reference: Option<String>,
}

impl AppointmentView {
    /// # Errors
    /// `not_found` for whoever may not see it.
    pub fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let viewer = Viewer::of(caller, &details.session)?;
        Ok(Self::seen(app, &details.session, viewer.relation, &details.into()))
    }

    /// A guest sees when and with whom, not whose appointment it is or on what terms.
    #[must_use]
    pub fn seen(app: &App, session: &Session, relation: Relation, labels: &Labels) -> Self {
        let a = shown(session, relation);
        let client = person(a.client_id, labels);
        Self {
            id: a.id,
            session_id: session.id,
            external_id: a.external.as_ref().map(|e| e.id.clone()),
            organization_id: a.organization_id,
            practitioner: person(a.practitioner_id, labels),
            client: if relation == Relation::Guest { nameless(client) } else { client },
            practitioner_id: a.practitioner_id,
            client_id: a.client_id,
            starts_at: a.slot.starts_at,
            ends_at: a.slot.ends_at,
            timezone: zone(a.practitioner_id, labels),
            duration_minutes: a.slot.duration().as_mins(),
            title: a.title.clone(),
            notes: a.notes.clone(),
            kind: a.kind,
            booking_type: a.booking_type.clone(),
            plan: a.plan.clone(),
            price: a.price.clone(),
            payment: PaymentView {
                required: a.payment.required(),
                status: a.payment.status,
                reference: a.payment.reference.clone(),
            },
            hold_expires_at: a.hold_expires_at,
            passcode_enabled: a.passcode_enabled,
            max_participants: a.max_participants,
            started_by: a.started_by.unwrap_or_default(),
            media_provider: a.media_provider,
            metadata: a.metadata.clone(),
            status: session.state.status(),
            join_url: app.settings.join_url(session.id),
            join_opens_at: session.opens_at(&app.settings.policy()),
            version: session.version,
            created_at: a.created_at,
            updated_at: a.updated_at,
            deleted_at: session.deleted_at,
        }
    }
}
