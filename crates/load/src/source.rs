//! A synthetic microphone or camera: which packets are due when, and what is in them.

use std::time::{Duration, Instant};

use crate::stamp::{LENGTH, OFFSET};

/// Packets that make one video frame: 150 packets a second are 30 frames.
const PACKETS_PER_FRAME: u32 = 5;
/// The 90 kHz clock's ticks in one frame at 30 frames a second.
const VIDEO_TICKS_PER_FRAME: u32 = 3000;
/// The 48 kHz clock's ticks in one 20 ms audio packet.
const AUDIO_TICKS_PER_PACKET: u32 = 960;
const AUDIO_BYTES: usize = 80;

/// What a source imitates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PacketKind {
    Audio,
    Video,
}

/// How fast a source sends.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Video packets a second.
    pub video_rate: u32,
    /// Bytes of one video packet's payload.
    pub video_bytes: usize,
    /// Audio packets a second.
    pub audio_rate: u32,
}

/// One packet that is due.
#[derive(Debug, PartialEq, Eq)]
pub struct Due {
    /// The how manieth of its source, from 0; its RTP sequence number too.
    pub index: u32,
    /// RTP time stamp.
    pub time: u32,
    /// The last packet of its video frame.
    pub marker: bool,
    /// How late it is: the pace's instant has passed by this much.
    pub late: Duration,
}

/// Hands out packets evenly: packet n is due n intervals after the start, however irregularly it is asked.
#[derive(Debug)]
pub struct PacketSource {
    kind: PacketKind,
    start: Instant,
    rate: u32,
    sent: u32,
    keyframe_wanted: bool,
    keyframe: bool,
    payload: Vec<u8>,
}

impl PacketSource {
    /// A source whose first packet is due at `start`.
    #[must_use]
    pub fn new(kind: PacketKind, pace: &Pace, start: Instant) -> Self {
        let (rate, bytes) = match kind {
            PacketKind::Audio => (pace.audio_rate, AUDIO_BYTES),
            PacketKind::Video => (pace.video_rate, pace.video_bytes),
        };
        let payload = vec![0x5a; bytes.max(OFFSET + LENGTH)];
        Self { kind, start, rate, sent: 0, keyframe_wanted: true, keyframe: false, payload }
    }

    /// Makes the next frame a keyframe, as an encoder does when asked.
    pub fn want_keyframe(&mut self) {
        self.keyframe_wanted = true;
    }

    /// When the next packet is due; `None` for a source of rate 0.
    #[must_use]
    pub fn next_at(&self) -> Option<Instant> {
        let nanos = u64::from(self.sent).checked_mul(1_000_000_000)?.checked_div(u64::from(self.rate))?;
        Some(self.start + Duration::from_nanos(nanos))
    }

    /// The next packet, if it is due, and its payload, which the caller may stamp.
    pub fn next(&mut self, now: Instant) -> Option<(Due, &mut [u8])> {
        let late = now.checked_duration_since(self.next_at()?)?;
        let index = self.sent;
        self.sent = self.sent.wrapping_add(1);
        let (time, marker) = match self.kind {
            PacketKind::Audio => (index.wrapping_mul(AUDIO_TICKS_PER_PACKET), false),
            PacketKind::Video => self.begin_video_packet(index),
        };
        Some((Due { index, time, marker, late }, &mut self.payload))
    }

    /// Writes what VP8 has in front: the payload descriptor of RFC 7741 and the frame's first bytes.
    fn begin_video_packet(&mut self, index: u32) -> (u32, bool) {
        let (frame, place) = (index / PACKETS_PER_FRAME, index % PACKETS_PER_FRAME);
        if place == 0 {
            self.keyframe = std::mem::take(&mut self.keyframe_wanted);
        }
        let head = match (place == 0, self.keyframe) {
            (true, true) => [0x10, 0x10, 0x02, 0x00, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01],
            (true, false) => [0x10, 0x11, 0x02, 0x00, 0, 0, 0, 0, 0, 0, 0],
            (false, _) => [0; 11],
        };
        self.payload[..head.len()].copy_from_slice(&head);
        (frame.wrapping_mul(VIDEO_TICKS_PER_FRAME), place == PACKETS_PER_FRAME - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace { video_rate: 150, video_bytes: 1200, audio_rate: 50 };

    #[test]
    fn one_second_has_exactly_the_rate_whatever_the_ticks_are() {
        let start = Instant::now();
        for tick in [1, 7, 13, 250] {
            let mut source = PacketSource::new(PacketKind::Video, &PACE, start);
            let mut count = 0;
            for millis in (0..1000).step_by(tick) {
                while source.next(start + Duration::from_millis(millis)).is_some() {
                    count += 1;
                }
            }
            while source.next(start + Duration::from_nanos(999_999_999)).is_some() {
                count += 1;
            }
            assert_eq!(count, 150, "ticks of {tick} ms");
        }
    }

    #[test]
    fn a_frame_is_five_packets_with_a_marker_on_the_last() {
        let start = Instant::now();
        let mut source = PacketSource::new(PacketKind::Video, &PACE, start);
        let later = start + Duration::from_secs(1);
        let markers: Vec<_> =
            std::iter::from_fn(|| source.next(later).map(|(due, _)| (due.time, due.marker)))
                .take(6)
                .collect();
        assert_eq!(markers, [(0, false), (0, false), (0, false), (0, false), (0, true), (3000, false)]);
    }

    #[test]
    fn the_first_frame_is_a_keyframe_and_then_only_when_asked() {
        let start = Instant::now();
        let mut source = PacketSource::new(PacketKind::Video, &PACE, start);
        let later = start + Duration::from_secs(1);
        let mut keyframes = Vec::new();
        for index in 0..15 {
            if index == 7 {
                source.want_keyframe();
            }
            let (due, payload) = source.next(later).unwrap();
            if payload[0] == 0x10 && payload[1] & 1 == 0 {
                keyframes.push(due.index);
            }
        }
        assert_eq!(keyframes, [0, 10]);
    }
}
