//! Sessions that were read from SQLite's file, kept for as long as nothing in it changes.
//!
//! Before a commit returns, SQLite writes into the head of the file's shared index (`-shm`) which commit was the last, whoever
//! made it, in whatever process. What was read while the head stood as it stands now is what the file holds now.

use std::collections::HashMap;
use std::fs::File;
use std::mem::ManuallyDrop;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openvisit_core::ids::SessionId;

use super::details::SessionDetails;

/// More than are looked at between two changes; some kilobytes each.
const MOST: usize = 8_192;
/// SQLite's `WalIndexHdr`, which is there twice.
const HEAD: usize = 96;

/// Which commit was the last.
pub(crate) type Moment = [u8; HEAD];

#[derive(Debug)]
pub(crate) struct Kept {
    index: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// Never closed: a process that closes a file gives up all locks that it has on it, and SQLite's are on this one.
    file: Option<ManuallyDrop<File>>,
    moment: Moment,
    sessions: HashMap<SessionId, Arc<SessionDetails>>,
}

impl Kept {
    pub(crate) fn of(database: &Path) -> Self {
        let mut index = database.as_os_str().to_owned();
        index.push("-shm");
        let state = State { file: None, moment: [0; HEAD], sessions: HashMap::new() };
        Self { index: index.into(), state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As the file stands; `None` where that cannot be told, and then nothing is kept.
    pub(crate) fn moment(&self) -> Option<Moment> {
        self.state().read_moment(&self.index)
    }

    /// A session as it is now, if it was read since the last change.
    pub(crate) fn find(&self, id: SessionId) -> Option<Arc<SessionDetails>> {
        let mut state = self.state();
        let now = state.read_moment(&self.index)?;
        if state.moment != now {
            state.moment = now;
            state.sessions = HashMap::new();
        }
        state.sessions.get(&id).cloned()
    }

    /// Keeps what was read after this moment.
    pub(crate) fn keep(&self, moment: Moment, id: SessionId, details: &Arc<SessionDetails>) {
        let mut state = self.state();
        if state.moment == moment && state.sessions.len() < MOST {
            state.sessions.insert(id, details.clone());
        }
    }
}

impl State {
    fn read_moment(&mut self, index: &Path) -> Option<Moment> {
        // SQLite removes it with the last connection, and makes another.
        if self.file.as_ref().and_then(|file| file.metadata().ok()).is_none_or(|file| file.nlink() == 0) {
            self.file = Some(ManuallyDrop::new(File::open(index).ok()?));
        }
        let mut moment = [0; HEAD];
        self.file.as_ref()?.read_exact_at(&mut moment, 0).ok()?;
        Some(moment)
    }
}
