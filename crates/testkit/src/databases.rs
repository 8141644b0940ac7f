//! A fresh, empty database per test, of either kind.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use openvisit_store::Store;
use sqlx::migrate::MigrateDatabase;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres};
use tempfile::TempDir;

/// Names a PostgreSQL server in which tests may create and drop databases.
pub const POSTGRES_VARIABLE: &str = "OPENVISIT_TEST_POSTGRES";

/// A database that is gone when the test is over; one of a failed test on PostgreSQL stays to be looked at.
pub struct TestDatabase {
    pub store: Store,
    pub url: String,
    /// SQLite's file is in here.
    folder: Option<TempDir>,
}

/// # Panics
/// When the database cannot be made.
pub async fn sqlite() -> TestDatabase {
    let folder = tempfile::tempdir().expect("a folder for the database");
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    TestDatabase { store: open(&url).await, url, folder: Some(folder) }
}

/// # Panics
/// When no server is named, or the database cannot be made in it.
pub async fn postgres() -> TestDatabase {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let Ok(server) = std::env::var(POSTGRES_VARIABLE) else {
        panic!("{POSTGRES_VARIABLE} is not set: export {POSTGRES_VARIABLE}=$(scripts/postgres.sh start)");
    };
    let (server, _) = server.rsplit_once('/').expect("a URL with a database's name");
    let url = format!("{server}/test_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    // Process ids come back; what a failed test left behind is in the way then.
    Postgres::drop_database(&url).await.expect("a PostgreSQL server that lets us drop databases");
    Postgres::create_database(&url).await.expect("a PostgreSQL server that lets us create databases");
    TestDatabase { store: open(&url).await, url, folder: None }
}

/// An empty database on PostgreSQL, for whoever makes it into something else; nobody has it open. It stays.
///
/// # Panics
/// As [`postgres`].
#[must_use]
pub fn empty_postgres() -> String {
    let made = tokio::runtime::Builder::new_current_thread().enable_all().build();
    made.expect("a runtime").block_on(async {
        let database = postgres().await;
        database.store.close().await;
        database.url
    })
}

/// Executes a statement in a PostgreSQL database as nothing in this program does it.
///
/// # Panics
/// When the database refuses it.
pub async fn tamper(url: &str, sql: &str) {
    let mut direct = PgConnection::connect(url).await.expect("a database that is there");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut direct).await.expect("a statement in order");
    direct.close().await.expect("a connection that stood");
}

/// The rows of one column of text that a statement gives in a PostgreSQL database.
///
/// # Panics
/// When the database refuses it.
pub async fn ask(url: &str, sql: &str) -> Vec<String> {
    let mut direct = PgConnection::connect(url).await.expect("a database that is there");
    let rows = sqlx::query_as::<_, (String,)>(AssertSqlSafe(sql.to_owned())).fetch_all(&mut direct).await;
    direct.close().await.expect("a connection that stood");
    rows.expect("a statement in order").into_iter().map(|(text,)| text).collect()
}

async fn open(url: &str) -> Store {
    Store::open(url).await.expect("a database whose schema can be made")
}

impl TestDatabase {
    /// Closes the database and deletes it.
    ///
    /// # Panics
    /// When somebody still uses it.
    pub async fn discard(self) {
        self.store.close().await;
        if self.folder.is_none() {
            Postgres::drop_database(&self.url).await.expect("a database that nobody uses any more");
        }
    }
}

/// Runs each test twice, on a fresh database of each kind:
///
/// ```ignore
/// on_both_databases! {
///     async fn answers(db: &TestDatabase) { db.store.ping().await.unwrap(); }
/// }
/// ```
/// makes the tests `answers::sqlite` and `answers::postgres`. The test crate needs tokio.
#[macro_export]
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: &TestDatabase) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                #[allow(unused_imports, reason = "not every test needs what is above it")]
                use super::*;

                async fn run($db: &$crate::databases::TestDatabase) $body

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn sqlite() {
                    let db = $crate::databases::sqlite().await;
                    run(&db).await;
                    db.discard().await;
                }

                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn postgres() {
                    let db = $crate::databases::postgres().await;
                    run(&db).await;
                    db.discard().await;
                }
            }
        )+
    };
}
