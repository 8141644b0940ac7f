//! Which realtime events a change to a session makes.

use openvisit_core::event::Event;
use openvisit_core::ids::ParticipantId;
use openvisit_core::session::Session;
use serde::Serialize;

use crate::http::sessions::view::SessionView;

/// One event on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RealtimeEvent {
    pub name: &'static str,
    pub participant: Option<ParticipantId>,
}

impl RealtimeEvent {
    /// About nobody in particular.
    #[must_use]
    pub fn plain(name: &'static str) -> Self {
        Self { name, participant: None }
    }
}

/// What every event carries.
#[derive(Serialize)]
pub struct Payload<'a> {
    pub session: &'a SessionView,
    pub participant_id: Option<ParticipantId>,
}

/// What came of the life cycle, then who came and went; `updated` where it was neither.
#[must_use]
pub fn between(before: &Session, after: &Session, events: &[Event]) -> Vec<RealtimeEvent> {
    let mut told: Vec<RealtimeEvent> = events
        .iter()
        .map(|event| RealtimeEvent { name: name(event), participant: event.participant() })
        .collect();
    for participant in &after.participants {
        let id = participant.id;
        let (was, is) = (before.attendance.is_present(id), after.attendance.is_present(id));
        if was != is {
            let name = if is { "joined" } else { "left" };
            told.push(RealtimeEvent { name, participant: Some(id) });
        }
    }
    if told.is_empty() && visibly_differs(before, after) {
        told.push(RealtimeEvent { name: "updated", participant: None });
    }
    told
}

/// Whether anything but bookkeeping changed.
fn visibly_differs(before: &Session, after: &Session) -> bool {
    before.state != after.state
        || before.participants != after.participants
        || before.appointment != after.appointment
        || before.by_phone != after.by_phone
        || before.doorway != after.doorway
        || before.quality_rating != after.quality_rating
        || before.client_rating != after.client_rating
}

fn name(event: &Event) -> &'static str {
    match event {
        Event::Booked => "booked",
        Event::Moved { .. } => "moved",
        Event::Changed
        | Event::HandedOver { .. }
        | Event::Reactivated
        | Event::PaymentConfirmed
        | Event::PaymentRefunded
        | Event::Corrected { .. } => "updated",
        Event::Cancelled { .. } => "cancelled",
        Event::Waiting { .. } => "waiting",
        Event::Admitted { .. } => "admitted",
        Event::Denied { .. } => "denied",
        Event::Removed { .. } => "removed",
        Event::Started { .. } => "started",
        Event::Extended { .. } => "extended",
        Event::OverrunWarning { .. } => "overrun_warning",
        Event::Completed { .. } | Event::NoShow { .. } => "ended",
    }
}
