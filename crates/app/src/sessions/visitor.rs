//! A caller who wants to enter a session.

use openvisit_core::access::Relation;
use openvisit_core::ids::ParticipantId;
use openvisit_core::lifecycle::admission::Visitor;
use openvisit_core::session::PartyRole;

use crate::app::App;
use crate::auth::caller::Caller;

/// The caller as a visitor; the role follows from the session. A secret link counts as the passcode given.
pub(super) fn visitor(app: &App, caller: &Caller, passcode_verified: bool) -> Visitor {
    Visitor {
        person_id: caller.person.id,
        role: PartyRole::Guest,
        name: caller.person.name.clone(),
        new_id: ParticipantId::new(app.seed()),
        passcode_verified: passcode_verified || caller.invitation.is_some(),
        invitation: caller.invitation.map(|came_by| came_by.id),
        by_code: caller.invitation.is_some_and(|came_by| came_by.code),
    }
}

/// Who may join, joins as this.
pub(super) fn part(relation: Relation) -> PartyRole {
    match relation {
        Relation::Practitioner => PartyRole::Practitioner,
        Relation::Client => PartyRole::Client,
        Relation::Guest | Relation::Assistant | Relation::Admin => PartyRole::Guest,
    }
}
