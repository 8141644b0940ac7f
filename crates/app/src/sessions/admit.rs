//! The practitioner keeps the door.

use openvisit_core::access::Action;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use super::change::change;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::usage;

/// Lets somebody in from the waiting room.
///
/// # Errors
/// The refusals of [`Session::admit`].
pub async fn admit(
    app: &App,
    caller: &Caller,
    id: SessionId,
    who: ParticipantId,
) -> Result<SessionDetails, Error> {
    let policy = usage::policy(app).await?;
    change(app, caller, id, Action::Admit, |session: Session, moment| {
        Ok(session.admit(moment.now, &policy, who)?)
    })
    .await
}

/// Turns somebody away from the waiting room.
///
/// # Errors
/// The refusals of [`Session::deny`].
pub async fn deny(
    app: &App,
    caller: &Caller,
    id: SessionId,
    who: ParticipantId,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Admit, |session: Session, moment| Ok(session.deny(moment.now, who)?))
        .await
}

/// Puts somebody out of the call, who comes back only when admitted again.
///
/// # Errors
/// The refusals of [`Session::remove`].
pub async fn remove(
    app: &App,
    caller: &Caller,
    id: SessionId,
    who: ParticipantId,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Admit, |session: Session, moment| Ok(session.remove(moment.now, who)?))
        .await
}
