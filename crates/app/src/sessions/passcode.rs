//! The passcode of a session: asked for, and renewed.

use openvisit_core::access::Action;
use openvisit_core::ids::SessionId;
use openvisit_core::policy::Policy;
use openvisit_core::session::PartyRole;

use super::find::{Which, find};
use super::visitor::part;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::passcodes::{GUESSES_PER_CALLER, GUESSES_PER_SESSION, Passcodes};

/// Whether the passcode was asked for and is right, now or once before. A guess is counted, and the count committed, before it
/// is compared, so that many guesses at once gain nothing.
///
/// # Errors
/// What keeps the caller from the door, and the passcode's refusals.
pub async fn check_passcode(
    app: &App,
    caller: &Caller,
    which: Which,
    given: Option<String>,
    policy: &Policy,
) -> Result<bool, Error> {
    let mut tx = app.store.read().await?;
    let (session, relation) = find(&mut tx, which, caller, Action::Join).await?;
    let (person, role) = (caller.person.id, part(relation));
    session.check_door(app.clock.now(), policy, person, role)?;
    if caller.invitation.is_some() || !session.asks_passcode(person, role) {
        return Ok(false);
    }
    if !tx.must_guess(session.id, &person.to_string()).await? {
        return Ok(true);
    }
    drop(tx);
    let Some(code) = given else { return Err(Error::PasscodeRequired) };
    if !Passcodes::is_well_formed(&code) {
        return Err(Error::invalid("passcode", FieldCode::Malformed, "six digits"));
    }
    let (tries_left, hash) = count_guess(app, session.id, caller, role).await?;
    let matches = app.passcodes.matches(session.id, &code, hash.clone()).await.map_err(Error::internal)?;
    if matches && remember_right(app, session.id, caller, &hash).await? {
        return Ok(true);
    }
    Err(Error::PasscodeWrong { tries_left })
}

/// How many tries the caller has left after this one, and what it is compared with. A try too many is not
/// compared, so it does not count: who is locked out locks nobody else out.
async fn count_guess(
    app: &App,
    session: SessionId,
    caller: &Caller,
    role: PartyRole,
) -> Result<(u32, String), Error> {
    let mut tx = app.store.begin().await?;
    let guess = tx.count_guess(session, &caller.person.id.to_string()).await?;
    let guess = guess.ok_or(Error::VersionConflict)?;
    let own = GUESSES_PER_CALLER - guess.of_caller;
    // Guests who guess use up each other's tries, never the client's.
    let left = if role == PartyRole::Client { own } else { own.min(GUESSES_PER_SESSION - guess.of_session) };
    let left = u32::try_from(left).map_err(|_| Error::Locked)?;
    tx.commit().await?;
    Ok((left, guess.hash))
}

/// A right code was no wrong guess. Says whether it is still the code: it may have been renewed since.
async fn remember_right(app: &App, session: SessionId, caller: &Caller, hash: &str) -> Result<bool, Error> {
    let mut tx = app.store.begin().await?;
    let right = tx.guessed_right(session, &caller.person.id.to_string(), hash).await?;
    tx.commit().await?;
    Ok(right)
}

/// Gives the session a new passcode, shown this once. The old one is void, and wrong guesses are forgotten.
///
/// # Errors
/// `conflict` where the session has none, and those of [`find`].
pub async fn renew(app: &App, caller: &Caller, id: SessionId) -> Result<String, Error> {
    let passcode = app.passcodes.generate();
    let hash = app.passcodes.hash(id, &passcode).await.map_err(Error::internal)?;
    let mut tx = app.store.begin().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::RenewPasscode).await?;
    if !session.appointment.passcode_enabled {
        return Err(Error::Conflict("this session has no passcode".to_owned()));
    }
    tx.set_passcode(id, &hash, app.clock.now()).await?;
    tx.commit().await?;
    Ok(passcode)
}
