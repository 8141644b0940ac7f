//! The marketplace contract's words.

use openvisit_app::settings::Wording;
use openvisit_core::access::Actor;
use openvisit_core::session::{PartyRole, State};

/// What the two are called in its sentences.
pub(super) const WORDING: Wording<'static> = Wording { practitioner: "mechanic", client: "customer" };

pub(super) fn part(role: PartyRole) -> &'static str {
    match role {
        PartyRole::Practitioner => "mechanic",
        PartyRole::Client => "customer",
        PartyRole::Guest => "guest",
    }
}

pub(super) fn status(state: &State) -> &'static str {
    match state {
        State::Scheduled => "pending",
        State::Waiting { .. } => "waiting",
        State::InProgress { .. } => "live",
        State::Completed { .. } | State::NoShow { .. } => "completed",
        State::Cancelled { .. } => "cancelled",
    }
}

/// Who did something, in the marketplace's words.
pub(super) fn party(actor: Actor) -> &'static str {
    match actor {
        Actor::Practitioner => "mechanic",
        Actor::Client => "customer",
        Actor::Guest => "guest",
        Actor::Assistant => "assistant",
        Actor::Admin => "admin",
        Actor::System => "system",
    }
}
