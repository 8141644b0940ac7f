//! What was committed, for the other nodes.
//!
//! A row is written in the transaction of the change. Rows of transactions that overlap become visible in any order, so
//! whoever follows goes by transactions: they read again all that was not over when they last looked, and pass over what
//! they have read.

use std::collections::HashSet;

use super::{Nodes, now};
use crate::tx::DatabaseConnection;
use crate::{StoreError, Tx};

/// How far somebody has read.
#[derive(Debug, Default)]
pub struct Reading {
    /// The first transaction that was not over then, and the database's time.
    from: Option<(String, i64)>,
    read: HashSet<i64>,
}

/// The first transaction that is not over, the time, and what was written, if anything was.
type NoticeRow = (String, i64, Option<i64>, Option<String>);

/// What another node, or a command, has committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenNotice {
    pub id: i64,
    /// JSON, as it was given to [`Tx::write_notice`].
    pub notice: String,
}

impl Tx {
    /// Whether other processes may have the same database open.
    #[must_use]
    pub fn may_be_followed(&self) -> bool {
        matches!(self.connection, DatabaseConnection::Postgres(_))
    }

    /// Tells the other nodes once this is committed; nothing on SQLite, where there are none.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn write_notices(&mut self, notices: &[String]) -> Result<(), StoreError> {
        let DatabaseConnection::Postgres(tx) = &mut self.connection else { return Ok(()) };
        if notices.is_empty() {
            return Ok(());
        }
        let sql = concat!(
            "insert into announcement (node, notice, written_at) \
             select coalesce(current_setting('openvisit.node', true), ''), notice, ",
            now!(),
            " from unnest($1::text[]) as notice"
        );
        sqlx::query(sql).bind(notices).execute(&mut **tx).await?;
        Ok(())
    }
}

impl Nodes {
    /// From here on; what was written before is in what is loaded from now on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin_reading(&self) -> Result<Reading, StoreError> {
        let mut reading = Reading::default();
        self.read(&mut reading).await?;
        Ok(reading)
    }

    /// What others have written since, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read(&self, reading: &mut Reading) -> Result<Vec<WrittenNotice>, StoreError> {
        // One statement, one moment: what is not seen by it is not over by its mark. Some other program's transaction may
        // stay open for hours; none of ours takes as long as its commit is waited for here.
        let sql = concat!(
            "select pg_snapshot_xmin(pg_current_snapshot())::text, ",
            now!(),
            ", id, notice from (select 1) as once left join announcement \
             on written_by >= coalesce($1::xid8, pg_snapshot_xmin(pg_current_snapshot())) \
             and written_at > $2 - 20000000 and node <> $3 order by id"
        );
        let (from, at) = reading.from.clone().unzip();
        let rows = sqlx::query_as::<_, NoticeRow>(sql)
            .bind(from)
            .bind(at.unwrap_or_default())
            .bind(&self.id().0)
            .fetch_all(&self.pool)
            .await?;
        Ok(reading.take(rows))
    }

    /// Deletes what everybody has read.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn prune_notices(&self) -> Result<(), StoreError> {
        let sql = concat!("delete from announcement where written_at < ", now!(), " - 60000000");
        sqlx::query(sql).execute(&self.pool).await?;
        Ok(())
    }
}

impl Reading {
    fn take(&mut self, rows: Vec<NoticeRow>) -> Vec<WrittenNotice> {
        let mut seen = HashSet::new();
        let mut new = Vec::new();
        for (mark, at, id, notice) in rows {
            self.from = Some((mark, at));
            let Some((id, notice)) = id.zip(notice) else { continue };
            seen.insert(id);
            if !self.read.contains(&id) {
                new.push(WrittenNotice { id, notice });
            }
        }
        // What is read again next time is among these.
        self.read = seen;
        new
    }
}
