//! Files of a session's chat. They come and go sealed, in parts, so that nobody holds a whole one.

use openvisit_core::Timestamp;
use openvisit_core::ids::{MessageId, ParticipantId, SessionId};

use crate::value::{instant, micros};
use crate::{Store, StoreError, Tx};

/// A file that somebody begins to send.
#[derive(Clone, Debug)]
pub struct NewChatFile {
    /// That of the message.
    pub id: MessageId,
    pub session: SessionId,
    pub participant: ParticipantId,
    pub sealed_name: Vec<u8>,
    /// In bytes.
    pub size: i64,
    pub at: Timestamp,
}

/// How much there may be at once, with the new one, in bytes and files.
#[derive(Clone, Copy, Debug)]
pub struct ChatFileLimits {
    pub bytes_of_session: i64,
    pub bytes_of_participant: i64,
    pub files_of_participant: i64,
}

/// A file that is all there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatFile {
    pub id: MessageId,
    pub sealed_name: Vec<u8>,
    /// In bytes.
    pub size: i64,
    /// A media type.
    pub kind: String,
    pub sent_at: Timestamp,
}

impl Tx {
    /// Makes room for a file; false where there is none left. Two that begin at once both count.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin_chat_file(
        &mut self,
        file: &NewChatFile,
        limits: ChatFileLimits,
    ) -> Result<bool, StoreError> {
        let (session, participant) = (file.session.to_string(), file.participant.to_string());
        self.lock_session(file.session).await?;
        let sql = "select cast(coalesce(sum(size), 0) as bigint), \
                   cast(coalesce(sum(case when participant_id = $2 then size else 0 end), 0) as bigint), \
                   cast(coalesce(sum(case when participant_id = $2 then 1 else 0 end), 0) as bigint) \
                   from chat_file where session_id = $1";
        let there = fetch_optional!(self, (i64, i64, i64), sql, &session, &participant)?;
        let (of_session, of_participant, files) = there.unwrap_or_default();
        if of_session + file.size > limits.bytes_of_session
            || of_participant + file.size > limits.bytes_of_participant
            || files + 1 > limits.files_of_participant
        {
            return Ok(false);
        }
        let sql = "insert into chat_file (id, session_id, participant_id, sealed_name, size, created_at) \
                   values ($1, $2, $3, $4, $5, $6)";
        let id = file.id.to_string();
        execute!(self, sql, id, session, participant, &file.sealed_name, file.size, micros(file.at))?;
        Ok(true)
    }

    /// # Errors
    /// [`StoreError::Conflict`] where the file is gone.
    pub async fn add_chat_file_part(
        &mut self,
        file: MessageId,
        part: i64,
        sealed: &[u8],
    ) -> Result<(), StoreError> {
        let sql = "insert into chat_file_part (file_id, part, sealed) \
                   select id, $2, $3 from chat_file where id = $1";
        let added = execute!(self, sql, file.to_string(), part, sealed)?;
        if added == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// All of it is there, and the others have it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] where the file is gone.
    pub async fn send_chat_file(
        &mut self,
        file: MessageId,
        kind: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "update chat_file set kind = $2, sent_at = $3 where id = $1 and sent_at is null";
        let sent = execute!(self, sql, file.to_string(), kind, micros(at))?;
        if sent == 0 { Err(StoreError::Conflict) } else { Ok(()) }
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_chat_file(&mut self, file: MessageId) -> Result<(), StoreError> {
        let file = file.to_string();
        execute!(self, "delete from chat_file_part where file_id = $1", &file)?;
        execute!(self, "delete from chat_file where id = $1", &file)?;
        Ok(())
    }

    /// All files of a session.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_chat_files_of(&mut self, session: SessionId) -> Result<(), StoreError> {
        let session = session.to_string();
        let parts =
            "delete from chat_file_part where file_id in (select id from chat_file where session_id = $1)";
        execute!(self, parts, &session)?;
        execute!(self, "delete from chat_file where session_id = $1", &session)?;
        Ok(())
    }

    /// Files that were begun before `oldest`, those that were never all sent since before `unfinished`, and those of
    /// sessions that are not under way. Says how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn drop_old_chat_files(
        &mut self,
        oldest: Timestamp,
        unfinished: Timestamp,
    ) -> Result<u64, StoreError> {
        macro_rules! old {
            () => {
                "select chat_file.id from chat_file join session on session.id = session_id \
                 where chat_file.created_at < $1 or (sent_at is null and chat_file.created_at < $2) \
                 or status not in ('waiting', 'in_progress')"
            };
        }
        let (oldest, unfinished) = (micros(oldest), micros(unfinished));
        let parts = concat!("delete from chat_file_part where file_id in (", old!(), ")");
        execute!(self, parts, oldest, unfinished)?;
        execute!(self, concat!("delete from chat_file where id in (", old!(), ")"), oldest, unfinished)
    }
}

impl Store {
    /// A file of this session that is all there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn chat_file(
        &self,
        session: SessionId,
        file: MessageId,
    ) -> Result<Option<ChatFile>, StoreError> {
        let sql = "select sealed_name, size, kind, sent_at from chat_file \
                   where id = $1 and session_id = $2 and sent_at is not null and kind is not null";
        let (id, session) = (file.to_string(), session.to_string());
        let row = read_optional!(self, (Vec<u8>, i64, String, i64), sql, id, session)?;
        row.map(|(sealed_name, size, kind, sent_at)| {
            let sent_at = instant("chat_file.sent_at", sent_at)?;
            Ok(ChatFile { id: file, sealed_name, size, kind, sent_at })
        })
        .transpose()
    }

    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn chat_file_part(&self, file: MessageId, part: i64) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "select sealed from chat_file_part where file_id = $1 and part = $2";
        Ok(read_optional!(self, (Vec<u8>,), sql, file.to_string(), part)?.map(|(sealed,)| sealed))
    }
}
