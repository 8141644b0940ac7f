//! What a peer sends and receives: inlets are the streams that come from the client, slots the streams
//! that go to it. One slot shows one other participant: microphone, camera and screen.

use openvisit_core::ids::ParticipantId;
use str0m::media::{Mid, Pt};
use str0m::rtp::Ssrc;

use crate::keyframes::Keyframes;
use crate::splice::Splice;

/// What a participant sends, one m-line each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackSource {
    Microphone,
    Camera,
    Screen,
}

impl TrackSource {
    pub(crate) const ALL: [Self; 3] = [Self::Microphone, Self::Camera, Self::Screen];

    pub(crate) fn is_video(self) -> bool {
        self != Self::Microphone
    }

    pub(crate) fn clock_rate(self) -> u32 {
        if self.is_video() { 90_000 } else { 48_000 }
    }

    /// The place of this source in an array that has one entry per source.
    pub(crate) fn index(self) -> usize {
        self as usize
    }
}

/// A stream from the client.
#[derive(Debug)]
pub(crate) struct Inlet {
    pub mid: Mid,
    pub source: TrackSource,
    pub keyframes: Keyframes,
    /// The highest sequence number of the SSRC that it has now.
    pub newest: Option<u64>,
}

impl Inlet {
    pub fn new(mid: Mid, source: TrackSource) -> Self {
        Self { mid, source, keyframes: Keyframes::default(), newest: None }
    }

    /// Notes a packet; true if it comes after a later one, as what is sent again does.
    pub fn note(&mut self, sequence: u64) -> bool {
        let late = self.newest.is_some_and(|newest| sequence < newest);
        self.newest = self.newest.max(Some(sequence));
        late
    }
}

/// A stream to the client.
#[derive(Debug)]
pub(crate) struct Outlet {
    pub mid: Mid,
    pub ssrc: Ssrc,
    pub payload_type: Pt,
    pub splice: Splice,
}

/// The streams to the client that show one other participant.
#[derive(Debug, Default)]
pub(crate) struct ParticipantSlot {
    pub participant: Option<ParticipantId>,
    pub outlets: [Option<Outlet>; 3],
}

/// The media stream that a slot's source belongs to.
pub(crate) fn stream_name(slot: usize, source: TrackSource) -> String {
    if source == TrackSource::Screen { format!("seat-{slot}-screen") } else { format!("seat-{slot}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packet_that_comes_again_is_late_and_the_first_never() {
        let mut inlet = Inlet::new("0".into(), TrackSource::Camera);
        assert!(!inlet.note(100) && !inlet.note(103));
        assert!(inlet.note(101) && inlet.note(102));
        assert!(!inlet.note(104));
    }
}
