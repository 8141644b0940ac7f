//! One outgoing stream made of one incoming stream after another.
//!
//! A receiver knows one SSRC per m-line for the whole call. Behind it the sender may reload its page,
//! take over in another tab, or be another participant: each time sequence numbers and timestamps
//! start anew. The splice continues both, so that the receiver's jitter buffer notices nothing.

use std::time::{Duration, Instant};

/// The first sequence number we send. Not 0, so that packets which were reordered around the first
/// one still have a number; below 2^16, because the receiver assumes a roll-over counter of 0.
const FIRST_SEQUENCE: u64 = 4096;

/// Where an incoming packet comes from: a connection's ordinal and its SSRC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub peer: u64,
    pub ssrc: u32,
}

#[derive(Debug)]
struct Segment {
    origin: Origin,
    first_in: u64,
    first_out: u64,
    timestamp_offset: u32,
}

#[derive(Clone, Copy, Debug)]
struct Latest {
    sequence: u64,
    timestamp: u32,
    at: Instant,
}

#[derive(Debug)]
pub(crate) struct Splice {
    clock_rate: u32,
    segment: Option<Segment>,
    latest: Option<Latest>,
}

impl Splice {
    pub fn new(clock_rate: u32) -> Self {
        Self { clock_rate, segment: None, latest: None }
    }

    /// The outgoing sequence number (extended) and timestamp of an incoming packet, or `None` for a
    /// packet from before the segment began: its place is taken.
    pub fn rewrite(
        &mut self,
        now: Instant,
        origin: Origin,
        sequence: u64,
        timestamp: u32,
    ) -> Option<(u64, u32)> {
        if !self.continues(origin) {
            self.segment = Some(self.begin(now, origin, sequence, timestamp));
        }
        let segment = self.segment.as_ref()?;
        let out = match sequence.checked_sub(segment.first_in) {
            Some(ahead) => segment.first_out + ahead,
            None if segment.first_out == FIRST_SEQUENCE => {
                FIRST_SEQUENCE.checked_sub(segment.first_in - sequence)?
            }
            None => return None,
        };
        let timestamp = timestamp.wrapping_add(segment.timestamp_offset);
        if self.latest.is_none_or(|latest| out > latest.sequence) {
            self.latest = Some(Latest { sequence: out, timestamp, at: now });
        }
        Some((out, timestamp))
    }

    /// Whether a packet from there continues what was sent last, rather than begins anew.
    pub fn continues(&self, origin: Origin) -> bool {
        self.segment.as_ref().is_some_and(|segment| segment.origin == origin)
    }

    /// Packets are left out from now on: the next one follows the latest without a gap that the receiver
    /// would want to have repeated.
    pub fn pause(&mut self) {
        self.segment = None;
    }

    fn begin(&self, now: Instant, origin: Origin, sequence: u64, timestamp: u32) -> Segment {
        let (first_out, timestamp_offset) = match self.latest {
            None => (FIRST_SEQUENCE, 0),
            Some(latest) => {
                let next =
                    latest.timestamp.wrapping_add(self.ticks(now.saturating_duration_since(latest.at)));
                (latest.sequence + 1, next.wrapping_sub(timestamp))
            }
        };
        Segment { origin, first_in: sequence, first_out, timestamp_offset }
    }

    /// Elapsed time in RTP units; at least one, since two frames must never share a timestamp.
    fn ticks(&self, elapsed: Duration) -> u32 {
        let ticks = elapsed.as_micros() * u128::from(self.clock_rate) / 1_000_000;
        (ticks as u32).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Origin = Origin { peer: 1, ssrc: 11 };
    const B: Origin = Origin { peer: 2, ssrc: 22 };

    #[test]
    fn first_stream_keeps_distances_and_tolerates_reordering() {
        let now = Instant::now();
        let mut splice = Splice::new(90_000);
        assert_eq!(splice.rewrite(now, A, 70_000, 5), Some((4096, 5)));
        assert_eq!(splice.rewrite(now, A, 70_002, 9), Some((4098, 9)));
        assert_eq!(splice.rewrite(now, A, 69_999, 1), Some((4095, 1)));
    }

    #[test]
    fn only_what_was_begun_is_continued() {
        let now = Instant::now();
        let mut splice = Splice::new(90_000);
        assert!(!splice.continues(A));
        splice.rewrite(now, A, 100, 1_000);
        assert!(splice.continues(A) && !splice.continues(B));
        splice.pause();
        assert!(!splice.continues(A));
    }

    #[test]
    fn after_a_pause_no_number_is_missing() {
        let now = Instant::now();
        let mut splice = Splice::new(90_000);
        splice.rewrite(now, A, 100, 1_000);
        splice.pause();
        let later = now + Duration::from_secs(1);
        assert_eq!(splice.rewrite(later, A, 900, 91_000), Some((4097, 91_000)));
        assert_eq!(splice.rewrite(later, A, 899, 90_900), None);
    }

    #[test]
    fn another_origin_continues_sequence_and_time() {
        let now = Instant::now();
        let mut splice = Splice::new(90_000);
        splice.rewrite(now, A, 100, 1_000);
        let later = now + Duration::from_secs(1);
        assert_eq!(splice.rewrite(later, B, 7, 4_000_000_000), Some((4097, 91_000)));
        assert_eq!(splice.rewrite(later, B, 8, 4_000_003_000), Some((4098, 94_000)));
        assert_eq!(splice.rewrite(later, B, 6, 3_999_999_000), None, "would reuse a sent number");
    }
}
