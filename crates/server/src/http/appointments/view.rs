//! An appointment on the wire.

use jiff::Timestamp;
use openvisit_core::access::Relation;
use openvisit_core::appointment::{Kind, MediaProvider, PaymentStatus, Price, StartedBy};
use openvisit_core::ids::{AppointmentId, OrganizationId, PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::sessions::view::{AppointmentKind, Names, PersonRef, SessionStatus};

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
    pub max_participants: u8,
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
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PaymentView {
    pub required: bool,
    /// not_required, open, confirmed or refunded.
    #[schema(value_type = String)]
    pub status: PaymentStatus,
    pub reference: Option<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceBody {
    /// A decimal number, such as `49.90`, as text or as a number.
    #[schema(value_type = String)]
    pub amount: serde_json::Value,
    /// ISO 4217, such as `EUR`.
    pub currency: String,
}

impl AppointmentView {
    #[must_use]
    pub fn of(app: &App, session: &Session, relation: Relation, names: &Names) -> Self {
        let view = Self::whole(app, session, names);
        if relation == Relation::Guest { view.for_guest() } else { view }
    }

    /// A guest sees when and with whom, not whose appointment it is or on what terms.
    fn for_guest(self) -> Self {
        Self {
            external_id: None,
            client: PersonRef { name: None, ..self.client },
            title: None,
            notes: None,
            booking_type: None,
            plan: None,
            price: None,
            payment: PaymentView { reference: None, ..self.payment },
            metadata: serde_json::Map::new(),
            ..self
        }
    }

    fn whole(app: &App, session: &Session, names: &Names) -> Self {
        let a = &session.appointment;
        Self {
            id: a.id,
            session_id: session.id,
            external_id: a.external.as_ref().map(|e| e.id.clone()),
            organization_id: a.organization_id,
            practitioner: names.of(a.practitioner_id),
            client: names.of(a.client_id),
            practitioner_id: a.practitioner_id,
            client_id: a.client_id,
            starts_at: a.slot.starts_at,
            ends_at: a.slot.ends_at,
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
        }
    }
}
