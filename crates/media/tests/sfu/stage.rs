//! A worker and its clients in a simulated network and virtual time.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::str0m::crypto::from_feature_flags;
use openvisit_media::str0m::net::Protocol;
use openvisit_media::{Answer, Connection, LocalAddress, MediaEvent, Worker, WorkerConfig};
use openvisit_testkit::network::{Datagram, Network, NetworkConditions};
use openvisit_testkit::peer::{CAMERA, MICROPHONE, Peer};
use uuid::Uuid;

pub const SERVER: &str = "10.0.0.1:3478";

pub struct Client {
    pub peer: Peer,
    pub connection: Connection,
    /// Whether it sends camera and microphone packets as time passes.
    pub talking: bool,
    /// A vanished client neither sends nor receives.
    pub vanished: bool,
    frames: u32,
}

pub struct Stage {
    pub now: Instant,
    pub worker: Worker,
    pub network: Network,
    pub clients: Vec<Client>,
    pub events: Vec<MediaEvent>,
    /// All that the first client has sent.
    pub overheard: Vec<Vec<u8>>,
    next_frame: Instant,
}

const FRAME: Duration = Duration::from_millis(20);

pub fn connection(session: u128, participant: u128, id: u128) -> Connection {
    Connection {
        session: SessionId(Uuid::from_u128(session)),
        participant: ParticipantId(Uuid::from_u128(participant)),
        id: ConnectionId(Uuid::from_u128(id)),
    }
}

impl Stage {
    pub fn new(seed: u64, conditions: NetworkConditions) -> Self {
        let now = Instant::now();
        let certificate = from_feature_flags().dtls_provider.generate_certificate().unwrap();
        let address = LocalAddress { protocol: Protocol::Udp, address: SERVER.parse().unwrap() };
        Self {
            now,
            worker: Worker::new(WorkerConfig::new(vec![address], certificate)),
            network: Network::new(seed, conditions),
            clients: Vec::new(),
            events: Vec::new(),
            overheard: Vec::new(),
            next_frame: now,
        }
    }

    /// A call of two of session 1: participants 1 and 2, both connected.
    pub fn call(seed: u64, conditions: NetworkConditions) -> Self {
        let mut stage = Self::new(seed, conditions);
        stage.join(connection(1, 1, 1));
        stage.join(connection(1, 2, 2));
        stage.run_until("both connected", |stage| stage.clients.iter().all(|client| client.peer.connected));
        stage
    }

    /// A client joins; returns its index.
    pub fn join(&mut self, connection: Connection) -> usize {
        self.join_with(connection, |offer| offer)
    }

    /// A client joins with an offer that was changed on its way.
    pub fn join_with(&mut self, connection: Connection, change: impl Fn(String) -> String) -> usize {
        self.come(connection, |worker, now, offer| worker.join(now, connection, &change(offer)).unwrap())
    }

    /// A client tests devices and line; returns its index.
    pub fn join_echo(&mut self, connection: Connection) -> usize {
        self.come(connection, |worker, now, offer| worker.join_echo(now, connection, &offer).unwrap())
    }

    fn come(
        &mut self,
        connection: Connection,
        answer: impl FnOnce(&mut Worker, Instant, String) -> Answer,
    ) -> usize {
        let index = self.clients.len();
        let address = SocketAddr::from(([10, 0, 1, u8::try_from(index + 1).unwrap()], 5_000));
        let mut peer = Peer::new(self.now, Protocol::Udp, address);
        let answer = answer(&mut self.worker, self.now, peer.offer());
        peer.accept_answer(self.now, &answer.sdp).unwrap();
        self.clients.push(Client { peer, connection, talking: true, vanished: false, frames: 0 });
        index
    }

    /// Runs for a while.
    pub fn run(&mut self, duration: Duration) {
        let end = self.now + duration;
        while self.step(end) {}
        self.now = end;
    }

