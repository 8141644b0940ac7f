//! A socket that says too much is cut off, not served: each message costs a task, and most a look into the database.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use openvisit_app::meter::{Meter, Rate};
use socketioxide::extract::SocketRef;

/// Far more than anybody types or clicks, with what a page says for itself.
const RATE: Rate = Rate { burst: 200, pace: Duration::from_millis(20) };

/// How much one socket has said lately.
#[derive(Clone, Debug, Default)]
pub struct Said(Arc<Mutex<(Meter, Cut)>>);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Cut {
    #[default]
    No,
    Yes,
}

impl Said {
    /// Whether one message more is served; else its socket is cut off.
    #[must_use]
    pub fn one_more(&self, socket: &SocketRef) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (meter, cut) = &mut *said;
        if *cut == Cut::No && meter.take(RATE, Instant::now()).is_ok() {
            return true;
        }
        let is_first = std::mem::replace(cut, Cut::Yes) == Cut::No;
        drop(said);
        if is_first {
            tracing::warn!("a socket said too much and is cut off");
        }
        // What is not sent yet may be in the way: then with its next message.
        socket.clone().disconnect().ok();
        false
    }
}
