//! Threads and sockets around the media server.
//!
//! Each worker thread has a UDP port of its own and all the participants of its sessions, so nothing is
//! locked on the packet path. A session stays with one worker (`placement.rs`). One TCP port serves the networks that
//! block UDP: worker 0 accepts, and a stream wanders to the worker that knows the user fragment of its
//! first STUN request.
//!
//! [`Sfu`] is the handle for the rest of the program: its calls become commands in a worker's queue.

mod addresses;
mod command;
mod counters;
pub mod framing;
mod kernel_drops;
mod load;
mod outgoing;
mod overload;
mod placement;
mod ports;
mod tcp;
mod thread;
mod turn;
mod udp;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use openvisit_app::settings::Media;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_media::str0m::crypto::from_feature_flags;
use openvisit_media::{Answer, Connection, DisconnectReason, MediaEvent, MediaRefusal, ProbeKey};
use tokio::sync::{mpsc, oneshot};

use command::{Command, Inbox};
pub use counters::SfuStats;
use placement::Placement;

/// Settings of the media server.
#[derive(Clone, Debug)]
pub struct SfuConfig {
    /// Where to listen. `::` means all addresses of both families.
    pub bind: IpAddr,
    /// UDP port of worker 0, and the TCP port; the other workers have the following ones. With 0 the
    /// system chooses them all.
    pub first_port: u16,
    /// Threads; 0 means one per core.
    pub workers: usize,
    /// What clients can reach us at, where that is not an address of this machine.
    pub public_addresses: Vec<IpAddr>,
    /// Also listen on TCP.
    pub tcp: bool,
    /// A connection that sends nothing authentic for this long is over.
    pub silence: Duration,
    /// What the operator's self-check asks with whether the ports are ours.
    pub probe_key: Option<ProbeKey>,
}

impl Default for SfuConfig {
    fn default() -> Self {
        Self {
            bind: IpAddr::from([0; 16]),
            first_port: 8087,
            workers: 0,
            public_addresses: Vec::new(),
            tcp: true,
            silence: Duration::from_secs(15),
            probe_key: None,
        }
    }
}

impl SfuConfig {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Media) -> Self {
        Self {
            bind: settings.bind,
            first_port: settings.port,
            workers: settings.workers,
            public_addresses: settings.public_address.clone(),
            tcp: settings.tcp,
            ..Self::default()
        }
    }

    /// The addresses that clients get.
    ///
    /// # Errors
    /// The interfaces cannot be listed.
    pub fn candidates(&self) -> io::Result<Vec<IpAddr>> {
        Ok(addresses::Addresses::find(self.bind, &self.public_addresses)?.candidates)
    }

    /// The ports that it will take; `None` where the system chooses them.
    #[must_use]
    pub fn ports(&self) -> Option<Ports> {
        let ports = (0..ports::workers(self)).map(|index| ports::port(self, index));
        let tcp = self.tcp.then_some(self.first_port);
        (self.first_port != 0).then(|| Ports { udp: ports.collect(), tcp })
    }

    /// The addresses that its sockets listen at: one for each family.
    #[must_use]
    pub fn listens_at(&self) -> Vec<IpAddr> {
        ports::families(self.bind)
    }
}

/// Why the media server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum SfuError {
    #[error("media.port: cannot listen for media on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("this machine has no address that a client could reach")]
    NoAddress,
    #[error("cannot make the media certificate")]
    Certificate,
    #[error("cannot start a media thread: {0}")]
    Thread(#[from] io::Error),
}

/// The ports that are in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ports {
    /// One per worker.
    pub udp: Vec<u16>,
    pub tcp: Option<u16>,
}

/// The media server. Clones are handles of the same one.
#[derive(Clone)]
pub struct Sfu {
    inner: Arc<Inner>,
}

struct Inner {
    placement: Placement,
    inboxes: Vec<Inbox>,
    counters: Vec<Arc<counters::Counters>>,
    /// The UDP sockets, as the kernel numbers them.
    inodes: Vec<u64>,
    ports: Ports,
}

impl Sfu {
    /// Opens the sockets and starts the threads. What happens to connections comes out of the
    /// receiver; instants in it are of the monotonic clock.
    ///
    /// # Errors
    /// A port is taken, or the machine has no usable address.
    pub fn start(config: &SfuConfig) -> Result<(Self, mpsc::UnboundedReceiver<MediaEvent>), SfuError> {
        let certificate =
            from_feature_flags().dtls_provider.generate_certificate().ok_or(SfuError::Certificate)?;
        let (events, receiver) = mpsc::unbounded_channel();
        let threads = thread::open(config, &certificate, &events)?;
        let ports = Ports {
            udp: threads.iter().map(thread::WorkerThread::udp_port).collect(),
            tcp: threads.first().and_then(thread::WorkerThread::tcp_port),
        };
        let small = threads.first().and_then(thread::WorkerThread::smallest_buffer);
        let inboxes: Vec<_> = threads.iter().map(thread::WorkerThread::inbox).collect();
        let inodes = threads.iter().flat_map(thread::WorkerThread::inodes).collect();
        let counters = threads.iter().map(thread::WorkerThread::counters).collect();
        for (index, mut thread) in threads.into_iter().enumerate() {
            thread.pass_streams_to(inboxes.get(index + 1).cloned());
            std::thread::Builder::new().name(format!("media-{index}")).spawn(move || thread.run())?;
        }
        if let Some(bytes) = small {
            tracing::warn!(
                bytes,
                "the UDP socket buffers are small: media may be lost under load; raise net.core.rmem_max and net.core.wmem_max to 4194304"
            );
        }
        tracing::info!(udp = ?ports.udp, tcp = ?ports.tcp, "the media server is listening");
        Ok((
            Self {
                inner: Arc::new(Inner {
                    placement: Placement::new(inboxes.len()),
                    inboxes,
                    counters,
                    inodes,
                    ports,
                }),
            },
            receiver,
        ))
    }

