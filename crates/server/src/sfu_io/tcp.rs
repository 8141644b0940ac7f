//! ICE over TCP, for networks that let nothing else through.

use std::collections::{HashMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use mio::net::{TcpListener, TcpStream};
use mio::{Interest, Registry, Token};
use openvisit_media::str0m::net::{Protocol, Transmit};
use openvisit_media::{Worker, request_ufrag};
use slab::Slab;
use socket2::{Domain, Socket, Type};

use super::addresses::Addresses;
use super::counters::SfuStats;
use super::framing::{Deframer, frame};

/// Streams that wait to be accepted.
const BACKLOG: i32 = 128;
/// So many are accepted in one turn.
pub(super) const MOST_ACCEPTED: usize = 32;
/// What is read of one stream in one turn: 16 times this.
const READ: usize = 16 << 10;
/// Per worker. Each stream is a client, and a worker has no capacity for more of them.
const MAX_LINKS: usize = 1024;
/// A client that reads so slowly sees no live picture any more.
const MAX_QUEUED: usize = 512 << 10;
/// A stream without a byte for so long is over; clients check the connection every few seconds.
const IDLE: Duration = Duration::from_secs(30);

/// One client's stream.
pub(super) struct Link {
    stream: TcpStream,
    remote: SocketAddr,
    /// The candidate the client connected to.
    local: SocketAddr,
    input: Deframer,
    output: VecDeque<u8>,
    last_read: Instant,
    /// This worker knows the client. Until then the first datagram stays in the input.
    ours: bool,
}

/// What became of a stream that was read.
pub(super) enum Fate {
    Stays,
    /// It had its turn, and may have more to read.
    HasMore,
    Ends,
    /// Its client is not this worker's.
    Wanders,
}

/// The streams of one worker, and on worker 0 the listeners.
pub(super) struct Links {
    listeners: Vec<TcpListener>,
    links: Slab<Link>,
    by_remote: HashMap<SocketAddr, usize>,
    addresses: Addresses,
    first_token: usize,
    /// Streams with queued output that no writable event is awaited for.
    unflushed: Vec<usize>,
}

impl Links {
    /// Tokens of the registry from `first_token` on are the links' own.
    pub fn new(addresses: Addresses, first_token: usize) -> Self {
        Self {
            listeners: Vec::new(),
            links: Slab::new(),
            by_remote: HashMap::new(),
            addresses,
            first_token,
            unflushed: Vec::new(),
        }
    }

    /// # Errors
    /// The port is taken.
    pub fn listen(&mut self, address: SocketAddr, registry: &Registry) -> io::Result<u16> {
        let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(socket2::Protocol::TCP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        // A restarted server must not wait for the streams of the one before to time out.
        socket.set_reuse_address(true)?;
        socket.set_nonblocking(true)?;
        socket.bind(&address.into())?;
        socket.listen(BACKLOG)?;
        let mut listener = TcpListener::from_std(socket.into());
        registry.register(
            &mut listener,
            Token(self.first_token + self.listeners.len()),
            Interest::READABLE,
        )?;
        let port = listener.local_addr()?.port();
        self.listeners.push(listener);
        Ok(port)
    }

    /// Whether an event's token is a listener's.
    pub fn is_listener(&self, token: Token) -> bool {
        token.0.wrapping_sub(self.first_token) < self.listeners.len()
    }

    pub fn token(&self, key: usize) -> Token {
        // Two families listen at most.
        Token(self.first_token + 2 + key)
    }

    pub fn key(&self, token: Token) -> usize {
        token.0.wrapping_sub(self.first_token + 2)
    }

    /// Accepts what waits at a listener, up to [`MOST_ACCEPTED`]; returns the new streams.
    pub fn accept(&mut self, token: Token, now: Instant) -> Vec<Link> {
        let mut accepted = Vec::new();
        let Some(listener) = self.listeners.get(token.0.wrapping_sub(self.first_token)) else {
            return accepted;
        };
        while accepted.len() < MOST_ACCEPTED {
            match listener.accept() {
                Ok((stream, remote)) => {
                    let Ok(local) = stream.local_addr() else { continue };
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "could not set TCP_NODELAY for a media connection over TCP");
                    }
                    let candidate: IpAddr = self.addresses.candidate(local.ip());
                    accepted.push(Link {
                        stream,
                        remote,
                        local: SocketAddr::new(candidate, local.port()),
                        input: Deframer::default(),
                        output: VecDeque::new(),
                        last_read: now,
                        ours: false,
                    });
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return accepted,
                Err(error)
                    if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                Err(error) => {
                    tracing::warn!(%error, "could not accept a media connection over TCP");
                    return accepted;
                }
            }
        }
        accepted
    }

    /// Takes a stream over; its key, or `None` where there is no room.
    pub fn adopt(&mut self, mut link: Link, registry: &Registry) -> Option<usize> {
        if self.links.len() >= MAX_LINKS {
            return None;
        }
        let token = self.token(self.links.vacant_key());
        registry.register(&mut link.stream, token, Interest::READABLE | Interest::WRITABLE).ok()?;
        self.by_remote.insert(link.remote, self.links.vacant_key());
        Some(self.links.insert(link))
    }

    /// Takes a stream out, to end it or pass it on.
    pub fn remove(&mut self, key: usize, registry: &Registry) -> Option<Link> {
        let mut link = self.links.try_remove(key)?;
        self.by_remote.remove(&link.remote);
        registry.deregister(&mut link.stream).ok()?;
        Some(link)
    }

    /// Reads what waits and feeds the datagrams in it to the worker.
    pub fn read(&mut self, key: usize, now: Instant, worker: &mut Worker, stats: &mut SfuStats) -> Fate {
        let Some(link) = self.links.get_mut(key) else { return Fate::Stays };
        let mut bytes = [0; READ];
        for _ in 0..16 {
            match link.stream.read(&mut bytes) {
                Ok(0) => return Fate::Ends,
                Ok(length) => {
                    link.last_read = now;
                    link.input.push(&bytes[..length]);
                    let fate = link.feed(now, worker, stats);
                    if !matches!(fate, Fate::Stays) {
                        return fate;
                    }
                }
                // What another worker has read is in the input already.
                Err(error) if error.kind() == ErrorKind::WouldBlock => return link.feed(now, worker, stats),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Fate::Ends,
            }
        }
        Fate::HasMore
    }

    /// Queues a datagram for the client that a transmit names.
    pub fn send(&mut self, transmit: &Transmit, stats: &mut SfuStats) {
        let key = self.by_remote.get(&transmit.destination).copied();
        let Some((key, link)) = key.and_then(|key| Some((key, self.links.get_mut(key)?))) else { return };
        if link.output.len() + transmit.contents.len() > MAX_QUEUED {
            stats.dropped += 1;
            return;
        }
        if link.output.is_empty() {
            self.unflushed.push(key);
        }
        if frame(&transmit.contents, &mut link.output).is_some() {
            stats.packets_out += 1;
            stats.bytes_out += transmit.contents.len() as u64;
        }
    }

    /// Writes what was queued since the last time; returns the streams that broke.
    pub fn flush(&mut self) -> Vec<usize> {
        let mut broken = Vec::new();
        for key in std::mem::take(&mut self.unflushed) {
            if !self.write(key) {
                broken.push(key);
            }
        }
        broken
    }

    /// Writes what is queued; false if the stream broke. What does not fit now waits for the next
    /// writable event.
    pub fn write(&mut self, key: usize) -> bool {
        let Some(link) = self.links.get_mut(key) else { return true };
        while !link.output.is_empty() {
            match link.stream.write(link.output.as_slices().0) {
                Ok(length) => drop(link.output.drain(..length)),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    /// The streams that have been idle for too long.
    pub fn idle(&self, now: Instant) -> Vec<usize> {
        let idle = |link: &Link| now.saturating_duration_since(link.last_read) >= IDLE;
        self.links.iter().filter(|(_, link)| idle(link)).map(|(key, _)| key).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.links.is_empty()
    }
}

impl Link {
    fn feed(&mut self, now: Instant, worker: &mut Worker, stats: &mut SfuStats) -> Fate {
        if !self.ours {
            match self.input.peek() {
                Ok(None) => return Fate::Stays,
                Ok(Some(first)) => match request_ufrag(first) {
                    Some(ufrag) if worker.knows(ufrag) => self.ours = true,
                    Some(_) => return Fate::Wanders,
                    None => return Fate::Ends,
                },
                Err(_) => return Fate::Ends,
            }
        }
        loop {
            match self.input.take() {
                Ok(Some(datagram)) => {
                    stats.packets_in += 1;
                    stats.bytes_in += datagram.len() as u64;
                    worker.handle_datagram(now, Protocol::Tcp, self.remote, self.local, datagram);
                }
                Ok(None) => return Fate::Stays,
                Err(error) => {
                    tracing::debug!(%error, "a media connection over TCP ended");
                    return Fate::Ends;
                }
            }
        }
    }
}
