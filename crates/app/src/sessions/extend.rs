//! The hard stop is put off.

use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use super::change::change;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// By so many minutes.
///
/// # Errors
/// The refusals of [`Session::extend`].
pub async fn extend(
    app: &App,
    caller: &Caller,
    id: SessionId,
    minutes: i64,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Extend, |session: Session, _| Ok(session.extend(minutes)?)).await
}
