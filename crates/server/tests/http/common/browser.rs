//! A browser's media without a browser: what it offers, sends and hears, over a real socket.

use std::time::{Duration, Instant};

use openvisit_media::str0m::RtcError;
use openvisit_media::str0m::net::Protocol;
use openvisit_testkit::peer::{CAMERA, MICROPHONE, Peer};
use tokio::net::UdpSocket;
use tokio::time::sleep;

/// Everything on loopback takes milliseconds; this is for a machine that does something else meanwhile.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at the sockets: nothing else tells when something has come.
const PACE: Duration = Duration::from_millis(5);
/// What a server needs that is to be reached by one.
pub const ON_LOOPBACK: &str = "[media]\nbind = '127.0.0.1'\n";

pub struct Browser {
    pub peer: Peer,
    socket: UdpSocket,
    clock: u32,
}

impl Browser {
    pub async fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        Self { peer: Peer::new(Instant::now(), Protocol::Udp, address), socket, clock: 0 }
    }

    pub fn take(&mut self, answer: &str) {
        self.peer.accept_answer(Instant::now(), answer).unwrap();
    }

    /// Whether sound and picture of somebody else have come.
    pub fn sees_and_hears(&self) -> bool {
        [MICROPHONE, CAMERA].iter().all(|line| self.peer.lines[*line].received.packets > 0)
    }

    /// Whether the server has said this over the data channel.
    pub fn was_told(&self, part: &str) -> bool {
        self.peer.messages.iter().any(|message| message.contains(part))
    }

    /// Sends and takes what there is; a connection that the server has closed does neither.
    async fn step(&mut self) {
        if !self.peer.closed && self.exchange().await.is_err() {
            self.peer.closed = true;
        }
    }

    async fn exchange(&mut self) -> Result<(), RtcError> {
        while let Some(out) = self.peer.poll_transmit() {
            // A server that is gone cannot be reached.
            let _ = self.socket.send_to(&out.contents, out.destination).await;
        }
        let mut bytes = [0; 4096];
        while let Ok((length, source)) = self.socket.try_recv_from(&mut bytes) {
            self.peer.handle_datagram(Instant::now(), source, &bytes[..length])?;
        }
        let now = Instant::now();
        self.peer.handle_timeout(now)?;
        if self.peer.connected && !self.peer.closed {
            self.clock += 900;
            self.peer.send(now, MICROPHONE, self.clock, b"sound")?;
            self.peer.send(now, CAMERA, self.clock, &[0x10, 0, 0, 0])?;
        }
        Ok(())
    }
}

/// Lets them send and receive until it is so.
pub async fn go_on<const N: usize>(
    mut browsers: [&mut Browser; N],
    mut is_so: impl AsyncFnMut(&[&mut Browser; N]) -> bool,
) {
    let began = Instant::now();
    while !is_so(&browsers).await {
        let so_far = || browsers.iter().map(|it| (it.peer.connected, it.peer.closed, &it.peer.messages));
        assert!(began.elapsed() < PATIENCE, "it never came to be: {:?}", so_far().collect::<Vec<_>>());
        for browser in &mut browsers {
            browser.step().await;
        }
        sleep(PACE).await;
    }
}
