//! What is said in a session's chat. It comes and goes sealed.

use openvisit_core::Timestamp;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};
use sqlx::FromRow;

use crate::chat_files::ChatFile;
use crate::value::{corrupt, instant, micros, optional_instant, parse};
use crate::{Store, StoreError, Tx};

/// A message of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatMessage {
    pub id: MessageId,
    pub participant: ParticipantId,
    /// Later than that of any that was said before.
    pub at: Timestamp,
    pub said: ChatContent,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChatContent {
    Text { sealed: Vec<u8> },
    File(ChatFile),
}

/// A message that somebody says now.
#[derive(Clone, Debug)]
pub struct NewChatMessage {
    /// That of its file, where it is one.
    pub id: MessageId,
    pub session: SessionId,
    pub participant: ParticipantId,
    pub at: Timestamp,
    /// By the clock of who takes it.
    pub taken_at: Timestamp,
    /// `None` where it is a file.
    pub sealed: Option<Vec<u8>>,
}

/// What a session's chat holds before something is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChatSoFar {
    pub last: Option<Timestamp>,
    /// How many of one participant's were taken in a span.
    pub lately: i64,
}

#[derive(FromRow)]
struct MessageRow {
    id: String,
    participant_id: String,
    at: i64,
    sealed: Option<Vec<u8>>,
    sealed_name: Option<Vec<u8>>,
    size: Option<i64>,
    kind: Option<String>,
    sent_at: Option<i64>,
}

impl TryFrom<MessageRow> for ChatMessage {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self, StoreError> {
        let id = parse("chat_message.id", &row.id)?;
        let sent_at = optional_instant("chat_file.sent_at", row.sent_at)?;
        let said = match (row.sealed, row.sealed_name, row.size, row.kind, sent_at) {
            (Some(sealed), ..) => ChatContent::Text { sealed },
            (None, Some(sealed_name), Some(size), Some(kind), Some(sent_at)) => {
                ChatContent::File(ChatFile { id, sealed_name, size, kind, sent_at })
            }
            _ => return Err(corrupt("chat_message.sealed")),
        };
        let participant = parse("chat_message.participant_id", &row.participant_id)?;
        Ok(Self { id, participant, at: instant("chat_message.at", row.at)?, said })
    }
}

/// Makes a select wait for whoever changes the same row; SQLite has one writer. What only refers to the row goes on.
macro_rules! lock_session {
    (sqlite) => {
        "select 1 from session where id = $1"
    };
    (postgres) => {
        "select 1 from session where id = $1 for no key update"
    };
}

impl Tx {
    /// From now on nobody else changes this session or its chat, until this unit of work is over.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn lock_session(&mut self, session: SessionId) -> Result<(), StoreError> {
        fetch_optional!(self, (i32,), sql_for!(self, lock_session!()), session.to_string())?;
        Ok(())
    }

    /// `lately` counts what was taken of `participant` after `since`, until `now`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn chat_so_far(
        &mut self,
        session: SessionId,
        participant: ParticipantId,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<ChatSoFar, StoreError> {
        let sql = "select max(at), cast(coalesce(sum(case when participant_id = $2 and taken_at > $3 \
                   and taken_at <= $4 then 1 else 0 end), 0) as bigint) \
                   from chat_message where session_id = $1";
        let (session, participant) = (session.to_string(), participant.to_string());
        let row =
            fetch_optional!(self, (Option<i64>, i64), sql, session, participant, micros(since), micros(now))?;
        let (last, lately) = row.unwrap_or_default();
        Ok(ChatSoFar { last: optional_instant("chat_message.at", last)?, lately })
    }

    /// Of the session's messages the newest `most` are kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_chat_message(&mut self, message: &NewChatMessage, most: u32) -> Result<(), StoreError> {
        let NewChatMessage { id, session, participant, at, taken_at, sealed } = message;
        let sql = "insert into chat_message (id, session_id, participant_id, at, taken_at, sealed) \
                   values ($1, $2, $3, $4, $5, $6)";
        let (id, session, participant) = (id.to_string(), session.to_string(), participant.to_string());
        execute!(self, sql, id, &session, participant, micros(*at), micros(*taken_at), sealed.as_deref())?;
        let sql = "delete from chat_message where session_id = $1 and at <= \
                   (select at from chat_message where session_id = $1 order by at desc limit 1 offset $2)";
        execute!(self, sql, &session, i64::from(most))?;
        Ok(())
    }

    /// All messages of a session; files have theirs ([`Tx::drop_chat_files_of`]).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_chat_messages_of(&mut self, session: SessionId) -> Result<(), StoreError> {
        execute!(self, "delete from chat_message where session_id = $1", session.to_string())?;
        Ok(())
    }

    /// What was said before `oldest`, and in sessions that are not under way. Says how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_old_chat_messages(&mut self, oldest: Timestamp) -> Result<u64, StoreError> {
        let sql = "delete from chat_message where id in (select chat_message.id \
                   from chat_message join session on session.id = session_id \
                   where at < $1 or status not in ('waiting', 'in_progress'))";
        execute!(self, sql, micros(oldest))
    }
}

impl Store {
    /// What was said in a session after `since`, in its order; all of it without. Files only as long as they are there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn chat_messages(
        &self,
        session: SessionId,
        since: Option<Timestamp>,
    ) -> Result<Vec<ChatMessage>, StoreError> {
        let sql = "select chat_message.id, chat_message.participant_id, at, sealed, sealed_name, size, kind, sent_at \
                   from chat_message left join chat_file on chat_file.id = chat_message.id \
                   where chat_message.session_id = $1 and at > $2 \
                   and (sealed is not null or sent_at is not null) order by at";
        let since = since.map_or(i64::MIN, micros);
        let rows = read_all!(self, MessageRow, sql, session.to_string(), since)?;
        rows.into_iter().map(ChatMessage::try_from).collect()
    }

    /// Whether anything was said or sent in this session, or in any: nothing is written where there is nothing to
    /// delete.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn has_chat(&self, session: Option<SessionId>) -> Result<bool, StoreError> {
        let there = if let Some(session) = session {
            let sql = "select 'x' from chat_message where session_id = $1 union all \
                       select 'x' from chat_file where session_id = $1 limit 1";
            read_optional!(self, (String,), sql, session.to_string())?
        } else {
            let sql = "select 'x' from chat_message union all select 'x' from chat_file limit 1";
            read_optional!(self, (String,), sql)?
        };
        Ok(there.is_some())
    }
}
