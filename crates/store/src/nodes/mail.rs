//! What is for one node and is no state of anything: written, taken once, and gone after a minute where nobody takes it.

use std::collections::BTreeSet;

use super::{CHANNEL, MAIL, NodeId, Nodes, now};
use crate::StoreError;

/// So many letters are taken at a time.
const TAKEN: i64 = 500;
/// So many receivers a notification holds; more of them look by themselves within a second.
const WOKEN: usize = 200;

impl Nodes {
    /// Leaves letters, each encrypted for its receiver, and wakes these. Those of one call, and those of calls that were
    /// waited for, are taken in their order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]: none was left, but for a connection lost while committing: then nobody knows.
    pub async fn post(&self, letters: Vec<(NodeId, Vec<u8>)>) -> Result<(), StoreError> {
        if letters.is_empty() {
            return Ok(());
        }
        let (receivers, sealed): (Vec<_>, Vec<_>) =
            letters.into_iter().map(|(receiver, sealed)| (receiver.0, sealed)).unzip();
        let woken: BTreeSet<_> = receivers.iter().map(String::as_str).collect();
        let woken = woken.into_iter().take(WOKEN).collect::<Vec<_>>().join(" ");
        // Woken within the transaction: here it waits for no disk.
        let sql = concat!(
            "with posted as (insert into mail (receiver, sealed, written_at) select receiver, sealed, ",
            now!(),
            " from unnest($1::text[], $2::bytea[]) as letter (receiver, sealed) returning 1) \
             select pg_notify($3, $4) from posted limit 1"
        );
        let query =
            sqlx::query(sql).bind(receivers).bind(sealed).bind(CHANNEL).bind(format!("{MAIL}{woken}"));
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// Takes what others have left for this node, the oldest first; not all where there is much: until nothing is left.
    /// Two that take at the same time mix up the order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn take_mail(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let sql = "with taken as (delete from mail where id in \
                   (select id from mail where receiver = $1 order by id limit $2) returning id, sealed) \
                   select sealed from taken order by id";
        let query = sqlx::query_as::<_, (Vec<u8>,)>(sql).bind(&self.id().0).bind(TAKEN);
        Ok(query.fetch_all(&self.pool).await?.into_iter().map(|(sealed,)| sealed).collect())
    }

    /// Deletes what nobody has taken within a minute.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_mail(&self) -> Result<(), StoreError> {
        let sql = concat!("delete from mail where written_at < ", now!(), " - 60000000");
        sqlx::query(sql).execute(&self.pool).await?;
        Ok(())
    }
}
