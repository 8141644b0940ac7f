//! What somebody may see of an appointment.

use std::borrow::Cow;

use openvisit_core::access::Relation;
use openvisit_core::appointment::Appointment;
use openvisit_core::session::Session;
use serde_json::Map;

/// The appointment of a session for whoever is this to it. A guest sees when and with whom, and neither whose it is nor on
/// what terms; the client's name is not in it and not for guests either.
#[must_use]
pub fn shown(session: &Session, relation: Relation) -> Cow<'_, Appointment> {
    let appointment = &session.appointment;
    if relation != Relation::Guest {
        return Cow::Borrowed(appointment);
    }
    let mut for_guest = appointment.clone();
    for_guest.external = None;
    for_guest.title = None;
    for_guest.notes = None;
    for_guest.booking_type = None;
    for_guest.plan = None;
    for_guest.price = None;
    for_guest.payment.reference = None;
    for_guest.metadata = Map::new();
    Cow::Owned(for_guest)
}
