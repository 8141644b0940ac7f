//! What a worker looks at every now and then, not at every packet.

use std::time::Instant;

use str0m::bwe::Bitrate;

use crate::config::{FIRST_ESTIMATE, REPORT_EVERY};
use crate::event::{DisconnectReason, MediaEvent};
use crate::message::ToClient;
use crate::worker::Worker;

/// What somebody who only tests their line may send: enough for a good picture.
const ECHOED: Bitrate = Bitrate::mbps(1);
/// A sender that was bounded and is free again gets this bound: more than any camera sends.
const FREE: Bitrate = Bitrate::mbps(20);
/// Less than this, and the picture suffers visibly.
const NARROW: Bitrate = Bitrate::kbps(250);
/// What all pictures that one client gets may come to: what a phone can decode, and a home's network carries. Up to three
/// have all that a camera wants; each of seven has 1.1 Mbit/s, which is more than its place on the screen shows.
const ALL_PICTURES: Bitrate = Bitrate::mbps(8);

impl Worker {
    /// Ends silent connections and repeats keyframe requests.
    pub(crate) fn housekeep(&mut self, now: Instant) {
        let report = self.next_report.is_none_or(|at| at <= now);
        if report {
            self.next_report = Some(now + REPORT_EVERY);
        }
        for key in 0..self.peers.capacity() {
            let Some(peer) = self.peers.get_mut(key) else { continue };
            if let Some(at) = peer.parts_at {
                if at <= now {
                    self.end(now, key, DisconnectReason::Moved);
                } else {
                    self.say_moved(key);
                }
                continue;
            }
            let silent = now.saturating_duration_since(peer.last_packet) >= self.config.silence;
            let late = !peer.connected
                && now.saturating_duration_since(peer.joined_at) >= self.config.connect_within;
            if late || (peer.connected && silent) {
                self.end(now, key, DisconnectReason::Silent);
                continue;
            }
            if report && peer.connected {
                let (room, connection, last_packet) = (peer.room, peer.connection, peer.last_packet);
                self.tell(room, MediaEvent::Alive { connection, last_packet });
            }
            if self.peers[key].request_keyframes(now) {
                self.touch(key);
            }
        }
    }

    /// Bounds what each client sends by its share of what the worst way to its receivers carries. The browser's own
    /// estimate knows only its way to us.
    pub(crate) fn limit_senders(&mut self) {
        for (_, peer) in &mut self.peers {
            peer.congested = peer.congested_estimate();
            peer.shows_picture = std::mem::take(&mut peer.sent_picture);
        }
        for room in 0..self.rooms.capacity() {
            let Some(active) = self.rooms.get(room).map(|room| room.active.clone()) else { continue };
            active.iter().for_each(|receiver| self.expect_pictures(&active, *receiver));
            let most = if self.rooms[room].echo { ECHOED } else { FREE };
            for &sender in &active {
                let receivers = active.iter().filter(|key| self.rooms[room].carries(sender, **key));
                let shares = receivers.map(|receiver| self.share(&active, *receiver));
                let bound = shares.fold(most, |least, share| least.min(share));
                let peer = &mut self.peers[sender];
                let before = peer.bound.unwrap_or(FREE);
                // A sender that was never bounded need not hear that it is free.
                if (bound < FREE || before < FREE) && peer.limit_sending(bound) {
                    let by_others = bound < NARROW;
                    if by_others != (before < NARROW) {
                        peer.send_message(&ToClient::Bound { by_others });
                    }
                    self.touch(sender);
                }
            }
        }
    }

    /// How many pictures go to a receiver; one where there are none yet.
    fn pictures(&self, active: &[usize], receiver: usize) -> u64 {
        let shown = active.iter().filter(|key| **key != receiver && self.peers[**key].shows_picture);
        shown.count().max(1) as u64
    }

    /// The estimate for the way to a receiver is tried out up to what its pictures would take.
    fn expect_pictures(&mut self, active: &[usize], receiver: usize) {
        let all = Bitrate::bps(FIRST_ESTIMATE.as_u64() * self.pictures(active, receiver)).min(ALL_PICTURES);
        let peer = &mut self.peers[receiver];
        if std::mem::replace(&mut peer.expected, all) != all {
            peer.rtc.bwe().set_bitrate(Bitrate::ZERO, all);
            self.touch(receiver);
        }
    }

    /// What each picture that goes to a receiver may come to.
    fn share(&self, active: &[usize], receiver: usize) -> Bitrate {
        let pictures = self.pictures(active, receiver);
        let each = |all: Bitrate| Bitrate::bps(all.as_u64() / pictures);
        let crowded = Some(each(ALL_PICTURES)).filter(|share| *share < FIRST_ESTIMATE);
        let congested = self.peers[receiver].congested.map(each);
        crowded.into_iter().chain(congested).fold(FREE, |least, share| least.min(share))
    }
}
