//! Several processes on one PostgreSQL as one server. Each is a node: it says every second that it is there, wakes the
//! others when it has committed something, and tells its own listeners what they have committed.
//!
//! The database is all that nodes have in common: they need no addresses of each other and no keys between them, and what
//! wakes a node says nothing that it acts on. On SQLite there is one process, and nothing of this runs.

pub mod homes;
pub mod letter;
pub mod mail;
pub mod notice;
pub(crate) mod secrets;
pub mod sockets;

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::stream::{self, StreamExt};
use jiff::SignedDuration;
use openvisit_store::{NodeIntro, Nodes, Reading, StoreError, Woken};
use tokio::sync::{Notify, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::announce::Announcement;
use crate::app::App;
use crate::error::Error;
use crate::recovery;

/// How often a node says that it is there, and looks at what others wrote whether it was woken or not.
const PACE: Duration = Duration::from_secs(1);
/// How long the database must have been within reach before a silent node is taken for gone, and how often notices that
/// everybody has read are deleted, in turns of [`PACE`].
const SETTLED: u32 = 4;
const SWEEP: u32 = 10;
/// How many notices are carried out at once; those of one session one after the other.
const AT_ONCE: usize = 32;

/// What this process has to do with the other nodes, where there may be some.
#[derive(Debug, Default)]
pub struct OtherNodes {
    wake: Notify,
    draining: watch::Sender<bool>,
}

/// Told when another node has written something.
#[derive(Clone, Debug, Default)]
struct Wakes {
    notices: Arc<Notify>,
    mail: Arc<Notify>,
}

impl OtherNodes {
    /// They look soon at what was committed. However often it is called meanwhile, they are woken once.
    pub fn wake_others(&self) {
        self.wake.notify_one();
    }

    /// From now on this one takes no new calls, and its balancer is told to send nobody here.
    pub fn drain(&self) {
        self.draining.send_if_modified(|draining| !std::mem::replace(draining, true));
    }

    /// Tells when that begins.
    #[must_use]
    pub fn when_draining(&self) -> watch::Receiver<bool> {
        self.draining.subscribe()
    }

    #[must_use]
    pub fn is_draining(&self) -> bool {
        *self.draining.borrow()
    }
}

/// Whether another node works now; false also where that cannot be known.
pub async fn has_company(app: &App) -> bool {
    let Some(nodes) = app.store.nodes() else { return false };
    let known = nodes.known().await.unwrap_or_default();
    known.iter().any(|node| node.alive && !node.intro.draining && node.id != *nodes.id())
}

/// Makes this process one of those that serve the database: it hears from now on what the others commit, and they know of
/// it. To be called before anything is loaded that others may change. Nothing on SQLite.
///
/// # Errors
/// The database is away, or a running node has other secrets.
pub async fn join(app: &App, name: String) -> anyhow::Result<()> {
    let Some(nodes) = app.store.nodes() else { return Ok(()) };
    secrets::expect_same(nodes, &app.secrets).await?;
    let intro = NodeIntro {
        name,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        cores: std::thread::available_parallelism()
            .map_or(1, |cores| i64::try_from(cores.get()).unwrap_or(1)),
        secrets: secrets::fingerprints(&app.secrets),
        calls: 0,
        draining: false,
    };
    nodes.forget_predecessor(&intro.name).await.context("the database")?;
    nodes.say_alive(&intro).await.context("the database")?;
    let now = nodes.now().await.context("the database")?;
    app.clock.set_by(now);
    let reading = nodes.begin_reading().await.context("the database")?;
    tokio::spawn(stay(app.clone(), nodes.clone(), intro));
    tokio::spawn(wake(app.clone(), nodes.clone()));
    let wakes = Wakes::default();
    tokio::spawn(hear(app.clone(), nodes.clone(), wakes.clone()));
    tokio::spawn(follow(app.clone(), nodes.clone(), reading, wakes.notices));
    tokio::spawn(mail::follow(app.clone(), wakes.mail));
    tokio::spawn(homes::keep(app.clone()));
    Ok(())
}

/// Says that this node is there until it stops.
async fn stay(app: App, nodes: Nodes, mut intro: NodeIntro) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut since_outage = 0_u32;
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => break,
        }
        intro.calls = count(&app);
        intro.draining = app.nodes.is_draining();
        let done = async {
            say_alive(&app, &nodes, &intro).await?;
            // After an outage nobody was heard of for a while.
            if since_outage > SETTLED {
                nodes.forget_gone().await?;
                recovery::recover_nobodys(&app, &nodes).await?;
            }
            if since_outage.is_multiple_of(SWEEP) {
                prune(&app, &nodes).await?;
            }
            Ok::<(), Error>(())
        };
        since_outage = if done.await.is_ok() { since_outage.wrapping_add(1) } else { 0 };
    }
}

