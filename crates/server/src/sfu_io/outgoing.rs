//! Datagrams on their way out: those to one client side by side, so that a picture leaves in one system call.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;

use openvisit_media::str0m::net::Transmit;

/// What one GSO batch may hold: a UDP datagram's limit, less headers.
const MAX_BATCH_BYTES: usize = 64_000;
/// Buffers that are kept for later, and how large ones.
const SPARE: usize = 64;
const SPARE_BYTES: usize = 16 << 10;

/// Datagrams of one size to one client; the last may be shorter.
#[derive(Debug)]
pub(super) struct Batch {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    /// Bytes of each datagram but the last.
    pub segment: usize,
    pub bytes: Vec<u8>,
}

impl Batch {
    fn takes(&self, transmit: &Transmit, most: usize) -> bool {
        self.source == transmit.source
            && self.destination == transmit.destination
            && self.bytes.len().is_multiple_of(self.segment)
            && transmit.contents.len() <= self.segment
            && self.bytes.len() + transmit.contents.len() <= MAX_BATCH_BYTES
            && self.count() < most
    }

    pub fn count(&self) -> usize {
        self.bytes.len().div_ceil(self.segment)
    }
}

/// Batches in the order of their first datagrams. Each client's datagrams stay in theirs.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    batches: VecDeque<Batch>,
    /// Batches that have left.
    gone: usize,
    /// Which batch of all that there were is a client's latest.
    latest: HashMap<SocketAddr, usize>,
    spare: Vec<Vec<u8>>,
}

impl Outgoing {
    /// Adds a datagram to its client's batch of up to `most`, or begins one.
    pub fn push(&mut self, transmit: &Transmit, most: usize) {
        if transmit.contents.is_empty() {
            return;
        }
        let latest = self.latest.get(&transmit.destination).and_then(|number| number.checked_sub(self.gone));
        if let Some(batch) = latest.and_then(|place| self.batches.get_mut(place))
            && batch.takes(transmit, most)
        {
            batch.bytes.extend_from_slice(&transmit.contents);
            return;
        }
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.extend_from_slice(&transmit.contents);
        self.latest.insert(transmit.destination, self.gone + self.batches.len());
        let (source, destination, segment) = (transmit.source, transmit.destination, transmit.contents.len());
        self.batches.push_back(Batch { source, destination, segment, bytes });
    }

    /// The next batch.
    pub fn pop(&mut self) -> Option<Batch> {
        let batch = self.batches.pop_front();
        self.gone += usize::from(batch.is_some());
        if self.batches.is_empty() {
            self.latest.clear();
        }
        batch
    }

    /// A batch that has left: its buffer serves the next one.
    pub fn recycle(&mut self, batch: Batch) {
        let mut bytes = batch.bytes;
        if self.spare.len() < SPARE && bytes.capacity() <= SPARE_BYTES {
            bytes.clear();
            self.spare.push(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use openvisit_media::str0m::net::Protocol;

    use super::*;

    fn datagram(client: u16, length: usize) -> Transmit {
        Transmit {
            proto: Protocol::Udp,
            source: SocketAddr::from(([10, 0, 0, 1], 1)),
            destination: SocketAddr::from(([10, 0, 0, 2], client)),
            contents: vec![client as u8; length].into(),
        }
    }

    /// Client, size of a datagram and bytes of each batch.
    fn batches(outgoing: &mut Outgoing) -> Vec<(u16, usize, usize)> {
        std::iter::from_fn(|| outgoing.pop())
            .map(|batch| (batch.destination.port(), batch.segment, batch.bytes.len()))
            .collect()
    }

    #[test]
    fn what_goes_to_one_client_leaves_together_though_others_come_between() {
        let mut outgoing = Outgoing::default();
        for client in [1, 2, 1, 2, 1] {
            outgoing.push(&datagram(client, 1_200), 64);
        }
        assert_eq!(batches(&mut outgoing), [(1, 1_200, 3_600), (2, 1_200, 2_400)]);
        outgoing.push(&datagram(1, 100), 64);
        assert_eq!(batches(&mut outgoing), [(1, 100, 100)], "a batch that has left takes no more");
    }

    #[test]
    fn the_order_of_one_clients_datagrams_stays() {
        let mut outgoing = Outgoing::default();
        for length in [1_200, 300, 1_200, 1_200, 1_300] {
            outgoing.push(&datagram(1, length), 64);
        }
        assert_eq!(batches(&mut outgoing), [(1, 1_200, 1_500), (1, 1_200, 2_400), (1, 1_300, 1_300)]);
    }

    #[test]
    fn a_batch_has_bounds() {
        let mut outgoing = Outgoing::default();
        for _ in 0..5 {
            outgoing.push(&datagram(1, 10), 4);
        }
        assert_eq!(batches(&mut outgoing), [(1, 10, 40), (1, 10, 10)]);
        for _ in 0..54 {
            outgoing.push(&datagram(1, 1_200), 64);
        }
        assert_eq!(batches(&mut outgoing), [(1, 1_200, 63_600), (1, 1_200, 1_200)]);
    }
}
