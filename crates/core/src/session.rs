//! What happens at an appointment: state, participants, attendance, outcome.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::appointment::{Appointment, Kind, MediaProvider};
use crate::attendance::{Ledger, Source};
use crate::doorway::Doorway;
use crate::ids::{InvitationId, ParticipantId, PersonId, SessionId};
use crate::policy::Policy;

/// Where a session is in its life. Each state carries what is true only there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum State {
    Scheduled,
    /// Somebody came.
    Waiting {
        since: Timestamp,
    },
    InProgress {
        since: Timestamp,
        by: Actor,
    },
    Completed {
        started_at: Timestamp,
        ended_at: Timestamp,
        by: Actor,
        reason: Option<String>,
    },
    Cancelled {
        at: Timestamp,
        by: Actor,
        reason: Option<String>,
    },
    /// Never came about. `absent` is `None` when attendance proves neither party missing.
    NoShow {
        at: Timestamp,
        by: Actor,
        reason: Option<String>,
        absent: Option<Absent>,
        /// When it was started, where somebody did and waited in vain.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        started_at: Option<Timestamp>,
    },
}

/// A state's name: the word for it in the API, in the database and in refusals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Scheduled,
    Waiting,
    InProgress,
    Completed,
    Cancelled,
    NoShow,
}

impl Status {
    pub const ALL: [Self; 6] =
        [Self::Scheduled, Self::Waiting, Self::InProgress, Self::Completed, Self::Cancelled, Self::NoShow];

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Waiting => "waiting",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::NoShow => "no_show",
        }
    }

    /// Whether the session can still come to something; only such sessions block time.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, Self::Scheduled | Self::Waiting | Self::InProgress)
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Who was missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    Practitioner,
    Client,
    Both,
}

impl State {
    #[must_use]
    pub fn status(&self) -> Status {
        match self {
            Self::Scheduled => Status::Scheduled,
            Self::Waiting { .. } => Status::Waiting,
            Self::InProgress { .. } => Status::InProgress,
            Self::Completed { .. } => Status::Completed,
            Self::Cancelled { .. } => Status::Cancelled,
            Self::NoShow { .. } => Status::NoShow,
        }
    }

    #[must_use]
    pub fn is_live(&self) -> bool {
        self.status().is_live()
    }

    /// When it was started, whatever became of it.
    #[must_use]
    pub fn started_at(&self) -> Option<Timestamp> {
        match self {
            Self::NoShow { started_at, .. } => *started_at,
            _ => self.held_from(),
        }
    }

    /// From when on it has been held: what minutes are counted from.
    #[must_use]
    pub fn held_from(&self) -> Option<Timestamp> {
        match self {
            Self::InProgress { since, .. } => Some(*since),
            Self::Completed { started_at, .. } => Some(*started_at),
            _ => None,
        }
    }

    #[must_use]
    pub fn ended_at(&self) -> Option<Timestamp> {
        match self {
            Self::Completed { ended_at, .. } => Some(*ended_at),
            Self::Cancelled { at, .. } | Self::NoShow { at, .. } => Some(*at),
            _ => None,
        }
    }

    #[must_use]
    pub fn ended_by(&self) -> Option<Actor> {
        match self {
            Self::Completed { by, .. } | Self::Cancelled { by, .. } | Self::NoShow { by, .. } => Some(*by),
            _ => None,
        }
    }

    #[must_use]
    pub fn end_reason(&self) -> Option<&str> {
        match self {
            Self::Completed { reason, .. } | Self::Cancelled { reason, .. } | Self::NoShow { reason, .. } => {
                reason.as_deref()
            }
            _ => None,
        }
    }

