//! Whose sessions a caller's lists hold.

use jiff::SignedDuration;
use openvisit_core::access::Caller;
use openvisit_core::person::Role;
use openvisit_core::session::Session;
use openvisit_store::{SessionFilter, Visible};

use crate::app::App;
use crate::error::Error;

/// How far back sessions still in progress are listed.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// How many sessions are sent to somebody who connects.
const AT_CONNECT: u32 = 100;

#[must_use]
pub fn visible(caller: &Caller) -> Visible {
    if let Some(only) = caller.only_session {
        return Visible::Only(only);
    }
    if caller.is(Role::Admin) {
        return Visible::All;
    }
    match caller.organization_id.filter(|_| caller.is(Role::Assistant)) {
        Some(organization) => Visible::Organization(organization),
        None => Visible::Party(caller.person_id),
    }
}

/// The caller's live sessions, the earliest first.
///
/// # Errors
/// Those of the store.
pub async fn live(app: &App, caller: &Caller) -> Result<Vec<Session>, Error> {
    let now = app.clock.now();
    let filter = SessionFilter {
        visible_to: visible(caller),
        practitioner: None,
        search: None,
        status: vec![],
        from: Some(now.checked_sub(LOOK_BACK).unwrap_or(now)),
        to: None,
        cursor: None,
        latest_first: false,
        limit: AT_CONNECT,
    };
    let sessions = app.store.read().await?.sessions(&filter).await?;
    Ok(sessions.into_iter().filter(|session| session.state.is_live()).collect())
}
