//! The way in for whoever only looks at a session. Handing it out is their coming: a link that is known lets its
//! owner in without another word to us.

use openvisit_core::access::{Action, Relation};
use openvisit_core::session::{Admission, Participant, Session};

use super::find::permitted;
use super::join::{Door, EntryResult, enter};
use super::visitor::part;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// The caller's place in a session, where nothing is in their way any more: let in before, or who would be let in at
/// once by coming. `None` for everybody else, who stay as they are: nobody gets into the waiting room by looking.
///
/// A practitioner comes by looking from when the door opens for clients, though they may come earlier.
///
/// # Errors
/// Those of the store.
pub async fn find(app: &App, caller: &Caller, session: &Session) -> Result<Option<EntryResult>, Error> {
    if !is_open(app, caller, session) {
        return Ok(None);
    }
    // Whoever is there already keeps the door as they do.
    let door = if is_in(session, caller) { Door::Kept } else { Door::Open };
    match enter(app, caller, session.id, None, door).await {
        Ok(entered) => Ok(Some(entered).filter(|it| it.admission == Admission::Admitted)),
        Err(error @ (Error::Internal | Error::Unavailable)) => Err(error),
        // The passcode, or what has changed since it was loaded.
        Err(_) => Ok(None),
    }
}

fn is_open(app: &App, caller: &Caller, session: &Session) -> bool {
    let Ok(relation) = permitted(session, caller, Action::Join) else { return false };
    let (now, policy) = (app.clock.now(), app.settings.policy());
    if session.check_door(now, &policy, caller.person.id, part(relation)).is_err() {
        return false;
    }
    let by_looking = match relation {
        Relation::Practitioner => session.state.started_at().is_some() || now >= session.opens_at(&policy),
        Relation::Client => session.auto_admit_client,
        _ => false,
    };
    by_looking || is_in(session, caller)
}

/// Whether they have come to this slot and were let in.
fn is_in(session: &Session, caller: &Caller) -> bool {
    let here = |it: &Participant| session.moved_at.is_none_or(|moved_at| it.entered_at > moved_at);
    session.participant_of(caller.person.id).is_some_and(|it| it.admission == Admission::Admitted && here(it))
}
