//! The media server over real loopback sockets.

use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream, UdpSocket};
use std::time::{Duration, Instant};

use openvisit::sfu_io::{Sfu, SfuConfig};
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{Connection, DisconnectReason, MediaEvent, MediaRefusal};
use openvisit_testkit::peer::{CAMERA, MICROPHONE, Peer};
use tokio::sync::mpsc::UnboundedReceiver;
use uuid::Uuid;

const LOOPBACK: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
/// Everything on loopback takes milliseconds; this is for a machine that does something else meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);

fn start(workers: usize) -> (Sfu, UnboundedReceiver<MediaEvent>) {
    let config = SfuConfig { bind: LOOPBACK, first_port: 0, workers, ..SfuConfig::default() };
    Sfu::start(&config).unwrap()
}

fn connection(session: u128, participant: u128) -> Connection {
    Connection {
        session: SessionId(Uuid::from_u128(session)),
        participant: ParticipantId(Uuid::from_u128(participant)),
        id: ConnectionId(Uuid::from_u128(participant)),
    }
}

/// A client's wire.
enum Wire {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, server: SocketAddr, input: Vec<u8> },
}

impl Wire {
    fn udp() -> (Self, SocketAddr) {
        let socket = UdpSocket::bind((LOOPBACK, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        let address = socket.local_addr().unwrap();
        (Self::Udp(socket), address)
    }

    fn tcp(port: u16) -> (Self, SocketAddr) {
        let server = SocketAddr::new(LOOPBACK, port);
        let stream = TcpStream::connect(server).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
        let address = stream.local_addr().unwrap();
        (Self::Tcp { stream, server, input: Vec::new() }, address)
    }

    fn protocol(&self) -> Protocol {
        match self {
            Self::Udp(_) => Protocol::Udp,
            Self::Tcp { .. } => Protocol::Tcp,
        }
    }

    fn send(&mut self, destination: SocketAddr, bytes: &[u8]) {
        match self {
            Self::Udp(socket) => {
                socket.send_to(bytes, destination).unwrap();
            }
            Self::Tcp { stream, .. } => {
                let length = u16::try_from(bytes.len()).unwrap().to_be_bytes();
                stream.write_all(&[&length, bytes].concat()).unwrap();
            }
        }
    }

    /// What arrives within two milliseconds.
    fn receive(&mut self) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut bytes = [0; 4096];
        match self {
            Self::Udp(socket) => {
                let received = socket.recv_from(&mut bytes).ok();
                received.map(|(length, source)| (source, bytes[..length].to_vec())).into_iter().collect()
            }
            Self::Tcp { stream, server, input } => {
                if let Ok(length) = stream.read(&mut bytes) {
                    input.extend_from_slice(&bytes[..length]);
                }
                let mut datagrams = Vec::new();
                while let Some((head, rest)) = input.split_first_chunk::<2>() {
                    let length = usize::from(u16::from_be_bytes(*head));
                    if rest.len() < length {
                        break;
                    }
                    datagrams.push((*server, rest[..length].to_vec()));
                    input.drain(..2 + length);
                }
                datagrams
            }
        }
    }
}

struct Client {
    peer: Peer,
    wire: Wire,
}

impl Client {
    async fn join(sfu: &Sfu, connection: Connection, (wire, address): (Wire, SocketAddr)) -> Self {
        let mut peer = Peer::new(Instant::now(), wire.protocol(), address);
        let answer = sfu.join(connection, peer.offer()).await.unwrap();
        // A TCP client has no use for the candidates of the other protocol, nor the other way round.
        peer.accept_answer(Instant::now(), &answer.sdp).unwrap();
        Self { peer, wire }
    }

