//! A word to whoever waits, and messages through the door where the practitioner wants them. Texts are sealed at rest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::{Action, Actor, Relation};
use openvisit_core::doorway::{DoorMessage, Word};
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Admission, Session};
use openvisit_store::SessionDetails;

use super::change::change;
use super::view::Viewer;
use crate::app::App;
use crate::auth::caller::Caller;
use crate::error::{Error, FieldCode};
use crate::seal::Of;

/// The longest text, in characters.
pub const MAX_TEXT: usize = 500;
/// The longest delay that is told, in minutes.
pub const MAX_LATE: u16 = 240;
/// How many messages somebody may send within [`SPAN`].
const MOST: usize = 5;
const SPAN: SignedDuration = SignedDuration::from_secs(10);
/// Shown in the place of a text that this server's key does not open.
pub const UNREADABLE: &str = "(cannot be read: the server's key was changed)";

/// Tells all who wait something; it takes the place of what was told before. `late_minutes` is from 1 to [`MAX_LATE`].
///
/// # Errors
/// `not_found`, `forbidden`; `invalid` where nothing is told, or the text is too long; when the session has ended.
pub async fn tell(
    app: &App,
    caller: &Caller,
    id: SessionId,
    late_minutes: Option<u16>,
    text: Option<String>,
) -> Result<SessionDetails, Error> {
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    change(app, caller, id, Action::Tell, |session: Session, moment| {
        if late_minutes.is_none() && text.is_none() {
            return Err(Error::invalid("text", FieldCode::Required, "late_minutes, a text, or both"));
        }
        let sealed_text = text.as_deref().map(|text| seal(app, id, text)).transpose()?;
        Ok(session.tell(Word { late_minutes, sealed_text, by: moment.relation.into(), at: moment.now })?)
    })
    .await
}

/// Takes the word back.
///
/// # Errors
/// `not_found` or `forbidden`, and those of the store.
pub async fn take_back(app: &App, caller: &Caller, id: SessionId) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Tell, |mut session: Session, _| {
        session.doorway.word = None;
        Ok(Change { session, events: vec![] })
    })
    .await
}

/// Whether those who wait may write; closed, what was written is gone.
///
/// # Errors
/// `not_found`, `forbidden`, and when the session has ended.
pub async fn open_chat(
    app: &App,
    caller: &Caller,
    id: SessionId,
    open: bool,
) -> Result<SessionDetails, Error> {
    change(app, caller, id, Action::Admit, |session: Session, _| Ok(session.open_door_chat(open)?)).await
}

/// Writes to somebody who waits, or to the practitioner by whoever waits. The practitioner says `to` whom where several
/// wait.
///
/// # Errors
/// `not_found` for who neither waits nor keeps the door, and while the chat is closed; `invalid` for a text that is empty
/// or too long, or where it is not clear to whom; `too_many_requests`.
pub async fn say(
    app: &App,
    caller: &Caller,
    id: SessionId,
    to: Option<ParticipantId>,
    text: String,
) -> Result<SessionDetails, Error> {
    let message = MessageId::new(app.seed());
    change(app, caller, id, Action::Join, |mut session: Session, moment| {
        let (by, at) = (moment.relation.into(), moment.now);
        let with = addressee(&session, caller, moment.relation, to)?;
        let sealed_text = seal(app, id, text.trim())?;
        throttle(&session, with, by, at)?;
        session.doorway.push(DoorMessage { id: message, with, by, sealed_text, at });
        Ok(Change { session, events: vec![] })
    })
    .await
}

