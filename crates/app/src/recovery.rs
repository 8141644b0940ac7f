//! What a crash left open: attendance that nobody sees any more ends where it was last seen, and grace periods begin anew.

use std::collections::HashMap;

use openvisit_core::attendance::Key;
use openvisit_core::ids::SessionId;
use openvisit_core::lifecycle::Change;
use openvisit_core::session::{Session, Status};
use openvisit_store::Nodes;

use crate::app::App;
use crate::error::Error;
use crate::sessions::change::change_by_itself;

/// How many connections are looked at at a time.
const BATCH: i64 = 500;

/// After a start. Where other nodes run, only what is nobody's is touched.
///
/// # Errors
/// Those of the store.
pub async fn recover(app: &App) -> Result<(), Error> {
    match app.store.nodes() {
        Some(nodes) if nodes.has_others().await? => {
            follow_waiting(app).await?;
            recover_nobodys(app, nodes).await
        }
        _ => recover_all(app).await,
    }
}

/// Whoever waits without a connection may ask this node from now on.
async fn follow_waiting(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    let live = app.store.read().await?.live_sessions(now).await?;
    live.iter().for_each(|session| app.unconnected.follow(session, now));
    Ok(())
}

/// Nobody served meanwhile: who could not come has the time for it anew.
async fn recover_all(app: &App) -> Result<(), Error> {
    let booted_at = app.clock.now();
    let policy = app.settings.policy();
    let soon = booted_at.checked_add(policy.reconnect_grace).unwrap_or(booted_at);
    let live = app.store.read().await?.live_sessions(soon).await?;
    for session in live {
        let far_off = session.state.status() == Status::Scheduled
            && session.attendance.intervals().next().is_none()
            && session.due(&policy).is_none_or(|due| due > soon);
        if !far_off {
            recover_session(app, session.id, |_| true).await?;
        }
    }
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
