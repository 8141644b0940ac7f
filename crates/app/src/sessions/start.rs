//! The session begins.

use jiff::SignedDuration;
use openvisit_core::access::{Action, Relation};
use openvisit_core::appointment::StartedBy;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::admission::Visitor;
use openvisit_core::lifecycle::{Change, Move};
use openvisit_core::policy::Policy;
use openvisit_core::session::{Admission, PartyRole, Session, Status};
use openvisit_store::SessionDetails;

use super::change::change;
use super::credentials::prepare;
use super::find::find;
use super::join::{Door, EntryResult, enter};
use super::passcode::check_passcode;
use super::visitor::{part, visitor};

use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::Error;
use crate::usage;

/// Starts by hand, and lets the waiting client in; the caller does not enter by it. Starting twice is no error.
///
/// # Errors
/// `passcode_required` for a client who never gave it, and the refusals of a start.
pub async fn start(app: &App, caller: &Caller, id: SessionId) -> Result<SessionDetails, Error> {
    let policy = usage::policy(app).await?;
    change(app, caller, id, Action::Start, |session: Session, moment| {
        expect_verified(&session, caller, moment.relation)?;
        Ok(session.start(moment.now, &policy, moment.relation.into())?)
    })
    .await
}

/// As [`start`], by either party where the booking does not say, for programs that keep no door: the practitioner's
/// start lets the client in, now and later.
///
/// # Errors
/// As [`start`].
pub async fn start_and_open(app: &App, caller: &Caller, id: SessionId) -> Result<SessionDetails, Error> {
    let policy = Policy { started_by: StartedBy::Either, ..usage::policy(app).await? };
    change(app, caller, id, Action::Start, |session: Session, moment| {
        expect_verified(&session, caller, moment.relation)?;
        let change = session.start(moment.now, &policy, moment.relation.into())?;
        match moment.relation {
            Relation::Practitioner => {
                Ok(change.then(|session| session.auto_admit_client(moment.now, &policy))?)
            }
            _ => Ok(change),
        }
    })
    .await
}

/// A client starts nothing whose passcode they have not given, by joining or by coming with a link.
fn expect_verified(session: &Session, caller: &Caller, relation: Relation) -> Result<(), Error> {
    let asked = relation == Relation::Client
        && caller.invitation.is_none()
        && session.asks_passcode(caller.person_id, PartyRole::Client);
    if asked && session.state.is_live() { Err(Error::PasscodeRequired) } else { Ok(()) }
}

/// Whoever started, and what came of it. An administrator starts and stays out.
#[derive(Clone, Debug)]
pub struct Started {
    pub details: SessionDetails,
    pub entered: Option<EntryResult>,
}

/// Comes in, starts and opens the door, at one stroke: what a start means where a program has no door to keep. Starting
/// what is in progress is coming in again.
///
/// `started_by`: who may, where the booking does not say.
///
/// # Errors
/// The refusals of [`enter`] and of a start.
pub async fn start_and_enter(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
    started_by: StartedBy,
) -> Result<Started, Error> {
    let policy = Policy { started_by, ..usage::policy(app).await? };
    start_with(app, caller, id, passcode, policy, |_| Ok(())).await
}

/// As [`start_and_enter`], for programs in which only one start starts; the practitioner may be early by as much as
/// they like.
///
/// # Errors
/// As [`start_and_enter`]; `not_allowed_now` for the second start.
pub async fn start_once(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
) -> Result<Started, Error> {
    let policy = Policy { practitioner_window: SignedDuration::MAX, ..usage::policy(app).await? };
    let not_begun = |session: &Session| match session.state.status() {
        state @ Status::InProgress => Err(Error::NotAllowedNow { state, asked: Move::Start }),
        _ => Ok(()),
    };
    start_with(app, caller, id, passcode, policy, not_begun).await
}

/// Joins as [`enter`] does with an open door; a practitioner's coming also starts the session, unless the booking leaves
/// that to the client.
///
/// # Errors
/// The refusals of [`enter`] and of a start.
pub async fn enter_and_start(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
) -> Result<EntryResult, Error> {
    use openvisit_core::lifecycle::Refusal;
    let policy = app.settings.policy();
    let (session, relation) = find(&mut app.store.read().await?, id.into(), caller, Action::Join).await?;
    let start = session.start(app.clock.now(), &policy, relation.into());
    let just_joins = matches!(start, Err(Refusal::NotTheStarter(_) | Refusal::NotNow { .. }));
    if relation != Relation::Practitioner || just_joins {
        return enter(app, caller, id, passcode, Door::Open).await;
    }
    let started = start_and_enter(app, caller, id, passcode, policy.started_by).await?;
    started.entered.ok_or(Error::NotFound)
}

async fn start_with<F>(
    app: &App,
    caller: &Caller,
    id: SessionId,
    passcode: Option<String>,
    policy: Policy,
    check: F,
) -> Result<Started, Error>
where
    F: Fn(&Session) -> Result<(), Error> + Sync,
{
    let media_losses = app.announcer.media_losses(id);
    let (session, relation) = find(&mut app.store.read().await?, id.into(), caller, Action::Start).await?;
    // What cannot start says so before it asks for a passcode.
    check(&session)?;
    session.clone().start(app.clock.now(), &policy, relation.into())?;
    let verified = match relation {
        Relation::Client => check_passcode(app, caller, id.into(), passcode, &policy).await?,
        _ => false,
    };
    prepare(app, &session).await?;
    let visitor = visitor(app, caller, verified);
    let details =
        change(app, caller, id, Action::Start, |session: Session, moment| -> Result<Change, Error> {
            let now = moment.now;
            check(&session)?;
            let started = session.start(now, &policy, moment.relation.into())?;
            let open = started.then(|session| session.auto_admit_client(now, &policy))?;
            if !matches!(moment.relation, Relation::Practitioner | Relation::Client) {
                return Ok(open);
            }
            let visitor = Visitor { role: part(moment.relation), ..visitor.clone() };
            Ok(open.then(|session| session.enter(now, &policy, visitor))?)
        })
        .await?;
    let entered = details.session.participant_of(caller.person_id).map(|participant| EntryResult {
        participant: participant.id,
        admission: participant.admission,
        details: details.clone(),
        media_losses,
    });
    Ok(Started { details, entered })
}

impl Started {
    /// Whoever started and is in.
    #[must_use]
    pub fn admitted(&self) -> Option<&EntryResult> {
        self.entered.as_ref().filter(|entered| entered.admission == Admission::Admitted)
    }
}
