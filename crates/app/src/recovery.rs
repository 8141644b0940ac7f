//! What a crash left open: attendance that nobody sees any more ends where it was last seen, and grace periods begin anew.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use openvisit_core::attendance::Key;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Session, Status};
use openvisit_store::Nodes;

use crate::app::App;
use crate::error::Error;
use crate::sessions::change::{change_by_itself, change_many};

/// How many connections are looked at at a time.
const BATCH: i64 = 500;
/// How many sessions are taken up in one transaction: others write in between.
const TOGETHER: usize = 100;
/// How soon a database that is away is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// The sessions that a start has not taken up yet.
#[derive(Debug, Default)]
pub struct Unrecovered(Mutex<Left>);

#[derive(Debug, Default)]
struct Left {
    booted_at: Timestamp,
    sessions: BTreeSet<SessionId>,
}

impl Unrecovered {
    fn left(&self) -> MutexGuard<'_, Left> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn some(&self) -> Vec<SessionId> {
        self.left().sessions.iter().copied().take(TOGETHER).collect()
    }

    fn done(&self, sessions: &[SessionId]) {
        let mut left = self.left();
        for session in sessions {
            left.sessions.remove(session);
        }
    }
}

/// After a start. Where other nodes run, only what is nobody's is touched.
///
/// # Errors
/// Those of the store.
pub async fn recover(app: &App) -> Result<(), Error> {
    begin(app).await?;
    finish(app).await
}

/// Notes what is to be taken up, before anybody is answered; [`finish`] does it, and whoever asks for one of them comes first
/// ([`first`]).
///
/// # Errors
/// Those of the store.
pub async fn begin(app: &App) -> Result<(), Error> {
    if has_company(app).await? {
        return Ok(());
    }
    let booted_at = app.clock.now();
    let soon = booted_at.checked_add(app.settings.policy().reconnect_grace).unwrap_or(booted_at);
    let sessions = app.store.read().await?.live_session_ids(soon).await?.into_iter().collect();
    *app.unrecovered.left() = Left { booted_at, sessions };
    Ok(())
}

/// As [`finish`], however often the database is away meanwhile.
pub async fn finish_at_last(app: &App) {
    while let Err(error) = finish(app).await {
        tracing::warn!(
            code = error.code(),
            "could not take up all sessions after the start; it is tried again"
        );
        tokio::select! {
            () = tokio::time::sleep(AGAIN) => {}
            () = app.stopping.cancelled() => return,
        }
    }
}

async fn finish(app: &App) -> Result<(), Error> {
    match app.store.nodes() {
        Some(nodes) if nodes.has_others().await? => {
            follow_waiting(app).await?;
            recover_nobodys(app, nodes).await?;
        }
        _ => {}
    }
    loop {
        let some = app.unrecovered.some();
        if some.is_empty() {
            return Ok(());
        }
        take_up(app, &some).await?;
    }
}

async fn has_company(app: &App) -> Result<bool, Error> {
    match app.store.nodes() {
        Some(nodes) => Ok(nodes.has_others().await?),
        None => Ok(false),
    }
}

/// Somebody asks for a session: it is taken up now where it was not yet.
///
/// # Errors
/// Those of the store.
pub(crate) async fn first(app: &App, session: SessionId) -> Result<bool, Error> {
    let is_left = app.unrecovered.left().sessions.contains(&session);
    if is_left {
        take_up(app, &[session]).await?;
    }
    Ok(is_left)
}

/// Nobody served meanwhile: who could not come has the time for it anew. One that fails holds up no other.
async fn take_up(app: &App, sessions: &[SessionId]) -> Result<(), Error> {
    let booted_at = app.unrecovered.left().booted_at;
    let recover = |session: &Session, now| recovered(app, session, booted_at, now);
    match change_many(app, sessions, recover).await {
        Err(Error::Unavailable) => return Err(Error::Unavailable),
        // Each by itself.
        Err(error) if sessions.len() > 1 => {
            tracing::debug!(code = error.code(), "could not recover some sessions together");
            for session in sessions {
                Box::pin(take_up(app, &[*session])).await?;
            }
        }
        Err(error) => {
            tracing::warn!(code = error.code(), session = %sessions[0], "could not recover a session");
        }
        // Who waited without a connection is followed from now on, by the announcement of this.
        Ok(()) => {}
    }
    app.unrecovered.done(sessions);
    Ok(())
}

/// What is open and was not opened since the start is nobody's. `None` for what nothing has happened to yet.
fn recovered(app: &App, session: &Session, booted_at: Timestamp, now: Timestamp) -> Option<Session> {
    let policy = app.settings.policy();
    let soon = booted_at.checked_add(policy.reconnect_grace).unwrap_or(booted_at);
    let far_off = session.state.status() == Status::Scheduled
        && session.attendance.intervals().next().is_none()
        && session.due(&policy).is_none_or(|due| due > soon);
    if far_off || !session.state.is_live() {
        return None;
    }
    let is_new = |key: &Key| {
        let connected_at = session.attendance.interval(key).and_then(|interval| interval.connected_at);
        connected_at.is_some_and(|at| at >= booted_at) && app.open_intervals.is_open(key)
    };
    Some(session.clone().recover(now, |key| !is_new(key)))
}

/// Whoever waits without a connection may ask this node from now on.
async fn follow_waiting(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let live = app.store.read().await?.live_sessions(now).await?;
    live.iter().for_each(|session| app.unconnected.follow(session, now));
    Ok(())
}

/// What was open at nodes that are gone.
///
/// # Errors
/// Those of the store.
pub async fn recover_nobodys(app: &App, nodes: &Nodes) -> Result<(), Error> {
    let mut before = Vec::new();
    loop {
        let mut lost: HashMap<SessionId, Vec<Key>> = HashMap::new();
        let found = nodes.nobodys_connections(BATCH).await?;
        for (session, key) in &found {
            lost.entry(*session).or_default().push(*key);
        }
        for (session, keys) in lost {
            recover_session(app, session, |key| keys.contains(key)).await?;
        }
        // What could not be recovered is found again, and tried again with the next look.
        let is_last = found.len() < usize::try_from(BATCH).unwrap_or_default();
        if is_last || found == before {
            return Ok(());
        }
        before = found;
    }
}

/// One that fails holds up no other.
async fn recover_session(
    app: &App,
    id: SessionId,
    is_lost: impl Fn(&Key) -> bool + Sync,
) -> Result<(), Error> {
    let recover = |session: Session, now| Change { session: session.recover(now, &is_lost), events: vec![] };
    match change_by_itself(app, id, recover).await {
        Err(Error::Unavailable) => return Err(Error::Unavailable),
        Err(error) => {
            tracing::warn!(code = error.code(), session = %id, "could not recover a session");
        }
        // Who waited without a connection is followed from now on, by the announcement of this.
        Ok(_) => {}
    }
    Ok(())
}
