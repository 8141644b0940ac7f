//! Whose sessions a list holds, and the conditions for them in SQL.

use openvisit_core::ids::{OrganizationId, PersonId, SessionId};

/// Whose sessions a list may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visible {
    /// Of this practitioner or client.
    Party(PersonId),
    Organization(OrganizationId),
    All,
    Only(SessionId),
}

/// The conditions that select these sessions: a list has one part for each.
pub(super) fn owners(visible_to: Visible) -> &'static [&'static str] {
    match visible_to {
        // Whoever is both is listed once.
        Visible::Party(_) => &["practitioner_id = $5", "client_id = $5 and practitioner_id <> $5"],
        Visible::Organization(_) => &["organization_id = $5"],
        Visible::Only(_) => &["id = $5"],
        Visible::All => &["$5 = ''"],
    }
}

/// The value of `$5` in those conditions.
pub(crate) fn owner(visible_to: Visible) -> String {
    match visible_to {
        Visible::Party(id) => id.to_string(),
        Visible::Organization(id) => id.to_string(),
        Visible::Only(id) => id.to_string(),
        Visible::All => String::new(),
    }
}
