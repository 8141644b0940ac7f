//! The sessions that a caller is told of.

use jiff::SignedDuration;
use openvisit_core::access::Caller;
use openvisit_core::session::Session;
use openvisit_store::SessionFilter;

use crate::app::App;
use crate::auth::visible::visible;
use crate::error::Error;

/// How far back sessions still in progress are listed.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);
/// How many sessions are sent to somebody who connects.
const AT_CONNECT: u32 = 100;

/// The caller's live sessions, the earliest first.
///
/// # Errors
/// Those of the store.
pub async fn live(app: &App, caller: &Caller) -> Result<Vec<Session>, Error> {
    let now = app.clock.now();
    let filter = SessionFilter {
        visible_to: visible(caller),
        practitioner: None,
        client: None,
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
