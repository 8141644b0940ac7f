//! SQLite's one writer. Units of work take turns, and those that would wait for each other share a commit, and so one wait for
//! the disk.
//!
//! A unit is a savepoint of an open transaction. Whoever ends one while others wait lets these go first, and queues up behind
//! them: when the turn comes back, all units that have ended meanwhile are committed at once. Nobody hears that a unit is over
//! before it lasts. So whoever has a unit open may wait for nothing that one who commits may hold.
//!
//! A unit sees what those before it wrote, though this is not committed yet. If it is given up for what it has seen, the others are
//! committed at once, and whoever reads waits for that: what was seen once, is there.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{Mutex, OwnedMutexGuard, watch};
use tokio::time::timeout;

use crate::StoreError;
use crate::store::SQLITE_PATIENCE;

const BEGIN: &str = "begin immediate; savepoint unit";
const JOIN: &str = "savepoint unit";
const END: &str = "release unit; commit";
const LEAVE: &str = "release unit";
const COMMIT: &str = "commit";
const UNDO: &str = "rollback to unit; release unit; commit";
const ROLLBACK: &str = "rollback";

/// What became of the units that share a commit.
type Outcome = Option<Result<(), StoreError>>;

#[derive(Debug)]
pub(crate) struct SqliteWriter {
    options: SqliteConnectOptions,
    state: Arc<Mutex<State>>,
    /// How many wait for their turn.
    waiting: AtomicUsize,
    /// How many were given up that may have seen what is not committed yet.
    unsettled: watch::Sender<usize>,
}

#[derive(Debug)]
struct State {
    /// None while a unit has it, and after a failure: then another is opened.
    connection: Option<SqliteConnection>,
    /// There while a transaction is open.
    group: Option<watch::Sender<Outcome>>,
    closed: bool,
}

/// An open unit of work. Dropped before [`Unit::commit`], it leaves nothing behind.
#[derive(Debug)]
pub(crate) struct Unit {
    writer: Arc<SqliteWriter>,
    held: Option<Turn>,
}

/// The connection, and the right to it.
#[derive(Debug)]
struct Turn {
    connection: SqliteConnection,
    state: OwnedMutexGuard<State>,
}

impl SqliteWriter {
    pub(crate) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Arc<Self> {
        let state = State { connection: Some(connection), group: None, closed: false };
        let state = Arc::new(Mutex::new(state));
        Arc::new(Self { options, state, waiting: AtomicUsize::new(0), unsettled: watch::channel(0).0 })
    }

    pub(crate) fn options(&self) -> &SqliteConnectOptions {
        &self.options
    }

    /// Waits for its turn, and begins a unit of work.
    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Unit, StoreError> {
        let Turn { mut connection, mut state } = self.turn().await?;
        let sql = if state.group.is_some() { JOIN } else { BEGIN };
        if let Err(error) = sqlx::raw_sql(sql).execute(&mut connection).await {
            let error = StoreError::from(error);
            state.fail(connection, error.clone()).await;
            return Err(error);
        }
        state.group.get_or_insert_with(|| watch::channel(None).0);
        Ok(Unit { writer: self.clone(), held: Some(Turn { connection, state }) })
    }

    async fn turn(&self) -> Result<Turn, sqlx::Error> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let state = timeout(SQLITE_PATIENCE, self.state.clone().lock_owned()).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let mut state = state.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let connection = match state.connection.take() {
            Some(connection) => connection,
            None if state.closed => return Err(sqlx::Error::PoolClosed),
            None => self.options.connect().await?,
        };
        Ok(Turn { connection, state })
    }

    /// To be waited for before anything is read.
    pub(crate) async fn settled(&self) {
        if *self.unsettled.borrow() > 0 {
            // It lives as long as this does.
            let _ = self.unsettled.subscribe().wait_for(|unsettled| *unsettled == 0).await;
        }
    }

    /// Waits for the units that are open, then closes the connection.
    pub(crate) async fn close(&self) {
        let mut state = self.state.lock().await;
        state.closed = true;
        if let Some(connection) = state.connection.take() {
            // What was to last has been committed.
            let _ = connection.close().await;
        }
    }
}

