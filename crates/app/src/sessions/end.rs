//! The session ends, once: whoever comes second gets the ended session.

use jiff::Timestamp;
use openvisit_core::access::{Action, Actor};
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Session, Status};
use openvisit_store::SessionDetails;

use super::change::{Decision, Moment, change};
use super::find::NOT_YOURS;
use super::notes::Notes;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;

/// Ends a session for everyone, and writes the practitioner's notes and rating where they came along.
///
/// # Errors
/// `forbidden` before anything is changed, and those of [`change`].
pub async fn end(
    app: &App,
    caller: &Caller,
    id: SessionId,
    reason: Option<String>,
    notes: Notes,
) -> Result<SessionDetails, Error> {
    end_as(app, caller, id, notes, |session, now, by| Ok(session.end(now, by, reason.clone()))).await
}

/// Ends what has begun; what has not is called off for this reason, and its appointment is not.
///
/// # Errors
/// As [`end`].
pub async fn end_or_call_off(
    app: &App,
    caller: &Caller,
    id: SessionId,
    reason: &str,
    notes: Notes,
) -> Result<SessionDetails, Error> {
    end_as(app, caller, id, notes, |session, now, by| match session.state.status() {
        Status::Scheduled | Status::Waiting => Ok(session.cancel(now, by, Some(reason.to_owned()))?),
        _ => Ok(session.end(now, by, None)),
    })
    .await
}

/// Ends what somebody has come to; what nobody came to is cancelled.
///
/// # Errors
/// As [`end`].
pub async fn end_or_cancel(app: &App, caller: &Caller, id: SessionId) -> Result<SessionDetails, Error> {
    end_as(app, caller, id, Notes::default(), |session, now, by| match session.state.status() {
        Status::Scheduled => Ok(session.cancel(now, by, None)?),
        _ => Ok(session.end(now, by, None)),
    })
    .await
}

async fn end_as<F>(
    app: &App,
    caller: &Caller,
    id: SessionId,
    notes: Notes,
    decide: F,
) -> Result<SessionDetails, Error>
where
    F: Fn(Session, Timestamp, Actor) -> Result<Change, Error> + Sync,
{
    change(app, caller, id, Action::End, |session: Session, moment| {
        let may_write = moment.relation.permits(caller, Action::Notes);
        let notes = if may_write { unwritten(&notes, &session, &moment) } else { notes.clone() };
        if !notes.is_empty() && !may_write {
            return Err(Error::Forbidden(NOT_YOURS));
        }
        let mut change = decide(session, moment.now, moment.relation.into())?;
        let sealed_notes = notes.write_to(app, &mut change.session)?;
        Ok(Decision { sealed_notes, ..change.into() })
    })
    .await
}

/// Of a session that has ended, only what was not written yet: a call that is made again changes nothing,
/// and whoever ends second may still say something.
fn unwritten(notes: &Notes, session: &Session, moment: &Moment) -> Notes {
    let Notes { text, quality_rating } = notes.clone();
    if session.state.is_live() {
        return Notes { text, quality_rating };
    }
    Notes {
        text: text.filter(|_| !moment.has_notes),
        quality_rating: quality_rating.filter(|_| session.quality_rating.is_none()),
    }
}
