//! Somebody hangs up without ending the session, and may come back.

use std::sync::Arc;

use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Refusal;
use openvisit_core::session::Session;

use super::change::change;
use crate::announce::{self, Announcement};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// Ends the caller's connections to a session.
///
/// # Errors
/// `not_found` for whoever takes no part in it.
pub async fn leave(app: &App, caller: &Caller, id: SessionId) -> Result<(), Error> {
    let person = caller.person_id;
    let details = change(app, caller, id, Action::Join, |session: Session, moment| {
        let who = session.participant_of(person).ok_or(Refusal::NoSuchParticipant)?.id;
        Ok(session.leave(moment.now, who)?)
    })
    .await?;
    if let Some(participant) = details.session.participant_of(person).map(|participant| participant.id) {
        let left = Announcement::Left { session: Arc::new(details.session), participant };
        announce::tell(app, &left).await?;
    }
    Ok(())
}
