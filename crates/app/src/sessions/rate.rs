//! How it was, by either party.

use openvisit_core::access::{Action, Relation};
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{ClientRating, Session};
use openvisit_store::SessionDetails;

use super::change::change;
use super::find::NOT_YOURS;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// The client's rating, or the practitioner's (which is the session's `quality_rating` and has no comment).
///
/// # Errors
/// `forbidden` for anybody else.
pub async fn rate(
    app: &App,
    caller: &Caller,
    id: SessionId,
    rating: ClientRating,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::See, |mut session: Session, moment| {
        match moment.relation {
            Relation::Practitioner => session.quality_rating = Some(rating.rating),
            Relation::Client => session.client_rating = Some(rating.clone()),
            Relation::Guest | Relation::Assistant | Relation::Admin => {
                return Err(Error::Forbidden(NOT_YOURS));
            }
        }
        Ok(Change { session, events: vec![] })
    })
    .await
}
