//! When to ask a sender for a keyframe.
//!
//! Every receiver that loses a frame asks, and a keyframe is ten times the size of another frame: so
//! requests are merged, and repeated only until a keyframe was seen.

use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(400);
/// After this many the receivers' own requests must do; a screen that is not shared answers none.
const MAX_TRIES: u8 = 5;

/// The requests for one incoming video stream.
#[derive(Debug, Default)]
pub(crate) struct Keyframes {
    wanted: bool,
    tries: u8,
    last: Option<Instant>,
}

impl Keyframes {
    /// Somebody needs a keyframe.
    pub fn request(&mut self) {
        self.wanted = true;
        self.tries = 0;
    }

    /// Whether to send a request now. Call it after [`Self::request`] and at every tick.
    pub fn due(&mut self, now: Instant) -> bool {
        let throttled = self.last.is_some_and(|last| now.saturating_duration_since(last) < INTERVAL);
        if !self.wanted || throttled {
            return false;
        }
        self.last = Some(now);
        self.tries += 1;
        if self.tries >= MAX_TRIES {
            self.wanted = false;
        }
        true
    }

    /// A packet of the stream came by.
    pub fn seen(&mut self, payload: &[u8]) {
        if self.wanted && self.tries > 0 && is_vp8_keyframe(payload) {
            self.wanted = false;
        }
    }
}

/// Whether this RTP payload begins a VP8 keyframe (RFC 7741, sections 4.2 and 4.3).
fn is_vp8_keyframe(payload: &[u8]) -> bool {
    const EXTENDED: u8 = 0x80;
    const START_OF_PARTITION_ZERO: u8 = 0x10;
    const PARTITION: u8 = 0x07;
    let Some(&first) = payload.first() else { return false };
    if first & START_OF_PARTITION_ZERO == 0 || first & PARTITION != 0 {
        return false;
    }
    let mut at = 1;
    if first & EXTENDED != 0 {
        let Some(&extension) = payload.get(at) else { return false };
        at += 1;
        let (picture_id, tl0, tid_or_key) =
            (extension & 0x80 != 0, extension & 0x40 != 0, extension & 0x30 != 0);
        if picture_id {
            let long = payload.get(at).is_some_and(|byte| byte & 0x80 != 0);
            at += if long { 2 } else { 1 };
        }
        at += usize::from(tl0) + usize::from(tid_or_key);
    }
    // The lowest bit of the frame header is the inverse key frame flag.
    payload.get(at).is_some_and(|header| header & 0x01 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYFRAME: [u8; 2] = [0x10, 0x00];

    #[test]
    fn requests_are_throttled_and_repeated_until_a_keyframe_came() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        assert!(!keyframes.due(start));
        keyframes.request();
        assert!(keyframes.due(start));
        keyframes.request();
        assert!(!keyframes.due(start + INTERVAL / 2), "merged with the one before");
        assert!(keyframes.due(start + INTERVAL));
        keyframes.seen(&[0x10, 0x01]);
        assert!(keyframes.due(start + INTERVAL * 2), "that was no keyframe");
        keyframes.seen(&KEYFRAME);
        assert!(!keyframes.due(start + INTERVAL * 3));
    }

    #[test]
    fn requests_end_where_nothing_answers() {
        let start = Instant::now();
        let mut keyframes = Keyframes::default();
        keyframes.request();
        let sent = (0..100).filter(|n| keyframes.due(start + INTERVAL * *n)).count();
        assert_eq!(sent, usize::from(MAX_TRIES));
    }

    #[test]
    fn keyframes_are_told_from_the_descriptor_and_the_frame_header() {
        assert!(is_vp8_keyframe(&KEYFRAME));
        assert!(is_vp8_keyframe(&[0x90, 0x80, 0x81, 0x22, 0x00]), "15-bit picture id");
        assert!(is_vp8_keyframe(&[0x90, 0xe0, 0x01, 0x00, 0x00, 0x00]), "picture id, tl0, tid");
        assert!(!is_vp8_keyframe(&[0x00, 0x00]), "not the start of a frame");
        assert!(!is_vp8_keyframe(&[0x90]), "truncated");
        assert!(!is_vp8_keyframe(&[]));
    }
}
