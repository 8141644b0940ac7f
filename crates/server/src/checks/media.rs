//! The ports of the embedded media server: where it runs they are asked whether they are its own, by the addresses that
//! browsers get; where it does not they are only looked at, and left.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use openvisit_media::ProbeKey;
use openvisit_media::str0m::ice::TransId;
use socket2::{Domain, Socket, Type};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpStream, UdpSocket};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::address::runs;
use super::{CheckResult, Code, Place};
use crate::sfu_io::SfuConfig;

/// How often a datagram is sent that nobody answers, and how long each is waited for.
const TRIES: u32 = 3;
const WAIT: Duration = Duration::from_millis(700);
/// Longer than an answer.
const LONGEST: usize = 256;

#[derive(Clone, Copy)]
enum Protocol {
    Udp,
    Tcp,
}

/// As the report names them.
pub(super) fn udp_ports(place: &Place) -> Option<String> {
    let ports: Vec<_> = place.ports()?.udp.iter().map(u16::to_string).collect();
    Some(ports.join(", "))
}

pub(super) fn tcp_port(place: &Place) -> Option<String> {
    place.ports()?.tcp.map(|port| port.to_string())
}

pub(super) async fn udp(place: Place) -> CheckResult {
    match place.ports() {
        Some(ports) => run(&place, Protocol::Udp, &ports.udp).await,
        None => CheckResult::warning(Code::MediaAnyPort),
    }
}

pub(super) async fn tcp(place: Place) -> CheckResult {
    let ports = place.ports().map(|ports| ports.tcp);
    match ports {
        Some(Some(port)) => run(&place, Protocol::Tcp, &[port]).await,
        Some(None) => CheckResult::warning(Code::MediaTcpOff),
        None if place.settings.media.tcp => CheckResult::warning(Code::MediaAnyPort),
        None => CheckResult::warning(Code::MediaTcpOff),
    }
}

async fn run(place: &Place, protocol: Protocol, ports: &[u16]) -> CheckResult {
    let config = SfuConfig::of(&place.settings.media);
    let candidates = match config.candidates() {
        Ok(candidates) if candidates.is_empty() => return CheckResult::fault(Code::MediaAddressNone),
        Ok(candidates) => candidates,
        Err(error) => return CheckResult::fault(Code::MediaAddressNone).because(error),
    };
    if let Some(proof) = &place.proof {
        let told = answering(&proof.media, protocol, &candidates, ports).await;
        if !told.is_empty() {
            return CheckResult::ok(Code::MediaAnswers).because(joined(&told));
        }
        let here: Vec<_> = config.listens_at().into_iter().map(reachable).collect();
        let here = answering(&proof.media, protocol, &here, ports).await;
        if !here.is_empty() {
            return CheckResult::warning(Code::MediaAnswersHere).because(joined(&candidates));
        }
    }
    if place.ports.is_some() {
        return CheckResult::fault(Code::MediaSilent);
    }
    match are_free(protocol, &config.listens_at(), ports) {
        Ok(()) => CheckResult::ok(Code::MediaFree),
        // Where no server runs it is nobody's but a stranger's.
        Err(error)
            if error.kind() == io::ErrorKind::AddrInUse && place.proof.is_none() && runs(place).await =>
        {
            CheckResult::warning(Code::MediaUnproven)
        }
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => CheckResult::fault(Code::MediaTaken),
        Err(error) => CheckResult::fault(Code::MediaUnusable).because(error),
    }
}

/// The addresses at which all ports answer.
async fn answering(key: &ProbeKey, protocol: Protocol, addresses: &[IpAddr], ports: &[u16]) -> Vec<IpAddr> {
    let mut asked = JoinSet::new();
    for ip in addresses.iter().copied() {
        for port in ports.iter().copied() {
            let (key, to) = (key.clone(), SocketAddr::new(ip, port));
            asked.spawn(async move { (ip, answers(&key, protocol, to).await.unwrap_or(false)) });
        }
    }
    let silent: Vec<_> =
        asked.join_all().await.into_iter().filter(|(_, answered)| !answered).map(|(ip, _)| ip).collect();
    addresses.iter().copied().filter(|ip| !silent.contains(ip)).collect()
}

async fn answers(key: &ProbeKey, protocol: Protocol, to: SocketAddr) -> io::Result<bool> {
    match protocol {
        Protocol::Udp => answers_by_udp(key, to).await,
        Protocol::Tcp => {
            let asked = timeout(WAIT * TRIES, answers_by_tcp(key, to)).await;
            asked.unwrap_or(Ok(false))
        }
    }
}

async fn answers_by_udp(key: &ProbeKey, to: SocketAddr) -> io::Result<bool> {
    let here: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((here, 0)).await?;
    socket.connect(to).await?;
    let id = TransId::new();
    let mut bytes = [0; LONGEST];
    for _ in 0..TRIES {
        socket.send(&key.request(id)).await?;
        if let Ok(length) = timeout(WAIT, socket.recv(&mut bytes)).await {
            return Ok(key.is_answered_by(&bytes[..length?], id));
        }
    }
    Ok(false)
}

/// Datagrams in a stream have their length before them (RFC 4571).
async fn answers_by_tcp(key: &ProbeKey, to: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(to).await?;
    let id = TransId::new();
    let request = key.request(id);
    let length = u16::try_from(request.len()).map_err(io::Error::other)?;
    stream.write_all(&[&length.to_be_bytes()[..], &request].concat()).await?;
    let mut answer = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut answer).await?;
    Ok(key.is_answered_by(&answer, id))
}

fn are_free(protocol: Protocol, listens_at: &[IpAddr], ports: &[u16]) -> io::Result<()> {
    for port in ports {
        for ip in listens_at {
            match is_free(protocol, SocketAddr::new(*ip, *port)) {
                // A machine may have no IPv6; the server then does without.
                Err(error)
                    if listens_at.len() > 1 && ip.is_ipv6() && error.kind() != io::ErrorKind::AddrInUse => {}
                free => free?,
            }
        }
    }
    Ok(())
}

/// Takes the port as the server would, and gives it back at once.
fn is_free(protocol: Protocol, address: SocketAddr) -> io::Result<()> {
    let kind = match protocol {
        Protocol::Udp => Type::DGRAM,
        Protocol::Tcp => Type::STREAM,
    };
    let socket = Socket::new(Domain::for_address(address), kind, None)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if matches!(protocol, Protocol::Tcp) {
        // As the server does: the streams of the one before may not have timed out.
        socket.set_reuse_address(true)?;
    }
    socket.bind(&address.into())
}

/// Where one reaches what listens at every address.
fn reachable(listens_at: IpAddr) -> IpAddr {
    match listens_at {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    }
}

fn joined(addresses: &[IpAddr]) -> String {
    addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(", ")
}
