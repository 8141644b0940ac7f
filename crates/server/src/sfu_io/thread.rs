//! The loop of one worker thread: wait, take in what came, let the worker act, send what it wants.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use mio::{Events, Poll, Token, Waker};
use openvisit_media::str0m::config::DtlsCert;
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{LocalAddress, MediaEvent, Worker, WorkerConfig};
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::oneshot;

use super::addresses::Addresses;
use super::command::{Command, Inbox};
use super::counters::{Counters, SfuStats};
use super::load::Load;
use super::overload::{Overload, Strain};
use super::ports::{again_while_taken, listen, open_sockets, port, workers};
use super::tcp::{Fate, Link, Links, MOST_ACCEPTED};
use super::udp::{ReceiveBuffers, UdpPort};
use super::{SfuConfig, SfuError, kernel_drops, turn};

/// The sockets have the tokens from 0, the waker the one after, the TCP links all from here.
const WAKER: Token = Token(8);
const FIRST_LINK: usize = 16;
/// How long packets gather under load. Half of it is the delay that it adds on average.
const GATHER: Duration = Duration::from_micros(500);
/// So many packets a second are load: five calls. Fewer are forwarded as they come.
const GATHER_FROM: u64 = 2_000;
/// A thread that works for more than this share of the time looks so often whether the kernel threw packets away.
const STRAINED: f32 = 0.9;
const LOOK: Duration = Duration::from_secs(1);
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
    load: Load,
    overload: Overload,
    /// What the kernel had thrown away when it was last looked at, and when it will be.
    overrun: u64,
    next_look: Instant,
    turned_at: Instant,
    /// What has more to read than it was let in its last turn.
    unfinished: Vec<Token>,
    /// The same of the commands.
    has_commands: bool,
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
            load: Load::new(now()),
            overload: Overload::default(),
            overrun: 0,
            next_look: now(),
            turned_at: now(),
            unfinished: Vec::new(),
            has_commands: false,
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

    /// Of its UDP sockets.
    pub fn inodes(&self) -> Vec<u64> {
        self.sockets.iter().filter_map(kernel_drops::inode).collect()
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
            match self.turn(&mut events) {
                Ok(None) => {}
                Ok(Some(done)) => break done,
                Err(error) => {
                    tracing::error!(%error, "a media thread could not wait for its sockets");
                    return;
                }
            }
        };
        self.worker.stop(now());
        self.act();
        // Nobody waits for the end where the handle was dropped.
        let _ = stopped.send(());
    }

    /// Waits, takes in what came, does what was commanded and lets time pass; each of these within bounds. Who is to be told
    /// that the thread has stopped, once it was told to.
    fn turn(&mut self, events: &mut Events) -> io::Result<Option<oneshot::Sender<()>>> {
        let idle_from = now();
        self.gather();
        let timeout = self.timeout();
        if let Err(error) = self.poll.poll(events, timeout)
            && error.kind() != io::ErrorKind::Interrupted
        {
            return Err(error);
        }
        self.load.idle(idle_from.elapsed());
        let mut readable = std::mem::take(&mut self.unfinished);
        for event in &*events {
            if event.is_writable() {
                self.write(event.token());
            }
            if event.is_readable() && !readable.contains(&event.token()) {
                readable.push(event.token());
            }
        }
        for token in readable {
            if self.read(token) {
                self.unfinished.push(token);
            }
        }
        let stopped = self.obey();
        self.act();
        Ok(stopped)
    }

    /// Under many packets, lets some gather for a moment: to wake for each of them would cost more than to forward it.
    /// Handshakes never wait.
    fn gather(&mut self) {
        let few = self.load.last().packets < GATHER_FROM;
        if !few && !self.has_more() && !self.worker.shakes_hands(now()) {
            std::thread::sleep(GATHER.saturating_sub(self.turned_at.elapsed()));
        }
        self.turned_at = now();
    }

    /// The last turn left something for the next one.
    fn has_more(&self) -> bool {
        self.has_commands || !self.unfinished.is_empty()
    }

    fn timeout(&self) -> Option<Duration> {
        if self.has_more() {
            return Some(Duration::ZERO);
        }
        let sweep = (!self.links.is_empty()).then_some(self.next_sweep);
        let next = self.worker.poll_timeout().into_iter().chain(sweep).min()?;
        Some(next.saturating_duration_since(now()))
    }

    fn write(&mut self, token: Token) {
        if let Some(socket) = self.sockets.get_mut(token.0) {
            socket.writable(&mut self.stats);
        } else if token.0 >= FIRST_LINK && !self.links.is_listener(token) {
            let key = self.links.key(token);
            if !self.links.write(key) {
                self.links.remove(key, self.poll.registry());
            }
        }
    }

    /// Reads what a socket, a listener or a stream has, within its turn; true where more may be there.
    fn read(&mut self, token: Token) -> bool {
        if token.0 < self.sockets.len() {
            return self.receive(token.0);
        }
        if self.links.is_listener(token) {
            let accepted = self.links.accept(token, now());
            let more = accepted.len() >= MOST_ACCEPTED;
            accepted.into_iter().for_each(|link| self.adopt(link));
            return more;
        }
        token.0 >= FIRST_LINK && self.read_link(self.links.key(token))
    }

    /// Sends once the socket is empty or had its turn, so that a picture's packets leave together.
    fn receive(&mut self, socket: usize) -> bool {
        let more = turn::take(|| {
            let now = now();
            let worker = &mut self.worker;
            self.sockets[socket].receive(
                &mut self.buffers,
                &mut self.stats,
                |source, destination, datagram| {
                    worker.handle_datagram(now, Protocol::Udp, source, destination, datagram);
                },
            )
        });
        self.worker.flush(now());
        self.send();
        more.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not receive a media datagram");
            false
        })
    }

    fn adopt(&mut self, link: Link) {
        if let Some(key) = self.links.adopt(link, self.poll.registry())
            && self.read_link(key)
        {
            self.unfinished.push(self.links.token(key));
        }
    }

    fn read_link(&mut self, key: usize) -> bool {
        match self.links.read(key, now(), &mut self.worker, &mut self.stats) {
            Fate::Stays => {}
            Fate::HasMore => return true,
            Fate::Ends => drop(self.links.remove(key, self.poll.registry())),
            Fate::Wanders => {
                if let (Some(link), Some(next)) = (self.links.remove(key, self.poll.registry()), &self.next) {
                    next.send(Command::Adopt { link });
                }
            }
        }
        false
    }

    /// Does what was commanded; the sender is to be told when the thread has stopped.
    fn obey(&mut self) -> Option<oneshot::Sender<()>> {
        self.has_commands = true;
        for _ in 0..turn::COMMANDS {
            let Ok(command) = self.commands.try_recv() else {
                self.has_commands = false;
                break;
            };
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
        self.load.turn(now, self.stats.packets_in);
        self.relieve(now);
        let worker = self.worker.stats();
        self.stats.peers = worker.peers as u64;
        self.stats.forwarded = worker.forwarded;
        self.stats.refused = worker.refused;
        self.stats.shed = worker.shed;
        self.stats.busy_micros = u64::try_from(self.load.busy.as_micros()).unwrap_or(u64::MAX);
        self.counters.publish(&self.stats);
    }

    /// Leaves out pictures while there is more to do than can be done.
    fn relieve(&mut self, now: Instant) {
        let busy = self.load.last().busy;
        let waited = self.sockets.iter_mut().map(UdpPort::take_waited).max().unwrap_or_default();
        let overrun = busy > STRAINED && self.next_look <= now && self.has_overrun(now);
        if let Some(shed) = self.overload.turn(now, Strain { waited, overrun, busy }) {
            tracing::warn!(
                ?shed,
                ?waited,
                overrun,
                busy,
                "pictures are left out by what a media thread can carry"
            );
            self.worker.shed(now, shed);
            self.send();
        }
        self.counters.publish_busy(busy);
    }

    /// Whether the kernel threw packets away since the last look.
    fn has_overrun(&mut self, now: Instant) -> bool {
        self.next_look = now + LOOK;
        let overrun = kernel_drops::count(&self.inodes());
        overrun > std::mem::replace(&mut self.overrun, overrun)
    }

    fn send(&mut self) {
        while let Some(transmit) = self.worker.poll_transmit() {
            if transmit.proto == Protocol::Tcp {
                self.links.send(&transmit, &mut self.stats);
            } else if let Some(socket) = self.socket_to(transmit.destination) {
                self.sockets[socket].send(&transmit);
            }
        }
        for (index, socket) in self.sockets.iter_mut().enumerate() {
            socket.flush(&mut self.stats);
            socket.await_room(Token(index), self.poll.registry());
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

fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, UdpSocket};

    use openvisit_media::str0m::crypto::from_feature_flags;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn thread() -> WorkerThread {
        let config = SfuConfig { bind: LOOPBACK, first_port: 0, workers: 1, ..SfuConfig::default() };
        let certificate = from_feature_flags().dtls_provider.generate_certificate().unwrap();
        open(&config, &certificate, &unbounded_channel().0).unwrap().remove(0)
    }

    #[test]
    fn commands_are_obeyed_and_timers_kept_before_a_full_socket_is_empty() {
        let mut thread = thread();
        let client = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        for _ in 0..300 {
            client.send_to(b"of nobody", (LOOPBACK, thread.udp_port())).unwrap();
        }
        let (here, mut heard) = oneshot::channel();
        thread.inbox().send(Command::Knock { here });

        let mut events = Events::with_capacity(8);
        thread.turn(&mut events).unwrap();
        assert_eq!(heard.try_recv(), Ok(()));
        assert_eq!(thread.counters.read().refused, 256, "of the 300, what one turn takes");
        thread.turn(&mut events).unwrap();
        assert_eq!(thread.counters.read().refused, 300, "the rest, of which no event tells");
    }

    #[test]
    fn packets_do_not_wait_for_all_that_was_commanded() {
        let mut thread = thread();
        let knock = || {
            let (here, heard) = oneshot::channel();
            thread.inbox().send(Command::Knock { here });
            heard
        };
        (0..turn::COMMANDS).for_each(|_| drop(knock()));
        let mut last = knock();

        let mut events = Events::with_capacity(8);
        thread.turn(&mut events).unwrap();
        assert!(last.try_recv().is_err());
        thread.turn(&mut events).unwrap();
        assert_eq!(last.try_recv(), Ok(()));
    }
}
