//! Of whom a node has heard that has no connection: they may ask another one next time.

use openvisit_core::Timestamp;
use openvisit_core::ids::ParticipantId;

use super::Nodes;
use crate::StoreError;
use crate::value::{instant, micros};

impl Nodes {
    /// Somebody asked this node for something.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_heard(&self, participant: ParticipantId, at: Timestamp) -> Result<(), StoreError> {
        let sql = "insert into heard (participant_id, heard_at) values ($1, $2) \
                   on conflict (participant_id) do update \
                   set heard_at = greatest(heard.heard_at, excluded.heard_at)";
        sqlx::query(sql).bind(participant.to_string()).bind(micros(at)).execute(&self.pool).await?;
        Ok(())
    }

    /// When any node last heard of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn heard_at(&self, participant: ParticipantId) -> Result<Option<Timestamp>, StoreError> {
        let sql = "select heard_at from heard where participant_id = $1";
        let found = sqlx::query_as::<_, (i64,)>(sql).bind(participant.to_string());
        let found = found.fetch_optional(&self.pool).await?;
        found.map(|(at,)| instant("heard.heard_at", at)).transpose()
    }

    /// Forgets what was heard before; nobody waits for as long.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_heard(&self, before: Timestamp) -> Result<(), StoreError> {
        sqlx::query("delete from heard where heard_at < $1").bind(micros(before)).execute(&self.pool).await?;
        Ok(())
    }
}
