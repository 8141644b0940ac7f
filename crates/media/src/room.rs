//! The connections of one session that media flows between.

use openvisit_core::ids::SessionId;

#[derive(Debug)]
pub(crate) struct Room {
    pub session: SessionId,
    /// All peers, those that are still connecting too.
    pub peers: Vec<usize>,
    /// The connected ones: at most one per participant.
    pub active: Vec<usize>,
}

impl Room {
    pub fn new(session: SessionId) -> Self {
        Self { session, peers: Vec::new(), active: Vec::new() }
    }

    pub fn remove(&mut self, peer: usize) {
        self.peers.retain(|known| *known != peer);
        self.active.retain(|known| *known != peer);
    }
}
