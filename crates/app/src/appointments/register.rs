//! Another system says how a session of its own stands: it is booked when it is new, and brought up to date when it is not.

use jiff::Timestamp;
use openvisit_core::access::Action;
use openvisit_core::appointment::Payment;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::person::Role;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use super::book::{Booking, Party, book, their_person};
use super::change::{Patch, apply};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::sessions::change::change;
use crate::sessions::find::NOT_YOURS;

/// How long a session is of which nothing is said, in minutes.
const USUAL_MINUTES: i64 = 60;

/// A session as the other system has it.
#[derive(Clone, Debug)]
pub struct Registration {
    pub practitioner: Party,
    pub client: Party,
    pub starts_at: Timestamp,
    /// As it is, or an hour, where it is not given.
    pub duration_minutes: Option<i64>,
    /// As it is, or not required, where it is not given.
    pub payment: Option<Payment>,
}

/// Books what is new, without a passcode: the other system's pages know none.
///
/// # Errors
/// `forbidden` for whoever is neither its practitioner nor an administrator, and those of [`book`].
pub async fn register(
    app: &App,
    caller: &Caller,
    external_id: String,
    registration: Registration,
) -> Result<SessionDetails, Error> {
    let own = match &registration.practitioner {
        Party::Known(id) => *id == caller.person_id,
        Party::Theirs(theirs) => theirs.identity == caller.person.identity,
    };
    let may = caller.is(Role::Admin) || (own && caller.is(Role::Practitioner));
    if !may {
        return Err(Error::Forbidden(NOT_YOURS));
    }
    let booking = Booking {
        practitioner: Some(registration.practitioner),
        client: Some(registration.client),
        external_id: Some(external_id),
        payment: registration.payment.unwrap_or_default(),
        passcode: Some(false),
        ..Booking::video(registration.starts_at, registration.duration_minutes.unwrap_or(USUAL_MINUTES))
    };
    Ok(book(app, caller, booking).await?.details)
}

/// Brings a session up to date; who meets stays.
///
/// # Errors
/// `forbidden` for whoever is neither its practitioner nor an administrator, and those of changing it.
pub async fn update(
    app: &App,
    caller: &Caller,
    id: SessionId,
    registration: &Registration,
) -> Result<SessionDetails, Error> {
    let details = change(app, caller, id, Action::Change, |session: Session, moment| {
        let patch = difference(&session, registration);
        let change = if patch.is_empty() {
            Change { session, events: Vec::new() }
        } else {
            apply(session, patch, moment.now)?
        };
        match registration.payment.clone() {
            Some(told) => change.then(|session| Ok(session.pay(told))),
            None => Ok(change),
        }
    })
    .await?;
    if !introduce(app, caller, registration).await? {
        return Ok(details);
    }
    let named = app.store.session_details(details.session.id).await?.ok_or(Error::NotFound)?;
    Ok((*named).clone())
}

/// What is to change of the times.
fn difference(session: &Session, registration: &Registration) -> Patch {
    let slot = session.appointment.slot;
    let minutes = registration.duration_minutes;
    Patch {
        starts_at: Some(registration.starts_at).filter(|start| *start != slot.starts_at),
        duration_minutes: minutes.filter(|minutes| *minutes != slot.duration().as_mins()),
        ..Patch::default()
    }
}

/// Names that were not known when the session was booked; whether any are given.
async fn introduce(app: &App, caller: &Caller, registration: &Registration) -> Result<bool, Error> {
    let parties = [(&registration.practitioner, Role::Practitioner), (&registration.client, Role::Client)];
    let told = parties.into_iter().filter_map(|(party, role)| match party {
        Party::Theirs(theirs) if theirs.name.is_some() || theirs.email.is_some() => Some((theirs, role)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    // What names nobody holds up no other writer.
    if told.is_empty() {
        return Ok(false);
    }
    let mut tx = app.store.begin().await?;
    let mut known = Vec::new();
    for (theirs, role) in told {
        known.push(their_person(app, &mut tx, caller, theirs, role).await?.id);
    }
    tx.commit().await?;
    known.into_iter().for_each(|id| app.person_cache.forget(id));
    Ok(true)
}
