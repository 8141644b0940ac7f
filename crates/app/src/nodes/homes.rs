//! Which sessions have their embedded media at this node. On PostgreSQL it is a lease (`store/src/nodes/homes.rs`) that is
//! renewed every second; on SQLite there is no other node, and all are here.
//!
//! A home that cannot reach the database keeps its media: nobody takes a session over but for somebody who wants to connect
//! to it. Whoever is alone there is sent to look for the others elsewhere. Once its lease was taken, it closes the session's
//! media here, and writes nothing of them any more: each such write names the epoch of the lease.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;

use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::lifecycle::Change;
use openvisit_core::session::Session;
use openvisit_store::{Epoch, NodeId};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::PACE;
use crate::app::App;
use crate::error::Error;
use crate::sessions::change::change_by_itself;

/// How long leases last that are not renewed.
const LAPSED: Duration = Duration::from_secs(3);

type Closing = Box<dyn Fn(SessionId) + Send + Sync>;

/// The leases that this node has.
#[derive(Default)]
pub struct Homes {
    held: Mutex<HashMap<SessionId, Epoch>>,
    lost: RwLock<Vec<Closing>>,
}

/// Where a session has its media.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    Here,
    There { node: NodeId, epoch: Epoch },
}

impl Homes {
    /// By which lease a session's media are here; `None` also where there are no other nodes.
    #[must_use]
    pub fn held(&self, session: SessionId) -> Option<Epoch> {
        self.leases().get(&session).copied()
    }

    /// How many sessions have their media here, where there can be other nodes.
    #[must_use]
    pub fn count(&self) -> usize {
        self.leases().len()
    }

    /// A session has no media any more: its lease lapses.
    pub fn give_up(&self, session: SessionId) {
        self.leases().remove(&session);
    }

    /// From now on `close` is told which sessions have gone to another node: nothing of their media may be left here when it
    /// returns.
    pub fn when_lost(&self, close: impl Fn(SessionId) + Send + Sync + 'static) {
        self.lost.write().unwrap_or_else(PoisonError::into_inner).push(Box::new(close));
    }

    fn lose(&self, session: SessionId, epoch: Epoch) {
        let mut leases = self.leases();
        // It may have come back meanwhile.
        if leases.get(&session) == Some(&epoch) {
            leases.remove(&session);
            drop(leases);
            self.tell_lost(session);
        }
    }

    fn tell_lost(&self, session: SessionId) {
        let lost = self.lost.read().unwrap_or_else(PoisonError::into_inner);
        lost.iter().for_each(|close| close(session));
    }

    fn leases(&self) -> MutexGuard<'_, HashMap<SessionId, Epoch>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a session has its media, for somebody who wants to connect: at this node, where it had no home, or has none any
/// more, unless another one has clearly less to do.
///
/// # Errors
/// Those of the store.
pub async fn home_of(app: &App, session: SessionId) -> Result<Home, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(Home::Here) };
    let home = nodes.claim_home(session).await?;
    settled(app, session, home.node, home.epoch).await
}

/// Where a session has its media, for somebody who is connected; `None` where nobody can be.
///
/// # Errors
/// Those of the store.
pub async fn find(app: &App, session: SessionId) -> Result<Option<Home>, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(Some(Home::Here)) };
    let Some(home) = nodes.home(session).await? else { return Ok(None) };
    if home.node == *nodes.id() {
        return Ok(app.homes.held(session).map(|_| Home::Here));
    }
    Ok((!home.lapsed).then_some(Home::There { node: home.node, epoch: home.epoch }))
}

/// Takes a session over from a home that left a command unanswered, unless somebody else has.
///
/// # Errors
/// Those of the store.
pub async fn take_over(app: &App, session: SessionId, from: &NodeId, seen: Epoch) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    if let Some(epoch) = nodes.take_over_home(session, seen).await? {
        tracing::warn!(%session, from = from.0, "a session's media were taken over from a node that does not answer");
        settled(app, session, nodes.id().clone(), epoch).await?;
    }
    Ok(())
}

