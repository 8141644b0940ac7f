//! The way in for whoever has the plain link and the passcode, and no account.
//!
//! Whatever keeps them out has one answer, so that nobody learns which sessions there are: a wrong passcode, a session
//! that asks for none, has not opened its door yet, is over or was never there.

use std::net::IpAddr;

use jiff::SignedDuration;
use openvisit_core::ids::{InvitationId, SessionId};
use openvisit_core::session::{PartyRole, Session};
use openvisit_store::Invitation;

use super::invite::{PASS_LIFE, guest, issue, token_hash};
use crate::app::App;
use crate::auth::budget::{self, Budget, Guesser};
use crate::auth::throttle::network;
use crate::auth::tokens::Issued;
use crate::error::{Error, FieldCode};
use crate::passcodes::{NOBODYS, Passcodes};

/// Wrong guesses that strangers have, apart from those of people who signed in: whoever uses them up locks out no client,
/// and other strangers for some minutes. A door is open for an hour or two, so that all of them together are hundreds
/// of a million.
const PER_ADDRESS: Budget = Budget { guesses: 10, within: SignedDuration::from_mins(15) };
const PER_SESSION: Budget = Budget { guesses: 20, within: SignedDuration::from_mins(5) };

/// Addresses come before sessions, always: two who guess at once never wait for each other.
type Guessers = [Guesser; 2];

/// Gives a stranger who knows the session's passcode a token for it. They are somebody new, whatever they call
/// themselves; what they come in as is decided when they come.
///
/// # Errors
/// `invalid`, `passcode_wrong` for whatever keeps them out, and `too_many_requests`.
pub async fn come_by_code(
    app: &App,
    id: SessionId,
    code: &str,
    name: &str,
    from: IpAddr,
) -> Result<Issued, Error> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::invalid("name", FieldCode::Required, "how you want to be called"));
    }
    if !Passcodes::is_well_formed(code) {
        return Err(Error::invalid("passcode", FieldCode::Malformed, "six digits"));
    }
    let guessers = guessers(app, id, from);
    let tries_left = budget::count(app, &guessers).await?;
    let open = open_session(app, id).await?;
    let hash = open.as_ref().map_or(NOBODYS, |(_, hash)| hash);
    let right = app.passcodes.matches(id, code, hash.to_owned()).await.map_err(Error::internal)?;
    match open {
        Some((session, _)) if right => let_come(app, &session, name, &guessers).await,
        _ => Err(Error::PasscodeWrong { tries_left }),
    }
}

fn guessers(app: &App, session: SessionId, from: IpAddr) -> Guessers {
    let address = network(from).to_string();
    let address = app.sealer.fingerprint(&[b"stranger", address.as_bytes()]);
    [(format!("address {address}"), PER_ADDRESS), (format!("session {session}"), PER_SESSION)]
}

/// The session with what its passcode is compared with, where a client could come in now.
async fn open_session(app: &App, id: SessionId) -> Result<Option<(Session, String)>, Error> {
    let mut tx = app.store.read().await?;
    let session = tx.session(id).await?;
    let hash = tx.passcode_hash(id).await?;
    let (policy, now) = (app.settings.policy(), app.clock.now());
    let is_open = |session: &Session| {
        session.appointment.passcode_enabled
            && session.deleted_at.is_none()
            && session.check_open(now, &policy, PartyRole::Client).is_ok()
    };
    Ok(session.filter(is_open).zip(hash))
}

async fn let_come(app: &App, session: &Session, name: &str, guessers: &Guessers) -> Result<Issued, Error> {
    let now = app.clock.now();
    let mut invitation = Invitation {
        id: InvitationId::new(app.seed()),
        // Of a secret that nobody has: there is no link.
        token_hash: token_hash(&app.sealer.fingerprint(&[&rand::random::<[u8; 32]>()])),
        session_id: session.id,
        role: PartyRole::Guest,
        name: Some(name.to_owned()),
        email: None,
        by_code: true,
        created_by: session.appointment.practitioner_id,
        created_at: now,
        last_used_at: Some(now),
        withdrawn_at: None,
        person_id: None,
    };
    let mut tx = app.store.begin().await?;
    let person = guest(app, &mut tx, &invitation, None).await?;
    invitation.person_id = Some(person);
    tx.insert_invitation(&invitation).await?;
    let [(address, _), _] = guessers;
    tx.return_stranger_guess(address).await?;
    tx.commit().await?;
    issue(app, &invitation, person, PASS_LIFE)
}
