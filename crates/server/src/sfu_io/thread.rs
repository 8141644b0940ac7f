//! The loop of one worker thread: wait, take in what came, let the worker act, send what it wants.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mio::{Events, Interest, Poll, Token, Waker};
use openvisit_media::str0m::config::DtlsCert;
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{LocalAddress, MediaEvent, Worker, WorkerConfig};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::addresses::Addresses;
use super::command::{Command, Inbox};
use super::counters::{Counters, SfuStats};
use super::tcp::{Fate, Link, Links};
use super::udp::{ReceiveBuffers, UdpPort};
use super::{SfuConfig, SfuError};

/// The sockets have the tokens from 0, the waker the one after, the TCP links all from here.
const WAKER: Token = Token(8);
const FIRST_LINK: usize = 16;
/// How long packets gather under load. Half of it is the delay that it adds on average.
const GATHER: Duration = Duration::from_millis(5);
/// How often idle TCP streams are looked for.
const SWEEP: Duration = Duration::from_secs(5);

pub(super) struct WorkerThread {
    worker: Worker,
    poll: Poll,
    sockets: Vec<UdpPort>,
    links: Links,
    tcp_port: Option<u16>,
    buffers: ReceiveBuffers,
    inbox: Inbox,
    commands: Receiver<Command>,
    events: UnboundedSender<MediaEvent>,
    stats: SfuStats,
    counters: Arc<Counters>,
    next: Option<Inbox>,
    next_sweep: Instant,
    turned_at: Instant,
    forwarded_before: u64,
}

/// Opens the sockets of all workers.
pub(super) fn open(
    config: &SfuConfig,
    certificate: &DtlsCert,
    events: &UnboundedSender<MediaEvent>,
) -> Result<Vec<WorkerThread>, SfuError> {
    let addresses = Addresses::find(config.bind, &config.public_addresses)?;
    if addresses.candidates.is_empty() {
        return Err(SfuError::NoAddress);
    }
    let mut threads: Vec<WorkerThread> = Vec::new();
    for index in 0..workers(config) {
        let port = port(config, index);
        let shared_tcp = threads.first().and_then(WorkerThread::tcp_port);
        let open = || WorkerThread::open(config, port, shared_tcp, &addresses, certificate, events);
        threads.push(if port == 0 { again_while_taken(open)? } else { open()? });
    }
    Ok(threads)
}

/// How many there are.
pub(super) fn workers(config: &SfuConfig) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    if config.workers == 0 { cores() } else { config.workers }
}

/// A worker's UDP port; 0 where the system chooses.
pub(super) fn port(config: &SfuConfig, index: usize) -> u16 {
    let offset = u16::try_from(index).unwrap_or(u16::MAX);
    if config.first_port == 0 { 0 } else { config.first_port.saturating_add(offset) }
}

/// The system chose the UDP port; somebody else may have it for TCP, or in the other family. Another one
/// will be free.
fn again_while_taken<T>(open: impl Fn() -> Result<T, SfuError>) -> Result<T, SfuError> {
    const TRIES: usize = 20;
    for _ in 1..TRIES {
        match open() {
            Err(SfuError::Listen { source, .. }) if source.kind() == io::ErrorKind::AddrInUse => {}
            done => return done,
        }
    }
    open()
}

/// One address per family that `bind` stands for.
pub(super) fn families(bind: IpAddr) -> Vec<IpAddr> {
    if bind == IpAddr::V6(Ipv6Addr::UNSPECIFIED) {
        vec![Ipv4Addr::UNSPECIFIED.into(), bind]
    } else {
        vec![bind]
    }
}

impl WorkerThread {
    fn open(
        config: &SfuConfig,
        port: u16,
        shared_tcp: Option<u16>,
        addresses: &Addresses,
        certificate: &DtlsCert,
        events: &UnboundedSender<MediaEvent>,
    ) -> Result<Self, SfuError> {
        let poll = Poll::new()?;
        let sockets = open_sockets(config.bind, port, addresses, &poll)?;
        let port = sockets.first().map_or(port, UdpPort::port);
        let mut links = Links::new(addresses.clone(), FIRST_LINK);
        let tcp_port = match shared_tcp {
            None if config.tcp => Some(listen(config.bind, port, &mut links, &poll)?),
            shared => shared,
        };
        let told = |protocol, port| {
            addresses
                .candidates
                .iter()
                .map(move |ip| LocalAddress { protocol, address: SocketAddr::new(*ip, port) })
        };
        let candidates =
            told(Protocol::Udp, port).chain(tcp_port.into_iter().flat_map(|port| told(Protocol::Tcp, port)));
        let worker_config = WorkerConfig {
            silence: config.silence,
            probe_key: config.probe_key.clone(),
            ..WorkerConfig::new(candidates.collect(), certificate.clone())
        };
        let (sender, commands) = channel();
        let inbox = Inbox { commands: sender, waker: Arc::new(Waker::new(poll.registry(), WAKER)?) };
        Ok(Self {
            worker: Worker::new(worker_config),
            poll,
            sockets,
            links,
            tcp_port,
            buffers: ReceiveBuffers::new(),
            inbox,
            commands,
            events: events.clone(),
            stats: SfuStats::default(),
            counters: Arc::default(),
            next: None,
            next_sweep: now(),
            turned_at: now(),
            forwarded_before: 0,
        })
    }