/// Says that this node is there, and does what is wanted of it.
async fn say_alive(app: &App, nodes: &Nodes, intro: &NodeIntro) -> Result<(), Error> {
    let standing = nodes.say_alive(intro).await?;
    if standing.wishes_drain && !app.nodes.is_draining() {
        tracing::info!("this node is being drained: it takes no new calls");
        app.nodes.drain();
    }
    if standing.wishes_hand_over {
        homes::hand_over(app).await?;
    }
    if standing.is_new {
        tracing::warn!("the other nodes took this one for gone; whoever is connected here comes anew");
        app.announcer.announce(&Announcement::TakenForGone);
    }
    Ok(())
}

/// Deletes what everybody has read, or nobody needs any more.
async fn prune(app: &App, nodes: &Nodes) -> Result<(), StoreError> {
    let long_ago = app.clock.now().checked_sub(SignedDuration::from_hours(24));
    nodes.prune_notices().await?;
    nodes.prune_heard(long_ago.unwrap_or_default()).await?;
    nodes.prune_mail().await?;
    nodes.prune_homes().await?;
    nodes.prune_sockets().await
}

/// How many sessions have their media here.
fn count(app: &App) -> i64 {
    i64::try_from(app.homes.count()).unwrap_or(i64::MAX)
}

/// Wakes the others, one time for all that was committed meanwhile.
async fn wake(app: App, nodes: Nodes) {
    loop {
        tokio::select! {
            () = app.nodes.wake.notified() => {}
            () = app.stopping.cancelled() => return,
        }
        // They look by themselves soon.
        if let Err(error) = nodes.wake_others().await {
            tracing::debug!(%error, "could not wake the other nodes");
        }
    }
}

/// Carries out what others have written, when woken and every second: a connection that broke, and a node that died
/// between its commit and its word, cost a second.
async fn follow(app: App, nodes: Nodes, mut reading: Reading, heard: Arc<Notify>) {
    let mut ticks = interval(PACE);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        tokio::select! {
            () = heard.notified() => {}
            _ = ticks.tick() => {}
            () = app.stopping.cancelled() => return,
        }
        let done = carry_out(&app, &nodes, &mut reading).await;
        if let (Err(error), false) = (&done, away) {
            tracing::warn!(
                code = error.code(),
                "could not read what other nodes did; it is retried every second"
            );
        }
        away = done.is_err();
    }
}

async fn hear(app: App, nodes: Nodes, wakes: Wakes) {
    let listen = async {
        loop {
            let listened = async {
                let mut ear = nodes.ear().await?;
                loop {
                    let woken = ear.hear(nodes.id()).await?;
                    if woken != Woken::Mail {
                        wakes.notices.notify_one();
                    }
                    if woken != Woken::Notices {
                        wakes.mail.notify_one();
                    }
                }
                #[expect(unreachable_code, reason = "it tells the type of what fails")]
                Ok::<(), StoreError>(())
            };
            if let Err(error) = listened.await {
                tracing::debug!(%error, "could not listen to the other nodes");
            }
            sleep(PACE).await;
        }
    };
    tokio::select! {
        () = listen => {}
        () = app.stopping.cancelled() => {}
    }
}

async fn carry_out(app: &App, nodes: &Nodes, reading: &mut Reading) -> Result<(), Error> {
    let written = nodes.read(reading).await?;
    let lines = notice::in_lines(written.into_iter().map(|it| it.notice));
    stream::iter(lines)
        .for_each_concurrent(AT_ONCE, async |line| {
            for notice in line {
                // One that fails does not stop the next: whoever missed it loads all when they connect again.
                if let Err(error) = notice::pass_on(app, notice).await {
                    tracing::warn!(code = error.code(), "could not pass on what another node did");
                }
            }
        })
        .await;
    Ok(())
}
