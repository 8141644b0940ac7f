//! A session in this dialect's words.

use jiff::Timestamp;
use openvisit_core::access::Relation;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::appointments::view::AppointmentView;
use crate::http::sessions::view::{Names, SessionStatus};

#[derive(Debug, Serialize, ToSchema)]
pub struct VideoSession {
    #[schema(value_type = uuid::Uuid)]
    pub id: SessionId,
    #[schema(value_type = uuid::Uuid)]
    pub partner_id: PersonId,
    #[schema(value_type = uuid::Uuid)]
    pub user_id: PersonId,
    pub partner_name: Option<String>,
    pub user_name: Option<String>,
    pub title: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub session_date: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub end_date: Timestamp,
    pub duration_minutes: i64,
    pub meeting_room_id: String,
    /// Null where there is no call: an appointment in person.
    pub meeting_link: Option<String>,
    pub password_enabled: bool,
    /// Shown this once: when the session is created, or the password regenerated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub password: Option<Option<String>>,
    #[schema(value_type = VideoSessionStatus)]
    pub status: &'static str,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// How it came out; null until it is over. `no_show` is told apart from `cancelled` here.
    #[schema(value_type = Option<SessionStatus>)]
    pub outcome: Option<Status>,
    /// The booking's; both see them.
    pub notes: Option<String>,
    /// When the user may join.
    #[schema(value_type = String, format = DateTime)]
    pub join_opens_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
}

/// scheduled, in_progress, completed or cancelled.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum VideoSessionStatus {
    Scheduled,
    InProgress,
    Completed,
    Cancelled,
}

impl VideoSession {
    #[must_use]
    pub fn of(app: &App, session: &Session, relation: Relation, names: &Names) -> Self {
        let view = AppointmentView::of(app, session, relation, names);
        let status = session.state.status();
        let changed = [Some(view.updated_at), session.state.started_at(), session.state.ended_at()];
        Self {
            id: session.id,
            partner_id: view.practitioner_id,
            user_id: view.client_id,
            partner_name: view.practitioner.name,
            user_name: view.client.name,
            title: view.title,
            session_date: view.starts_at,
            end_date: view.ends_at,
            duration_minutes: view.duration_minutes,
            meeting_room_id: room(session),
            meeting_link: (view.kind != Kind::InPerson).then_some(view.join_url),
            password_enabled: view.passcode_enabled,
            password: None,
            status: word(status),
            started_at: session.state.started_at(),
            ended_at: session.state.ended_at(),
            outcome: (!status.is_live()).then_some(status),
            notes: view.notes,
            join_opens_at: view.join_opens_at,
            created_at: view.created_at,
            updated_at: changed.into_iter().flatten().max().unwrap_or(view.updated_at),
        }
    }
}

/// What this dialect calls a state.
#[must_use]
pub fn word(status: Status) -> &'static str {
    match status {
        Status::Scheduled | Status::Waiting => "scheduled",
        Status::InProgress => "in_progress",
        Status::Completed => "completed",
        Status::Cancelled | Status::NoShow => "cancelled",
    }
}

/// `therapy-{partnerId}-{userId}-{timestamp}`: the same for a session's whole life, wherever it was booked.
/// The timestamp is that of the booking in milliseconds; nine digits of the session's id behind it keep two
/// bookings of one millisecond apart.
fn room(session: &Session) -> String {
    let appointment = &session.appointment;
    let (partner, user) = (appointment.practitioner_id, appointment.client_id);
    let apart = session.id.0.as_u128() % 1_000_000_000;
    format!("therapy-{partner}-{user}-{}{apart:09}", appointment.created_at.as_millisecond())
}
