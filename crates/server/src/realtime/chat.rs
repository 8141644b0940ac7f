//! What is said in a session, to the sockets of whoever was let in before. Each hears all of it once, in the order in
//! which it was said, whichever node took it and whatever this one was told first: what a socket has not heard yet is
//! looked up.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use openvisit_app::auth::caller::Caller;
use openvisit_app::chat::{Said, hears, said, say, under_way};
use openvisit_app::chat_files::SentFile;
use openvisit_app::error::FieldCode;
use openvisit_app::{App, Error};
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_core::session::Session;
use serde::{Deserialize, Serialize};
use socketioxide::extract::SocketRef;

use super::{NAMESPACE, Realtime, rooms};

/// Until when a socket has heard what was said, by session.
#[derive(Clone, Default)]
pub(super) struct Heard(Arc<Mutex<HashMap<SessionId, Timestamp>>>);

#[derive(Serialize)]
struct Message<'a> {
    session_id: SessionId,
    id: MessageId,
    participant_id: ParticipantId,
    name: &'a str,
    /// Empty where it is a file.
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a SentFile>,
    at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct IncomingMessage {
    pub session_id: SessionId,
    text: String,
}

/// # Errors
/// `invalid` for what is no message.
pub(super) fn read(
    said: Result<IncomingMessage, socketioxide::ParserError>,
) -> Result<IncomingMessage, Error> {
    said.map_err(|_| Error::invalid("text", FieldCode::Required, "what is said"))
}

/// Passes on what somebody in the call says.
///
/// # Errors
/// Those of [`say`].
pub(super) async fn post(app: &App, caller: &Caller, said: IncomingMessage) -> Result<MessageId, Error> {
    let IncomingMessage { session_id, text } = said;
    say(app, caller, session_id, &text).await
}

/// Tells everybody who is in the call by a socket here what they have not heard yet.
///
/// # Errors
/// Those of the store.
pub(super) async fn tell(Realtime { app, io, .. }: &Realtime, id: SessionId) -> Result<(), Error> {
    let (Some(namespace), Some(session)) = (io.of(NAMESPACE), under_way(app, id).await?) else {
        return Ok(());
    };
    let rooms = rooms::of_admitted(&session);
    // No room at all would be everybody.
    let sockets = if rooms.is_empty() { vec![] } else { namespace.within(rooms).sockets() };
    let Some(since) = sockets.iter().map(|socket| heard(socket, id)).min() else { return Ok(()) };
    let news = said(app, id, since).await?;
    sockets.iter().for_each(|socket| tell_one(socket, &session, &news));
    Ok(())
}

/// Tells somebody who has just connected what was said since they were let in.
///
/// # Errors
/// Those of the store.
pub(super) async fn tell_history(
    app: &App,
    socket: &SocketRef,
    caller: &Caller,
    session: &Session,
) -> Result<(), Error> {
    let is_in_call = session.participant_of(caller.person_id).is_some_and(|it| it.admitted_at.is_some());
    if session.is_under_way() && is_in_call {
        tell_one(socket, session, &said(app, session.id, None).await?);
    }
    Ok(())
}

fn heard(socket: &SocketRef, session: SessionId) -> Option<Timestamp> {
    let Heard(heard) = socket.extensions.get()?;
    heard.lock().unwrap_or_else(PoisonError::into_inner).get(&session).copied()
}

/// What of `said` a socket hears and has not heard yet.
fn tell_one(socket: &SocketRef, session: &Session, said: &[Said]) {
    let (Some(caller), Some(Heard(heard))) = (socket.extensions.get::<Caller>(), socket.extensions.get())
    else {
        return;
    };
    let Some(hearer) = session.participant_of(caller.person_id) else { return };
    // Whoever tells this socket something else meanwhile waits.
    let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
    for said in said.iter().filter(|said| hears(hearer, said.at)) {
        if heard.get(&session.id).is_some_and(|until| said.at <= *until) {
            continue;
        }
        if let Err(error) = socket.emit("chat", &Message::of(session, said)) {
            // One whose buffer is full hears it with what is said next.
            tracing::debug!(%error, "could not send a chat message to a socket");
            return;
        }
        heard.insert(session.id, said.at);
    }
}

impl<'a> Message<'a> {
    fn of(session: &'a Session, said: &'a Said) -> Self {
        let Said { id, participant: participant_id, text, file, at } = said;
        let name = session.participant(*participant_id).map_or("", |participant| participant.name.as_str());
        let (session_id, participant_id) = (session.id, *participant_id);
        Self { session_id, id: *id, participant_id, name, text, file: file.as_ref(), at: *at }
    }
}