    #[must_use]
    pub fn absent(&self) -> Option<Absent> {
        match self {
            Self::NoShow { absent, .. } => *absent,
            _ => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartyRole {
    Practitioner,
    Client,
    Guest,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admission {
    Waiting,
    Admitted,
    /// Refused in the waiting room.
    Denied,
    /// Removed from the call.
    Removed,
}

/// One party's presence in one session. Its connections come and go, its id stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    pub id: ParticipantId,
    pub person_id: PersonId,
    pub role: PartyRole,
    pub name: String,
    pub admission: Admission,
    /// The passcode was right once, or was not asked for.
    pub verified: bool,
    pub entered_at: Timestamp,
    pub admitted_at: Option<Timestamp>,
    /// By which invitation they came last; `None` for whoever came as themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationId>,
    /// Knew the passcode, and nothing tells more of them: perhaps the client, perhaps not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_code: bool,
    /// Of somebody who came back to the waiting room: when.
    #[serde(default)]
    pub here_since: Option<Timestamp>,
    /// When somebody who waits was last here; `None` while they are.
    #[serde(default)]
    pub left_at: Option<Timestamp>,
}

impl Participant {
    /// When they came, the last time.
    #[must_use]
    pub fn came_at(&self) -> Timestamp {
        self.here_since.unwrap_or(self.entered_at)
    }
}

/// Where the practitioner is, as shown to whoever waits for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Away,
    /// Connected in another live session. With whom is not shown.
    InAnotherCall,
    Here,
}

/// It goes on by telephone, by the practitioner's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByPhone {
    pub since: Timestamp,
    /// Whether the client is shown the practitioner's number.
    pub shows_practitioner: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRating {
    /// One to five.
    pub rating: u8,
    pub comment: Option<String>,
}

/// That an outcome was put right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub at: Timestamp,
    pub by: Actor,
    pub reason: Option<String>,
    /// What stood there before.
    pub was: State,
}

/// The aggregate: loaded, decided on and saved as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    /// What its room is called, for good: by [`room_name`](crate::room_name::room_name), or like the session where
    /// nobody named it. Unique.
    pub room_name: String,
    pub appointment: Appointment,
    pub state: State,
    pub participants: Vec<Participant>,
    pub attendance: Ledger,
    /// When it was moved or taken back; who came before that did not come to this slot.
    pub moved_at: Option<Timestamp>,
    /// Grace periods do not begin before this: the server was away until then.
    pub grace_from: Option<Timestamp>,
    /// Both sides have been told that the hard stop is near.
    pub warned: bool,
    /// The appointment's own client is admitted without asking the practitioner.
    pub auto_admit_client: bool,
    /// What the practitioner added to the hard stop.
    pub extended_minutes: i64,
    /// The practitioner's, one to five.
    pub quality_rating: Option<u8>,
    pub client_rating: Option<ClientRating>,
    /// While it goes on by telephone.
    pub by_phone: Option<ByPhone>,
    pub doorway: Doorway,
    /// What was put right of its outcome, the earliest first.
    pub corrections: Vec<Correction>,
    /// When a program that deletes took it off its lists; it is kept as evidence.
    pub deleted_at: Option<Timestamp>,
    /// Counts saves; a save with an old one is a conflict.
    pub version: i64,
}

impl Session {
    /// The session of a new appointment.
    #[must_use]
    pub fn of(appointment: Appointment) -> Self {
        Self {
            id: appointment.session_id,
            room_name: appointment.session_id.to_string(),
            appointment,
            state: State::Scheduled,
            participants: Vec::new(),
            attendance: Ledger::default(),
            moved_at: None,
            grace_from: None,
            warned: false,
            auto_admit_client: false,
            extended_minutes: 0,
            quality_rating: None,
            client_rating: None,
            by_phone: None,
            doorway: Doorway::default(),
            corrections: Vec::new(),
            deleted_at: None,
            version: 0,
        }
    }

    #[must_use]
    pub fn participant(&self, id: ParticipantId) -> Option<&Participant> {
        self.participants.iter().find(|p| p.id == id)
    }

    #[must_use]
    pub fn participant_of(&self, person: PersonId) -> Option<&Participant> {
        self.participants.iter().find(|p| p.person_id == person)
    }

    #[must_use]
    pub fn party(&self, role: PartyRole) -> Option<&Participant> {
        self.all_as(role).next()
    }

    /// Everybody of a role. In the client's place there may be another besides them, who came by code while they were
    /// not connected: what one of the two does, the client's side has done.
    pub fn all_as(&self, role: PartyRole) -> impl Iterator<Item = &Participant> {
        self.participants.iter().filter(move |p| p.role == role)
    }

    /// How it ended before anybody corrected it.
    #[must_use]
    pub fn first_state(&self) -> &State {
        self.corrections.first().map_or(&self.state, |first| &first.was)
    }

    /// Each correction with what it made of the session.
    pub fn corrected(&self) -> impl Iterator<Item = (&Correction, Status)> {
        let later = self.corrections.iter().skip(1).map(|next| &next.was).chain([&self.state]);
        self.corrections.iter().zip(later.map(State::status))
    }

