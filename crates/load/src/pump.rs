//! A thread that drives many peers: reads their sockets, moves their time, sends what is due.

use std::io::{ErrorKind, IoSliceMut};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender, TryRecvError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mio::{Events, Interest, Poll, Token};
use quinn_udp::{RecvMeta, Transmit, UdpSockRef, UdpSocketState};
use tokio::sync::watch;

use crate::peer::{Peer, Turn};
use crate::stamp::epoch_nanos;
use crate::tally::Tally;

/// How often a thread looks at its peers. A real client would be woken by each packet; a hundred in one
/// thread are cheaper to serve together. Latency does not suffer: the kernel notes each arrival.
const TICK: Duration = Duration::from_millis(1);
/// Datagrams read from one socket at once; more are read at the next tick.
const BATCH: usize = 8;
/// The most that the kernel can join into one buffer.
const BUFFER_BYTES: usize = 65_536;
const SOCKET_BUFFER_BYTES: usize = 1 << 20;

/// How far a peer has come, as its owner sees it.
#[derive(Clone, Debug, Default)]
pub struct Progress {
    pub connected_at: Option<Instant>,
    pub first_packet_at: Option<Instant>,
    pub gone: Option<String>,
}

/// A peer's socket, before the peer is in a call.
pub struct PeerSocket {
    socket: mio::net::UdpSocket,
    state: UdpSocketState,
    /// The address that the peer is reached under.
    pub local: SocketAddr,
    refused: u64,
}

impl PeerSocket {
    /// Opens a socket on the address by which this machine reaches `server`.
    ///
    /// # Errors
    /// When there is no route to the server, or no socket to be had.
    pub fn open(server: SocketAddr) -> Result<Self> {
        let any: SocketAddr = if server.is_ipv4() { ([0, 0, 0, 0], 0).into() } else { ([0u16; 8], 0).into() };
        let probe = std::net::UdpSocket::bind(any)?;
        probe.connect(server).with_context(|| format!("no route to {server}"))?;
        let socket = std::net::UdpSocket::bind((probe.local_addr()?.ip(), 0))?;
        let options = socket2::SockRef::from(&socket);
        options.set_recv_buffer_size(SOCKET_BUFFER_BYTES)?;
        options.set_send_buffer_size(SOCKET_BUFFER_BYTES)?;
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let local = socket.local_addr()?;
        Ok(Self { socket: mio::net::UdpSocket::from_std(socket), state, local, refused: 0 })
    }

    fn send(&mut self, to: SocketAddr, datagram: &[u8]) {
        let transmit =
            Transmit { destination: to, ecn: None, contents: datagram, segment_size: None, src_ip: None };
        if self.state.try_send(UdpSockRef::from(&self.socket), &transmit).is_err() {
            self.refused += 1;
        }
    }
}

/// What all threads have sent and received so far, for the progress line.
#[derive(Debug, Default)]
pub struct Odometer {
    pub sent: AtomicU64,
    pub received: AtomicU64,
}

/// One thread and the way to hand it peers.
pub struct Pump {
    calls: Sender<(Peer, PeerSocket, watch::Sender<Progress>)>,
    thread: JoinHandle<Result<Tally>>,
}

impl Pump {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the thread or its event queue cannot be made.
    pub fn start(odometer: Arc<Odometer>) -> Result<Self> {
        let (calls, newcomers) = mpsc::channel();
        let poll = Poll::new()?;
        let work = move || Room::new(poll, odometer).run(&newcomers);
        let thread = thread::Builder::new().name("peers".into()).spawn(work)?;
        Ok(Self { calls, thread })
    }

    /// Hands a peer over; what becomes of it is seen through the returned watch.
    #[must_use]
    pub fn add(&self, peer: Peer, line: PeerSocket) -> watch::Receiver<Progress> {
        let (report, progress) = watch::channel(Progress::default());
        // A thread that has ended has dropped the receiver; the watch is closed then, which says the same.
        let _ = self.calls.send((peer, line, report));
        progress
    }

    /// Hangs all peers up, ends the thread and returns what it counted.
    ///
    /// # Errors
    /// When the thread had failed.
    pub fn stop(self) -> Result<Tally> {
        drop(self.calls);
        self.thread.join().map_err(|_| anyhow::anyhow!("a media thread panicked"))?
    }
}

struct Slot {
    peer: Peer,
    line: PeerSocket,
    report: watch::Sender<Progress>,
}

struct Room {
    poll: Poll,
    slots: Vec<Slot>,
    tally: Tally,
    odometer: Arc<Odometer>,
    /// Sent and received as the odometer has them.
    told: (u64, u64),
    buffers: Vec<u8>,
}

