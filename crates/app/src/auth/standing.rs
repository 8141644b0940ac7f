//! Whether what a token was given on still stands. A login is asked for in the database, and remembered for a moment, so that
//! not each request need ask: what this server ends is over at once, what another one ends a moment later.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use openvisit_core::person::Person;

use super::basis::{Basis, LoginId};
use crate::app::App;
use crate::error::Error;

/// Whoever was signed out must be out within five seconds.
const LIFE: Duration = Duration::from_secs(2);
/// Whoever comes when there are that many begins anew.
const MOST: usize = 10_000;

/// What was found to stand a moment ago.
#[derive(Debug)]
pub struct Standing {
    known: Mutex<Known>,
    /// Up to when it is known who was signed out, in microseconds since 1970.
    looked_until: AtomicI64,
}

#[derive(Debug, Default)]
struct Known {
    logins: HashMap<LoginId, Instant>,
    changes: u64,
}

impl Standing {
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self { known: Mutex::default(), looked_until: AtomicI64::new(now.as_microsecond()) }
    }

    pub(crate) fn looked_until(&self) -> Timestamp {
        Timestamp::from_microsecond(self.looked_until.load(Ordering::SeqCst)).unwrap_or_default()
    }

    pub(crate) fn look_from(&self, at: Timestamp) {
        self.looked_until.store(at.as_microsecond(), Ordering::SeqCst);
    }

    /// To be called when somebody was signed out: what was found is asked for anew.
    pub fn forget(&self) {
        let mut known = self.known();
        let changes = known.changes + 1;
        *known = Known { changes, ..Known::default() };
    }

    fn keep(&self, login: LoginId, since: u64) {
        let mut known = self.known();
        if known.changes != since {
            return;
        }
        if known.logins.len() >= MOST {
            known.logins.clear();
        }
        known.logins.insert(login, Instant::now() + LIFE);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether somebody may still come by what they were given at `issued_at`. Invitations are looked at where they are used.
///
/// # Errors
/// Those of the store.
pub async fn stands(app: &App, person: &Person, basis: Basis, issued_at: Timestamp) -> Result<bool, Error> {
    match basis {
        Basis::Login(login) => is_open(app, login).await,
        // Tokens tell the second: what was given in that of the end is of before it.
        Basis::Token => Ok(person.signed_out_at.is_none_or(|at| issued_at.as_second() > at.as_second())),
        Basis::Invitation(_) => Ok(true),
    }
}

async fn is_open(app: &App, login: LoginId) -> Result<bool, Error> {
    let since = {
        let known = app.standing.known();
        if known.logins.get(&login).is_some_and(|until| Instant::now() < *until) {
            return Ok(true);
        }
        known.changes
    };
    let open = app.store.has_refresh_family(&login.to_string(), app.clock.now()).await?;
    if open {
        app.standing.keep(login, since);
    }
    Ok(open)
}
