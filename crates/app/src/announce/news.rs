//! What came of a change: all that is told of it besides what the session is now. It names nobody and says nothing of
//! anybody's health, so that other nodes may read it as it is.

use openvisit_core::event::Event;
use openvisit_core::ids::{ParticipantId, PersonId, SessionId};
use openvisit_core::session::Session;
use serde::{Deserialize, Serialize};

use super::MediaLoss;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct News {
    pub events: Vec<Event>,
    /// There was no such session before.
    pub is_new: bool,
    /// Who has a connection now, and had none; and the other way round.
    pub came: Vec<ParticipantId>,
    pub went: Vec<ParticipantId>,
    /// Anything but bookkeeping changed.
    pub is_visible: bool,
    /// It was under way, and is not any more.
    pub is_over: bool,
    /// Another media provider has it.
    pub is_elsewhere: bool,
    /// Who had it before it was handed over.
    pub handed_over_by: Option<PersonId>,
    /// The practitioner came to the session under way, or went.
    pub practitioner_moved: bool,
}

impl News {
    /// Of a new session.
    #[must_use]
    pub fn of_new(events: Vec<Event>) -> Self {
        Self { events, is_new: true, is_visible: true, ..Self::default() }
    }

    /// Of what a session was and has become.
    #[must_use]
    pub fn between(before: &Session, after: &Session, events: Vec<Event>) -> Self {
        let (had, has) = (&before.appointment, &after.appointment);
        let changed_to = |present: bool| {
            let ids = after.participants.iter().map(|participant| participant.id);
            let changed = ids.filter(|id| {
                after.attendance.is_present(*id) == present && before.attendance.is_present(*id) != present
            });
            changed.collect()
        };
        Self {
            events,
            is_new: false,
            came: changed_to(true),
            went: changed_to(false),
            is_visible: visibly_differs(before, after),
            is_over: before.is_under_way() && !after.is_under_way(),
            is_elsewhere: had.media_provider != has.media_provider,
            handed_over_by: (had.practitioner_id != has.practitioner_id).then_some(had.practitioner_id),
            practitioner_moved: before.has_practitioner() != after.has_practitioner(),
        }
    }

    /// Whether nobody need hear of it.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether its time is another one.
    #[must_use]
    pub fn is_move(&self) -> bool {
        self.events.iter().any(|event| matches!(event, Event::Moved { .. }))
    }

    /// Who has no place in the media any more.
    #[must_use]
    pub fn media_losses(&self, session: SessionId) -> Vec<MediaLoss> {
        let by_event = self.events.iter().filter_map(|event| match event {
            Event::Completed { .. }
            | Event::NoShow { .. }
            | Event::Cancelled { .. }
            | Event::Moved { .. } => Some(MediaLoss::All(session)),
            Event::Denied { participant } | Event::Removed { participant } => {
                Some(MediaLoss::One(session, *participant))
            }
            _ => None,
        });
        self.is_elsewhere.then_some(MediaLoss::All(session)).into_iter().chain(by_event).collect()
    }
}

fn visibly_differs(before: &Session, after: &Session) -> bool {
    before.state != after.state
        || before.participants != after.participants
        || before.appointment != after.appointment
        || before.by_phone != after.by_phone
        || before.doorway != after.doorway
        || before.quality_rating != after.quality_rating
        || before.client_rating != after.client_rating
}
