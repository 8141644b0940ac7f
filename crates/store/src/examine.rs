//! Looking at a database without opening it for work: nothing is made, changed or left behind.

use std::str::FromStr;
use std::time::Duration;

use openvisit_core::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use sqlx::{ConnectOptions, Connection};

use crate::nodes::Node;
use crate::nodes::register::known;
use crate::store::{POSTGRES_SCHEMA, SQLITE_SCHEMA, spawned, sqlite_pool};
use crate::tx::{DatabaseConnection, Tx};
use crate::{BackupContents, StoreError};

/// How long another writer of the file is waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// What [`examine`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Examined {
    /// sqlite or postgres.
    pub kind: &'static str,
    pub schema: Schema,
    /// The server's own time, where there is a server.
    pub now: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// The server makes it at its first start.
    Missing,
    /// The server brings it up to date at its next start.
    Old,
    Current,
}

/// Whether a URL says where a database is; not whether there is one.
#[must_use]
pub fn is_understood(url: &str) -> bool {
    if url.starts_with("sqlite") {
        SqliteConnectOptions::from_str(url).is_ok()
    } else {
        PgConnectOptions::from_str(url).is_ok()
    }
}

/// Whether the database of a URL, as for [`Store::open`](crate::Store::open), can be reached, read and written.
///
/// # Errors
/// Those of [`Store::open`](crate::Store::open), and [`StoreError::Unavailable`] when nothing can be written.
pub async fn examine(url: &str) -> Result<Examined, StoreError> {
    if url.starts_with("sqlite") { sqlite(url).await } else { postgres(url).await }
}

/// The versions that were applied, from the table that says so; then a row that is not kept. Statements are the same on
/// both databases, connections are not.
macro_rules! try_out {
    ($connection:expr, $begin:literal, $known:expr, $tables:literal) => {{
        let tables: (i64,) = sqlx::query_as($tables).fetch_one(&mut $connection).await?;
        if tables.0 == 0 {
            Schema::Missing
        } else {
            let applied: Vec<(i64,)> = sqlx::query_as("select version from _sqlx_migrations where success")
                .fetch_all(&mut $connection)
                .await?;
            let schema = schema($known, &applied)?;
            let mut tx = $connection.begin_with($begin).await?;
            let row = "insert into setting (name, value) values ('openvisit check', '')";
            sqlx::query(row).execute(&mut *tx).await?;
            tx.rollback().await?;
            schema
        }
    }};
}

async fn sqlite(url: &str) -> Result<Examined, StoreError> {
    let options = SqliteConnectOptions::from_str(url)?.busy_timeout(PATIENCE).disable_statement_logging();
    if !options.get_filename().exists() {
        return Ok(Examined { kind: "sqlite", schema: Schema::Missing, now: None });
    }
    let mut connection = options.create_if_missing(false).connect().await?;
    let schema = try_out!(
        connection,
        "begin immediate",
        &SQLITE_SCHEMA,
        "select count(*) from sqlite_master where name = '_sqlx_migrations'"
    );
    connection.close().await?;
    Ok(Examined { kind: "sqlite", schema, now: None })
}

async fn postgres(url: &str) -> Result<Examined, StoreError> {
    let mut connection = PgConnectOptions::from_str(url)?.disable_statement_logging().connect().await?;
    let microseconds = "select (extract(epoch from clock_timestamp()) * 1000000)::bigint";
    let now: (i64,) = sqlx::query_as(microseconds).fetch_one(&mut connection).await?;
    let schema = try_out!(
        connection,
        "begin",
        &POSTGRES_SCHEMA,
        "select count(*) from pg_tables where tablename = '_sqlx_migrations' and schemaname = current_schema()"
    );
    connection.close().await?;
    Ok(Examined { kind: "postgres", schema, now: Timestamp::from_microsecond(now.0).ok() })
}

/// The nodes that serve the PostgreSQL of a URL; none where it has no schema yet.
///
/// # Errors
/// [`StoreError::Unavailable`], [`StoreError::Setup`].
pub async fn nodes_of(url: &str) -> Result<Vec<Node>, StoreError> {
    let mut connection = PgConnectOptions::from_str(url)?.disable_statement_logging().connect().await?;
    let table =
        "select count(*) > 0 from pg_tables where tablename = 'node' and schemaname = current_schema()";
    let (is_there,) = sqlx::query_as::<_, (bool,)>(table).fetch_one(&mut connection).await?;
    let nodes = if is_there { known(&mut connection).await? } else { vec![] };
    connection.close().await?;
    Ok(nodes)
}

fn schema(known: &Migrator, applied: &[(i64,)]) -> Result<Schema, StoreError> {
    let is_known = |version: i64| known.iter().any(|migration| migration.version == version);
    if let Some((version,)) = applied.iter().find(|(version,)| !is_known(*version)) {
        return Err(sqlx::migrate::MigrateError::VersionMissing(*version).into());
    }
    let is_applied = |version: i64| applied.iter().any(|(applied,)| *applied == version);
    let current = known.iter().all(|migration| is_applied(migration.version));
    Ok(if current { Schema::Current } else { Schema::Old })
}

/// What is closed after a [`glance`].
#[must_use]
#[derive(Debug)]
pub enum Closing {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Closing {
    /// Waits for whoever still looks.
    pub async fn close(self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    async fn begin(&self) -> Result<Tx, StoreError> {
        let connection = match self {
            Self::Sqlite(pool) => DatabaseConnection::Sqlite(pool.begin().await?.into()),
            Self::Postgres(pool) => DatabaseConnection::Postgres(pool.begin().await?),
        };
        spawned("read", None, async move { Ok(connection) }).await
    }
}

/// Begins to read a database, whatever its schema, that a server may have open; `None` where none has used it so far.
/// Whoever has dropped the contents closes the rest.
///
/// # Errors
/// Those of [`examine`].
pub async fn glance(url: &str) -> Result<Option<(BackupContents, Closing)>, StoreError> {
    let looked =
        if url.starts_with("sqlite") { glance_sqlite(url).await? } else { glance_postgres(url).await? };
    let Some((closing, tables)) = looked else { return Ok(None) };
    let has = |name: &str| tables.iter().any(|(table,)| table == name);
    if !has("_sqlx_migrations") {
        closing.close().await;
        return Ok(None);
    }
    let contents = BackupContents { tx: closing.begin().await?, names_keys: has("sealing_key") };
    Ok(Some((contents, closing)))
}

type Looked = Option<(Closing, Vec<(String,)>)>;

async fn glance_sqlite(url: &str) -> Result<Looked, StoreError> {
    let options = SqliteConnectOptions::from_str(url)?.busy_timeout(PATIENCE).disable_statement_logging();
    if !options.get_filename().exists() {
        return Ok(None);
    }
    let pool = sqlite_pool(1).connect_with(options.create_if_missing(false)).await?;
    let sql = "select name from sqlite_master where name in ('_sqlx_migrations', 'sealing_key')";
    let tables = sqlx::query_as(sql).fetch_all(&pool).await?;
    Ok(Some((Closing::Sqlite(pool), tables)))
}

async fn glance_postgres(url: &str) -> Result<Looked, StoreError> {
    let options = PgConnectOptions::from_str(url)?.disable_statement_logging();
    // A pool would only say that it had no time left.
    options.connect().await?.close().await?;
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
    let sql = "select tablename::text from pg_tables where schemaname = current_schema() \
               and tablename in ('_sqlx_migrations', 'sealing_key')";
    let tables = sqlx::query_as(sql).fetch_all(&pool).await?;
    Ok(Some((Closing::Postgres(pool), tables)))
}
