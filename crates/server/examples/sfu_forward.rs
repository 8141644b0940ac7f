//! What one forwarded packet costs the media server over real sockets.
//!
//! `cargo run --release -p openvisit --example sfu_forward -- [calls] [seconds]`
//!
//! Every participant sends 150 video packets of 1200 bytes and 50 audio packets of 120 bytes a second
//! over loopback UDP. Only the media threads' CPU time is counted, as Linux accounts it.

use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use mio::net::UdpSocket;
use mio::{Events, Interest, Poll, Token};
use openvisit::sfu_io::{Sfu, SfuConfig};
use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use openvisit_media::Connection;
use openvisit_media::str0m::net::Protocol;
use openvisit_testkit::peer::{CAMERA, MICROPHONE, Peer};
use uuid::Uuid;

const VIDEO_EVERY: Duration = Duration::from_nanos(1_000_000_000 / 150);
const AUDIO_EVERY: Duration = Duration::from_millis(20);

struct Client {
    peer: Peer,
    socket: UdpSocket,
    next_video: Instant,
    next_audio: Instant,
}

impl Client {
    fn transmit(&mut self) {
        while let Some(transmit) = self.peer.poll_transmit() {
            self.socket.send_to(&transmit.contents, transmit.destination).ok();
        }
    }

    fn receive(&mut self, buffer: &mut [u8]) {
        while let Ok((length, source)) = self.socket.recv_from(buffer) {
            self.peer.handle_datagram(Instant::now(), source, &buffer[..length]).expect("client");
        }
        self.transmit();
    }

    fn advance(&mut self, now: Instant, start: Instant, talk: bool, payload: &[u8]) -> Instant {
        let millis = u32::try_from(now.duration_since(start).as_millis()).unwrap_or_default();
        if talk && self.next_video <= now {
            self.next_video += VIDEO_EVERY;
            self.peer.send(now, CAMERA, millis * 90, payload).expect("client");
        }
        if talk && self.next_audio <= now {
            self.next_audio += AUDIO_EVERY;
            self.peer.send(now, MICROPHONE, millis * 48, &payload[..120]).expect("client");
        }
        if self.peer.poll_timeout() <= now {
            self.peer.handle_timeout(now).expect("client");
        }
        self.transmit();
        self.peer.poll_timeout().min(if talk {
            self.next_video.min(self.next_audio)
        } else {
            now + AUDIO_EVERY
        })
    }
}

/// CPU time of the media threads.
fn media_cpu() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("Linux");
    let of_task = |task: std::fs::DirEntry| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        let times = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let nanos = times.split(' ').next()?.parse().ok()?;
        name.starts_with("media-").then_some(Duration::from_nanos(nanos))
    };
    tasks.flatten().filter_map(of_task).sum()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().expect("a number"));
    let calls = arguments.next().unwrap_or(10);
    let seconds = arguments.next().unwrap_or(10);
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let config = SfuConfig { bind: loopback, first_port: 0, ..SfuConfig::default() };
    let (sfu, _events) = Sfu::start(&config).expect("started");
    let start = Instant::now();
    let mut poll = Poll::new().expect("poll");
    let mut clients = Vec::new();
    let mut joining = Duration::ZERO;
    for index in 0..calls * 2 {
        let mut socket = UdpSocket::bind((loopback, 0).into()).expect("socket");
        poll.registry().register(&mut socket, Token(clients.len()), Interest::READABLE).expect("registered");
        let mut peer = Peer::new(start, Protocol::Udp, socket.local_addr().expect("bound"));
        let connection = Connection {
            session: SessionId(Uuid::from_u128((index / 2).into())),
            participant: ParticipantId(Uuid::from_u128(index.into())),
            id: ConnectionId(Uuid::from_u128(index.into())),
        };
        let asked = Instant::now();
        let answer = sfu.join(connection, peer.offer()).await.expect("an answer");
        if index == 0 {
            println!("first join: {:?}", asked.elapsed());
        }
        joining += asked.elapsed();
        peer.accept_answer(Instant::now(), &answer.sdp).expect("accepted");
        let first = start + AUDIO_EVERY.mul_f64(index as f64 / (calls * 2) as f64);
        clients.push(Client { peer, socket, next_video: first, next_audio: first });
    }
    println!("average join: {:?}", joining / u32::try_from(calls * 2).unwrap_or(1));

    let mut events = Events::with_capacity(1024);
    let (mut buffer, payload) = (vec![0; 2048], vec![7; 1200]);
    let mut measured: Option<(Instant, Duration, u64)> = None;
    let mut wait = Duration::ZERO;
    loop {
        poll.poll(&mut events, Some(wait)).expect("poll");
        for event in &events {
            clients[event.token().0].receive(&mut buffer);
        }
        let now = Instant::now();
        match measured {
            None if clients.iter().all(|client| client.peer.connected) => {
                for client in &mut clients {
                    let phase = client.next_video.duration_since(start);
                    (client.next_video, client.next_audio) = (now + phase, now + phase);
                }
                measured = Some((now, media_cpu(), sfu.stats().forwarded));
            }
            Some((since, cpu, forwarded)) if now.duration_since(since).as_secs() >= seconds => {
                let spent = media_cpu() - cpu;
                let forwarded = sfu.stats().forwarded - forwarded;
                let each = spent.as_secs_f64() * 1e6 / forwarded as f64;
                let sent: u64 = clients
                    .iter()
                    .map(|client| client.peer.lines.iter().map(|line| line.sent).sum::<u64>())
                    .sum();
                let received: u64 = clients
                    .iter()
                    .map(|client| client.peer.lines.iter().map(|line| line.received.packets).sum::<u64>())
                    .sum();
                println!(
                    "{calls} calls: {forwarded} forwarded, {each:.2} µs each; sent {sent}, received {received}"
                );
                println!("{:?}", sfu.stats());
                sfu.stop().await;
                return;
            }
            _ => {}
        }
        let next =
            clients.iter_mut().map(|client| client.advance(now, start, measured.is_some(), &payload)).min();
        wait = next.map_or(Duration::ZERO, |next| next.saturating_duration_since(Instant::now()));
    }
}
