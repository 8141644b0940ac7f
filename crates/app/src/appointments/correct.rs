//! An outcome that was entered by mistake is put right.

use openvisit_core::access::{Action, Actor};
use openvisit_core::lifecycle::correct::Outcome;
use openvisit_core::session::Session;
use openvisit_store::SessionDetails;

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::sessions::change::change;
use crate::sessions::find::Which;

/// What is to be put right.
#[derive(Clone, Debug)]
pub struct Correcting {
    pub outcome: Outcome,
    pub reason: Option<String>,
    /// The version that the caller saw; another one is a conflict.
    pub version: Option<i64>,
}

/// By the practitioner, or an administrator. What is so already stays.
///
/// # Errors
/// The refusals of [`Session::correct`], and `version_conflict`.
pub async fn correct(
    app: &App,
    caller: &Caller,
    which: Which,
    wanted: Correcting,
) -> Result<SessionDetails, Error> {
    change(app, caller, which, Action::Correct, |session: Session, moment| {
        if wanted.version.is_some_and(|seen| seen != session.version) {
            return Err(Error::VersionConflict);
        }
        let as_themselves = moment.relation.may(Action::Correct);
        let by = if as_themselves { moment.relation.into() } else { Actor::Admin };
        Ok(session.correct(moment.now, by, wanted.outcome, wanted.reason.clone())?)
    })
    .await
}
