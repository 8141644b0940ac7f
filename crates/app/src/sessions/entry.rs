//! A session as somebody's calendar shows it.

use openvisit_core::appointment::Kind;
use openvisit_core::ids::PersonId;
use openvisit_core::session::Status;
use openvisit_store::SessionDetails;

use crate::app::App;
use crate::messages::calendar::Entry;

/// Whom they meet and when, without title and notes: a calendar may be kept elsewhere.
#[must_use]
pub fn entry(app: &App, details: &SessionDetails, reader: PersonId) -> Entry {
    let session = &details.session;
    let appointment = &session.appointment;
    let is_practitioner = appointment.practitioner_id == reader;
    let with = if is_practitioner { details.client_name() } else { details.practitioner_name() };
    let summary =
        [Some(app.settings.name.as_str()), with].into_iter().flatten().collect::<Vec<_>>().join(": ");
    Entry {
        session: session.id,
        sequence: session.version,
        slot: appointment.slot,
        is_cancelled: session.state.status() == Status::Cancelled,
        changed_at: appointment.updated_at,
        summary,
        description: None,
        url: (appointment.kind != Kind::InPerson).then(|| app.settings.join_url(session.id)),
        organizer: None,
        attendee: None,
    }
}
