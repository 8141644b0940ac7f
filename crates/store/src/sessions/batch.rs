//! Looking at sessions together. Asking the database costs more than its answer: a statement wakes another thread, or
//! crosses a network. Whoever asks while an earlier statement is under way waits for its end and is then asked for
//! with everybody who came meanwhile. Nobody gets what was read before they asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use openvisit_core::ids::SessionId;
use tokio::sync::oneshot;

use super::details::SessionDetails;
use crate::store::Pools;
use crate::value::parse;
use crate::{Store, StoreError};

/// Who is asked for by one statement, at most.
const MOST: usize = 200;

pub(crate) type BatchResult = Result<Option<Arc<SessionDetails>>, StoreError>;

#[derive(Debug, Default)]
pub(crate) struct Batch {
    waiting: Mutex<Vec<Waiting>>,
    /// Whoever has it asks, for everybody.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Waiting {
    id: SessionId,
    told: oneshot::Sender<BatchResult>,
}

impl Batch {
    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting();
        let some = waiting.len().min(MOST);
        waiting.drain(..some).collect()
    }
}

impl Store {
    /// A session as it is now.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session_details(&self, id: SessionId) -> BatchResult {
        if let Pools::Sqlite { writer, .. } = &self.pools {
            writer.settled().await;
        }
        if let Some(kept) = self.kept.as_ref().and_then(|kept| kept.find(id)) {
            return Ok(Some(kept));
        }
        loop {
            let (told, mut answer) = oneshot::channel();
            self.batch.waiting().push(Waiting { id, told });
            loop {
                tokio::select! {
                    biased;
                    found = &mut answer => match found {
                        Ok(found) => return found,
                        // Whoever asked for us went away in the middle.
                        Err(_) => break,
                    },
                    _turn = self.batch.turn.lock() => self.ask(self.batch.next()).await,
                }
            }
        }
    }

    async fn ask(&self, waiting: Vec<Waiting>) {
        let mut ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let moment = self.kept.as_ref().and_then(|kept| kept.moment());
        let rows = if ids.is_empty() { Ok(vec![]) } else { self.details_rows(&ids).await };
        let found: Result<HashMap<SessionId, BatchResult>, StoreError> = rows.and_then(|rows| {
            rows.into_iter()
                .map(|row| {
                    let id = parse("session.id", row.id())?;
                    Ok((id, SessionDetails::try_from(row).map(|seen| Some(Arc::new(seen)))))
                })
                .collect()
        });
        if let (Some(kept), Some(moment), Ok(found)) = (&self.kept, moment, &found) {
            for (id, details) in found {
                if let Ok(Some(details)) = details {
                    kept.keep(moment, *id, details);
                }
            }
        }
        for Waiting { id, told } in waiting {
            let answer = match &found {
                Ok(found) => found.get(&id).cloned().unwrap_or(Ok(None)),
                Err(error) => Err(error.clone()),
            };
            // Who does not wait any more need not hear it.
            let _ = told.send(answer);
        }
    }
}
