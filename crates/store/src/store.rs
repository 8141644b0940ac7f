//! Opening a database and beginning units of work on it.

use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use openvisit_core::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, SqliteConnection};

use crate::dialect::Database;
use crate::idempotency::{KeyedCall, carried_out};
use crate::lock::{Held, share};
use crate::nodes::Nodes;
use crate::sessions::batch::Batch;
use crate::sessions::kept::Kept;
use crate::sessions::sums::Sums;
use crate::sqlite_readers::SqliteReaders;
use crate::sqlite_writer::SqliteWriter;
use crate::took::Took;
use crate::tx::{DatabaseConnection, Tx};
use crate::{StoreError, backup};

pub(crate) static SQLITE_SCHEMA: Migrator = sqlx::migrate!("migrations/sqlite");
pub(crate) static POSTGRES_SCHEMA: Migrator = sqlx::migrate!("migrations/postgres");
/// The PostgreSQL schema version that needs the right to create an extension.
const EXTENSION_VERSION: i64 = 0;

/// How long a unit of work waits for its turn before the database counts as unavailable. A file is always
/// there, so only a long queue takes that long; a server may be gone, and then everybody waits that long.
pub(crate) const SQLITE_PATIENCE: Duration = Duration::from_secs(10);
pub(crate) const POSTGRES_PATIENCE: Duration = Duration::from_secs(3);
const START_PATIENCE: Duration = Duration::from_secs(30);
const SQLITE_READERS: u32 = 4;
/// Pages of the file that each connection keeps, at most, as SQLite counts KiB. The system keeps them as well, but asking it for one
/// costs more than looking at it does; in a large file, the upper pages of the indices alone take some MiB.
const SQLITE_CACHE: &str = "-8192";
const POSTGRES_CONNECTIONS: u32 = 16;

/// A database whose schema is up to date. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) pools: Pools,
    pub(crate) batch: Arc<Batch>,
    /// None where another server may write.
    pub(crate) kept: Option<Arc<Kept>>,
    pub(crate) nodes: Option<Nodes>,
}

