//! What the media threads have done, for `/metrics`. A thread publishes once per turn, not per packet.

use std::iter::Sum;
use std::ops::Add;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// Totals since the start, except `peers`, which is now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SfuStats {
    pub peers: u64,
    pub packets_in: u64,
    pub packets_out: u64,
    pub bytes_in: u64,
    pub bytes_out: u64,
    /// Media packets that went to another participant; a packet to two of them counts twice.
    pub forwarded: u64,
    /// Datagrams that belonged to nobody or were malformed.
    pub refused: u64,
    /// Datagrams that a full socket kept us from sending.
    pub dropped: u64,
    /// Datagrams that the kernel threw away before we took them.
    pub overrun: u64,
    /// How long the threads worked, or were kept from it, in microseconds; a thread can give a million a second.
    pub busy_micros: u64,
    /// Packets of pictures that were left out, for there was more to carry than could be.
    pub shed: u64,
}

impl Add for SfuStats {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            peers: self.peers + other.peers,
            packets_in: self.packets_in + other.packets_in,
            packets_out: self.packets_out + other.packets_out,
            bytes_in: self.bytes_in + other.bytes_in,
            bytes_out: self.bytes_out + other.bytes_out,
            forwarded: self.forwarded + other.forwarded,
            refused: self.refused + other.refused,
            dropped: self.dropped + other.dropped,
            overrun: self.overrun + other.overrun,
            busy_micros: self.busy_micros + other.busy_micros,
            shed: self.shed + other.shed,
        }
    }
}

impl Sum for SfuStats {
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        iter.fold(Self::default(), Add::add)
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    peers: AtomicU64,
    packets_in: AtomicU64,
    packets_out: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
    forwarded: AtomicU64,
    refused: AtomicU64,
    dropped: AtomicU64,
    busy_micros: AtomicU64,
    shed: AtomicU64,
    /// Bits of an `f32`.
    busy_share: AtomicU32,
}

impl Counters {
    pub fn publish(&self, stats: &SfuStats) {
        self.peers.store(stats.peers, Relaxed);
        self.packets_in.store(stats.packets_in, Relaxed);
        self.packets_out.store(stats.packets_out, Relaxed);
        self.bytes_in.store(stats.bytes_in, Relaxed);
        self.bytes_out.store(stats.bytes_out, Relaxed);
        self.forwarded.store(stats.forwarded, Relaxed);
        self.refused.store(stats.refused, Relaxed);
        self.dropped.store(stats.dropped, Relaxed);
        self.busy_micros.store(stats.busy_micros, Relaxed);
        self.shed.store(stats.shed, Relaxed);
    }

    /// For which share of the last second the thread worked, 0 to 1.
    pub fn publish_busy(&self, share: f32) {
        self.busy_share.store(share.to_bits(), Relaxed);
    }

    /// As published. A thread that serves nobody has nothing to do, and says nothing new for as long.
    pub fn busy(&self) -> f32 {
        let serves = self.peers.load(Relaxed) > 0;
        if serves { f32::from_bits(self.busy_share.load(Relaxed)) } else { 0.0 }
    }

    pub fn read(&self) -> SfuStats {
        SfuStats {
            peers: self.peers.load(Relaxed),
            packets_in: self.packets_in.load(Relaxed),
            packets_out: self.packets_out.load(Relaxed),
            bytes_in: self.bytes_in.load(Relaxed),
            bytes_out: self.bytes_out.load(Relaxed),
            forwarded: self.forwarded.load(Relaxed),
            refused: self.refused.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            overrun: 0,
            busy_micros: self.busy_micros.load(Relaxed),
            shed: self.shed.load(Relaxed),
        }
    }
}
