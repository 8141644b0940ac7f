//! Which ports the threads have, and how these are opened.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use mio::{Interest, Poll, Token};

use super::addresses::Addresses;
use super::tcp::Links;
use super::udp::UdpPort;
use super::{SfuConfig, SfuError};

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
pub(super) fn again_while_taken<T>(open: impl Fn() -> Result<T, SfuError>) -> Result<T, SfuError> {
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

pub(super) fn open_sockets(
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
        poll.registry().register(&mut socket.socket, token, Interest::READABLE)?;
        sockets.push(socket);
    }
    Ok(sockets)
}

pub(super) fn listen(bind: IpAddr, port: u16, links: &mut Links, poll: &Poll) -> Result<u16, SfuError> {
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
