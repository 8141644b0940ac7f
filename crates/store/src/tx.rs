//! The unit of work.

use std::ops::{Deref, DerefMut};

use sqlx::{Postgres, Sqlite, SqliteConnection, Transaction};

use crate::StoreError;
use crate::dialect::Database;
use crate::idempotency::KeyedCall;
use crate::sessions::overlap::Wanted;
use crate::sessions::sums::Sums;
use crate::sqlite_writer::Unit;
use crate::took::Took;

/// An open transaction. Dropped without [`Tx::commit`], it leaves nothing behind. After an error it is good
/// for nothing but that: PostgreSQL takes no further statement.
#[derive(Debug)]
#[must_use = "what is not committed did not happen"]
pub struct Tx {
    pub(crate) connection: DatabaseConnection,
    /// The call whose work this is, where it named a key.
    pub(crate) carried_out: Option<KeyedCall>,
    pub(crate) sums: Sums,
    /// What was found free and is still.
    pub(crate) free: Option<Wanted>,
    #[expect(dead_code, reason = "it measures as long as it is here")]
    pub(crate) took: Took,
}

#[derive(Debug)]
pub(crate) enum DatabaseConnection {
    Sqlite(SqliteTx),
    Postgres(Transaction<'static, Postgres>),
}

#[derive(Debug)]
pub(crate) enum SqliteTx {
    Reading(Transaction<'static, Sqlite>),
    Writing(Unit),
}

impl From<Transaction<'static, Sqlite>> for SqliteTx {
    fn from(tx: Transaction<'static, Sqlite>) -> Self {
        Self::Reading(tx)
    }
}

impl From<Unit> for SqliteTx {
    fn from(unit: Unit) -> Self {
        Self::Writing(unit)
    }
}

impl Deref for SqliteTx {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Reading(tx) => tx,
            Self::Writing(unit) => unit,
        }
    }
}

impl DerefMut for SqliteTx {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reading(tx) => tx,
            Self::Writing(unit) => unit,
        }
    }
}

/// Expands a body for each database, statically typed twice: `on!(tx, |conn| query.execute(conn).await)`.
macro_rules! on {
    ($tx:expr, |$conn:ident| $body:expr) => {
        match &mut $tx.connection {
            $crate::tx::DatabaseConnection::Sqlite(tx) => {
                let $conn = &mut **tx;
                $body
            }
            $crate::tx::DatabaseConnection::Postgres(tx) => {
                let $conn = &mut **tx;
                $body
            }
        }
    };
}

/// Executes a statement with its parameters in order: `execute!(tx, sql, a, b)?`, giving the rows affected.
macro_rules! execute {
    ($tx:expr, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| {
            let query = sqlx::query(sql)$(.bind($parameter))*;
            query.execute(conn).await.map(|done| done.rows_affected())
        })
        .map_err($crate::StoreError::from)
    }};
}

/// Fetches rows of `$row`, a type that implements `FromRow`: `fetch_all!(tx, Row, sql, a, b)?`.
macro_rules! fetch_all {
    ($tx:expr, $row:ty, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| sqlx::query_as::<_, $row>(sql)$(.bind($parameter))*.fetch_all(conn).await)
            .map_err($crate::StoreError::from)
    }};
}

/// Fetches the row that is there or not: `fetch_optional!(tx, Row, sql, a, b)?`.
macro_rules! fetch_optional {
    ($tx:expr, $row:ty, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let sql = $sql;
        on!($tx, |conn| sqlx::query_as::<_, $row>(sql)$(.bind($parameter))*.fetch_optional(conn).await)
            .map_err($crate::StoreError::from)
    }};
}

/// Expands a body for each database's connections, for a single statement, which is of one moment by itself and
/// needs no transaction around it.
macro_rules! on_look {
    ($store:expr, |$on:ident| $body:expr) => {
        match &$store.pools {
            $crate::store::Pools::Sqlite { single, writer, .. } => {
                writer.settled().await;
                let mut look = single.one().await?;
                let $on = &mut *look;
                $body
            }
            $crate::store::Pools::Postgres($on) => $body,
        }
        .map_err($crate::StoreError::from)
    };
}

/// As `fetch_all!`, without a transaction: `read_all!(store, Row, sql, a, b)?`.
macro_rules! read_all {
    ($store:expr, $row:ty, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let sql = $sql;
        on_look!($store, |on| sqlx::query_as::<_, $row>(sql)$(.bind($parameter))*.fetch_all(on).await)
    }};
}

/// As `fetch_optional!`, without a transaction: `read_optional!(store, Row, sql, a, b)?`.
macro_rules! read_optional {
    ($store:expr, $row:ty, $sql:expr $(, $parameter:expr)* $(,)?) => {{
        let sql = $sql;
        on_look!($store, |on| sqlx::query_as::<_, $row>(sql)$(.bind($parameter))*.fetch_optional(on).await)
    }};
}

impl Tx {
    pub(crate) fn database(&self) -> Database {
        match &self.connection {
            DatabaseConnection::Sqlite(_) => Database::Sqlite,
            DatabaseConnection::Postgres(_) => Database::Postgres,
        }
    }

    /// Makes everything that was written in this transaction last, at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`], [`StoreError::Conflict`]: nothing of it was written, but for a connection
    /// lost while committing: then nobody knows. [`StoreError::TakenOver`] within [`crate::carrying_out`].
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.mark_committed().await?;
        // Last: see `sums`.
        self.write_sums().await?;
        match self.connection {
            DatabaseConnection::Sqlite(SqliteTx::Writing(unit)) => unit.commit().await,
            DatabaseConnection::Sqlite(SqliteTx::Reading(tx)) => Ok(tx.commit().await?),
            DatabaseConnection::Postgres(tx) => Ok(tx.commit().await?),
        }
    }
}
