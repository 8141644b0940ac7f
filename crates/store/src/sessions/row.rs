//! A session as its row.

use openvisit_core::Timestamp;
use openvisit_core::appointment::{
    Appointment, ExternalId, Kind, MediaProvider, Payment, Price, Slot, StartedBy,
};
use openvisit_core::doorway::Doorway;
use openvisit_core::ids::PersonId;
use openvisit_core::session::{ByPhone, ClientRating, Correction, Participant, Session, State};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use crate::StoreError;
use crate::attendance::ledger;
use crate::value::{from_json, instant, optional_instant, parse, parse_optional};

/// The columns that make a [`SessionRow`]; `listed` ones have no ledger.
macro_rules! session_columns {
    (own) => {
        "session.id, appointment_id, external_issuer, external_id, session.organization_id, practitioner_id, \
         client_id, starts_at, ends_at, hold_expires_at, appointment_doc, session_doc, version, \
         session.created_at, session.updated_at, session.deleted_at, \
         coalesce(room_name, session.id) as room_name"
    };
    (listed) => {
        concat!(session_columns!(own), ", '[]' as ledger")
    };
    ($dialect:ident) => {
        concat!(session_columns!(own), ", ", ledger!($dialect), " as ledger")
    };
}
pub(crate) use session_columns;

/// Selects a [`SessionRow`], without a condition.
macro_rules! select_session {
    ($dialect:ident $(, $rest:literal)*) => {
        concat!("select ", session_columns!($dialect), " from session ", $($rest),*)
    };
}
pub(crate) use select_session;

#[derive(FromRow)]
pub(crate) struct SessionRow {
    id: String,
    appointment_id: String,
    external_issuer: Option<String>,
    external_id: Option<String>,
    organization_id: Option<String>,
    practitioner_id: String,
    client_id: String,
    starts_at: i64,
    ends_at: i64,
    hold_expires_at: Option<i64>,
    appointment_doc: String,
    session_doc: String,
    version: i64,
    created_at: i64,
    updated_at: i64,
    deleted_at: Option<i64>,
    room_name: String,
    ledger: String,
}

impl SessionRow {
    pub(super) fn id(&self) -> &str {
        &self.id
    }
}

/// What of an appointment no query asks for.
#[derive(Serialize, Deserialize)]
pub(super) struct AppointmentDoc {
    title: Option<String>,
    notes: Option<String>,
    kind: Kind,
    booking_type: Option<String>,
    plan: Option<String>,
    price: Option<Price>,
    payment: Payment,
    passcode_enabled: bool,
    max_participants: u16,
    started_by: Option<StartedBy>,
    media_provider: MediaProvider,
    #[serde(default = "proven")]
    presence_proven: bool,
    metadata: serde_json::Map<String, serde_json::Value>,
    created_by: PersonId,
}

/// Of rows from before there were other providers.
fn proven() -> bool {
    true
}

impl From<&Appointment> for AppointmentDoc {
    fn from(appointment: &Appointment) -> Self {
        Self {
            title: appointment.title.clone(),
            notes: appointment.notes.clone(),
            kind: appointment.kind,
            booking_type: appointment.booking_type.clone(),
            plan: appointment.plan.clone(),
            price: appointment.price.clone(),
            payment: appointment.payment.clone(),
            passcode_enabled: appointment.passcode_enabled,
            max_participants: appointment.max_participants,
            started_by: appointment.started_by,
            media_provider: appointment.media_provider,
            presence_proven: appointment.presence_proven,
            metadata: appointment.metadata.clone(),
            created_by: appointment.created_by,
        }
    }
}

/// What of a session no query asks for. The status is in here once more, with the data of its state.
#[derive(Serialize, Deserialize)]
pub(super) struct SessionDoc {
    state: State,
    participants: Vec<Participant>,
    moved_at: Option<Timestamp>,
    grace_from: Option<Timestamp>,
    warned: bool,
    #[serde(default)]
    door_open: bool,
    extended_minutes: i64,
    quality_rating: Option<u8>,
    client_rating: Option<ClientRating>,
    #[serde(default)]
    by_phone: Option<ByPhone>,
    #[serde(default)]
    doorway: Doorway,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    corrections: Vec<Correction>,
}

impl From<&Session> for SessionDoc {
    fn from(session: &Session) -> Self {
        Self {
            state: session.state.clone(),
            participants: session.participants.clone(),
            moved_at: session.moved_at,
            grace_from: session.grace_from,
            warned: session.warned,
            door_open: session.auto_admit_client,
            extended_minutes: session.extended_minutes,
            quality_rating: session.quality_rating,
            client_rating: session.client_rating.clone(),
            by_phone: session.by_phone,
            doorway: session.doorway.clone(),
            corrections: session.corrections.clone(),
        }
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        let doc: SessionDoc = from_json("session.session_doc", &row.session_doc)?;
        Ok(Self {
            id: parse("session.id", &row.id)?,
            room_name: row.room_name.clone(),
            attendance: ledger(&row.ledger)?,
            version: row.version,
            deleted_at: optional_instant("session.deleted_at", row.deleted_at)?,
            appointment: appointment(row)?,
            state: doc.state,
            participants: doc.participants,
            moved_at: doc.moved_at,
            grace_from: doc.grace_from,
            warned: doc.warned,
            auto_admit_client: doc.door_open,
            extended_minutes: doc.extended_minutes,
            quality_rating: doc.quality_rating,
            client_rating: doc.client_rating,
            by_phone: doc.by_phone,
            doorway: doc.doorway,
            corrections: doc.corrections,
        })
    }
}

fn appointment(row: SessionRow) -> Result<Appointment, StoreError> {
    let doc: AppointmentDoc = from_json("session.appointment_doc", &row.appointment_doc)?;
    Ok(Appointment {
        id: parse("session.appointment_id", &row.appointment_id)?,
        session_id: parse("session.id", &row.id)?,
        external: row.external_issuer.zip(row.external_id).map(|(issuer, id)| ExternalId { issuer, id }),
        organization_id: parse_optional("session.organization_id", row.organization_id.as_deref())?,
        practitioner_id: parse("session.practitioner_id", &row.practitioner_id)?,
        client_id: parse("session.client_id", &row.client_id)?,
        slot: Slot {
            starts_at: instant("session.starts_at", row.starts_at)?,
            ends_at: instant("session.ends_at", row.ends_at)?,
        },
        title: doc.title,
        notes: doc.notes,
        kind: doc.kind,
        booking_type: doc.booking_type,
        plan: doc.plan,
        price: doc.price,
        payment: doc.payment,
        hold_expires_at: optional_instant("session.hold_expires_at", row.hold_expires_at)?,
        passcode_enabled: doc.passcode_enabled,
        max_participants: doc.max_participants,
        started_by: doc.started_by,
        media_provider: doc.media_provider,
        presence_proven: doc.presence_proven,
        metadata: doc.metadata,
        created_by: doc.created_by,
        created_at: instant("session.created_at", row.created_at)?,
        updated_at: instant("session.updated_at", row.updated_at)?,
    })
}
