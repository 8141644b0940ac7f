//! What one forwarded packet costs the media server, without sockets.
//!
//! `cargo run --release -p openvisit-media --example forward -- [calls] [seconds] [participants of each]`
//!
//! Every participant sends 150 video packets of 1200 bytes and 50 audio packets of 120 bytes a second,
//! in virtual time. Only the time spent in the worker is counted.

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn clock() -> Instant {
    Instant::now()
}

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::str0m::crypto::from_feature_flags;
use openvisit_media::str0m::net::{Protocol, Transmit};
use openvisit_media::{Connection, LocalAddress, Worker, WorkerConfig};
use openvisit_testkit::peer::{CAMERA, MICROPHONE, Peer};
use uuid::Uuid;

const STEP: Duration = Duration::from_millis(1);

struct Bench {
    worker: Worker,
    clients: Vec<Peer>,
    server: SocketAddr,
    to_server: VecDeque<Transmit>,
    to_clients: VecDeque<Transmit>,
    spent: Duration,
}

impl Bench {
    fn timed(&mut self, run: impl FnOnce(&mut Worker)) {
        let start = clock();
        run(&mut self.worker);
        self.spent += start.elapsed();
    }

    fn round(&mut self, now: Instant) {
        for client in &mut self.clients {
            if client.poll_timeout() <= now {
                client.handle_timeout(now).expect("client");
            }
            while let Some(transmit) = client.poll_transmit() {
                self.to_server.push_back(transmit);
            }
        }
        while let Some(datagram) = self.to_server.pop_front() {
            let server = self.server;
            self.timed(|worker| {
                worker.handle_datagram(now, Protocol::Udp, datagram.source, server, &datagram.contents);
                worker.flush(now);
            });
        }
        if self.worker.poll_timeout().is_some_and(|at| at <= now) {
            self.timed(|worker| worker.handle_timeout(now));
        }
        while let Some(transmit) = self.worker.poll_transmit() {
            self.to_clients.push_back(transmit);
        }
        while let Some(datagram) = self.to_clients.pop_front() {
            let SocketAddr::V4(to) = datagram.destination else { continue };
            let client = &mut self.clients[usize::from(to.port()) - 10_000];
            client.handle_datagram(now, datagram.source, &datagram.contents).expect("client");
        }
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>().expect("a number"));
    let calls = arguments.next().unwrap_or(10);
    let seconds = arguments.next().unwrap_or(10);
    let each = arguments.next().unwrap_or(2);
    let mut now = clock();
    let server = SocketAddr::from(([10, 0, 0, 1], 3478));
    let certificate = from_feature_flags().dtls_provider.generate_certificate().expect("a certificate");
    let config =
        WorkerConfig::new(vec![LocalAddress { protocol: Protocol::Udp, address: server }], certificate);
    let mut bench = Bench {
        worker: Worker::new(config),
        clients: Vec::new(),
        server,
        to_server: VecDeque::new(),
        to_clients: VecDeque::new(),
        spent: Duration::ZERO,
    };
    for index in 0..calls * each {
        let id = |offset: u32| Uuid::from_u128(u128::from(index / offset));
        let connection = Connection {
            session: SessionId(id(each)),
            participant: ParticipantId(id(1)),
            id: ConnectionId(id(1)),
        };
        let port = u16::try_from(10_000 + index).expect("a port");
        let mut peer = Peer::new(now, Protocol::Udp, SocketAddr::from(([10, 0, 0, 2], port)));
        let answer = bench.worker.join(now, connection, &peer.offer()).expect("an answer");
        peer.accept_answer(now, &answer.sdp).expect("accepted");
        bench.clients.push(peer);
    }
    let lines = each as usize * 3 - 3;
    while !bench.clients.iter().all(|client| client.connected && client.lines.len() >= lines) {
        now += STEP;
        bench.round(now);
    }
    bench.spent = Duration::ZERO;
    let before = bench.worker.stats().forwarded;
    let payload = vec![7; 1_200];
    for millisecond in 0..seconds * 1_000 {
        now += STEP;
        for (index, client) in bench.clients.iter_mut().enumerate() {
            let phase = millisecond + index as u32 * 7;
            if phase % 20 < 3 || (phase % 20) == 10 {
                // Three packets per frame of 50 frames a second.
                if phase % 20 < 3 {
                    client.send(now, CAMERA, millisecond * 90, &payload).expect("sent");
                } else {
                    client.send(now, MICROPHONE, millisecond * 48, &payload[..120]).expect("sent");
                }
            }
        }
        bench.round(now);
    }
    let forwarded = bench.worker.stats().forwarded - before;
    let cost = bench.spent.as_secs_f64() * 1e6 / forwarded as f64;
    let share = bench.spent.as_secs_f64() * 100.0 / f64::from(seconds * calls);
    let lost: u64 =
        bench.clients.iter().flat_map(|client| &client.lines).map(|line| line.received.missing()).sum();
    println!(
        "{calls} calls of {each}: {forwarded} packets forwarded, {cost:.2} µs each, {lost} lost, {share:.2} % of a core per call"
    );
}