async fn settled(app: &App, session: SessionId, node: NodeId, epoch: Epoch) -> Result<Home, Error> {
    if app.store.nodes().is_none_or(|nodes| *nodes.id() != node) {
        return Ok(Home::There { node, epoch });
    }
    let before = app.homes.leases().insert(session, epoch);
    if before == Some(epoch) {
        return Ok(Home::Here);
    }
    if before.is_some() {
        // It was elsewhere in between: what is connected here is of before.
        app.homes.tell_lost(session);
    }
    if epoch > Epoch(1) {
        end_what_was_left(app, session).await?;
    }
    Ok(Home::Here)
}

/// What an earlier home saw, and can say no more about, ended when it was last seen.
async fn end_what_was_left(app: &App, session: SessionId) -> Result<(), Error> {
    let policy = app.settings.policy();
    let ended = |session: Session, now| {
        let left: Vec<_> = left(&session).filter(|fact| !app.open_intervals.is_open(&fact.key)).collect();
        left.iter().fold(Change { session, events: Vec::new() }, |change, fact| {
            let Change { session, mut events } = change;
            let next = session.attend(now, &policy, fact);
            events.extend(next.events);
            Change { session: next.session, events }
        })
    };
    change_by_itself(app, session, ended).await.map(drop)
}

fn left(session: &Session) -> impl Iterator<Item = Fact> {
    let open = session.attendance.intervals().filter(|(key, it)| key.source == Source::Media && it.is_open());
    let ended = |key: &Key, at| Fact { key: *key, kind: FactKind::Disconnected, at };
    open.filter_map(move |(key, it)| Some(ended(key, it.last_seen_at.or(it.connected_at)?)))
}

/// Gives all sessions that have their media here to other nodes, whoever is connected connects there at once; how many have
/// gone. None where there is no other node that takes any.
///
/// # Errors
/// Those of the store.
pub async fn hand_over(app: &App) -> Result<usize, Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(0) };
    let held: Vec<_> = app.homes.leases().iter().map(|(session, epoch)| (*session, *epoch)).collect();
    if held.is_empty() {
        return Ok(0);
    }
    let gone = nodes.hand_over_homes(&held).await?;
    gone.iter().for_each(|(session, epoch)| app.homes.lose(*session, *epoch));
    Ok(gone.len())
}

/// Renews the leases of this node every second, until it stops.
pub(super) async fn keep(app: App) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut renewed, mut has_others) = (Instant::now(), false);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        let Err(error) = renew(&app).await else {
            renewed = Instant::now();
            if let Some(nodes) = app.store.nodes()
                && let Ok(others) = nodes.has_others().await
            {
                has_others = others;
            }
            continue;
        };
        tracing::debug!(
            code = error.code(),
            "could not renew the leases of sessions; it is retried every second"
        );
        // By itself, a server keeps whom it has.
        if has_others && renewed.elapsed() >= LAPSED {
            send_on_who_is_alone(&app);
        }
    }
}

/// By now another node may have a session whose lease could not be renewed, and this one does not learn of it: whoever is
/// alone in a call here has nobody to lose, and perhaps somebody to find there.
pub fn send_on_who_is_alone(app: &App) {
    let mut present: HashMap<SessionId, HashSet<ParticipantId>> = HashMap::new();
    for open in app.open_intervals.all() {
        if open.key.source == Source::Media {
            present.entry(open.session).or_default().insert(open.key.participant);
        }
    }
    for (session, _) in present.into_iter().filter(|(_, participants)| participants.len() == 1) {
        tracing::warn!(%session, "the database is away, and somebody is alone in a call; they are sent to another node");
        app.homes.tell_lost(session);
    }
}

/// Renews the leases of this node. What was taken by another one is lost.
///
/// # Errors
/// Those of the store: everything stays as it is.
pub async fn renew(app: &App) -> Result<(), Error> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    let held: Vec<_> = app.homes.leases().iter().map(|(session, epoch)| (*session, *epoch)).collect();
    for (session, epoch) in nodes.renew_homes(&held).await? {
        tracing::warn!(%session, "a session's media have gone to another node");
        app.homes.lose(session, epoch);
    }
    Ok(())
}