/// Who waits at the other end, or the caller who does.
fn addressee(
    session: &Session,
    caller: &Caller,
    relation: Relation,
    to: Option<ParticipantId>,
) -> Result<ParticipantId, Error> {
    let open = session.doorway.chat_open && session.state.is_live();
    let mut waiting = session.participants.iter().filter(|p| open && p.admission == Admission::Waiting);
    if relation != Relation::Practitioner {
        return waiting.find(|p| p.person_id == caller.person_id).map(|p| p.id).ok_or(Error::NotFound);
    }
    let unclear = || Error::invalid("participant_id", FieldCode::Required, "who of those that wait is meant");
    match to {
        Some(to) => waiting.find(|p| p.id == to).map(|p| p.id).ok_or(Error::NotFound),
        None => {
            let only = waiting.next().ok_or(Error::NotFound)?.id;
            if waiting.next().is_none() { Ok(only) } else { Err(unclear()) }
        }
    }
}

fn throttle(session: &Session, with: ParticipantId, by: Actor, now: Timestamp) -> Result<(), Error> {
    let since = now.checked_sub(SPAN).unwrap_or(now);
    let lately = session.doorway.messages.iter().filter(|m| m.with == with && m.by == by && m.at > since);
    if lately.count() < MOST {
        Ok(())
    } else {
        Err(Error::TooManyRequests { retry_after_seconds: SPAN.as_secs() })
    }
}

/// A text of a length that is kept.
fn seal(app: &App, session: SessionId, text: &str) -> Result<String, Error> {
    if text.is_empty() {
        return Err(Error::invalid("text", FieldCode::Required, "what is said"));
    }
    if text.chars().count() > MAX_TEXT {
        return Err(Error::invalid("text", FieldCode::TooLong, format!("at most {MAX_TEXT} characters")));
    }
    let sealed = app.sealer.seal(Of::Doorway(session), text).map_err(Error::internal)?;
    Ok(STANDARD_NO_PAD.encode(sealed))
}

/// As one viewer may see it, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    pub word: Option<ShownWord>,
    pub chat_open: bool,
    pub messages: Vec<ShownMessage>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownWord {
    pub late_minutes: Option<u16>,
    pub text: Option<String>,
    pub by: Actor,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownMessage {
    pub id: MessageId,
    pub with: ParticipantId,
    pub by: Actor,
    pub text: String,
    pub at: Timestamp,
}

/// The word for the practice and for whoever waits or has yet to come; messages for the two between whom they are.
#[must_use]
pub fn shown(app: &App, session: &Session, viewer: Viewer) -> Shown {
    let doorway = &session.doorway;
    let own = session.participant_of(viewer.person);
    let outside = match viewer.relation {
        Relation::Client => own.is_none_or(|p| p.admission == Admission::Waiting),
        Relation::Guest => own.is_some_and(|p| p.admission == Admission::Waiting),
        _ => false,
    };
    let sees_word = session.state.is_live() && (outside || viewer.may(Action::Tell));
    let (keeps_door, waits) = (viewer.may(Action::Admit), own.filter(|_| outside).map(|p| p.id));
    let open = |sealed: &String| open(app, session.id, sealed);
    let word = doorway.word.as_ref().filter(|_| sees_word).map(|word| {
        let text = word.sealed_text.as_ref().map(open);
        ShownWord { late_minutes: word.late_minutes, text, by: word.by, at: word.at }
    });
    let messages = doorway.messages.iter().filter(|m| keeps_door || waits == Some(m.with)).map(|m| {
        let text = open(&m.sealed_text);
        ShownMessage { id: m.id, with: m.with, by: m.by, text, at: m.at }
    });
    Shown {
        word,
        chat_open: doorway.chat_open && (keeps_door || waits.is_some()),
        messages: messages.collect(),
    }
}

/// What cannot be opened says so in its place, and costs nobody the rest.
fn open(app: &App, session: SessionId, sealed: &str) -> String {
    let bytes = STANDARD_NO_PAD.decode(sealed).unwrap_or_default();
    app.sealer.open(Of::Doorway(session), &bytes).unwrap_or_else(|error| {
        tracing::warn!(%error, %session, "could not decrypt what was said to whoever waits; was the notes key changed?");
        UNREADABLE.to_owned()
    })
}
