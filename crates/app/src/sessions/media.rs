//! The way into the media, for somebody who has been let in.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::appointment::MediaProvider;
use openvisit_core::ids::{ParticipantId, PersonId, SessionId};
use openvisit_core::lifecycle::Refusal;
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_providers::Credentials;

use super::credentials::{MediaPlacement, place};
use super::find::NOT_YOURS;
use super::join::EntryResult;
use crate::app::App;
use crate::auth::basis::Basis;
use crate::auth::caller::Caller;
use crate::auth::standing;
use crate::error::Error;
use crate::ice_servers::IceServer;

/// As long as the longest appointment with its overrun, so that no call loses its way back in.
const MEDIA_TOKEN_LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What somebody needs to connect.
pub enum Media {
    /// To the embedded media server.
    Here {
        token: String,
        ice_servers: Vec<IceServer>,
        expires_at: Timestamp,
    },
    Elsewhere(MediaProvider, Credentials),
}

/// The media token and addresses of somebody who has come.
///
/// # Errors
/// `forbidden` for whoever has not been let in, and when the session's provider fails.
pub async fn grant(app: &App, caller: &Caller, entered: &EntryResult) -> Result<Media, Error> {
    let session = &entered.details.session;
    let participant = admitted_participant(session, entered.participant)?;
    match place(app, session, participant).await? {
        MediaPlacement::Embedded => grant_here(app, session.id, entered.participant, caller.basis),
        MediaPlacement::Provider(provider, credentials) => {
            note_basis(app, session.id, entered.participant, (caller.person_id, caller.basis));
            Ok(Media::Elsewhere(provider, credentials))
        }
    }
}

/// The relays for somebody whose connection looks for a new way, with credentials that last as long as new ones do.
#[must_use]
pub fn relays(app: &App, participant: ParticipantId) -> Vec<IceServer> {
    let now = app.clock.now();
    app.ice_servers.servers(participant, now.checked_add(MEDIA_TOKEN_LIFE).unwrap_or(now))
}

fn grant_here(
    app: &App,
    session_id: SessionId,
    participant_id: ParticipantId,
    basis: Basis,
) -> Result<Media, Error> {
    let now = app.clock.now();
    let issued = app
        .tokens
        .media(session_id, participant_id, basis, now, MEDIA_TOKEN_LIFE)
        .map_err(Error::internal)?;
    let ice_servers = app.ice_servers.servers(participant_id, issued.expires_at);
    Ok(Media::Here { token: issued.token, ice_servers, expires_at: issued.expires_at })
}

/// Keeps by what somebody came whose media are carried through this process, so that they end with it.
pub fn note_basis(app: &App, session: SessionId, participant: ParticipantId, came: (PersonId, Basis)) {
    app.media_bases.note(session, participant, came, || app.open_intervals.sessions());
}

/// What somebody shows who wants into the media.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// What they came by.
    pub basis: Basis,
    /// When their media token was given, where they have one.
    pub issued_at: Option<Timestamp>,
}

/// Whether a participant has a place in the embedded media now, and who they are: for whoever has a token, whether it was
/// given since they were let in, and whether what they came by still stands.
///
/// # Errors
/// Why not.
pub async fn permitted(
    app: &App,
    id: SessionId,
    participant: ParticipantId,
    shown: Shown,
) -> Result<PersonId, Error> {
    let mut tx = app.store.read().await?;
    let session = tx.session(id).await?.ok_or(Error::NotFound)?;
    // A token of before the call was given to another provider.
    if session.appointment.media_provider != MediaProvider::Embedded {
        return Err(Error::NotFound);
    }
    let participant = admitted_participant(&session, participant)?;
    // Somebody else may have come in their place since.
    let let_in_later = |issued: Timestamp| {
        participant.admitted_at.is_some_and(|admitted_at| issued.as_second() < admitted_at.as_second())
    };
    if shown.issued_at.is_some_and(let_in_later) {
        return Err(Error::Unauthorized);
    }
    let person = tx.person(participant.person_id).await?.filter(|person| !person.disabled);
    drop(tx);
    let person = person.ok_or(Error::Unauthorized)?;
    // Who shows no token has just been looked at; what ends meanwhile ends the login with it.
    let issued_at = shown.issued_at.unwrap_or(Timestamp::MAX);
    let stands = standing::stands(app, &person, shown.basis, issued_at).await?;
    if stands { Ok(person.id) } else { Err(Error::Unauthorized) }
}

/// Whether somebody who was let in has still a place, asked once the media server has answered them: whoever ended
/// the session or removed a participant in the meantime could not close what was not there yet. `media_losses` is what
/// the announcer said before the session was loaded; as long as nobody lost the media since, there is nothing to ask.
///
/// # Errors
/// As [`permitted`].
pub async fn still_permitted(
    app: &App,
    id: SessionId,
    participant: ParticipantId,
    basis: Basis,
    media_losses: u64,
) -> Result<(), Error> {
    if app.announcer.media_losses(id) == media_losses {
        return Ok(());
    }
    permitted(app, id, participant, Shown { basis, issued_at: None }).await.map(drop)
}

fn admitted_participant(session: &Session, id: ParticipantId) -> Result<&Participant, Error> {
    if !session.state.is_live() {
        return Err(Refusal::Ended(session.state.status()).into());
    }
    let participant = session.participant(id).ok_or(Error::NotFound)?;
    match participant.admission {
        Admission::Admitted => Ok(participant),
        _ => Err(Error::Forbidden(NOT_YOURS)),
    }
}
