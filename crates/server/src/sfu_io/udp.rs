//! One UDP socket: batched receiving (recvmmsg, GRO) and sending (GSO).

use std::collections::VecDeque;
use std::io::{self, IoSliceMut};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mio::net::UdpSocket;
use mio::{Interest, Registry, Token};
use openvisit_media::str0m::net::Transmit;
use quinn_udp::{BATCH_SIZE, RecvMeta, UdpSockRef, UdpSocketState};
use rustix::net::sockopt;
use socket2::{Domain, Protocol, Socket, Type};

use super::addresses::Addresses;
use super::counters::SfuStats;
use super::outgoing::{Batch, Outgoing};

/// Holds 50 calls' packets for 0.1 s, should the thread not get its turn.
const SOCKET_BUFFER: usize = 4 << 20;
/// A kernel that takes nothing for so many batches has a broken network below it.
const MAX_BACKLOG: usize = 512;
/// 64 KiB for a GRO batch, and a bit more, so that the buffers' starts differ in their cache sets.
const RECEIVE_BUFFER: usize = (64 << 10) + 1088;

/// Where datagrams are received into; shared by the sockets of a thread.
pub(super) struct ReceiveBuffers {
    bytes: Vec<u8>,
    metas: [RecvMeta; BATCH_SIZE],
}

impl ReceiveBuffers {
    pub fn new() -> Self {
        Self { bytes: vec![0; RECEIVE_BUFFER * BATCH_SIZE], metas: [RecvMeta::default(); BATCH_SIZE] }
    }
}

pub(super) struct UdpPort {
    pub socket: UdpSocket,
    state: UdpSocketState,
    addresses: Addresses,
    port: u16,
    outgoing: Outgoing,
    backlog: VecDeque<Batch>,
    /// An event is to tell when the kernel takes datagrams again.
    awaits_room: bool,
    /// The longest that a packet waited here before it was received, since [`UdpPort::take_waited`] was asked.
    waited: Duration,
}

impl UdpPort {
    /// # Errors
    /// The port is taken or the address is not ours.
    pub fn open(address: SocketAddr, addresses: Addresses) -> io::Result<Self> {
        let socket = Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.bind(&address.into())?;
        let socket: std::net::UdpSocket = socket.into();
        let state = UdpSocketState::new(UdpSockRef::from(&socket))?;
        let port = Self {
            port: socket.local_addr()?.port(),
            socket: UdpSocket::from_std(socket),
            state,
            addresses,
            outgoing: Outgoing::default(),
            backlog: VecDeque::new(),
            awaits_room: false,
            waited: Duration::ZERO,
        };
        port.enlarge_buffers();
        Ok(port)
    }

    /// Root may exceed the kernel's limit, others get what it allows.
    fn enlarge_buffers(&self) {
        let forced = sockopt::set_socket_recv_buffer_size_force(&self.socket, SOCKET_BUFFER)
            .and_then(|()| sockopt::set_socket_send_buffer_size_force(&self.socket, SOCKET_BUFFER));
        if forced.is_err() {
            let socket = || UdpSockRef::from(&self.socket);
            // What was given in the end is looked at by `smallest_buffer`.
            let _ = self.state.set_recv_buffer_size(socket(), SOCKET_BUFFER);
            let _ = self.state.set_send_buffer_size(socket(), SOCKET_BUFFER);
        }
    }

