//! An appointment is called off.

use openvisit_core::access::Action;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::sessions::change::change;
use crate::sessions::find::Which;

/// Cancelling twice is no error.
///
/// # Errors
/// The refusals of [`Session::cancel`].
pub async fn cancel(
    app: &App,
    caller: &Caller,
    which: Which,
    reason: Option<String>,
) -> Result<SessionDetails, Error> {
    change(app, caller, which, Action::Cancel, |session: Session, moment| {
        Ok(session.cancel(moment.now, moment.relation.into(), reason.clone())?)
    })
    .await
}
