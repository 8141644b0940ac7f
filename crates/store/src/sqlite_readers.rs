//! SQLite's connections for single reading statements.
//!
//! A pool asks a connection after each use whether it is still well. On a server's connection that is prudent; on a
//! file it costs as much as the statement did, since each question wakes another thread. These are simply kept.

use std::sync::atomic::{AtomicUsize, Ordering};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

/// Each has a thread; more than there are cores gain nothing.
const MOST: usize = 4;

/// A few connections, each open once it was needed.
#[derive(Debug)]
pub(crate) struct SqliteReaders {
    options: SqliteConnectOptions,
    slots: [Mutex<Slot>; MOST],
    next: AtomicUsize,
}

#[derive(Debug, Default)]
enum Slot {
    #[default]
    Unopened,
    Open(SqliteConnection),
    Closed,
}

impl SqliteReaders {
    pub(crate) fn new(options: SqliteConnectOptions) -> Self {
        Self { options, slots: Default::default(), next: AtomicUsize::new(0) }
    }

    /// A connection for one statement. One that was given up amid its statement serves the next one as well.
    pub(crate) async fn one(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>, sqlx::Error> {
        let mut slot = self.free_slot().await;
        if let Slot::Unopened = *slot {
            *slot = Slot::Open(self.options.connect().await?);
        }
        MutexGuard::try_map(slot, |slot| match slot {
            Slot::Open(connection) => Some(connection),
            Slot::Unopened | Slot::Closed => None,
        })
        .map_err(|_| sqlx::Error::PoolClosed)
    }

    /// One that is free, an open one first; else whose turn it is.
    async fn free_slot(&self) -> MutexGuard<'_, Slot> {
        for slot in &self.slots {
            if let Ok(slot) = slot.try_lock() {
                return slot;
            }
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % MOST;
        self.slots[turn].lock().await
    }

    /// Those that are open, once their statements are over.
    pub(crate) async fn all_open(&self) -> Vec<MappedMutexGuard<'_, SqliteConnection>> {
        let mut open = Vec::new();
        for slot in &self.slots {
            let slot = slot.lock().await;
            open.extend(MutexGuard::try_map(slot, |slot| match slot {
                Slot::Open(connection) => Some(connection),
                Slot::Unopened | Slot::Closed => None,
            }));
        }
        open
    }

    /// Waits for the statements under way, then closes all.
    pub(crate) async fn close(&self) {
        for slot in &self.slots {
            if let Slot::Open(connection) = std::mem::replace(&mut *slot.lock().await, Slot::Closed) {
                // What it read was read; there is nothing to lose.
                let _ = connection.close().await;
            }
        }
    }
}