    /// Answers a participant's offer.
    ///
    /// # Errors
    /// What is wrong with the offer; `Busy` where the session is new, and all threads have enough to do.
    pub async fn join(&self, connection: Connection, offer: String) -> Result<Answer, MediaRefusal> {
        self.ask(connection.session, |reply| Command::Join { connection, offer, reply }).await
    }

    /// Answers the offer of somebody who tests their devices and their line, in a session that is no one's: they get back
    /// what they send.
    ///
    /// # Errors
    /// What is wrong with the offer.
    pub async fn echo(&self, connection: Connection, offer: String) -> Result<Answer, MediaRefusal> {
        self.ask(connection.session, |reply| Command::Echo { connection, offer, reply }).await
    }

    /// Answers a full new offer of a connection: an ICE restart.
    ///
    /// # Errors
    /// There is no such connection, or what is wrong with the offer.
    pub async fn restart(&self, connection: Connection, offer: String) -> Result<Answer, MediaRefusal> {
        self.ask(connection.session, |reply| Command::Restart { connection: connection.id, offer, reply })
            .await
    }

    /// Ends one connection; nothing happens if it has ended.
    pub fn hang_up(&self, connection: Connection) {
        self.send_command(connection.session, Command::HangUp { connection: connection.id });
    }

    /// Ends all connections of a participant.
    pub fn remove(&self, session: SessionId, participant: ParticipantId) {
        self.send_command(session, Command::Remove { session, participant });
    }

    /// Ends all connections of a session.
    pub fn close_session(&self, session: SessionId) {
        if let Some(worker) = self.inner.placement.release(session) {
            let why = DisconnectReason::HungUp;
            self.inner.inboxes[worker].send(Command::CloseSession { session, why });
        }
    }

    /// As [`Sfu::close_session`], of one that goes on at another node: whoever is in it is told to connect anew, and served until
    /// they have had time to. What ends or who is removed in that time ends here, too: the session keeps its worker.
    pub fn move_session(&self, session: SessionId) {
        self.send_command(session, Command::CloseSession { session, why: DisconnectReason::Moved });
    }

    /// Ends all connections.
    pub fn close_all(&self) {
        for session in self.inner.placement.sessions() {
            self.move_session(session);
        }
    }

    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// Whether all threads work; waits for each.
    pub async fn answers(&self) -> bool {
        for inbox in &self.inner.inboxes {
            let (here, heard) = oneshot::channel();
            inbox.send(Command::Knock { here });
            if heard.await.is_err() {
                return false;
            }
        }
        true
    }

    /// Sums over all workers since the start.
    #[must_use]
    pub fn stats(&self) -> SfuStats {
        let threads: SfuStats = self.inner.counters.iter().map(|counters| counters.read()).sum();
        SfuStats { overrun: kernel_drops::count(&self.inner.inodes), ..threads }
    }

    /// Closes every connection and ends the threads. Returns when they have.
    pub async fn stop(&self) {
        for inbox in &self.inner.inboxes {
            let (done, stopped) = oneshot::channel();
            inbox.send(Command::Stop { done });
            // An error means that the thread is gone already.
            let _ = stopped.await;
        }
    }

    async fn ask(
        &self,
        session: SessionId,
        command: impl FnOnce(oneshot::Sender<Result<Answer, MediaRefusal>>) -> Command,
    ) -> Result<Answer, MediaRefusal> {
        let (reply, answer) = oneshot::channel();
        let busy = |worker: usize| self.inner.counters.get(worker).map_or(0.0, |counters| counters.busy());
        let Ok(worker) = self.inner.placement.place(Instant::now(), session, busy) else {
            return Err(MediaRefusal::Busy);
        };
        self.inner.inboxes[worker].send(command(reply));
        answer.await.unwrap_or(Err(MediaRefusal::Fault))
    }

    /// Tells the session's worker, if it has one: what is not there needs no telling.
    fn send_command(&self, session: SessionId, command: Command) {
        if let Some(worker) = self.inner.placement.find(session) {
            self.inner.inboxes[worker].send(command);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for inbox in &self.inboxes {
            let (done, _) = oneshot::channel();
            inbox.send(Command::Stop { done });
        }
    }
}

#[cfg(test)]
mod tests {
    use openvisit_core::ids::ConnectionId;

    use super::*;

    #[tokio::test]
    async fn a_new_session_is_refused_where_all_threads_are_busy() {
        let counters = Arc::new(counters::Counters::default());
        counters.publish(&SfuStats { peers: 2, ..SfuStats::default() });
        counters.publish_busy(0.9);
        let inner = Inner {
            placement: Placement::new(1),
            inboxes: Vec::new(),
            counters: vec![counters],
            inodes: Vec::new(),
            ports: Ports { udp: Vec::new(), tcp: None },
        };
        let sfu = Sfu { inner: Arc::new(inner) };
        let id = uuid::Uuid::from_u128(1);
        let connection =
            Connection { session: SessionId(id), participant: ParticipantId(id), id: ConnectionId(id) };
        assert_eq!(sfu.join(connection, String::new()).await, Err(MediaRefusal::Busy));
    }
}
