//! The connections of one session that media flows between.

use openvisit_core::ids::SessionId;

#[derive(Debug)]
pub(crate) struct Room {
    pub session: SessionId,
    /// All peers, those that are still connecting too.
    pub peers: Vec<usize>,
    /// The connected ones: at most one per participant.
    pub active: Vec<usize>,
    /// Everybody gets back what they send, and nothing of anybody else's; nothing is told of them.
    pub echo: bool,
}

impl Room {
    pub fn new(session: SessionId) -> Self {
        Self { session, peers: Vec::new(), active: Vec::new(), echo: false }
    }

    /// Whether what one peer sends goes to the other.
    pub fn carries(&self, sender: usize, receiver: usize) -> bool {
        (sender == receiver) == self.echo
    }

    pub fn remove(&mut self, peer: usize) {
        self.peers.retain(|known| *known != peer);
        self.active.retain(|known| *known != peer);
    }
}