impl State {
    /// Whatever the transaction holds is lost, and whoever waits for its end hears so.
    async fn fail(&mut self, connection: SqliteConnection, error: StoreError) {
        let _ = connection.close().await;
        self.tell(Err(error));
    }

    fn tell(&mut self, outcome: Result<(), StoreError>) {
        if let Some(group) = self.group.take() {
            group.send_replace(Some(outcome));
        }
    }
}

impl Turn {
    /// Ends the transaction, for all units in it.
    async fn commit(mut self, sql: &'static str) -> Result<(), StoreError> {
        let done = sqlx::raw_sql(sql).execute(&mut self.connection).await.map(drop);
        match done.map_err(StoreError::from) {
            Ok(()) => {
                self.state.connection = Some(self.connection);
                self.state.tell(Ok(()));
                Ok(())
            }
            Err(error) => {
                self.state.fail(self.connection, error.clone()).await;
                Err(error)
            }
        }
    }

    /// Lets whoever waits go first.
    async fn leave(mut self) -> Result<watch::Receiver<Outcome>, StoreError> {
        if let Err(error) = sqlx::raw_sql(LEAVE).execute(&mut self.connection).await {
            let error = StoreError::from(error);
            self.state.fail(self.connection, error.clone()).await;
            return Err(error);
        }
        self.state.connection = Some(self.connection);
        Ok(self.state.group.get_or_insert_with(|| watch::channel(None).0).subscribe())
    }

    /// Whether others that have ended are not committed yet.
    fn is_shared(&self) -> bool {
        self.state.group.as_ref().is_some_and(|group| group.receiver_count() > 0)
    }

    /// As if the unit had not begun. Others keep theirs.
    async fn undo(self) {
        let sql = if self.is_shared() { UNDO } else { ROLLBACK };
        // Whoever shares it is told how it ends.
        let _ = self.commit(sql).await;
    }
}

impl Unit {
    /// Makes all of it last. It goes on to its end, though whoever asked goes away.
    pub(crate) async fn commit(mut self) -> Result<(), StoreError> {
        let (writer, held) = (self.writer.clone(), self.held.take());
        let Some(turn) = held else { unreachable!("it is held until it ends") };
        tokio::spawn(writer.end(turn)).await.unwrap_or_else(|_| Err(shutting_down()))
    }

    fn held(&self) -> &Turn {
        let Some(held) = &self.held else { unreachable!("it is held until it ends") };
        held
    }
}

impl SqliteWriter {
    async fn end(self: Arc<Self>, turn: Turn) -> Result<(), StoreError> {
        if self.waiting.load(Ordering::Relaxed) == 0 {
            return turn.commit(END).await;
        }
        let mut outcome = turn.leave().await?;
        let mut state = tokio::select! {
            biased;
            told = outcome.wait_for(Option::is_some) => {
                return told.ok().and_then(|told| told.clone()).unwrap_or_else(|| Err(shutting_down()));
            }
            state = self.state.clone().lock_owned() => state,
        };
        if let Some(done) = outcome.borrow().clone() {
            return done;
        }
        match state.connection.take() {
            Some(connection) => Turn { connection, state }.commit(COMMIT).await,
            None => Err(shutting_down()),
        }
    }
}

fn shutting_down() -> StoreError {
    StoreError::Unavailable("shutting down".to_owned())
}

impl Drop for Unit {
    fn drop(&mut self) {
        let Some(turn) = self.held.take() else { return };
        // Without a runtime the connection closes, which undoes it as well.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        if turn.is_shared() {
            let writer = self.writer.clone();
            writer.unsettled.send_modify(|unsettled| *unsettled += 1);
            runtime.spawn(async move {
                turn.undo().await;
                writer.unsettled.send_modify(|unsettled| *unsettled -= 1);
            });
        } else {
            runtime.spawn(turn.undo());
        }
    }
}

impl Deref for Unit {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.held().connection
    }
}

