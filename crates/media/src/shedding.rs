//! Which pictures are left out where more comes than can be carried: before they are decrypted, and sound never.

use std::time::Instant;

use crate::message::ToClient;
use crate::streams::TrackSource;
use crate::worker::Worker;

/// How much is left out. Cameras of some calls, then of all, then screens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shed(u8);

/// Calls are in so many parts.
const PARTS: u8 = 8;

impl Shed {
    pub const NOTHING: Self = Self(0);
    pub const CAMERAS: Self = Self(PARTS);
    pub const PICTURES: Self = Self(PARTS + 1);

    /// The cameras of a quarter of all calls more; after all cameras, the screens.
    #[must_use]
    pub fn more(self) -> Self {
        if self < Self::CAMERAS { Self(self.0 + 2).min(Self::CAMERAS) } else { Self::PICTURES }
    }

    /// One step back, half as long as one of [`Shed::more`].
    #[must_use]
    pub fn less(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    pub(crate) fn leaves_out(self, source: TrackSource, room: usize) -> bool {
        match source {
            TrackSource::Microphone => false,
            TrackSource::Camera => room % usize::from(PARTS) < usize::from(self.0),
            TrackSource::Screen => self == Self::PICTURES,
        }
    }
}

impl Worker {
    /// Leaves out these pictures from now on; what was left out and is not any more begins with a keyframe.
    pub fn shed(&mut self, now: Instant, shed: Shed) {
        let before = std::mem::replace(&mut self.shed, shed);
        for room in 0..self.rooms.capacity() {
            if !self.rooms.contains(room) {
                continue;
            }
            for source in [TrackSource::Camera, TrackSource::Screen] {
                match (before.leaves_out(source, room), shed.leaves_out(source, room)) {
                    (false, true) => self.tell_what_is_shed(room),
                    (true, false) => self.resume(now, room, source),
                    _ => {}
                }
            }
        }
        self.flush(now);
    }

    /// Whether a media packet is one of those that are left out.
    pub(crate) fn leaves_out(&self, key: usize, datagram: &[u8]) -> bool {
        let (Some(peer), Some(ssrc)) = (self.peers.get(key), datagram.get(8..12)) else { return false };
        let ssrc = ssrc.iter().fold(0, |ssrc, byte| ssrc << 8 | u32::from(*byte));
        peer.source_of(ssrc.into()).is_some_and(|source| self.shed.leaves_out(source, peer.room))
    }

    fn resume(&mut self, now: Instant, room: usize, source: TrackSource) {
        self.tell_what_is_shed(room);
        for key in self.rooms[room].active.clone() {
            let peer = &mut self.peers[key];
            peer.splice_anew(source);
            peer.want_keyframe(source);
            if peer.request_keyframes(now) {
                self.touch(key);
            }
        }
    }

    fn tell_what_is_shed(&mut self, room: usize) {
        for key in self.rooms[room].active.clone() {
            self.tell_peer_what_is_shed(key);
        }
    }

    pub(crate) fn tell_peer_what_is_shed(&mut self, key: usize) {
        let peer = &mut self.peers[key];
        let leaves_out = |source| self.shed.leaves_out(source, peer.room);
        let (cameras, screens) = (leaves_out(TrackSource::Camera), leaves_out(TrackSource::Screen));
        peer.send_message(&ToClient::Overload { cameras, screens });
        self.touch(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cameras_go_by_quarters_of_the_calls_then_screens_and_sound_never() {
        let steps: Vec<_> =
            std::iter::successors(Some(Shed::NOTHING), |shed| Some(shed.more())).take(7).collect();
        let left_out = |shed: &Shed, source| (0..80).filter(|room| shed.leaves_out(source, *room)).count();
        let of = |source| steps.iter().map(|shed| left_out(shed, source)).collect::<Vec<_>>();
        assert_eq!(of(TrackSource::Camera), [0, 20, 40, 60, 80, 80, 80]);
        assert_eq!(of(TrackSource::Screen), [0, 0, 0, 0, 0, 80, 80]);
        assert_eq!(of(TrackSource::Microphone), [0; 7]);
        assert_eq!(Shed::PICTURES.less(), Shed::CAMERAS);
        assert_eq!(left_out(&Shed::CAMERAS.less(), TrackSource::Camera), 70);
    }
}
