//! A network before a message broker that has no memory or disk left: it says so to publishers, and reads nothing of
//! what they send until it has. Only whoever comes this way sees it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// What the broker says of its alarm.
pub const REASON: &str = "low on memory";

/// `connection.blocked` and `connection.unblocked`: the numbers of their class and method.
const BLOCKED: [u8; 4] = [0, 10, 0, 60];
const UNBLOCKED: [u8; 4] = [0, 10, 0, 61];
/// Type, channel and length of what follows.
const HEAD: usize = 7;
const METHOD: u8 = 1;
const FRAME_END: u8 = 0xce;

pub struct Alarm {
    /// Where clients connect to.
    pub address: SocketAddr,
    raised: watch::Sender<bool>,
    connections: Arc<AtomicUsize>,
}

impl Alarm {
    /// No alarm, before this broker.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn before(broker: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (raised, connections) = (watch::Sender::new(false), Arc::new(AtomicUsize::new(0)));
        tokio::spawn(accept(listener, broker, raised.clone(), Arc::clone(&connections)));
        Self { address, raised, connections }
    }

    pub fn raise(&self) {
        self.raised.send_replace(true);
    }

    pub fn end(&self) {
        self.raised.send_replace(false);
    }

    /// How many connections there were so far.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn accept(
    listener: TcpListener,
    broker: String,
    raised: watch::Sender<bool>,
    connections: Arc<AtomicUsize>,
) {
    while let Ok((client, _)) = listener.accept().await {
        connections.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(forward(client, broker.clone(), raised.subscribe()));
    }
}

async fn forward(client: TcpStream, broker: String, raised: watch::Receiver<bool>) {
    let Ok(broker) = TcpStream::connect(broker).await else { return };
    let ((from_client, to_client), (from_broker, to_broker)) = (client.into_split(), broker.into_split());
    let (keep, frames) = mpsc::channel(16);
    tokio::select! {
        () = publish(from_client, to_broker, raised.clone()) => {}
        () = cut(from_broker, keep) => {}
        () = tell(frames, to_client, raised) => {}
    }
}

/// What clients send, while there is no alarm.
async fn publish(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut raised: watch::Receiver<bool>) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if raised.wait_for(|raised| !raised).await.is_err() || to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

/// Cuts what the broker sends into its frames.
async fn cut(mut from: OwnedReadHalf, keep: mpsc::Sender<Vec<u8>>) {
    loop {
        let mut frame = vec![0; HEAD];
        if from.read_exact(&mut frame).await.is_err() {
            return;
        }
        let length = u32::from_be_bytes([frame[3], frame[4], frame[5], frame[6]]) as usize;
        frame.resize(HEAD + length + 1, 0);
        if from.read_exact(&mut frame[HEAD..]).await.is_err() || keep.send(frame).await.is_err() {
            return;
        }
    }
}

/// What the broker sends, and between its frames what it says of the alarm.
async fn tell(
    mut frames: mpsc::Receiver<Vec<u8>>,
    mut to: OwnedWriteHalf,
    mut raised: watch::Receiver<bool>,
) {
    loop {
        let frame = tokio::select! {
            frame = frames.recv() => frame,
            changed = raised.changed() => changed.is_ok().then(|| alarm(*raised.borrow())),
        };
        let Some(frame) = frame else { return };
        if to.write_all(&frame).await.is_err() {
            return;
        }
    }
}

fn alarm(is_raised: bool) -> Vec<u8> {
    let mut payload = if is_raised { BLOCKED } else { UNBLOCKED }.to_vec();
    if is_raised {
        payload.push(u8::try_from(REASON.len()).expect("a short text"));
        payload.extend(REASON.as_bytes());
    }
    let length = u32::try_from(payload.len()).expect("a short frame").to_be_bytes();
    [&[METHOD, 0, 0], &length[..], &payload, &[FRAME_END]].concat()
}
