//! Setting calls up and taking them down: accounts, appointments, joins, the end.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use indicatif::ProgressBar;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::api::{Api, PASSWORD};
use crate::cli::CallArgs;
use crate::interrupt::Interrupt;
use crate::nodes::Nodes;
use crate::peer::Caller;
use crate::pump::{Odometer, PeerSocket, Progress, Pump};
use crate::source::Pace;
use crate::tally::{Tally, Window};

/// How long a participant may take to connect.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that the calls of a run share.
pub struct Stage {
    api: Api,
    admin: Api,
    server: SocketAddr,
    /// Tells this run's accounts from those of earlier runs.
    name: String,
    pace: Pace,
    pumps: Vec<Pump>,
    pub window: Arc<Window>,
    pub odometer: Arc<Odometer>,
}

/// An appointment and its two parties, logged in.
pub struct Booking {
    number: u32,
    session: String,
    practitioner: Api,
    client: Api,
}

/// A call in which both hear each other.
pub struct Call {
    pub session: String,
    /// From the client's join request to the practitioner's first packet.
    pub join_took: Duration,
    parties: [watch::Receiver<Progress>; 2],
}

impl Stage {
    /// Logs the administrator in and starts the threads.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn open(args: &CallArgs, nodes: Arc<Nodes>, server: SocketAddr) -> Result<Self> {
        let api = Api::new(nodes)?;
        let admin = api.log_in(&args.target.email, &args.target.password).await?;
        let odometer = Arc::new(Odometer::default());
        let pumps = (0..args.threads()).map(|_| Pump::start(Arc::clone(&odometer))).collect::<Result<_>>()?;
        let name = jiff::Timestamp::now().as_millisecond().to_string();
        let window = Arc::new(Window::default());
        Ok(Self { api, admin, server, name, pace: args.pace(), pumps, window, odometer })
    }

    /// Makes the two accounts of a call and its appointment.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn book(self: Arc<Self>, number: u32) -> Result<Booking> {
        let email = |role| format!("load-{}-{role}-{number}@load.test", self.name);
        let account = async |role| {
            let user =
                self.admin.user(&email(role), &format!("Load {role} {number}"), role, PASSWORD).await?;
            anyhow::Ok((user, self.api.log_in(&email(role), PASSWORD).await?))
        };
        let (practitioner, as_practitioner) = account("practitioner").await?;
        let (client, as_client) = account("client").await?;
        let session = self.admin.book(&practitioner, &client).await?.session_id;
        Ok(Booking { number, session, practitioner: as_practitioner, client: as_client })
    }

    /// Brings both parties into the call as a browser does: the practitioner first; the client waits, is
    /// admitted, and joins again with an offer.
    ///
    /// # Errors
    /// When the server refuses, or no packets arrive in time.
    pub async fn place(self: Arc<Self>, booking: Booking) -> Result<Call> {
        let Booking { number, session, practitioner, client } = booking;
        let (mut first, _) = self.connect(&practitioner, &session, number * 2).await?;
        reached(&mut first, |progress| progress.connected_at)
            .await
            .context("the practitioner did not connect")?;

        let waiting = client.join(&session, None).await?;
        ensure!(waiting.state == "waiting", "the client is {} before being admitted", waiting.state);
        practitioner.admit(&session, &waiting.participant_id).await?;
        let (mut second, asked_at) = self.connect(&client, &session, number * 2 + 1).await?;
        let heard = reached(&mut second, |progress| progress.first_packet_at)
            .await
            .context("the client received no media")?;
        reached(&mut first, |progress| progress.first_packet_at)
            .await
            .context("the practitioner received no media")?;
        Ok(Call { session, join_took: heard - asked_at, parties: [first, second] })
    }

    /// Joins with an offer that was made before, as a lobby does, and hands the peer to its thread.
    /// Returns when the join was asked for, too.
    async fn connect(
        &self,
        api: &Api,
        session: &str,
        number: u32,
    ) -> Result<(watch::Receiver<Progress>, Instant)> {
        let line = PeerSocket::open(self.server)?;
        let (caller, offer) = Caller::new(line.local, Instant::now())?;
        let asked_at = Instant::now();
        let joined = api.join(session, Some(&offer)).await?;
        let Some(answer) = joined.answer else {
            bail!("the join returned no media answer; the state is {}", joined.state)
        };
        let peer = caller.accept(&answer, number, self.pace, Arc::clone(&self.window), Instant::now())?;
        // Both parties of a call in one thread, calls spread over all.
        let pump = &self.pumps[(number / 2) as usize % self.pumps.len()];
        Ok((pump.add(peer, line), asked_at))
    }

    /// Ends the sessions, so that their slots and rooms are free again.
    ///
    /// # Errors
    /// When the server refuses or cannot be reached.
    pub async fn end(&self, calls: &[Call], args: &CallArgs) -> Result<()> {
        // The first token may have expired in a long run.
        let admin = self.api.log_in(&args.target.email, &args.target.password).await?;
        for call in calls {
            admin.end(&call.session).await?;
        }
        Ok(())
    }

    /// How many calls have their media at a node, where it says so.
    pub async fn calls_at(&self, node: usize) -> Option<u64> {
        self.admin.calls_at(node).await.ok().flatten()
    }

    /// Ends the threads and adds up what they counted.
    ///
    /// # Errors
    /// When a thread had failed.
    pub fn strike(self) -> Result<Tally> {
        let mut total = Tally::default();
        for pump in self.pumps {
            total.add(&pump.stop()?);
        }
        Ok(total)
    }
}

impl Call {
    /// Why the call is no longer whole, if so.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        self.parties.iter().find_map(|party| party.borrow().gone.clone())
    }
}

/// Waits until a peer has come as far as `step` looks for.
async fn reached<T>(
    peer: &mut watch::Receiver<Progress>,
    step: impl Fn(&Progress) -> Option<T>,
) -> Result<T> {
    let arrived = peer.wait_for(|progress| step(progress).is_some() || progress.gone.is_some());
    let progress = tokio::time::timeout(CONNECT_TIMEOUT, arrived).await.context("timed out")??;
    match (step(&progress), &progress.gone) {
        (Some(value), _) => Ok(value),
        (None, gone) => bail!("{}", gone.as_deref().unwrap_or("gone")),
    }
}

/// Runs tasks, at most `at_once` at the same time, until all are done or the run is interrupted.
///
/// The results come in the order in which they are done; an interrupted run has fewer.
pub async fn gather<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = Result<T>> + Send + 'static>,
    at_once: u32,
    bar: &ProgressBar,
    interrupt: &Interrupt,
) -> Vec<Result<T>> {
    let gate = Arc::new(Semaphore::new(at_once as usize));
    let mut running = JoinSet::new();
    for task in tasks {
        let gate = Arc::clone(&gate);
        running.spawn(async move {
            let _turn = gate.acquire().await?;
            task.await
        });
    }
    let mut results = Vec::new();
    loop {
        tokio::select! {
            () = interrupt.wait() => {
                running.shutdown().await;
                return results;
            }
            next = running.join_next() => match next {
                None => return results,
                Some(result) => results.push(result.unwrap_or_else(|error| Err(error.into()))),
            },
        }
        bar.inc(1);
    }
}
