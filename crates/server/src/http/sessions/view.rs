//! A session as one caller may see it. Notes and ratings are shown to their writers only.

use jiff::Timestamp;
use openvisit_app::sessions::phone::Numbers;
use openvisit_app::sessions::view::{
    Labels, ShownNotes, Viewer, end_reason, knows_client, shown_participants,
};
use openvisit_core::access::{Action, Actor, Relation};
use openvisit_core::appointment::{Kind, MediaProvider, PaymentStatus};
use openvisit_core::ids::{AppointmentId, ParticipantId, PersonId, SessionId};
use openvisit_core::policy::Policy;
use openvisit_core::session::{
    Absent, Admission, Correction, Participant, PartyRole, Presence, Session, Status,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::doorway::DoorwayView;
use crate::http::words::{AppointmentKind, Party, PractitionerPresence, SessionStatus};

/// A person's id and name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonRef {
    #[schema(value_type = uuid::Uuid)]
    pub id: PersonId,
    /// What the system that vouches for them calls them; null for accounts of this server.
    pub subject: Option<String>,
    pub name: Option<String>,
}

/// What somebody is called.
#[must_use]
pub fn person(id: PersonId, labels: &Labels) -> PersonRef {
    let Some(label) = labels.get(id) else { return PersonRef { id, subject: None, name: None } };
    let subject = (!label.identity.is_ours()).then(|| label.identity.subject.clone());
    PersonRef { id, subject, name: Some(label.name.clone()) }
}

/// The zone that somebody lives by.
#[must_use]
pub fn zone(id: PersonId, labels: &Labels) -> Option<String> {
    labels.get(id)?.timezone.clone()
}

