//! What a worker looks at every now and then, not at every packet.

use std::time::Instant;

use str0m::bwe::Bitrate;

use crate::config::REPORT_EVERY;
use crate::event::{DisconnectReason, MediaEvent};
use crate::message::ToClient;
use crate::worker::Worker;

/// A sender that was bounded and is free again gets this bound: more than any camera sends.
const FREE: Bitrate = Bitrate::mbps(20);
/// Less than this, and the picture suffers visibly.
const NARROW: Bitrate = Bitrate::kbps(250);

impl Worker {
    /// Ends silent connections and repeats keyframe requests.
    pub(crate) fn housekeep(&mut self, now: Instant) {
        let report = self.next_report.is_none_or(|at| at <= now);
        if report {
            self.next_report = Some(now + REPORT_EVERY);
        }
        for key in 0..self.peers.capacity() {
            let Some(peer) = self.peers.get_mut(key) else { continue };
            let silent = now.saturating_duration_since(peer.last_packet) >= self.config.silence;
            let late = !peer.connected
                && now.saturating_duration_since(peer.joined_at) >= self.config.connect_within;
            if late || (peer.connected && silent) {
                self.end(now, key, DisconnectReason::Silent);
                continue;
            }
            if report && peer.connected {
                let (connection, last_packet) = (peer.connection, peer.last_packet);
                self.events.push_back(MediaEvent::Alive { connection, last_packet });
            }
            if peer.request_keyframes(now) {
                self.touch(key);
            }
        }
    }

    /// Bounds what each client sends by what the worst way to its receivers carries. The browser's own
    /// estimate knows only its way to us.
    pub(crate) fn limit_senders(&mut self) {
        for (_, peer) in &mut self.peers {
            peer.congested = peer.congested_estimate();
        }
        for room in 0..self.rooms.capacity() {
            let Some(active) = self.rooms.get(room).map(|room| room.active.clone()) else { continue };
            for &sender in &active {
                let receivers = active.iter().filter(|key| **key != sender);
                let narrow = receivers.filter_map(|key| self.peers[*key].congested);
                let bound = narrow.fold(FREE, |least, room| least.min(room));
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
}
