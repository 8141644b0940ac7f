//! Chat during a call: held in memory while the session is under way, stored nowhere, never logged.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};
use openvisit_app::auth::caller::Caller;
use openvisit_app::chat_files::{SentFile, Upload};
use openvisit_app::error::FieldCode;
use openvisit_app::sessions::find::find;
use openvisit_app::{App, Error};
use openvisit_core::access::Action;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_core::session::{Admission, Participant, Session};
use serde::{Deserialize, Serialize};
use socketioxide::SocketIo;
use socketioxide::extract::SocketRef;
use tokio::sync::Mutex;

use super::{NAMESPACE, Realtime, rooms};

/// How many messages of a session are kept.
const MAX_HISTORY: usize = 200;
/// How many a participant may send within a second.
const PER_SECOND: usize = 5;
/// In characters.
const LONGEST: usize = 2_000;

/// No session goes on for longer without a word.
const LONGEST_SESSION: SignedDuration = SignedDuration::from_hours(24);

/// The messages, by session.
#[derive(Default)]
pub(super) struct Chats(Mutex<HashMap<SessionId, VecDeque<Message>>>);

#[derive(Clone, Serialize)]
struct Message {
    session_id: SessionId,
    id: MessageId,
    participant_id: ParticipantId,
    name: String,
    /// Empty where it is a file.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<SentFile>,
    at: Timestamp,
}

#[derive(Deserialize)]
pub(super) struct IncomingMessage {
    session_id: SessionId,
    text: String,
}

impl Chats {
    /// Passes on what somebody in the call says, to all who have been let in, the speaker's other tabs included.
    ///
    /// # Errors
    /// `not_found` for whoever has no place in the call now, `invalid` for a text that is empty or too long,
    /// `too_many_requests`.
    pub(super) async fn post(
        &self,
        Realtime { app, io, .. }: &Realtime,
        caller: &Caller,
        said: Result<IncomingMessage, socketioxide::ParserError>,
    ) -> Result<MessageId, Error> {
        let IncomingMessage { session_id, text } =
            said.map_err(|_| Error::invalid("text", FieldCode::Required, "what is said"))?;
        let text = text.trim();
        if text.is_empty() || text.chars().count() > LONGEST {
            let code = if text.is_empty() { FieldCode::Required } else { FieldCode::TooLong };
            return Err(Error::invalid("text", code, format!("1 to {LONGEST} characters")));
        }
        // Before the lock: a stranger holds up nobody.
        let speaker = in_call(app, caller, session_id).await?.1;
        // Held until all is sent, so that everyone gets messages in the same order, and nothing is kept of a
        // session that ends meanwhile: it is cleared after this.
        let mut chats = self.0.lock().await;
        let now = app.clock.now();
        // What another node ended is not cleared here by anybody.
        chats.retain(|_, chat| chat.back().is_some_and(|last| now.duration_since(last.at) < LONGEST_SESSION));
        throttle(chats.get(&session_id), speaker, now)?;
        let (session, _) = in_call(app, caller, session_id).await?;
        let speaker = session.participant(speaker).ok_or(Error::NotFound)?;
        let chat = chats.entry(session_id).or_default();
        let message = Message {
            session_id,
            id: MessageId::new(app.seed()),
            participant_id: speaker.id,
            name: speaker.name.clone(),
            text: text.to_owned(),
            file: None,
            at: now,
        };
        let id = message.id;
        told(io, &session, chat, message).await;
        Ok(id)
    }

    /// As [`Chats::post`], a file that is all there. From now on the others have it.
    ///
    /// # Errors
    /// As [`Chats::post`], and those of the store.
    pub(super) async fn post_file(
        &self,
        Realtime { app, io, .. }: &Realtime,
        caller: &Caller,
        session_id: SessionId,
        upload: &Upload,
        file: &SentFile,
    ) -> Result<(), Error> {
        let mut chats = self.0.lock().await;
        let (session, speaker) = in_call(app, caller, session_id).await?;
        let speaker = session.participant(speaker).ok_or(Error::NotFound)?;
        let at = app.clock.now();
        upload.send(file, at).await?;
        let message = Message {
            session_id,
            id: upload.id,
            participant_id: speaker.id,
            name: speaker.name.clone(),
            text: String::new(),
            file: Some(file.clone()),
            at,
        };
        told(io, &session, chats.entry(session_id).or_default(), message).await;
        Ok(())
    }

    /// Sends a participant who comes back all messages since they were admitted.
    pub(super) async fn send_history(&self, socket: &SocketRef, caller: &Caller, session: &Session) {
        let Some(participant) = admitted(session, caller) else { return };
        let chats = self.0.lock().await;
        let said = chats.get(&session.id).into_iter().flatten();
        for message in said.filter(|message| Some(message.at) >= participant.admitted_at) {
            if let Err(error) = socket.emit("chat", message) {
                tracing::debug!(%error, "could not send a chat message to a socket");
            }
        }
    }

    pub(super) async fn clear(&self, session: SessionId) {
        self.0.lock().await.remove(&session);
    }
}

fn admitted<'a>(session: &'a Session, caller: &Caller) -> Option<&'a Participant> {
    let participant = session.participant_of(caller.person_id)?;
    (session.is_under_way() && participant.admission == Admission::Admitted).then_some(participant)
}

/// The session, and who of it the caller is: somebody who has been let in and is connected.
pub(crate) async fn in_call(
    app: &App,
    caller: &Caller,
    id: SessionId,
) -> Result<(Session, ParticipantId), Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Join).await?;
    let present = admitted(&session, caller).map(|p| p.id).filter(|id| session.attendance.is_present(*id));
    present.map(|id| (session, id)).ok_or(Error::NotFound)
}

/// Since when the caller has been in the call, connected or not: of what was sent before they have nothing.
///
/// # Errors
/// `not_found` for whoever has no place in the call.
pub(crate) async fn admitted_at(app: &App, caller: &Caller, id: SessionId) -> Result<Timestamp, Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Join).await?;
    admitted(&session, caller).and_then(|participant| participant.admitted_at).ok_or(Error::NotFound)
}

fn throttle(chat: Option<&VecDeque<Message>>, speaker: ParticipantId, now: Timestamp) -> Result<(), Error> {
    let second_ago = now - SignedDuration::from_secs(1);
    let lately = chat.into_iter().flatten().rev().take_while(|message| message.at > second_ago);
    if lately.filter(|message| message.participant_id == speaker).count() < PER_SECOND {
        Ok(())
    } else {
        Err(Error::TooManyRequests { retry_after_seconds: 1 })
    }
}

/// Tells everybody, and keeps it for who comes back.
async fn told(io: &SocketIo, session: &Session, chat: &mut VecDeque<Message>, message: Message) {
    send(io, session, &message).await;
    if chat.len() == MAX_HISTORY {
        chat.pop_front();
    }
    chat.push_back(message);
}

async fn send(io: &SocketIo, session: &Session, message: &Message) {
    let Some(namespace) = io.of(NAMESPACE) else { return };
    if let Err(error) = namespace.within(rooms::of_admitted(session)).emit("chat", message).await {
        tracing::debug!(%error, "could not send a chat message to a socket");
    }
}
