//! Which peer a datagram is for.
//!
//! STUN requests name their peer by its user fragment. Everything else is identified by its source address,
//! which belongs to the peer whose STUN request from there was last answered.

use std::collections::HashMap;
use std::net::SocketAddr;

use str0m::ice::StunMessage;
use str0m::net::Protocol;

/// A client's end of the wire.
pub(crate) type Remote = (Protocol, SocketAddr);

#[derive(Debug, Default)]
pub(crate) struct Routes {
    by_remote: HashMap<Remote, usize>,
    by_ufrag: HashMap<String, usize>,
}

impl Routes {
    pub fn name(&mut self, ufrag: String, peer: usize) {
        self.by_ufrag.insert(ufrag, peer);
    }

    pub fn learn(&mut self, remote: Remote, peer: usize) {
        self.by_remote.insert(remote, peer);
    }

    pub fn remove_peer(&mut self, peer: usize) {
        self.by_remote.retain(|_, known| *known != peer);
        self.by_ufrag.retain(|_, known| *known != peer);
    }

    pub fn knows(&self, ufrag: &str) -> bool {
        self.by_ufrag.contains_key(ufrag)
    }

    pub fn find(&self, remote: Remote, datagram: &[u8]) -> Option<usize> {
        if is_stun(datagram) {
            return self.by_ufrag.get(request_ufrag(datagram)?).copied();
        }
        self.by_remote.get(&remote).copied()
    }
}

/// Whether a datagram is STUN (RFC 7983).
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| *first < 2)
}

/// The user fragment of ours that a STUN binding request names.
#[must_use]
pub fn request_ufrag(datagram: &[u8]) -> Option<&str> {
    let message = StunMessage::parse(datagram).ok()?;
    let (ours, _) = message.username()?.split_once(':')?;
    message.is_binding_request().then_some(ours)
}