impl Room {
    fn new(poll: Poll, odometer: Arc<Odometer>) -> Self {
        let buffers = vec![0; BATCH * BUFFER_BYTES];
        Self { poll, slots: Vec::new(), tally: Tally::default(), odometer, told: (0, 0), buffers }
    }

    fn run(mut self, newcomers: &Receiver<(Peer, PeerSocket, watch::Sender<Progress>)>) -> Result<Tally> {
        let mut events = Events::with_capacity(1024);
        let mut next_tick = Instant::now();
        loop {
            loop {
                match newcomers.try_recv() {
                    Ok((peer, line, report)) => self.admit(peer, line, report)?,
                    Err(TryRecvError::Empty) => break,
                    Err(TryRecvError::Disconnected) => return Ok(self.hang_up()),
                }
            }
            self.poll.poll(&mut events, Some(Duration::ZERO))?;
            for event in &events {
                self.read(event.token())?;
            }
            self.advance();
            next_tick = (next_tick + TICK).max(Instant::now());
            // Pacing is what this thread is for, so it waits by the clock and not for packets.
            thread::sleep(next_tick.saturating_duration_since(Instant::now()));
        }
    }

    fn admit(&mut self, peer: Peer, mut line: PeerSocket, report: watch::Sender<Progress>) -> Result<()> {
        let token = Token(self.slots.len());
        self.poll.registry().register(&mut line.socket, token, Interest::READABLE)?;
        self.slots.push(Slot { peer, line, report });
        Ok(())
    }

    fn advance(&mut self) {
        for slot in &mut self.slots {
            slot.turn(&mut self.tally, epoch_nanos(), Peer::advance);
            slot.tell();
        }
        self.odometer.sent.fetch_add(self.tally.sent - self.told.0, Ordering::Relaxed);
        self.odometer.received.fetch_add(self.tally.received - self.told.1, Ordering::Relaxed);
        self.told = (self.tally.sent, self.tally.received);
    }

    /// Reads a socket until it is empty.
    fn read(&mut self, token: Token) -> Result<()> {
        let Some(slot) = self.slots.get_mut(token.0) else { return Ok(()) };
        loop {
            let mut metas = [RecvMeta::default(); BATCH];
            let mut chunks = self.buffers.chunks_exact_mut(BUFFER_BYTES);
            let mut slices: [IoSliceMut<'_>; BATCH] =
                std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
            let count =
                match slot.line.state.recv(UdpSockRef::from(&slot.line.socket), &mut slices, &mut metas) {
                    Ok(count) => count,
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    // Nobody listens on the server's port any more; the peer notices by itself.
                    Err(error) if error.kind() == ErrorKind::ConnectionRefused => continue,
                    Err(error) => return Err(error).context("reading a media socket"),
                };
            for (meta, slice) in metas.iter().zip(&slices).take(count) {
                slot.receive(meta, &slice[..meta.len], &mut self.tally);
            }
            if count < BATCH {
                return Ok(());
            }
        }
    }

    fn hang_up(mut self) -> Tally {
        for slot in &mut self.slots {
            slot.turn(&mut self.tally, epoch_nanos(), Peer::hang_up);
            self.tally.refused += slot.line.refused;
        }
        self.tally
    }
}

impl Slot {
    fn receive(&mut self, meta: &RecvMeta, bytes: &[u8], tally: &mut Tally) {
        let arrived =
            meta.timestamp.and_then(|at| u64::try_from(at.as_nanos()).ok()).unwrap_or_else(epoch_nanos);
        for datagram in bytes.chunks(meta.stride.max(1)) {
            self.turn(tally, arrived, |peer, turn| peer.receive(meta.addr, datagram, turn));
        }
    }

    fn turn(&mut self, tally: &mut Tally, arrived: u64, act: impl FnOnce(&mut Peer, &mut Turn<'_>)) {
        let line = &mut self.line;
        let mut send = |to, datagram: &[u8]| line.send(to, datagram);
        act(&mut self.peer, &mut Turn { now: Instant::now(), arrived, tally, send: &mut send });
    }

    /// Tells the owner what has changed.
    fn tell(&self) {
        let Peer { connected_at, first_packet_at, gone, .. } = &self.peer;
        self.report.send_if_modified(|told| {
            let changed = told.connected_at != *connected_at
                || told.first_packet_at != *first_packet_at
                || told.gone != *gone;
            if changed {
                *told = Progress {
                    connected_at: *connected_at,
                    first_packet_at: *first_packet_at,
                    gone: gone.clone(),
                };
            }
            changed
        });
    }
}
