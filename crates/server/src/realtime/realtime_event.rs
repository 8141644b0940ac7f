//! Which realtime events a change to a session makes.

use openvisit_app::announce::News;
use openvisit_core::event::Event;
use openvisit_core::ids::ParticipantId;
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
pub fn of(news: &News) -> Vec<RealtimeEvent> {
    let events = news.events.iter();
    let mut told: Vec<RealtimeEvent> =
        events.map(|event| RealtimeEvent { name: name(event), participant: event.participant() }).collect();
    for (name, participants) in [("joined", &news.came), ("left", &news.went)] {
        told.extend(participants.iter().map(|id| RealtimeEvent { name, participant: Some(*id) }));
    }
    if told.is_empty() && news.is_visible {
        told.push(RealtimeEvent::plain("updated"));
    }
    told
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