    fn turn(&mut self) {
        for (source, bytes) in self.wire.receive() {
            self.peer.handle_datagram(Instant::now(), source, &bytes).unwrap();
        }
        if self.peer.poll_timeout() <= Instant::now() {
            self.peer.handle_timeout(Instant::now()).unwrap();
        }
        while let Some(transmit) = self.peer.poll_transmit() {
            if transmit.proto == self.wire.protocol() {
                self.wire.send(transmit.destination, &transmit.contents);
            }
        }
    }
}

fn until(what: &str, clients: &mut [Client], mut done: impl FnMut(&mut [Client]) -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done(clients) {
        assert!(Instant::now() < end, "never: {what}");
        clients.iter_mut().for_each(Client::turn);
    }
}

/// Sends 100 packets of each kind both ways and waits for them.
fn exchange(clients: &mut [Client]) {
    until("connected", clients, |clients| clients.iter().all(|client| client.peer.connected));
    // The server hears of the last handshake message a moment after the client has sent it.
    let mut sent = 0;
    until("first packet", clients, |clients| {
        sent += 1;
        for client in &mut *clients {
            client.peer.send(Instant::now(), MICROPHONE, sent * 960, &[1; 80]).unwrap();
        }
        clients.iter().all(|client| client.peer.lines[MICROPHONE].received.packets > 0)
    });
    for number in 0..100 {
        for client in &mut *clients {
            client.peer.send(Instant::now(), CAMERA, number * 3_000, &[number as u8; 1_100]).unwrap();
        }
        clients.iter_mut().for_each(Client::turn);
    }
    until("all packets", clients, |clients| {
        clients.iter().all(|client| client.peer.lines[CAMERA].received.packets == 100)
    });
}

#[tokio::test]
async fn a_call_over_udp() {
    let (sfu, mut events) = start(2);
    assert_eq!(sfu.ports().udp.len(), 2);
    let mut clients = vec![
        Client::join(&sfu, connection(1, 1), Wire::udp()).await,
        Client::join(&sfu, connection(1, 2), Wire::udp()).await,
    ];
    exchange(&mut clients);
    assert!(matches!(events.recv().await, Some(MediaEvent::Connected { .. })));
    assert!(matches!(events.recv().await, Some(MediaEvent::Connected { .. })));
    let garbage = UdpSocket::bind((LOOPBACK, 0)).unwrap();
    for length in 0..1_500 {
        garbage.send_to(&vec![length as u8; length], (LOOPBACK, sfu.ports().udp[1])).unwrap();
    }
    let before = clients[0].peer.lines[CAMERA].received.packets;
    clients[1].peer.send(Instant::now(), CAMERA, 400_000, &[9; 900]).unwrap();
    until("the call goes on", &mut clients, |clients| {
        clients[0].peer.lines[CAMERA].received.packets > before
    });
    until("counted", &mut clients, |_| sfu.stats().refused >= 1_000);
    let stats = sfu.stats();
    assert_eq!((stats.peers, stats.dropped), (2, 0));
    assert!(stats.forwarded >= 200 && stats.packets_in > stats.forwarded, "{stats:?}");

    sfu.stop().await;
    until("told that the server stops", &mut clients, |clients| {
        clients.iter().all(|client| client.peer.closed)
    });
    // A slow machine may be told in between that the connections are still there.
    let ended = loop {
        match events.recv().await {
            Some(MediaEvent::Alive { .. } | MediaEvent::Quality { .. }) => {}
            other => break other,
        }
    };
    assert!(matches!(ended, Some(MediaEvent::Disconnected { why: DisconnectReason::Stopped, .. })));
}

#[tokio::test]
async fn a_call_over_tcp_finds_its_worker() {
    let (sfu, _events) = start(3);
    let port = sfu.ports().tcp.unwrap();
    // The sessions' last bytes spread them over the workers.
    for session in 0..3 {
        let mut clients = vec![
            Client::join(&sfu, connection(session, 10 + session), Wire::tcp(port)).await,
            Client::join(&sfu, connection(session, 20 + session), Wire::tcp(port)).await,
        ];
        exchange(&mut clients);
    }
}

#[tokio::test]
async fn udp_and_tcp_meet_in_one_call() {
    let (sfu, _events) = start(1);
    let mut clients = vec![
        Client::join(&sfu, connection(1, 1), Wire::udp()).await,
        Client::join(&sfu, connection(1, 2), Wire::tcp(sfu.ports().tcp.unwrap())).await,
    ];
    exchange(&mut clients);
}

#[tokio::test]
async fn garbage_on_tcp_is_hung_up_on() {
    let (sfu, _events) = start(2);
    for garbage in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0xff; 5000], &[0, 4, 1, 2, 3, 4]] {
        let mut stream = TcpStream::connect((LOOPBACK, sfu.ports().tcp.unwrap())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(garbage).unwrap();
        let ended = stream.read(&mut [0; 16]);
        assert!(
            matches!(ended, Ok(0))
                || ended.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset)
        );
    }
}

#[tokio::test]
async fn refusals_and_commands_for_what_is_gone() {
    let (sfu, mut events) = start(1);
    assert!(matches!(
        sfu.join(connection(1, 1), "nonsense".to_owned()).await,
        Err(MediaRefusal::Malformed(_))
    ));
    let gone = sfu.restart(connection(1, 1), "nonsense".to_owned()).await;
    assert_eq!(gone, Err(MediaRefusal::UnknownConnection));
    sfu.hang_up(connection(1, 1));
    sfu.remove(connection(1, 1).session, connection(1, 1).participant);
    sfu.close_session(connection(1, 1).session);
    let mut peer = Peer::new(Instant::now(), Protocol::Udp, SocketAddr::new(LOOPBACK, 9));
    sfu.join(connection(1, 1), peer.offer()).await.unwrap();
    sfu.close_session(connection(1, 1).session);
    assert!(matches!(events.recv().await, Some(MediaEvent::Failed { why: DisconnectReason::HungUp, .. })));
    sfu.stop().await;
    assert_eq!(sfu.join(connection(1, 1), peer.restart_offer()).await, Err(MediaRefusal::Fault));
}

#[tokio::test]
async fn a_taken_port_is_told() {
    let (sfu, _events) = start(1);
    let config =
        SfuConfig { bind: LOOPBACK, first_port: sfu.ports().udp[0], workers: 1, ..SfuConfig::default() };
    let refused = Sfu::start(&config).err().map(|error| error.to_string());
    assert!(refused.is_some_and(|text| text.contains(&sfu.ports().udp[0].to_string())));
}