    pub fn udp_port(&self) -> u16 {
        self.sockets.first().map_or(0, UdpPort::port)
    }

    /// See [`UdpPort::smallest_buffer`]; all sockets get the same.
    pub fn smallest_buffer(&self) -> Option<usize> {
        self.sockets.first().and_then(UdpPort::smallest_buffer)
    }

    pub fn tcp_port(&self) -> Option<u16> {
        self.tcp_port
    }

    pub fn inbox(&self) -> Inbox {
        self.inbox.clone()
    }

    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    /// Where streams go whose client this worker does not know.
    pub fn pass_streams_to(&mut self, next: Option<Inbox>) {
        self.next = next;
    }

    /// Works until told to stop.
    pub fn run(mut self) {
        self.worker.warm_up(now());
        let mut events = Events::with_capacity(256);
        let stopped = loop {
            self.gather();
            let timeout = self.timeout();
            if let Err(error) = self.poll.poll(&mut events, timeout)
                && error.kind() != io::ErrorKind::Interrupted
            {
                tracing::error!(%error, "a media thread could not wait for its sockets");
                return;
            }
            for event in &events {
                self.handle_event(event);
            }
            if let Some(done) = self.obey() {
                break done;
            }
            self.act();
        };
        self.worker.stop(now());
        self.act();
        // Nobody waits for the end where the handle was dropped.
        let _ = stopped.send(());
    }

    /// Where media flows, lets packets gather for a moment: to wake for each of them would cost more
    /// than to forward it. Signalling, handshakes and the first packets after a pause never wait.
    fn gather(&mut self) {
        let forwarded = self.worker.stats().forwarded;
        let flows = std::mem::replace(&mut self.forwarded_before, forwarded) != forwarded;
        if flows {
            std::thread::sleep(GATHER.saturating_sub(self.turned_at.elapsed()));
        }
        self.turned_at = now();
    }

    fn timeout(&self) -> Option<Duration> {
        let sweep = (!self.links.is_empty()).then_some(self.next_sweep);
        let next = self.worker.poll_timeout().into_iter().chain(sweep).min()?;
        Some(next.saturating_duration_since(now()))
    }

    fn handle_event(&mut self, event: &mio::event::Event) {
        let token = event.token();
        if token.0 < self.sockets.len() {
            if event.is_writable() {
                self.sockets[token.0].writable(&mut self.stats);
            }
            if event.is_readable() {
                self.receive(token.0);
            }
        } else if self.links.is_listener(token) {
            for link in self.links.accept(token, now()) {
                self.adopt(link);
            }
        } else if token.0 >= FIRST_LINK {
            let key = self.links.key(token);
            if event.is_writable() && !self.links.write(key) {
                self.links.remove(key, self.poll.registry());
            }
            if event.is_readable() {
                self.read(key);
            }
        }
    }