/// Somebody who is not to be recognized.
#[must_use]
pub fn nameless(person: PersonRef) -> PersonRef {
    PersonRef { subject: None, name: None, ..person }
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionView {
    #[schema(value_type = uuid::Uuid)]
    pub id: SessionId,
    #[schema(value_type = uuid::Uuid)]
    pub appointment_id: AppointmentId,
    #[schema(value_type = SessionStatus)]
    pub status: Status,
    pub title: Option<String>,
    #[schema(value_type = AppointmentKind)]
    pub kind: Kind,
    pub practitioner: PersonRef,
    pub client: PersonRef,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// When the door opens for clients and guests.
    #[schema(value_type = String, format = DateTime)]
    pub join_opens_at: Timestamp,
    /// The practice's zone, in which it was agreed upon: the practitioner's; null where it is not known.
    #[schema(example = "Europe/Berlin")]
    pub timezone: Option<String>,
    /// When the server ends the session whoever is there; null until it is in progress.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub hard_stop_at: Option<Timestamp>,
    /// When the server closes it if nobody comes or goes: the hard stop, or earlier where nobody is there; null
    /// until it is in progress.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    #[schema(value_type = Option<Party>)]
    pub ended_by: Option<Actor>,
    pub end_reason: Option<String>,
    /// completed, cancelled or no_show; null until it has ended.
    #[schema(value_type = Option<SessionStatus>)]
    pub outcome: Option<Status>,
    /// Who was missing, when the outcome is no_show and attendance proves it.
    #[schema(value_type = Option<String>)]
    pub absent: Option<Absent>,
    #[schema(value_type = Option<Party>)]
    pub cancelled_by: Option<Actor>,
    /// Whether it counts as held though nothing shows that both took part.
    #[schema(required = false)]
    pub unproven: bool,
    /// What was put right of its outcome, the earliest first.
    #[schema(required = false)]
    pub corrections: Vec<CorrectionView>,
    /// From start to end; null until it has ended.
    pub duration_seconds: Option<i64>,
    /// The sum over participants of the time each was connected while it was in progress.
    pub attendee_seconds: i64,
    pub participants: Vec<ParticipantView>,
    /// Where the practitioner is, told to clients and guests from when somebody has come until it has ended.
    #[schema(value_type = Option<PractitionerPresence>)]
    pub practitioner_presence: Option<Presence>,
    #[schema(value_type = String)]
    pub payment_status: PaymentStatus,
    pub doorway: DoorwayView,
    pub passcode_enabled: bool,
    pub max_participants: u16,
    /// Who carries sound and pictures; embedded is this server.
    #[schema(value_type = String, example = "embedded")]
    pub media_provider: MediaProvider,
    pub you: You,
    /// The server's clock, so that a page need not trust its own.
    #[schema(value_type = String, format = DateTime)]
    pub server_time: Timestamp,
    /// While it goes on by telephone; else null.
    pub by_phone: Option<ByPhoneView>,
    /// How long of it was by telephone so far, by the practitioner's word.
    pub phone_seconds: i64,
    /// The practitioner's own; null for everyone else.
    pub notes: Option<String>,
    /// Only where there are notes that this server's key does not open: they are kept, and nothing is written in their
    /// place.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub notes_unreadable: bool,
    /// The practitioner's own, 1 to 5; null for everyone else.
    pub quality_rating: Option<u8>,
    /// The client's own; null for everyone else.
    pub client_rating: Option<ClientRatingView>,
    pub version: i64,
    /// When it was taken off the lists of programs that know deleting; null for all others.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deleted_at: Option<Timestamp>,
}

/// An outcome that was entered by mistake, and put right.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CorrectionView {
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    #[schema(value_type = Party)]
    pub by: Actor,
    #[schema(value_type = SessionStatus)]
    pub from: Status,
    #[schema(value_type = SessionStatus)]
    pub to: Status,
    /// Null also for guests.
    pub reason: Option<String>,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ParticipantView {
    #[schema(value_type = uuid::Uuid)]
    pub id: ParticipantId,
    #[schema(value_type = uuid::Uuid)]
    pub person_id: PersonId,
    #[schema(value_type = Party)]
    pub role: PartyRole,
    pub name: String,
    /// Came by the passcode alone: who they are, nothing but their own word tells.
    pub by_code: bool,
    /// waiting, admitted, denied or removed.
    #[schema(value_type = String)]
    pub state: Admission,
    pub connected: bool,
    /// Since when they wait to be let in, without a break; null also when somebody who waited has gone.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub waiting_since: Option<Timestamp>,
    /// When somebody who waited, or was let in, was last here, where that is longer ago than a page takes to be loaded
    /// again (10 seconds); null while they are here, and once it has ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub left_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub joined_at: Option<Timestamp>,
    pub connected_seconds: i64,
}

/// A session that goes on by telephone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ByPhoneView {
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Whom the practitioner calls; null for everyone but the two, and where none is known.
    pub client_phone: Option<String>,
    /// The practitioner's own; for the client, where the practitioner wants to be called.
    pub practitioner_phone: Option<String>,
    /// Whether the client is shown the practitioner's.
    pub shows_practitioner: bool,
}

/// What the caller is in this session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct You {
    #[schema(value_type = Option<uuid::Uuid>)]
    pub participant_id: Option<ParticipantId>,
    #[schema(value_type = Party)]
    pub role: Actor,
}

#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ClientRatingView {
    /// 1 to 5.
    pub rating: u8,
    pub comment: Option<String>,
}

/// What is shown with a session, and is no part of it as it is kept.
pub struct Beside {
    /// The practitioner's, opened; they are shown to them alone.
    pub notes: ShownNotes,
    pub presence: Option<Presence>,
    /// As far as the viewer may see it.
    pub doorway: DoorwayView,
    pub numbers: Numbers,
}

