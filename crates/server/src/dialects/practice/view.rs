//! A session in this dialect's words.

use jiff::Timestamp;
use openvisit_app::appointments::view::shown;
use openvisit_app::auth::caller::Caller;
use openvisit_app::providers::room::shown_name;
use openvisit_app::sessions::view::{Labels, Viewer};
use openvisit_app::{App, Error};
use openvisit_core::access::Relation;
use openvisit_core::appointment::Kind;
use openvisit_core::ids::{PersonId, SessionId};
use openvisit_core::session::{Session, Status};
use openvisit_store::{SessionDetails, Tx};
use serde::Serialize;
use utoipa::ToSchema;

use super::jitsi::WayIn;
use crate::dialects::ids::Ids;
use crate::http::words::SessionStatus;

#[derive(Debug, Serialize, ToSchema)]
pub struct VideoSession {
    #[schema(value_type = uuid::Uuid)]
    pub id: SessionId,
    /// What the caller's own system calls the partner, or else our id.
    pub partner_id: String,
    /// As `partner_id`.
    pub user_id: String,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_partner_id: PersonId,
    #[schema(value_type = uuid::Uuid)]
    pub openvisit_user_id: PersonId,
    pub partner_name: Option<String>,
    pub user_name: Option<String>,
    pub title: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    pub session_date: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub end_date: Timestamp,
    pub duration_minutes: i64,
    /// Where the provider takes anybody who knows it, null for the user until they may enter.
    pub meeting_room_id: Option<String>,
    /// Null where there is no call: an appointment in person.
    pub meeting_link: Option<String>,
    #[serde(flatten)]
    pub way_in: WayIn,
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
#[expect(dead_code, reason = "only described")]
pub enum VideoSessionStatus {
    Scheduled,
    InProgress,
    Completed,
    Cancelled,
}

impl VideoSession {
    /// # Errors
    /// `not_found` for whoever may not see it.
    pub fn of(app: &App, caller: &Caller, details: &SessionDetails) -> Result<Self, Error> {
        let viewer = Viewer::of(caller, &details.session)?;
        Ok(Self::seen(app, caller, &details.session, viewer, &details.into()))
    }

    /// # Errors
    /// As [`Self::of`], and those of the store.
    pub async fn look(app: &App, tx: &mut Tx, caller: &Caller, session: &Session) -> Result<Self, Error> {
        let labels = Labels::of_parties(tx, std::slice::from_ref(session)).await?;
        Ok(Self::seen(app, caller, session, Viewer::of(caller, session)?, &labels))
    }

    #[must_use]
    pub fn seen(app: &App, caller: &Caller, session: &Session, viewer: Viewer, labels: &Labels) -> Self {
        let appointment = shown(session, viewer.relation);
        let status = session.state.status();
        let changed = [session.state.started_at(), session.state.ended_at()];
        let name = |id| labels.name(id).map(str::to_owned);
        let ids = Ids::of(caller, &app.settings.dialects.practice);
        let id = |person| ids.person(person, labels.get(person));
        Self {
            id: session.id,
            partner_id: id(appointment.practitioner_id),
            user_id: id(appointment.client_id),
            openvisit_partner_id: appointment.practitioner_id,
            openvisit_user_id: appointment.client_id,
            partner_name: name(appointment.practitioner_id),
            user_name: name(appointment.client_id).filter(|_| viewer.relation != Relation::Guest),
            title: appointment.title.clone(),
            session_date: appointment.slot.starts_at,
            end_date: appointment.slot.ends_at,
            duration_minutes: appointment.slot.duration().as_mins(),
            meeting_room_id: shown_name(app, session, viewer).map(str::to_owned),
            meeting_link: (appointment.kind != Kind::InPerson).then(|| app.settings.join_url(session.id)),
            way_in: WayIn::default(),
            password_enabled: appointment.passcode_enabled,
            password: None,
            status: word(status),
            started_at: session.state.started_at(),
            ended_at: session.state.ended_at(),
            outcome: (!status.is_live()).then_some(status),
            notes: appointment.notes.clone(),
            join_opens_at: session.opens_at(&app.settings.policy()),
            created_at: appointment.created_at,
            updated_at: changed.into_iter().flatten().fold(appointment.updated_at, Timestamp::max),
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
