//! Whom a change of a session concerns, by ids alone: a node that has nobody of them need not load it.

use openvisit_core::ids::{OrganizationId, PersonId, SessionId};
use openvisit_core::session::Session;
use serde::{Deserialize, Serialize};

use super::Committed;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    pub session: SessionId,
    /// Whoever may see it, or could before.
    pub people: Vec<PersonId>,
    pub organization: Option<OrganizationId>,
    /// Somebody waits through a program that has no connection: each node takes note of them.
    pub somebody_waits: bool,
    /// Those who wait for the same practitioner in other sessions.
    pub others_wait: bool,
}

impl Concern {
    #[must_use]
    pub fn of(Committed { news, after }: &Committed) -> Self {
        let session = &after.session;
        let people = audience(session).into_iter().chain(news.handed_over_by);
        Self {
            session: session.id,
            people: people.collect(),
            organization: session.appointment.organization_id,
            somebody_waits: session.unconnected().next().is_some(),
            others_wait: news.practitioner_moved,
        }
    }
}

/// Both parties, and everyone else who has a place.
#[must_use]
pub fn audience(session: &Session) -> Vec<PersonId> {
    let appointment = &session.appointment;
    let mut people = vec![appointment.practitioner_id, appointment.client_id];
    people.extend(session.participants.iter().map(|p| p.person_id));
    people.sort_unstable();
    people.dedup();
    people
}
