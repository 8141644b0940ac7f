//! A TCP proxy that stands for a network, which may stall or break.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

/// What happens to bytes on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyState {
    Open,
    /// What clients send does not arrive; it is held.
    StalledUp,
    /// What the server sends does not arrive; it is held.
    StalledDown,
    /// Connections break, and what was held is lost; new ones are closed at once.
    Cut,
}

pub struct Proxy {
    /// Where clients connect to.
    pub address: SocketAddr,
    state: watch::Sender<ProxyState>,
    connections: Arc<Mutex<JoinSet<()>>>,
}

impl Proxy {
    /// A proxy before `server`, open.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn before(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (state, connections) = (watch::Sender::new(ProxyState::Open), Arc::default());
        tokio::spawn(accept(listener, server, state.clone(), Arc::clone(&connections)));
        Self { address, state, connections }
    }

    pub async fn set(&self, state: ProxyState) {
        self.state.send_replace(state);
        if state == ProxyState::Cut {
            self.connections.lock().await.shutdown().await;
        }
    }
}

async fn accept(
    listener: TcpListener,
    server: String,
    state: watch::Sender<ProxyState>,
    connections: Arc<Mutex<JoinSet<()>>>,
) {
    while let Ok((client, _)) = listener.accept().await {
        let mut connections = connections.lock().await;
        while connections.try_join_next().is_some() {}
        if *state.borrow() != ProxyState::Cut {
            connections.spawn(forward(client, server.clone(), state.subscribe()));
        }
    }
}

async fn forward(client: TcpStream, server: String, state: watch::Receiver<ProxyState>) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        () = pump(from_client, to_server, state.clone(), ProxyState::StalledUp) => {}
        () = pump(from_server, to_client, state, ProxyState::StalledDown) => {}
    }
}

async fn pump(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut state: watch::Receiver<ProxyState>,
    stalled: ProxyState,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if state.wait_for(|state| *state != stalled).await.is_err()
            || to.write_all(&bytes[..count]).await.is_err()
        {
            return;
        }
    }
}
