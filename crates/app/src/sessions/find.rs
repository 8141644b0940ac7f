//! Finding a session for somebody: one that they may not see is not there.

use std::sync::Arc;

use openvisit_core::access::{Action, Caller, Relation};
use openvisit_core::ids::{AppointmentId, SessionId};
use openvisit_core::session::Session;
use openvisit_store::{SessionDetails, StoreError, Tx};

use super::view::Viewer;
use crate::app::App;
use crate::error::Error;
use crate::recovery;

/// Which session is meant.
#[derive(Clone, Copy, Debug)]
pub enum Which {
    Session(SessionId),
    Appointment(AppointmentId),
}

impl From<SessionId> for Which {
    fn from(id: SessionId) -> Self {
        Self::Session(id)
    }
}

impl From<AppointmentId> for Which {
    fn from(id: AppointmentId) -> Self {
        Self::Appointment(id)
    }
}

/// Said to whoever sees a session and may not do this to it.
pub const NOT_YOURS: &str = "this is not yours to do in this session";

/// Loads a session for a caller who must be allowed `action`.
///
/// # Errors
/// `not_found`, or `forbidden` for whoever sees it and may not do this.
pub async fn find(
    tx: &mut Tx,
    which: Which,
    caller: &Caller,
    action: Action,
) -> Result<(Session, Relation), Error> {
    let session = load(tx, which).await?.ok_or(Error::NotFound)?;
    let relation = permitted(&session, caller, action)?;
    Ok((session, relation))
}

/// What the caller is to the session.
///
/// # Errors
/// As [`find`].
pub fn permitted(session: &Session, caller: &Caller, action: Action) -> Result<Relation, Error> {
    let relation = Relation::of(caller, session).ok_or(Error::NotFound)?;
    if relation.permits(caller, action) { Ok(relation) } else { Err(Error::Forbidden(NOT_YOURS)) }
}

async fn load(tx: &mut Tx, which: Which) -> Result<Option<Session>, StoreError> {
    match which {
        Which::Session(id) => tx.session(id).await,
        Which::Appointment(id) => tx.session_by_appointment(id).await,
    }
}

/// A session with all that a page shows of it, for a caller.
///
/// # Errors
/// `not_found`, and those of the store.
pub async fn look(app: &App, caller: &Caller, id: SessionId) -> Result<(Arc<SessionDetails>, Viewer), Error> {
    recovery::first(app, id).await?;
    let details = app.store.session_details(id).await?.ok_or(Error::NotFound)?;
    let viewer = Viewer::of(caller, &details.session)?;
    Ok((details, viewer))
}
