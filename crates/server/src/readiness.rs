//! Whether the database takes writes, tried now and then.

use std::time::Duration;

use jiff::Timestamp;
use openvisit_app::Error;
use openvisit_store::Store;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// A write costs the disk something, and who asks may ask often.
const WRITE_EVERY: Duration = Duration::from_secs(5);
/// How soon a write that failed is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// Whoever watches waits no longer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// What the last write came to.
#[derive(Debug, Default)]
pub struct Readiness(Mutex<Option<Tried>>);

#[derive(Clone, Debug)]
struct Tried {
    at: Instant,
    came_to: Result<(), Error>,
}

impl Tried {
    fn is_fresh(&self) -> bool {
        let lasts = if self.came_to.is_ok() { WRITE_EVERY } else { RETRY_AFTER };
        self.at.elapsed() < lasts
    }
}

impl Readiness {
    /// Whether a write works, as tried just now or lately.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn written(&self, store: &Store, now: Timestamp) -> Result<(), Error> {
        let mut tried = self.0.lock().await;
        if let Some(tried) = tried.as_ref().filter(|tried| tried.is_fresh()) {
            return tried.came_to.clone();
        }
        let came_to = match timeout(PATIENCE, store.try_write(now)).await {
            Ok(written) => written.map_err(Error::from),
            Err(_) => Err(Error::Unavailable),
        };
        *tried = Some(Tried { at: Instant::now(), came_to: came_to.clone() });
        came_to
    }
}