    /// Bytes of the smaller socket buffer, where the kernel gave less than was asked for.
    pub fn smallest_buffer(&self) -> Option<usize> {
        let receive = self.state.recv_buffer_size(UdpSockRef::from(&self.socket)).unwrap_or_default();
        let send = self.state.send_buffer_size(UdpSockRef::from(&self.socket)).unwrap_or_default();
        let smallest = receive.min(send);
        (smallest < SOCKET_BUFFER).then_some(smallest)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Receives one batch and hands each datagram on, with its source and the candidate it was meant
    /// for. False when nothing is left.
    pub fn receive(
        &mut self,
        buffers: &mut ReceiveBuffers,
        stats: &mut SfuStats,
        mut each: impl FnMut(SocketAddr, SocketAddr, &[u8]),
    ) -> io::Result<bool> {
        let ReceiveBuffers { bytes, metas } = buffers;
        let received = {
            let mut chunks = bytes.chunks_mut(RECEIVE_BUFFER);
            let mut slices: [IoSliceMut<'_>; BATCH_SIZE] =
                std::array::from_fn(|_| IoSliceMut::new(chunks.next().unwrap_or_default()));
            match self.state.recv(UdpSockRef::from(&self.socket), &mut slices, metas) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                // A client that is gone: ICMP told the socket, and nobody else needs to know.
                Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Ok(true),
                Err(error) => return Err(error),
            }
        };
        // The first one has waited longest.
        if let Some(came) = metas.first().and_then(|meta| meta.timestamp) {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            self.waited = self.waited.max(now.saturating_sub(came));
        }
        for (meta, buffer) in metas.iter().zip(bytes.chunks(RECEIVE_BUFFER)).take(received) {
            let destination = meta.dst_ip.unwrap_or_else(|| self.unspecified());
            let destination = SocketAddr::new(self.addresses.candidate(destination), self.port);
            for datagram in buffer[..meta.len].chunks(meta.stride.max(1)) {
                stats.packets_in += 1;
                stats.bytes_in += datagram.len() as u64;
                each(meta.addr, destination, datagram);
            }
        }
        // Whatever comes after a batch that was not full raises a new event.
        Ok(received == BATCH_SIZE)
    }

    pub fn take_waited(&mut self) -> Duration {
        std::mem::take(&mut self.waited)
    }

    fn unspecified(&self) -> IpAddr {
        self.socket.local_addr().map_or(IpAddr::from([0; 4]), |address| address.ip())
    }

    /// Queues a datagram; [`UdpPort::flush`] sends what is queued.
    pub fn send(&mut self, transmit: &Transmit) {
        self.outgoing.push(transmit, self.state.max_gso_segments());
    }

    pub fn flush(&mut self, stats: &mut SfuStats) {
        while let Some(batch) = self.outgoing.pop() {
            if self.backlog.is_empty() && self.try_send(&batch, stats) {
                self.outgoing.recycle(batch);
            } else if self.backlog.len() < MAX_BACKLOG {
                self.backlog.push_back(batch);
            } else {
                stats.dropped += batch.count() as u64;
            }
        }
    }

    /// Asks for an event where datagrams wait for the kernel to take them, and only then: each datagram that leaves would
    /// raise one, and wake the thread for nothing.
    pub fn await_room(&mut self, token: Token, registry: &Registry) {
        let waits = !self.backlog.is_empty();
        if std::mem::replace(&mut self.awaits_room, waits) == waits {
            return;
        }
        let interest = if waits { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        if let Err(error) = registry.reregister(&mut self.socket, token, interest) {
            tracing::error!(%error, "a media thread could not say what it waits for");
        }
    }

    /// The kernel takes datagrams again.
    pub fn writable(&mut self, stats: &mut SfuStats) {
        while let Some(batch) = self.backlog.front() {
            if !self.try_send(batch, stats) {
                return;
            }
            self.backlog.pop_front();
        }
    }

    /// False if the kernel has no room now. Any other failure is this batch's only.
    fn try_send(&self, batch: &Batch, stats: &mut SfuStats) -> bool {
        let transmit = quinn_udp::Transmit {
            destination: batch.destination,
            ecn: None,
            contents: &batch.bytes,
            segment_size: (batch.bytes.len() > batch.segment).then_some(batch.segment),
            src_ip: self.addresses.send_from(batch.source.ip()),
        };
        match self.state.try_send(UdpSockRef::from(&self.socket), &transmit) {
            Ok(()) => {
                stats.packets_out += batch.count() as u64;
                stats.bytes_out += batch.bytes.len() as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
            Err(error) => {
                stats.dropped += batch.count() as u64;
                tracing::debug!(%error, "could not send media datagrams");
            }
        }
        true
    }
}
