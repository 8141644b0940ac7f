//! Chat during a call: sealed in the database while the session is under way, 24 hours at most, never logged.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::access::Action;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use openvisit_core::session::{Admission, Participant, Session};
use openvisit_store::{ChatContent, ChatMessage, NewChatMessage, Tx};

use crate::announce::{self, Announcement};
use crate::app::App;
use crate::auth::caller::Caller;
use crate::chat_files::{self, ON_ITS_WAY, SentFile, Upload};
use crate::error::{Error, FieldCode};
use crate::seal::Of;
use crate::sessions::doorway::UNREADABLE;
use crate::sessions::find::find;

/// How many messages of a session are kept.
const MAX_HISTORY: u32 = 200;
/// How many texts a participant may send within [`SPAN`].
const MOST: i64 = 5;
const SPAN: SignedDuration = SignedDuration::from_secs(1);
/// In characters.
const LONGEST: usize = 2_000;
/// How long the others have it at most.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A message, opened.
pub struct Said {
    pub id: MessageId,
    pub participant: ParticipantId,
    /// Empty where it is a file.
    pub text: String,
    pub file: Option<SentFile>,
    /// Later than that of any that was said before in the session.
    pub at: Timestamp,
}

/// Says something to all who have been let in. They are told by [`Announcement::Said`].
///
/// # Errors
/// `not_found` for whoever has no place in the call now, `invalid` for a text that is empty or too long,
/// `too_many_requests`.
pub async fn say(app: &App, caller: &Caller, session: SessionId, text: &str) -> Result<MessageId, Error> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > LONGEST {
        let code = if text.is_empty() { FieldCode::Required } else { FieldCode::TooLong };
        return Err(Error::invalid("text", code, format!("1 to {LONGEST} characters")));
    }
    // Before anything is written: a stranger holds up nobody.
    in_call(app, caller, session).await?;
    let id = MessageId::new(app.seed());
    let sealed = app.sealer.seal(Of::ChatMessage(id), text).map_err(Error::internal)?;
    let turn = app.announcer.turn(session).await;
    let mut tx = app.store.begin().await?;
    let (message, lately) = next(app, &mut tx, caller, session, id).await?;
    if lately >= MOST {
        return Err(Error::TooManyRequests { retry_after_seconds: SPAN.as_secs() });
    }
    add(app, tx, NewChatMessage { sealed: Some(sealed), ..message }).await?;
    drop(turn);
    Ok(id)
}

/// As [`say`], a file that is all there. From now on the others have it.
///
/// # Errors
/// `not_found` for whoever has no place in the call now, `conflict` where the file is gone already.
pub async fn say_file(
    app: &App,
    caller: &Caller,
    session: SessionId,
    upload: &Upload,
    file: &SentFile,
) -> Result<(), Error> {
    let turn = app.announcer.turn(session).await;
    let mut tx = app.store.begin().await?;
    let (message, _) = next(app, &mut tx, caller, session, upload.id).await?;
    tx.send_chat_file(upload.id, file.kind, message.at).await?;
    add(app, tx, message).await?;
    drop(turn);
    Ok(())
}

/// The caller's next message, without what is in it, and how many they have sent lately. Nobody else says anything in
/// this session, and nobody ends it, before this unit of work is over.
async fn next(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    id: SessionId,
    message: MessageId,
) -> Result<(NewChatMessage, i64), Error> {
    tx.lock_session(id).await?;
    let (session, participant) = speaker(tx, caller, id).await?;
    let now = app.clock.now();
    let so_far = tx.chat_so_far(id, participant, now - SPAN, now).await?;
    let let_in = session.participants.iter().filter(|p| is_admitted(p)).filter_map(|p| p.admitted_at).max();
    let at = at(let_in, so_far.last, now);
    let message = NewChatMessage { id: message, session: id, participant, at, taken_at: now, sealed: None };
    Ok((message, so_far.lately))
}

/// Clocks of nodes differ: what is said after something else, and after somebody was let in, is later than that
/// whatever this one says.
fn at(let_in: Option<Timestamp>, last: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let after_last = last.map(|last| last.saturating_add(SignedDuration::from_micros(1)).unwrap_or(last));
    now.max(let_in.unwrap_or(now)).max(after_last.unwrap_or(now))
}

/// Told in the order of commits: the caller has the session's turn.
async fn add(app: &App, mut tx: Tx, message: NewChatMessage) -> Result<(), Error> {
    tx.add_chat_message(&message, MAX_HISTORY).await?;
    announce::commit(app, tx, &[Announcement::Said { session: message.session }]).await
}

/// A session whose chat there is. Who of it hears what, [`hears`] says.
///
/// # Errors
/// Those of the store.
pub async fn under_way(app: &App, session: SessionId) -> Result<Option<Session>, Error> {
    Ok(app.store.read().await?.session(session).await?.filter(Session::is_under_way))
}

