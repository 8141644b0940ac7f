//! Sessions in the order in which they changed, so that whoever follows them misses none.
//!
//! Who changes one notes its time while it writes. SQLite has one writer, so times come in the order of commits. On
//! PostgreSQL many write at once, and an earlier time may be committed after a later one: writers share a lock until
//! they have committed, and whoever follows has it alone for a moment. What was noted before that moment can be seen
//! then; what comes later is for the next look.

use openvisit_core::Timestamp;

use crate::tx::DatabaseConnection;
use crate::{Store, StoreError, Tx};

/// The advisory lock: any number that people's locks hardly have.
const CHANGES: i64 = 0x6368_616e_6765_7300;

impl Tx {
    /// To be called before the time of a change is taken from the clock.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn note_change(&mut self) -> Result<(), StoreError> {
        if let DatabaseConnection::Postgres(tx) = &mut self.connection {
            let sql = "select pg_advisory_xact_lock_shared($1)";
            sqlx::query(sql).bind(CHANGES).execute(&mut **tx).await?;
        }
        Ok(())
    }

    async fn await_changes(&mut self) -> Result<(), StoreError> {
        if let DatabaseConnection::Postgres(tx) = &mut self.connection {
            sqlx::query("select pg_advisory_xact_lock($1)").bind(CHANGES).execute(&mut **tx).await?;
        }
        Ok(())
    }
}

impl Store {
    /// Until when every change that will ever have been noted can be read now; `None` where that is so anyway.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn changes_until(
        &self,
        clock: impl FnOnce() -> Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        if !self.has_many_writers() {
            return Ok(None);
        }
        let mut tx = self.begin().await?;
        tx.await_changes().await?;
        let until = clock();
        tx.commit().await?;
        Ok(Some(until))
    }
}