    /// Whether somebody has come and it has not ended.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        matches!(self.state, State::Waiting { .. } | State::InProgress { .. })
    }

    /// Whether the practitioner is connected and the session under way.
    #[must_use]
    pub fn has_practitioner(&self) -> bool {
        let practitioner = self.party(PartyRole::Practitioner);
        self.is_under_way() && practitioner.is_some_and(|p| self.attendance.is_present(p.id))
    }

    /// Whether the ledger proves who came. Nothing does for a visit in person, nor where the media provider does
    /// not tell.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.appointment.kind != Kind::InPerson
            && self.appointment.presence_proven
            && !self.lacks_provider_events()
    }

    /// Both were let in to another provider's room, and it never reported anybody: its events may not arrive here.
    #[must_use]
    pub fn lacks_provider_events(&self) -> bool {
        self.appointment.media_provider != MediaProvider::Embedded
            && self.both_were_admitted()
            && self.attendance.intervals().all(|(key, _)| key.source != Source::Provider)
    }

    pub(crate) fn both_were_admitted(&self) -> bool {
        [PartyRole::Practitioner, PartyRole::Client]
            .into_iter()
            .all(|role| self.all_as(role).any(|p| p.admission == Admission::Admitted))
    }

    /// From start to end; `None` until it has ended, zero when it never began.
    #[must_use]
    pub fn duration(&self) -> Option<SignedDuration> {
        let ended_at = self.state.ended_at()?;
        Some(self.state.held_from().map_or(SignedDuration::ZERO, |start| start.duration_until(ended_at)))
    }

    /// The same, and until now while it is in progress; `None` before it begins.
    #[must_use]
    pub fn duration_so_far(&self, now: Timestamp) -> Option<SignedDuration> {
        self.duration()
            .or_else(|| Some(self.state.held_from()?.duration_until(now).max(SignedDuration::ZERO)))
    }

    /// How long a participant was connected while the session was in progress.
    #[must_use]
    pub fn connected(&self, participant: ParticipantId, now: Timestamp) -> SignedDuration {
        let Some(from) = self.state.held_from() else { return SignedDuration::ZERO };
        let to = self.state.ended_at().unwrap_or(now);
        self.attendance.connected(participant, from, to)
    }

    /// How long of it was by telephone, by the practitioner's word.
    #[must_use]
    pub fn phoned(&self, now: Timestamp) -> SignedDuration {
        let Some(practitioner) = self.party(PartyRole::Practitioner) else { return SignedDuration::ZERO };
        let calls = self
            .attendance
            .intervals()
            .filter(|(key, _)| key.source == Source::Phone && key.participant == practitioner.id);
        calls
            .filter_map(|(_, interval)| interval.span(now))
            .fold(SignedDuration::ZERO, |sum, (from, to)| sum + from.duration_until(to))
    }

    /// How often a participant came back while the session was in progress.
    #[must_use]
    pub fn reconnects(&self, participant: ParticipantId, now: Timestamp) -> usize {
        let Some(from) = self.state.held_from() else { return 0 };
        let to = self.state.ended_at().unwrap_or(now);
        self.attendance.reconnects(participant, from, to)
    }

    /// The sum of connected times over all participants: two for 30 minutes are an hour.
    #[must_use]
    pub fn attended(&self, now: Timestamp) -> SignedDuration {
        self.participants.iter().fold(SignedDuration::ZERO, |sum, p| sum + self.connected(p.id, now))
    }

    /// How many participants were connected while the session was in progress.
    #[must_use]
    pub fn attendees(&self, now: Timestamp) -> usize {
        self.participants.iter().filter(|p| self.connected(p.id, now).is_positive()).count()
    }

    /// From when on clients and guests may enter.
    #[must_use]
    pub fn opens_at(&self, policy: &Policy) -> Timestamp {
        before(self.appointment.slot.starts_at, policy.join_window)
    }

    /// Until when invitations to it are good, as it stands now: for a day after its time, or after its end where that
    /// was later. They move with it, and are good as long as it is under way.
    #[must_use]
    pub fn invitations_end_at(&self) -> Timestamp {
        let ends_at = self.appointment.slot.ends_at;
        after(self.state.ended_at().map_or(ends_at, |ended_at| ended_at.max(ends_at)), A_DAY)
    }

    /// Whether invitations to it are good.
    #[must_use]
    pub fn takes_invitations(&self, now: Timestamp) -> bool {
        self.is_under_way() || now < self.invitations_end_at()
    }

    /// When the session is ended whoever is there; `None` until it has begun.
    #[must_use]
    pub fn hard_stop_at(&self, policy: &Policy) -> Option<Timestamp> {
        let State::InProgress { since, .. } = self.state else { return None };
        let slot = self.appointment.slot;
        let booked_end = slot.ends_at.max(after(since, slot.duration()));
        Some(after(booked_end, policy.overrun + SignedDuration::from_mins(self.extended_minutes)))
    }

    /// Who was never there for this slot, by the ledger.
    #[must_use]
    pub fn absent(&self) -> Option<Absent> {
        let since = self.moved_at.unwrap_or(Timestamp::MIN);
        let came = |role| self.all_as(role).any(|p| self.attendance.was_present_since(p.id, since));
        match (came(PartyRole::Practitioner), came(PartyRole::Client)) {
            (true, true) => None,
            (true, false) => Some(Absent::Client),
            (false, true) => Some(Absent::Practitioner),
            (false, false) => Some(Absent::Both),
        }
    }
}

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// `at + by`, staying within what a timestamp can say.
pub(crate) fn after(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

/// `at - by`, staying within what a timestamp can say.
pub(crate) fn before(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}