impl DerefMut for Unit {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        let Some(held) = &mut self.held else { unreachable!("it is held until it ends") };
        &mut held.connection
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::task::Poll;

    use sqlx::sqlite::SqliteJournalMode;
    use tokio::task::{JoinHandle, yield_now};

    use super::*;

    struct Fixture {
        writer: Arc<SqliteWriter>,
        /// Sees what has been committed.
        reader: SqliteConnection,
        _folder: tempfile::TempDir,
    }

    impl Fixture {
        async fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let options =
                SqliteConnectOptions::new().filename(folder.path().join("db")).create_if_missing(true);
            let options = options.journal_mode(SqliteJournalMode::Wal);
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql("create table thing (number integer primary key)")
                .execute(&mut connection)
                .await
                .unwrap();
            let reader = options.connect().await.unwrap();
            Self { writer: SqliteWriter::new(options, connection), reader, _folder: folder }
        }

        async fn begin_with(&self, number: i64) -> Unit {
            let mut unit = self.writer.begin().await.unwrap();
            sqlx::query("insert into thing values ($1)").bind(number).execute(&mut *unit).await.unwrap();
            unit
        }

        /// A unit that writes 1 and is to be committed while the other is open, which writes 2.
        async fn two(&self) -> (JoinHandle<Result<(), StoreError>>, Unit) {
            let first = self.begin_with(1).await;
            let writer = self.writer.clone();
            let second = tokio::spawn(async move { writer.begin().await.unwrap() });
            while self.writer.waiting.load(Ordering::Relaxed) == 0 {
                yield_now().await;
            }
            let first = tokio::spawn(first.commit());
            let mut second = second.await.unwrap();
            sqlx::query("insert into thing values (2)").execute(&mut *second).await.unwrap();
            (first, second)
        }

        async fn stored(&mut self) -> Vec<i64> {
            sqlx::query_scalar("select number from thing order by 1")
                .fetch_all(&mut self.reader)
                .await
                .unwrap()
        }
    }

    #[tokio::test]
    async fn who_ends_while_others_wait_is_committed_with_them() {
        let mut fixture = Fixture::new().await;
        let (first, second) = fixture.two().await;
        assert!(!first.is_finished() && fixture.stored().await.is_empty());
        second.commit().await.unwrap();
        first.await.unwrap().unwrap();
        assert_eq!(fixture.stored().await, [1, 2]);
    }

    #[tokio::test]
    async fn a_unit_that_is_undone_takes_no_other_with_it() {
        let mut fixture = Fixture::new().await;
        let (first, second) = fixture.two().await;
        drop(second);
        fixture.writer.settled().await;
        assert_eq!(fixture.stored().await, [1], "what the second has seen, is there when it looks again");
        first.await.unwrap().unwrap();
        drop(fixture.begin_with(3).await);
        fixture.begin_with(4).await.commit().await.unwrap();
        assert_eq!(fixture.stored().await, [1, 4]);
    }

    #[tokio::test]
    async fn what_cannot_be_committed_is_told_to_all_who_shared_it() {
        let mut fixture = Fixture::new().await;
        let (first, mut second) = fixture.two().await;
        // As SQLite does by itself, where a disk is full.
        sqlx::raw_sql("rollback").execute(&mut *second).await.unwrap();
        assert!(second.commit().await.is_err());
        assert!(first.await.unwrap().is_err());
        fixture.begin_with(3).await.commit().await.unwrap();
        assert_eq!(fixture.stored().await, [3]);
    }

    #[tokio::test]
    async fn a_commit_goes_on_though_nobody_waits_for_it() {
        let mut fixture = Fixture::new().await;
        let mut commit = Box::pin(fixture.begin_with(1).await.commit());
        poll_fn(|context| {
            let _ = commit.as_mut().poll(context);
            Poll::Ready(())
        })
        .await;
        drop(commit);
        fixture.begin_with(2).await.commit().await.unwrap();
        assert_eq!(fixture.stored().await, [1, 2]);
    }
}
