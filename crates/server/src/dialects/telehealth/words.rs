//! The telehealth contract's words.

use openvisit_core::access::Actor;
use openvisit_core::session::{PartyRole, Status};

pub(super) fn part(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Practitioner => "clinician",
        PartyRole::Client => "patient",
        PartyRole::Guest => "guest",
    }
}

pub(super) fn status(status: Status) -> &'static str {
    match status {
        Status::Scheduled => "SCHEDULED",
        Status::Waiting => "WAITING_ROOM",
        Status::InProgress => "IN_SESSION",
        Status::Completed => "COMPLETED",
        Status::Cancelled => "CANCELLED",
        Status::NoShow => "NO_SHOW",
    }
}

pub(super) fn actor(actor: Actor) -> &'static str {
    match actor {
        Actor::Practitioner => "clinician",
        Actor::Client => "patient",
        Actor::Guest => "guest",
        Actor::Assistant => "assistant",
        Actor::Admin => "admin",
        Actor::System => "system",
    }
}
