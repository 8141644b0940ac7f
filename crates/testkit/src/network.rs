//! A network in virtual time: datagrams are late, lost, doubled and reordered by a seed.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use str0m::net::Protocol;

/// What is on the wire.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Datagram {
    pub source: SocketAddr,
    pub destination: SocketAddr,
    pub tcp: bool,
    pub bytes: Vec<u8>,
}

impl Datagram {
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        if self.tcp { Protocol::Tcp } else { Protocol::Udp }
    }
}

/// How bad the network is. Fractions are of all datagrams, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct NetworkConditions {
    pub delay: Duration,
    /// Up to this much more, at random: what reorders.
    pub jitter: Duration,
    pub loss: f64,
    pub duplication: f64,
}

impl NetworkConditions {
    pub const FAIR: Self =
        Self { delay: Duration::from_millis(5), jitter: Duration::ZERO, loss: 0.0, duplication: 0.0 };
}

/// Datagrams in flight.
#[derive(Debug)]
pub struct Network {
    pub conditions: NetworkConditions,
    rng: fastrand::Rng,
    sent: u64,
    in_flight: BinaryHeap<Reverse<(Instant, u64, Datagram)>>,
}

impl Network {
    #[must_use]
    pub fn new(seed: u64, conditions: NetworkConditions) -> Self {
        Self { conditions, rng: fastrand::Rng::with_seed(seed), sent: 0, in_flight: BinaryHeap::new() }
    }

    /// Takes a datagram; it may never arrive, or twice.
    pub fn send(&mut self, now: Instant, datagram: Datagram) {
        if self.rng.f64() < self.conditions.loss {
            return;
        }
        if self.rng.f64() < self.conditions.duplication {
            self.launch(now, datagram.clone());
        }
        self.launch(now, datagram);
    }

    fn launch(&mut self, now: Instant, datagram: Datagram) {
        let arrival = now + self.conditions.delay + self.conditions.jitter.mul_f64(self.rng.f64());
        self.sent += 1;
        self.in_flight.push(Reverse((arrival, self.sent, datagram)));
    }

    /// When the next datagram arrives.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.in_flight.peek().map(|Reverse((arrival, ..))| *arrival)
    }

    /// A datagram that has arrived.
    pub fn poll(&mut self, now: Instant) -> Option<Datagram> {
        if self.poll_timeout()? > now {
            return None;
        }
        self.in_flight.pop().map(|Reverse((.., datagram))| datagram)
    }
}