#[derive(Clone, Debug)]
pub(crate) enum Pools {
    /// One writer, so that writers queue here, in order, instead of colliding in the file.
    Sqlite {
        writer: Arc<SqliteWriter>,
        readers: SqlitePool,
        single: Arc<SqliteReaders>,
        /// Nobody puts another file in this one's place meanwhile.
        _held: Arc<Held>,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite://path` (made when it is not there) or `postgres://…`, and brings its schema up to date.
    /// Several processes may do so at once.
    ///
    /// # Errors
    /// [`StoreError::Setup`] says what is wrong with the URL, the rights or the schema;
    /// [`StoreError::Unavailable`] that the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        match scheme {
            "sqlite" => Self::ready(open_sqlite(url).await?, None).await,
            "postgres" | "postgresql" => {
                let (pools, nodes) = open_postgres(url).await?;
                Self::ready(pools, Some(nodes)).await
            }
            _ => {
                let text = "a database URL begins with sqlite:// or postgres://";
                Err(StoreError::Setup(text.to_owned()))
            }
        }
    }

    pub(crate) async fn open_file(file: SqliteConnectOptions) -> Result<Self, StoreError> {
        Self::ready(open_sqlite_file(file).await?, None).await
    }

    /// With all that a schema cannot bring up to date by itself.
    async fn ready(pools: Pools, nodes: Option<Nodes>) -> Result<Self, StoreError> {
        let kept = match &pools {
            Pools::Sqlite { writer, .. } => Some(Arc::new(Kept::of(writer.options().get_filename()))),
            Pools::Postgres(_) => None,
        };
        let store = Self { pools, batch: Arc::default(), kept, nodes };
        store.make_search_keys().await?;
        Ok(store)
    }

    /// Whether several units of work may write at once.
    pub(crate) fn has_many_writers(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// Begins a unit of work that writes. On SQLite it waits here until all earlier ones are over.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let pools = self.pools.clone();
        spawned("write", carried_out(), async move {
            Ok(match pools {
                Pools::Sqlite { writer, .. } => DatabaseConnection::Sqlite(writer.begin().await?.into()),
                Pools::Postgres(pool) => DatabaseConnection::Postgres(pool.begin().await?),
            })
        })
        .await
    }

    /// Begins a unit of work that only reads: all it reads is of one moment, and it waits for no writer.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]; later on, for whoever writes with it, the same.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let pools = self.pools.clone();
        spawned("read", None, async move {
            Ok(match pools {
                Pools::Sqlite { readers, writer, .. } => {
                    writer.settled().await;
                    DatabaseConnection::Sqlite(readers.begin().await?.into())
                }
                Pools::Postgres(pool) => {
                    let begin = "begin isolation level repeatable read read only";
                    DatabaseConnection::Postgres(pool.begin_with(begin).await?)
                }
            })
        })
        .await
    }

    pub(crate) fn database(&self) -> Database {
        match &self.pools {
            Pools::Sqlite { .. } => Database::Sqlite,
            Pools::Postgres(_) => Database::Postgres,
        }
    }

    /// Which database it is: sqlite or postgres.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.database() {
            Database::Sqlite => "sqlite",
            Database::Postgres => "postgres",
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&self) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { readers, .. } => readers.acquire().await?.ping().await?,
            Pools::Postgres(pool) => pool.acquire().await?.ping().await?,
        }
        Ok(())
    }

    /// Whether the database takes writes: one that nobody reads.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn try_write(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let sql = "insert into setting (name, value) values ('written at', $1) \
                   on conflict (name) do update set value = excluded.value";
        execute!(tx, sql, now.to_string())?;
        tx.commit().await
    }

    /// Copies a running SQLite database into the new file `path`.
    ///
    /// # Errors
    /// [`StoreError::Setup`] when the file is there already or cannot be made, and always on PostgreSQL,
    /// which has tools of its own for this.
    pub async fn backup(&self, path: &Path) -> Result<(), StoreError> {
        match &self.pools {
            Pools::Sqlite { writer, .. } => backup::copy(writer.options(), path).await,
            Pools::Postgres(_) => {
                let text = "a PostgreSQL database is backed up with its own pg_dump";
                Err(StoreError::Setup(text.to_owned()))
            }
        }
    }

    /// Waits for the units of work that are open, then closes the database.
    pub async fn close(&self) {
        if let Some(nodes) = &self.nodes {
            nodes.close().await;
        }
        match &self.pools {
            Pools::Sqlite { writer, readers, single, .. } => {
                single.close().await;
                readers.close().await;
                // The last connection to go folds the log into the file.
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

/// Beginning runs to its end even when the caller goes away in the middle: a connection that went back to
/// the pool with half a `BEGIN` would be inside a transaction that nobody knows of.
pub(crate) async fn spawned(
    kind: &'static str,
    carried_out: Option<KeyedCall>,
    begin: impl Future<Output = Result<DatabaseConnection, StoreError>> + Send + 'static,
) -> Result<Tx, StoreError> {
    let mut took = Took::begin(kind);
    match tokio::spawn(begin).await {
        Ok(connection) => {
            let connection = connection?;
            took.has_begun();
            Ok(Tx { connection, carried_out, sums: Sums::default(), free: None, took })
        }
        Err(_) => Err(StoreError::Unavailable("shutting down".to_owned())),
    }
}

/// Reads a file that is nobody's database, as it is.
pub(crate) async fn read_only(file: SqliteConnectOptions) -> Result<Tx, StoreError> {
    let pool = sqlite_pool(1).connect_with(file).await?;
    spawned("read", None, async move { Ok(DatabaseConnection::Sqlite(pool.begin().await?.into())) }).await
}

async fn open_sqlite(url: &str) -> Result<Pools, StoreError> {
    let options = SqliteConnectOptions::from_str(url)?;
    if url.contains(":memory:") || url.contains("mode=memory") {
        // Every connection would have a database of its own.
        return Err(StoreError::Setup("a database in memory cannot be used: name a file".to_owned()));
    }
    open_sqlite_file(options).await
}

async fn open_sqlite_file(options: SqliteConnectOptions) -> Result<Pools, StoreError> {
    let held = share(options.get_filename())?;
    backup::make_private(options.get_filename())?;
    let options = options
        .busy_timeout(SQLITE_PATIENCE)
        .foreign_keys(true)
        // Every commit reaches the disk before it is acknowledged.
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", SQLITE_CACHE)
        .disable_statement_logging();
    let writing = options.clone().journal_mode(SqliteJournalMode::Wal);
    let mut connection = writing.connect().await?;
    let mut tx = connection.begin_with("begin immediate").await?;
    SQLITE_SCHEMA.run_direct(None, &mut *tx, false).await?;
    tx.commit().await?;
    let reading = options.pragma("query_only", "true");
    let readers = sqlite_pool(SQLITE_READERS).connect_lazy_with(reading.clone());
    Ok(Pools::Sqlite {
        writer: SqliteWriter::new(writing, connection),
        readers,
        single: Arc::new(SqliteReaders::new(reading)),
        _held: Arc::new(held),
    })
}

pub(crate) fn sqlite_pool(connections: u32) -> PoolOptions<sqlx::Sqlite> {
    PoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(SQLITE_PATIENCE)
        // It is a file: nothing hangs up on us.
        .test_before_acquire(false)
        // After an error such as a full disk SQLite has rolled back by itself; sqlx then fails to do so once
        // more, believes the transaction open for ever, and begins no other on that connection.
        .before_acquire(|connection: &mut SqliteConnection, _| {
            Box::pin(async move { Ok(!connection.is_in_transaction()) })
        })
        .idle_timeout(None)
        .max_lifetime(None)
}

async fn open_postgres(url: &str) -> Result<(Pools, Nodes), StoreError> {
    let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
    // The pool would try again and again, and then say only that it had no time left.
    options.connect().await?.close().await?;
    // Whoever starts has more patience than whoever asks.
    let starting = PgPoolOptions::new().max_connections(1).acquire_timeout(START_PATIENCE);
    let starting = starting.connect_with(options.clone()).await?;
    POSTGRES_SCHEMA.run(&starting).await.map_err(|error| match error {
        sqlx::migrate::MigrateError::ExecuteMigration(_, EXTENSION_VERSION) => StoreError::Setup(
            "the PostgreSQL extension btree_gist is missing and cannot be created by this role: let an \
             administrator run CREATE EXTENSION btree_gist in this database (it comes with postgresql-contrib)"
                .to_owned(),
        ),
        other => other.into(),
    })?;
    let (node,) =
        sqlx::query_as::<_, (String,)>("select gen_random_uuid()::text").fetch_one(&starting).await?;
    starting.close().await;
    let nodes = Nodes::new(node.clone(), &options);
    let pool = PoolOptions::new()
        .max_connections(POSTGRES_CONNECTIONS)
        .acquire_timeout(POSTGRES_PATIENCE)
        .after_connect(move |connection, _| {
            let node = node.clone();
            Box::pin(async move {
                // What is written says by whom. Each statement is planned once and not at each use: of a list, planning took three
                // times as long as running, and every statement has an index that is right whatever it is asked for.
                let sql = "select set_config('openvisit.node', $1, false), \
                           set_config('plan_cache_mode', 'force_generic_plan', false)";
                sqlx::query(sql).bind(node).execute(connection).await.map(drop)
            })
        })
        .connect_lazy_with(options);
    Ok((Pools::Postgres(pool), nodes))
}