impl SessionView {
    #[must_use]
    pub fn of(
        session: &Session,
        viewer: Viewer,
        labels: &Labels,
        Beside { notes, presence, numbers, doorway }: Beside,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let appointment = &session.appointment;
        let state = &session.state;
        let status = state.status();
        let own_notes = viewer.relation.may(Action::Notes);
        let own_rating = viewer.relation.may(Action::Rate);
        Self {
            id: session.id,
            appointment_id: appointment.id,
            status,
            title: appointment.title.clone().filter(|_| viewer.relation != Relation::Guest),
            kind: appointment.kind,
            practitioner: person(appointment.practitioner_id, labels),
            client: client(session, viewer, labels),
            starts_at: appointment.slot.starts_at,
            ends_at: appointment.slot.ends_at,
            join_opens_at: session.opens_at(policy),
            timezone: zone(appointment.practitioner_id, labels),
            hard_stop_at: session.hard_stop_at(policy),
            closes_at: session.closes_at(policy),
            started_at: state.started_at(),
            ended_at: state.ended_at(),
            ended_by: state.ended_by(),
            end_reason: end_reason(session, viewer).map(str::to_owned),
            outcome: (!status.is_live()).then_some(status),
            absent: state.absent(),
            cancelled_by: state.ended_by().filter(|_| status == Status::Cancelled),
            unproven: session.is_unproven(),
            corrections: corrections(session, viewer),
            duration_seconds: session.duration().map(|d| d.as_secs()),
            attendee_seconds: session.attended(now).as_secs(),
            participants: participants(session, viewer, policy, now),
            practitioner_presence: presence,
            payment_status: appointment.payment.status,
            doorway,
            passcode_enabled: appointment.passcode_enabled,
            max_participants: appointment.max_participants,
            media_provider: appointment.media_provider,
            you: You {
                participant_id: session.participant_of(viewer.person).map(|p| p.id),
                role: viewer.relation.into(),
            },
            server_time: now,
            by_phone: by_phone(session, numbers),
            phone_seconds: session.phoned(now).as_secs(),
            notes: notes.text.filter(|_| own_notes),
            notes_unreadable: notes.unreadable && own_notes,
            quality_rating: session.quality_rating.filter(|_| own_notes),
            client_rating: session
                .client_rating
                .as_ref()
                .filter(|_| own_rating)
                .map(|r| ClientRatingView { rating: r.rating, comment: r.comment.clone() }),
            version: session.version,
            deleted_at: session.deleted_at,
        }
    }
}

fn corrections(session: &Session, viewer: Viewer) -> Vec<CorrectionView> {
    let shown = |(correction, to): (&Correction, Status)| CorrectionView {
        at: correction.at,
        by: correction.by,
        from: correction.was.status(),
        to,
        reason: correction.reason.clone().filter(|_| viewer.relation != Relation::Guest),
    };
    session.corrected().map(shown).collect()
}

fn by_phone(session: &Session, numbers: Numbers) -> Option<ByPhoneView> {
    let by_phone = session.by_phone?;
    Some(ByPhoneView {
        since: by_phone.since,
        client_phone: numbers.client,
        practitioner_phone: numbers.practitioner,
        shows_practitioner: by_phone.shows_practitioner,
    })
}

fn client(session: &Session, viewer: Viewer, labels: &Labels) -> PersonRef {
    let client = person(session.appointment.client_id, labels);
    if knows_client(session, viewer) { client } else { nameless(client) }
}

fn participants(session: &Session, viewer: Viewer, policy: &Policy, now: Timestamp) -> Vec<ParticipantView> {
    shown_participants(session, viewer).map(|p| participant(session, p, policy, now)).collect()
}

fn participant(
    session: &Session,
    participant: &Participant,
    policy: &Policy,
    now: Timestamp,
) -> ParticipantView {
    let id = participant.id;
    ParticipantView {
        id,
        person_id: participant.person_id,
        role: participant.role,
        name: participant.name.clone(),
        by_code: participant.by_code,
        state: participant.admission,
        connected: session.attendance.is_present(id),
        waiting_since: session.waits_since(participant, now, policy),
        left_at: session.last_here(participant, now, policy),
        joined_at: participant.admitted_at,
        connected_seconds: session.connected(id, now).as_secs(),
    }
}
