//! A session for a caller of this dialect.

use openvisit_app::Error;
use openvisit_app::auth::caller::Caller;
use openvisit_app::sessions::find::{NOT_YOURS, find};
use openvisit_core::access::Action;
use openvisit_core::session::Session;
use openvisit_store::Tx;

use crate::dialects::ids;

/// One that the caller may do this with; what was deleted is not there.
///
/// # Errors
/// `not_found`, or `forbidden`.
pub(super) async fn find_shown(
    tx: &mut Tx,
    caller: &Caller,
    id: &str,
    action: Action,
) -> Result<Session, Error> {
    let (session, relation) = find(tx, ids::session(id)?.into(), caller, Action::See).await?;
    if session.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    if relation.permits(caller, action) { Ok(session) } else { Err(Error::Forbidden(NOT_YOURS)) }
}