/// What was said in a session after `since`, in its order; all of it without.
///
/// # Errors
/// Those of the store.
pub async fn said(app: &App, session: SessionId, since: Option<Timestamp>) -> Result<Vec<Said>, Error> {
    let messages = app.store.chat_messages(session, since).await?;
    Ok(messages.into_iter().map(|message| open(app, message)).collect())
}

/// What cannot be opened says so in its place, and costs nobody the rest.
fn open(app: &App, ChatMessage { id, participant, at, said }: ChatMessage) -> Said {
    let (text, file) = match &said {
        ChatContent::Text { sealed } => {
            let text = app.sealer.open(Of::ChatMessage(id), sealed).unwrap_or_else(|error| {
                tracing::warn!(%error, message = %id, "could not decrypt a message of a chat; was the notes key changed?");
                UNREADABLE.to_owned()
            });
            (text, None)
        }
        ChatContent::File(file) => match chat_files::sent(app, file) {
            Ok(file) => (String::new(), Some(file)),
            Err(_) => (UNREADABLE.to_owned(), None),
        },
    };
    Said { id, participant, text, file, at }
}

/// Whether somebody in a session hears what is said at an instant: of what was said before they were let in they have
/// nothing.
#[must_use]
pub fn hears(participant: &Participant, at: Timestamp) -> bool {
    is_admitted(participant) && participant.admitted_at.is_some_and(|admitted_at| admitted_at <= at)
}

fn is_admitted(participant: &Participant) -> bool {
    participant.admission == Admission::Admitted
}

fn admitted<'a>(session: &'a Session, caller: &Caller) -> Option<&'a Participant> {
    let participant = session.participant_of(caller.person_id).filter(|participant| is_admitted(participant));
    participant.filter(|_| session.is_under_way())
}

/// Who of a session the caller is: somebody who has been let in and is connected.
///
/// # Errors
/// `not_found` for whoever has no place in the call now.
pub async fn in_call(app: &App, caller: &Caller, id: SessionId) -> Result<ParticipantId, Error> {
    let mut tx = app.store.read().await?;
    Ok(speaker(&mut tx, caller, id).await?.1)
}

async fn speaker(tx: &mut Tx, caller: &Caller, id: SessionId) -> Result<(Session, ParticipantId), Error> {
    let (session, _) = find(tx, id.into(), caller, Action::Join).await?;
    let present = admitted(&session, caller).map(|p| p.id).filter(|id| session.attendance.is_present(*id));
    present.map(|id| (session, id)).ok_or(Error::NotFound)
}

/// Since when the caller has been in the call, connected or not: of what was sent before they have nothing.
///
/// # Errors
/// `not_found` for whoever has no place in the call.
pub async fn admitted_at(app: &App, caller: &Caller, id: SessionId) -> Result<Timestamp, Error> {
    let mut tx = app.store.read().await?;
    let (session, _) = find(&mut tx, id.into(), caller, Action::Join).await?;
    admitted(&session, caller).and_then(|participant| participant.admitted_at).ok_or(Error::NotFound)
}

/// A session is over, and its chat is gone, with its files. What cannot be deleted now is swept later.
pub async fn forget(app: &App, session: SessionId) {
    let dropped = async {
        if !app.store.has_chat(Some(session)).await? {
            return Ok(());
        }
        let mut tx = app.store.begin().await?;
        tx.drop_chat_messages_of(session).await?;
        tx.drop_chat_files_of(session).await?;
        tx.commit().await
    };
    if let Err(error) = dropped.await {
        tracing::warn!(%error, %session, "could not delete a session's chat; it is swept later");
    }
}

/// Deletes what is too old, is a file that was never all sent, or is of sessions that are not under way any more.
///
/// # Errors
/// Those of the store.
pub async fn sweep(app: &App) -> Result<(), Error> {
    if !app.store.has_chat(None).await? {
        return Ok(());
    }
    let now = app.clock.now();
    let mut tx = app.store.begin().await?;
    tx.drop_old_chat_messages(now - KEPT).await?;
    tx.drop_old_chat_files(now - KEPT, now - ON_ITS_WAY).await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_clock_says_what_is_said_is_later_than_what_was_before() {
        let second = |second| Timestamp::from_second(second).unwrap();
        let (now, past, ahead) = (second(100), Some(second(40)), Some(second(160)));
        assert_eq!(at(None, None, now), now);
        assert_eq!(at(past, past, now), now);
        assert_eq!(at(ahead, past, now), second(160), "whoever was let in hears it");
        let (said, again) = (at(past, ahead, now), at(past, Some(now), now));
        assert!(said > second(160) && again > now, "{said} {again}");
    }
}
