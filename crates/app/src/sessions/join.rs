//! To the door, and through it where the rules let somebody.

use std::time::Instant;

use metrics::{counter, histogram};
use openvisit_core::access::{Action, Relation};
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::lifecycle::admission::Visitor;
use openvisit_core::policy::Policy;
use openvisit_core::session::{Admission, Session};
use openvisit_store::SessionDetails;

use super::change::change;
use super::passcode::check_passcode;
use super::visitor::{part, visitor};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::usage;

/// Who lets the client in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The practitioner, by hand.
    Kept,
    /// Nobody need: the practitioner's program has no way to ask, so that their coming lets the client in.
    Open,
}

/// Somebody who has come.
#[derive(Clone, Debug)]
pub struct EntryResult {
    pub details: SessionDetails,
    pub participant: ParticipantId,
    /// Whether they wait or are in.
    pub admission: Admission,
    /// As [`crate::announce::Announcer::media_losses`] was before the session was loaded.
    pub media_losses: u64,
}

/// Brings the caller to the door, and through it where the rules allow it. A practitioner is in at once.
///
/// # Errors
/// The join refusals of the API.
pub async fn enter(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
    door: Door,
) -> Result<EntryResult, Error> {
    let began = Instant::now();
    let entered = try_to_enter(app, caller, id, passcode, door).await;
    let outcome = match &entered {
        Ok(EntryResult { admission: Admission::Admitted, .. }) => "in",
        Ok(_) => "waiting",
        Err(error) => error.code(),
    };
    counter!("joins_total", "outcome" => outcome).increment(1);
    histogram!("join_duration_seconds").record(began.elapsed().as_secs_f64());
    entered
}

async fn try_to_enter(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
    door: Door,
) -> Result<EntryResult, Error> {
    let media_losses = app.announcer.media_losses(id);
    let policy = usage::policy(app).await?;
    let details = match come(app, caller, id, &policy, false, door).await {
        Err(Error::PasscodeRequired) => {
            let verified = check_passcode(app, caller, id.into(), passcode, &policy).await?;
            come(app, caller, id, &policy, verified, door).await?
        }
        done => done?,
    };
    let participant = details.session.participant_of(caller.person_id).ok_or(Error::NotFound)?;
    let (participant, admission) = (participant.id, participant.admission);
    Ok(EntryResult { details, participant, admission, media_losses })
}

async fn come(
    app: &App,
    caller: &Caller,
    id: SessionId,
    policy: &Policy,
    verified: bool,
    door: Door,
) -> Result<SessionDetails, Error> {
    let visitor = visitor(app, caller, verified);
    change(app, caller, id, Action::Join, |session: Session, moment| {
        let visitor = Visitor { role: part(moment.relation), ..visitor.clone() };
        let change = session.enter(moment.now, policy, visitor)?;
        if door == Door::Open && moment.relation == Relation::Practitioner {
            return Ok(change.then(|session| session.auto_admit_client(moment.now, policy))?);
        }
        Ok(change)
    })
    .await
}
