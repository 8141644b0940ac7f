//! The sessions that a caller is told of.

use openvisit_core::access::Caller;
use openvisit_core::session::{Session, Status};
use openvisit_store::SessionFilter;

use crate::app::App;
use crate::auth::visible::visible;
use crate::error::Error;

/// How many sessions are sent to somebody who connects.
const AT_CONNECT: u32 = 100;

/// The caller's live sessions, the earliest first; of many the next hundred.
///
/// # Errors
/// Those of the store.
pub async fn live(app: &App, caller: &Caller) -> Result<Vec<Session>, Error> {
    let filter = SessionFilter {
        status: Status::ALL.into_iter().filter(|status| status.is_live()).collect(),
        ..SessionFilter::all(visible(caller), AT_CONNECT)
    };
    Ok(app.store.read().await?.sessions(&filter).await?)
}