    /// Runs until something is so, or panics after ten seconds.
    pub fn run_until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        let end = self.now + Duration::from_secs(10);
        while !done(self) {
            assert!(self.step(end), "never: {what}");
        }
    }

    fn step(&mut self, end: Instant) -> bool {
        self.collect();
        let times =
            self.clients.iter().filter(|client| !client.vanished).map(|client| client.peer.poll_timeout());
        let next = times
            .chain(self.worker.poll_timeout())
            .chain(self.network.poll_timeout())
            .chain([self.next_frame])
            .min()
            .unwrap();
        if next > end {
            return false;
        }
        self.now = self.now.max(next);
        self.deliver();
        self.speak();
        for client in self.clients.iter_mut().filter(|client| !client.vanished) {
            if client.peer.poll_timeout() <= self.now {
                client.peer.handle_timeout(self.now).unwrap();
            }
        }
        if self.worker.poll_timeout().is_some_and(|at| at <= self.now) {
            self.worker.handle_timeout(self.now);
        }
        true
    }

    fn deliver(&mut self) {
        while let Some(datagram) = self.network.poll(self.now) {
            let Datagram { source, destination, ref bytes, .. } = datagram;
            if destination == SERVER.parse().unwrap() {
                self.worker.handle_datagram(self.now, datagram.protocol(), source, destination, bytes);
            } else if let Some(client) =
                self.clients.iter_mut().find(|client| client.peer.address == destination)
                && !client.vanished
            {
                // str0m cannot close an association that is still opening, and says so.
                let taken = client.peer.handle_datagram(self.now, source, bytes);
                client.vanished |= taken.is_err();
            }
        }
        self.worker.flush(self.now);
    }

    /// Three camera packets and one microphone packet per client every 20 ms.
    fn speak(&mut self) {
        if self.next_frame > self.now {
            return;
        }
        self.next_frame += FRAME;
        for (index, client) in self.clients.iter_mut().enumerate() {
            if !client.talking || client.vanished || !client.peer.connected {
                continue;
            }
            client.frames += 1;
            let mut payload = vec![index as u8; 400];
            payload[..2].copy_from_slice(&[0x10, 0x01]);
            for _ in 0..3 {
                client.peer.send(self.now, CAMERA, client.frames * 1_800, &payload).unwrap();
            }
            client.peer.send(self.now, MICROPHONE, client.frames * 960, &payload[..80]).unwrap();
        }
    }

    fn collect(&mut self) {
        for (index, client) in self.clients.iter_mut().enumerate() {
            while let Some(transmit) = client.peer.poll_transmit() {
                if !client.vanished {
                    let (source, destination) = (transmit.source, transmit.destination);
                    let bytes = transmit.contents.to_vec();
                    if index == 0 {
                        self.overheard.push(bytes.clone());
                    }
                    self.network.send(self.now, Datagram { source, destination, tcp: false, bytes });
                }
            }
        }
        while let Some(transmit) = self.worker.poll_transmit() {
            let (source, destination) = (transmit.source, transmit.destination);
            let bytes = transmit.contents.to_vec();
            self.network.send(self.now, Datagram { source, destination, tcp: false, bytes });
        }
        while let Some(event) = self.worker.poll_event() {
            self.events.push(event);
        }
    }

    /// Counts the events of a connection that are as asked.
    pub fn events_of(&self, id: u128, matching: impl Fn(&MediaEvent) -> bool) -> usize {
        let of = |event: &&MediaEvent| match event {
            MediaEvent::Connected { connection, .. }
            | MediaEvent::Alive { connection, .. }
            | MediaEvent::Quality { connection, .. }
            | MediaEvent::Disconnected { connection, .. }
            | MediaEvent::Failed { connection, .. } => connection.id == ConnectionId(Uuid::from_u128(id)),
        };
        self.events.iter().filter(of).filter(|event| matching(event)).count()
    }

    /// Throws bytes at the server, as if from there.
    pub fn throw(&mut self, from: SocketAddr, bytes: &[u8]) {
        self.worker.handle_datagram(self.now, Protocol::Udp, from, SERVER.parse().unwrap(), bytes);
        self.worker.flush(self.now);
    }

    pub fn received(&self, client: usize, line: usize) -> u64 {
        self.clients[client].peer.lines[line].received.packets
    }
}