    /// Receives all that waits at a socket. Sends after each batch, so that under load a packet waits
    /// for 31 others at most.
    fn receive(&mut self, socket: usize) {
        loop {
            let now = now();
            let worker = &mut self.worker;
            let more = self.sockets[socket].receive(
                &mut self.buffers,
                &mut self.stats,
                |source, destination, datagram| {
                    worker.handle_datagram(now, Protocol::Udp, source, destination, datagram);
                },
            );
            self.worker.flush(now);
            self.send();
            match more {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(%error, "could not receive a media datagram");
                    return;
                }
            }
        }
    }

    fn adopt(&mut self, link: Link) {
        if let Some(key) = self.links.adopt(link, self.poll.registry()) {
            self.read(key);
        }
    }

    fn read(&mut self, key: usize) {
        match self.links.read(key, now(), &mut self.worker, &mut self.stats) {
            Fate::Stays => {}
            Fate::Ends => drop(self.links.remove(key, self.poll.registry())),
            Fate::Wanders => {
                if let (Some(link), Some(next)) = (self.links.remove(key, self.poll.registry()), &self.next) {
                    next.send(Command::Adopt { link });
                }
            }
        }
    }

    /// Does what was commanded; the sender is to be told when the thread has stopped.
    fn obey(&mut self) -> Option<oneshot::Sender<()>> {
        while let Ok(command) = self.commands.try_recv() {
            let now = now();
            match command {
                Command::Join { connection, offer, reply } => {
                    // Whoever asked may have gone; the connection then fails for never connecting.
                    let _ = reply.send(self.worker.join(now, connection, &offer));
                }
                Command::Echo { connection, offer, reply } => {
                    let _ = reply.send(self.worker.join_echo(now, connection, &offer));
                }
                Command::Restart { connection, offer, reply } => {
                    let _ = reply.send(self.worker.restart(now, connection, &offer));
                }
                Command::HangUp { connection } => self.worker.hang_up(now, connection),
                Command::Remove { session, participant } => {
                    self.worker.remove_participant(now, session, participant);
                }
                Command::CloseSession { session, why } => self.worker.close_session(now, session, why),
                Command::Adopt { link } => self.adopt(link),
                // Whoever asked may have gone.
                Command::Knock { here } => _ = here.send(()),
                Command::Stop { done } => return Some(done),
            }
        }
        None
    }

    /// Lets time pass, then sends, tells and publishes.
    fn act(&mut self) {
        let now = now();
        if self.worker.poll_timeout().is_some_and(|at| at <= now) {
            self.worker.handle_timeout(now);
        }
        self.worker.flush(now);
        self.send();
        if self.next_sweep <= now {
            self.next_sweep = now + SWEEP;
            for key in self.links.idle(now) {
                self.links.remove(key, self.poll.registry());
            }
        }
        while let Some(event) = self.worker.poll_event() {
            // The receiver is dropped only when the program ends.
            let _ = self.events.send(event);
        }
        let worker = self.worker.stats();
        self.stats.peers = worker.peers as u64;
        self.stats.forwarded = worker.forwarded;
        self.stats.refused = worker.refused;
        self.counters.publish(&self.stats);
    }

    fn send(&mut self) {
        while let Some(transmit) = self.worker.poll_transmit() {
            if transmit.proto == Protocol::Tcp {
                self.links.send(&transmit, &mut self.stats);
            } else if let Some(socket) = self.socket_to(transmit.destination) {
                self.sockets[socket].send(transmit, &mut self.stats);
            }
        }
        for socket in &mut self.sockets {
            socket.flush(&mut self.stats);
        }
        for key in self.links.flush() {
            self.links.remove(key, self.poll.registry());
        }
    }

    /// With two sockets the first one is IPv4's.
    fn socket_to(&self, destination: SocketAddr) -> Option<usize> {
        let socket = if self.sockets.len() > 1 { usize::from(destination.is_ipv6()) } else { 0 };
        (socket < self.sockets.len()).then_some(socket)
    }
}

fn open_sockets(
    bind: IpAddr,
    port: u16,
    addresses: &Addresses,
    poll: &Poll,
) -> Result<Vec<UdpPort>, SfuError> {
    let mut sockets: Vec<UdpPort> = Vec::new();
    for ip in families(bind) {
        // The second family takes the port that the first was given.
        let address = SocketAddr::new(ip, sockets.first().map_or(port, UdpPort::port));
        let mut socket = match UdpPort::open(address, addresses.clone()) {
            Ok(socket) => socket,
            Err(error) if !sockets.is_empty() => {
                tracing::warn!(%error, %address, "could not open a UDP port for media over IPv6; IPv4 is used");
                continue;
            }
            Err(source) => return Err(SfuError::Listen { address, source }),
        };
        let token = Token(sockets.len());
        poll.registry().register(&mut socket.socket, token, Interest::READABLE | Interest::WRITABLE)?;
        sockets.push(socket);
    }
    Ok(sockets)
}

fn listen(bind: IpAddr, port: u16, links: &mut Links, poll: &Poll) -> Result<u16, SfuError> {
    let mut listening = None;
    for ip in families(bind) {
        let address = SocketAddr::new(ip, listening.unwrap_or(port));
        match links.listen(address, poll.registry()) {
            Ok(port) => listening = Some(port),
            Err(error) if listening.is_some() => {
                tracing::warn!(%error, %address, "could not open a TCP port for media over IPv6; IPv4 is used");
            }
            Err(source) => return Err(SfuError::Listen { address, source }),
        }
    }
    Ok(listening.unwrap_or(port))
}

fn now() -> Instant {
    Instant::now()
}
