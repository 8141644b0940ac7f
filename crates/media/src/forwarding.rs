//! The packet path of a worker: datagrams in, events acted upon, packets to the other participants.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use openvisit_core::ids::ParticipantId;
use str0m::bwe::Bitrate;
use str0m::net::Receive;

use crate::config::FIRST_ESTIMATE;
use crate::draining::is_rtp;
use crate::event::{DisconnectReason, MediaEvent};
use crate::peer::{Fault, MediaPacket, PeerEvent};
use crate::routes::{Remote, is_stun};
use crate::shedding::Shed;
use crate::streams::TrackSource;
use crate::worker::Worker;

/// Timers are late by up to this much, so that those of many peers are served together. str0m asks for
/// a tick right after each packet that it sends; the next packet brings it.
const GRANULARITY: Duration = Duration::from_millis(1);

/// More than a client can ask to be repeated in one packet; what is left leaves with the next tick.
const MOST_AT_ONCE: usize = 256;

impl Worker {
    pub(crate) fn deliver(
        &mut self,
        now: Instant,
        key: usize,
        remote: Remote,
        destination: SocketAddr,
        datagram: &[u8],
    ) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        let Ok(receive) = Receive::new(remote.0, remote.1, destination, datagram) else {
            self.stats.refused += 1;
            return;
        };
        let sent_before = self.output.transmits.len();
        let media = is_rtp(datagram);
        let received = if media {
            peer.receive_media(now, receive, &mut self.output)
        } else {
            peer.receive(now, receive)
        };
        if media {
            self.act_upon_events(now, key);
        }
        if let Err(fault) = received {
            self.fail(key, &fault);
        }
        if !media {
            self.send_out(now, key);
        }
        // The ICE agent answers only requests that it could authenticate.
        let answered = is_stun(datagram)
            && self.output.transmits.range(sent_before..).any(|sent| is_stun(&sent.contents));
        if let Some(peer) = self.peers.get_mut(key) {
            let deadline = peer.deadline;
            if answered {
                peer.last_packet = now;
                self.routes.learn(remote, key);
            }
            self.expect(now, deadline);
        }
    }

    /// Drains a peer that has received. What left with it, of packets that were queued before, need not
    /// wait for the flush; retransmissions that it asked for leave at once, one per tick.
    fn send_out(&mut self, now: Instant, key: usize) {
        for _ in 0..MOST_AT_ONCE {
            let left = self.settle(now, key);
            let Some(peer) = self.peers.get_mut(key) else { return };
            if peer.queued > 0 {
                peer.queued = peer.queued.saturating_sub(left);
                return;
            }
            if left == 0 {
                return;
            }
            self.advance(now, key);
        }
    }

    /// Lets all peers that were written to send it, until nobody has anything left.
    pub fn flush(&mut self, now: Instant) {
        while let Some(key) = self.touched.pop() {
            let Some(peer) = self.peers.get_mut(key) else { continue };
            peer.touched = false;
            let asked = std::mem::take(&mut peer.asked);
            if peer.queued > 0 {
                let released = peer.release_queued(now, &mut self.output);
                self.act_upon_events(now, key);
                if let Err(fault) = released {
                    self.fail(key, &fault);
                }
            }
            if asked {
                self.tick(now, key);
                if let Some(peer) = self.peers.get_mut(key) {
                    peer.postpone_pacer_tick();
                }
            }
            if let Some(peer) = self.peers.get(key) {
                let deadline = peer.deadline;
                self.expect(now, deadline);
            }
        }
    }

    /// Something was asked of a peer: the flush must tick it.
    pub(crate) fn touch(&mut self, key: usize) {
        if let Some(peer) = self.peers.get_mut(key) {
            peer.asked = true;
        }
        self.enlist(key);
    }

    fn enlist(&mut self, key: usize) {
        if let Some(peer) = self.peers.get_mut(key)
            && !std::mem::replace(&mut peer.touched, true)
        {
            self.touched.push(key);
        }
    }

    pub(crate) fn tick(&mut self, now: Instant, key: usize) {
        self.advance(now, key);
        self.settle(now, key);
    }

    fn advance(&mut self, now: Instant, key: usize) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        if let Err(fault) = peer.tick(now) {
            self.fail(key, &fault);
        }
    }

    pub(crate) fn tick_due_peers(&mut self, now: Instant) {
        self.next_deadline = None;
        for key in 0..self.peers.capacity() {
            let Some(peer) = self.peers.get(key) else { continue };
            if peer.deadline <= now {
                self.tick(now, key);
            }
            if let Some(peer) = self.peers.get(key) {
                self.expect(now, peer.deadline);
            }
        }
    }

    /// Makes sure that [`Worker::handle_timeout`] is called at a peer's deadline.
    pub(crate) fn expect(&mut self, now: Instant, deadline: Instant) {
        let deadline = deadline.max(now + GRANULARITY);
        self.next_deadline = Some(self.next_deadline.map_or(deadline, |next| next.min(deadline)));
    }

    /// Drains a peer after a mutation, then acts upon what it said. Tells how many media packets left.
    pub(crate) fn settle(&mut self, now: Instant, key: usize) -> u32 {
        let Some(peer) = self.peers.get_mut(key) else { return 0 };
        let drained = peer.drain(&mut self.output);
        self.act_upon_events(now, key);
        drained.unwrap_or_else(|fault| {
            self.fail(key, &fault);
            0
        })
    }

    fn act_upon_events(&mut self, now: Instant, key: usize) {
        let mut events = std::mem::take(&mut self.output.events);
        for event in events.drain(..) {
            self.act(now, key, event);
        }
        self.output.events = events;
    }

    fn fail(&mut self, key: usize, fault: &Fault) {
        let Some(peer) = self.peers.get(key) else { return };
        // A datagram that makes no sense may be anybody's who forged the source address. Only what has
        // broken the state machine ends the connection.
        if matches!(fault, Fault::Rtc(_)) && peer.is_alive() {
            tracing::debug!(connection = %peer.connection.id, %fault, "media datagram refused");
            return;
        }
        tracing::warn!(connection = %peer.connection.id, %fault, "media connection broken");
        self.remove_peer(key, fault.disconnect_reason());
    }

    fn act(&mut self, now: Instant, key: usize, event: PeerEvent) {
        match event {
            PeerEvent::Media { source, packet, captured, late } => {
                let media = MediaPacket { source, packet: &packet, captured, late };
                self.forward(now, key, &media);
            }
            PeerEvent::Connected => self.connected(now, key),
            PeerEvent::Closed => self.end(now, key, DisconnectReason::Left),
            PeerEvent::IceLost => self.end(now, key, DisconnectReason::Silent),
            PeerEvent::KeyframeWanted { mid } => {
                let shown = self.peers.get(key).and_then(|peer| peer.shown_on(mid));
                if let Some((participant, source)) = shown {
                    self.request_keyframe_from(now, key, participant, source);
                }
            }
            PeerEvent::Quality(quality) => {
                if let Some(peer) = self.peers.get(key) {
                    let (room, connection) = (peer.room, peer.connection);
                    self.tell(room, MediaEvent::Quality { connection, quality });
                }
            }
            PeerEvent::ChannelOpen => {
                if let Some(peer) = self.peers.get_mut(key) {
                    peer.send_tracks();
                    peer.offer_slots();
                }
                if self.shed != Shed::NOTHING {
                    self.tell_peer_what_is_shed(key);
                }
                self.touch_if_message_written(key);
            }
            PeerEvent::ChannelText(text) => self.handle_channel_text(now, key, &text),
        }
    }

    fn handle_channel_text(&mut self, now: Instant, key: usize, text: &[u8]) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        match peer.handle_channel_text(text) {
            Ok(true) => self.show_all(now, key),
            Ok(false) => {}
            Err(fault) => self.fail(key, &fault),
        }
    }

    /// Shows all others to a peer that has new slots.
    pub(crate) fn show_all(&mut self, now: Instant, key: usize) {
        let room = self.peers[key].room;
        for other in self.rooms[room].active.clone() {
            if self.rooms[room].carries(other, key) && self.peers[key].connected {
                self.introduce(now, other, key);
            }
        }
    }

    fn forward(&mut self, now: Instant, key: usize, media: &MediaPacket<'_>) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        peer.sent_picture |= media.source.is_video();
        let (from, ordinal, room) = (peer.connection.participant, peer.ordinal, peer.room);
        if self.rooms[room].echo && peer.sends_too_much() {
            return;
        }
        for place in 0..self.rooms[room].active.len() {
            let other = self.rooms[room].active[place];
            let carried = self.rooms[room].carries(key, other);
            if carried && self.peers[other].send(now, from, ordinal, media) {
                self.stats.forwarded += 1;
                self.enlist(other);
            }
        }
    }

    fn connected(&mut self, now: Instant, key: usize) {
        let Some(peer) = self.peers.get_mut(key) else { return };
        peer.connected = true;
        peer.rtc.bwe().set_bitrate(Bitrate::ZERO, FIRST_ESTIMATE);
        let (connection, ordinal, room) = (peer.connection, peer.ordinal, peer.room);
        self.tell(room, MediaEvent::Connected { connection, at: now });

        let active = self.rooms[room].active.clone();
        let same = active
            .iter()
            .copied()
            .find(|other| self.peers[*other].connection.participant == connection.participant);
        match same {
            Some(newer) if self.peers[newer].ordinal > ordinal => {
                return self.end(now, key, DisconnectReason::TakenOver);
            }
            Some(older) => self.end(now, older, DisconnectReason::TakenOver),
            None => {}
        }
        self.rooms[room].active.push(key);
        for other in self.rooms[room].active.clone() {
            if self.rooms[room].carries(key, other) {
                self.introduce(now, key, other);
                self.introduce(now, other, key);
            }
        }
    }

    /// Gives `to` a slot that shows `newcomer`, and a picture to begin with.
    fn introduce(&mut self, now: Instant, newcomer: usize, to: usize) {
        let participant = self.peers[newcomer].connection.participant;
        let room = self.peers[to].room;
        let present: Vec<_> =
            self.rooms[room].active.iter().map(|key| self.peers[*key].connection.participant).collect();
        let peer = &mut self.peers[to];
        if peer.assign_slot(participant, &present) {
            peer.send_tracks();
        } else if !peer.shows(participant) {
            peer.request_slots(present.len() - 1);
        }
        self.touch_if_message_written(to);
        for source in [TrackSource::Camera, TrackSource::Screen] {
            self.request_keyframe_from(now, to, participant, source);
        }
    }

    fn touch_if_message_written(&mut self, key: usize) {
        if self.peers.get_mut(key).is_some_and(|peer| std::mem::take(&mut peer.message_written)) {
            self.touch(key);
        }
    }

    fn request_keyframe_from(
        &mut self,
        now: Instant,
        receiver: usize,
        of: ParticipantId,
        source: TrackSource,
    ) {
        let room = self.peers[receiver].room;
        let sender =
            self.rooms[room].active.iter().copied().find(|key| self.peers[*key].connection.participant == of);
        let Some(sender) = sender else { return };
        let peer = &mut self.peers[sender];
        peer.want_keyframe(source);
        if peer.request_keyframes(now) {
            self.touch(sender);
        }
    }
}
