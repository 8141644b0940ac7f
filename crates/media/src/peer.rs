//! One connection: str0m's state machine and what we keep around it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use openvisit_core::ids::ParticipantId;
use str0m::bwe::{Bitrate, BweKind};
use str0m::channel::ChannelId;
use str0m::media::{KeyframeRequestKind, Mid};
use str0m::net::Receive;
use str0m::rtp::{ExtensionValues, RtpPacket, RtpWrite, Ssrc};
use str0m::{Event, IceConnectionState, Input, Rtc, RtcError};

use crate::config::FIRST_ESTIMATE;
use crate::draining::PeerOutput;
use crate::event::{Connection, DisconnectReason, Quality};
use crate::message::ToClient;
use crate::negotiation::Negotiation;
use crate::sender_clock::SenderClock;
use crate::splice::Origin;
use crate::streams::{Inlet, ParticipantSlot, TrackSource};

/// Why a peer cannot go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    #[error("{0}")]
    Rtc(#[from] RtcError),
    #[error("panic")]
    Panic,
}

impl Fault {
    pub fn disconnect_reason(&self) -> DisconnectReason {
        match self {
            Self::Rtc(_) => DisconnectReason::Protocol,
            Self::Panic => DisconnectReason::Fault,
        }
    }
}

/// What a peer's state machine reported, for the worker to handle once the peer is drained.
#[derive(Debug)]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are media; a box would be an allocation per packet"
)]
pub(crate) enum PeerEvent {
    Connected,
    Closed,
    IceLost,
    Media { source: TrackSource, packet: RtpPacket, captured: Instant, late: bool },
    KeyframeWanted { mid: Mid },
    Quality(Quality),
    ChannelOpen,
    ChannelText(Vec<u8>),
}

pub(crate) struct Peer {
    pub connection: Connection,
    /// Counts joins: the higher one is the newer tab.
    pub ordinal: u64,
    pub room: usize,
    pub joined_at: Instant,
    pub connected: bool,
    pub last_packet: Instant,
    /// When the state machine next needs [`Peer::tick`].
    pub deadline: Instant,
    /// Its session goes on elsewhere: until then it is told so, and served all the same.
    pub parts_at: Option<Instant>,
    /// In the list of those that the next flush looks at.
    pub touched: bool,
    /// Must be ticked by the next flush, queued packets or not.
    pub asked: bool,
    /// Packets written since the last flush.
    pub queued: u32,
    /// The state machine was told the time since, so that it has one of them ready.
    pub primed: bool,
    /// The data channel was written to: the peer must be touched.
    pub message_written: bool,
    pub inlets: Vec<Inlet>,
    pub slots: Vec<ParticipantSlot>,
    /// False where the client's network is weak: the others' cameras are left out.
    wants_cameras: bool,
    /// What the network lets us send to the client.
    pub estimate: Bitrate,
    /// What the client's pictures would take, as the estimate knows it.
    pub expected: Bitrate,
    /// The estimate, where we send nearly that much.
    pub congested: Option<Bitrate>,
    /// Media bytes sent to the client since [`Peer::congested_estimate`] was last asked.
    sent_bytes: u64,
    /// A picture of the client's came since the senders were last bounded, and in the time before that.
    pub sent_picture: bool,
    pub shows_picture: bool,
    /// What we last told the client to send at most.
    pub bound: Option<Bitrate>,
    pub(crate) negotiation: Negotiation,
    pub(crate) rtc: Rtc,
    /// The latest time the state machine was told; it must never go back.
    pub(crate) clock: Instant,
    sender_clock: SenderClock,
    inlet_of_ssrc: Vec<(Ssrc, usize)>,
    pub(crate) channel: Option<ChannelId>,
}

impl Peer {
    pub fn new(now: Instant, rtc: Rtc, connection: Connection, ordinal: u64, room: usize) -> Self {
        Self {
            connection,
            ordinal,
            room,
            joined_at: now,
            connected: false,
            last_packet: now,
            deadline: now,
            touched: false,
            asked: false,
            queued: 0,
            primed: false,
            parts_at: None,
            message_written: false,
            inlets: Vec::new(),
            slots: Vec::new(),
            wants_cameras: true,
            estimate: FIRST_ESTIMATE,
            expected: FIRST_ESTIMATE,
            congested: None,
            sent_bytes: 0,
            sent_picture: false,
            shows_picture: false,
            bound: None,
            negotiation: Negotiation::default(),
            rtc,
            clock: now,
            sender_clock: SenderClock::default(),
            inlet_of_ssrc: Vec::new(),
            channel: None,
        }
    }

    /// Feeds a packet. Drain afterwards.
    pub fn receive(&mut self, now: Instant, packet: Receive<'_>) -> Result<(), Fault> {
        let now = self.advance(now);
        guard(|| self.rtc.handle_input(Input::Receive(now, packet)))
    }

    /// Lets time pass. Drain afterwards.
    pub fn tick(&mut self, now: Instant) -> Result<(), Fault> {
        let now = self.advance(now);
        guard(|| self.rtc.handle_input(Input::Timeout(now)))
    }

    pub fn is_alive(&self) -> bool {
        self.rtc.is_alive()
    }

    pub(crate) fn advance(&mut self, now: Instant) -> Instant {
        self.clock = self.clock.max(now);
        self.clock
    }

    pub(crate) fn peer_event(&mut self, event: Event) -> Option<PeerEvent> {
        Some(match event {
            Event::RtpPacket(packet) => return self.media(packet),
            Event::Connected => PeerEvent::Connected,
            Event::Closed => PeerEvent::Closed,
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => PeerEvent::IceLost,
            Event::KeyframeRequest(request) => PeerEvent::KeyframeWanted { mid: request.mid },
            Event::EgressBitrateEstimate(BweKind::Twcc { estimate, .. }) => {
                self.estimate = estimate;
                return None;
            }
            Event::PeerStats(stats) => PeerEvent::Quality(Quality {
                bits_per_second: Some(self.estimate.as_u64()),
                round_trip: stats.rtt,
                loss: stats.egress_loss_fraction,
            }),
            Event::ChannelData(data) => PeerEvent::ChannelText(data.data),
            Event::ChannelOpen(id, _) => {
                self.channel = Some(id);
                PeerEvent::ChannelOpen
            }
            _ => return None,
        })
    }

    fn media(&mut self, packet: RtpPacket) -> Option<PeerEvent> {
        self.last_packet = self.clock;
        let inlet = self.inlet(packet.header.ssrc)?;
        let inlet = &mut self.inlets[inlet];
        if inlet.source.is_video() {
            inlet.keyframes.seen(&packet.payload);
        }
        let report = packet.last_sender_info.as_ref();
        let captured = self.sender_clock.capture_time(self.clock, report, packet.header.timestamp);
        let late = inlet.note(*packet.seq_no);
        Some(PeerEvent::Media { source: inlet.source, packet, captured, late })
    }

    fn inlet(&mut self, ssrc: Ssrc) -> Option<usize> {
        if let Some((_, inlet)) = self.inlet_of_ssrc.iter().find(|(known, _)| *known == ssrc) {
            return Some(*inlet);
        }
        let mid = self.rtc.direct_api().stream_rx(&ssrc)?.mid();
        let inlet = self.inlets.iter().position(|inlet| inlet.mid == mid)?;
        self.inlet_of_ssrc.retain(|(_, known)| *known != inlet);
        self.inlet_of_ssrc.push((ssrc, inlet));
        self.inlets[inlet].newest = None;
        Some(inlet)
    }

    /// Queues another participant's packet for the client, if one of its slots shows that one. It
    /// leaves with the next [`Self::tick`].
    pub fn send(&mut self, now: Instant, from: ParticipantId, ordinal: u64, media: &MediaPacket<'_>) -> bool {
        if media.source == TrackSource::Camera && !self.wants_cameras {
            return false;
        }
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.participant == Some(from)) else {
            return false;
        };
        let Some(outlet) = &mut slot.outlets[media.source.index()] else { return false };
        let packet = media.packet;
        let origin = Origin { peer: ordinal, ssrc: *packet.header.ssrc };
        // What was lost and comes again now must not begin a stream: between it and the next packet would
        // be numbers of which the client has no packet, and we neither.
        if media.late && !outlet.splice.continues(origin) {
            return false;
        }
        let Some((sequence, timestamp)) =
            outlet.splice.rewrite(now, origin, *packet.seq_no, packet.header.timestamp)
        else {
            return false;
        };
        let write = RtpWrite::new(
            outlet.payload_type,
            sequence.into(),
            timestamp,
            media.captured,
            Arc::clone(&packet.payload),
        )
        .marker(packet.header.marker)
        .ext_vals(forwarded(&packet.header.ext_vals))
        .nackable(media.source.is_video());
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx(&outlet.ssrc) else { return false };
        stream.write_rtp(write);
        self.queued += 1;
        self.sent_bytes += packet.payload.len() as u64;
        true
    }

    /// Sets whether the others' cameras are sent; true where the client gets them again.
    pub fn set_cameras_wanted(&mut self, wanted: bool) -> bool {
        let before = std::mem::replace(&mut self.wants_cameras, wanted);
        self.splice_anew(TrackSource::Camera);
        wanted && !before
    }

    /// What the client did not get of these streams leaves no gap that it would ask for.
    pub fn splice_anew(&mut self, source: TrackSource) {
        for slot in &mut self.slots {
            if let Some(outlet) = &mut slot.outlets[source.index()] {
                outlet.splice.pause();
            }
        }
    }

    /// Which of the client's streams has this SSRC, if a packet of it has come.
    pub fn source_of(&self, ssrc: Ssrc) -> Option<TrackSource> {
        let (_, inlet) = self.inlet_of_ssrc.iter().find(|(known, _)| *known == ssrc)?;
        Some(self.inlets[*inlet].source)
    }

    /// Somebody needs a keyframe of the client's.
    pub fn want_keyframe(&mut self, source: TrackSource) {
        if let Some(inlet) = self.inlets.iter_mut().find(|inlet| inlet.source == source) {
            inlet.keyframes.request();
        }
    }

    /// Sends the keyframe requests that are due to the client; true if there was one.
    pub fn request_keyframes(&mut self, now: Instant) -> bool {
        let mut requested = false;
        for inlet in self.inlets.iter_mut().filter(|inlet| inlet.source.is_video()) {
            if !inlet.keyframes.due(now) {
                continue;
            }
            // None until the layer's SSRC is known; the next tick tries again.
            if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(inlet.mid, None) {
                stream.request_keyframe(KeyframeRequestKind::Pli);
                requested = true;
            }
        }
        requested
    }

    pub fn shows(&self, participant: ParticipantId) -> bool {
        self.slots.iter().any(|slot| slot.participant == Some(participant))
    }

    /// Shows a participant on a slot, if one is free: not taken by anybody of `present`. True if it is
    /// new there.
    pub fn assign_slot(&mut self, participant: ParticipantId, present: &[ParticipantId]) -> bool {
        if self.shows(participant) {
            return false;
        }
        let free =
            |slot: &&mut ParticipantSlot| slot.participant.is_none_or(|taken| !present.contains(&taken));
        let Some(slot) = self.slots.iter_mut().find(free) else { return false };
        slot.participant = Some(participant);
        true
    }

    /// The estimate for the way to the client, if what was sent in the last second comes near it. An
    /// estimate far above that is a guess, and bounds nobody.
    pub fn congested_estimate(&mut self) -> Option<Bitrate> {
        const NEAR: f64 = 1.2;
        let sent = Bitrate::bps(std::mem::take(&mut self.sent_bytes) * 8);
        (self.estimate < sent * NEAR).then_some(self.estimate)
    }

    /// Whether more came back to the client in this second than a test of its line takes, whatever it was told.
    pub fn sends_too_much(&self) -> bool {
        const MOST: Bitrate = Bitrate::mbps(4);
        Bitrate::bps(self.sent_bytes * 8) > MOST
    }

    /// Another network, or the same after a break: what was found out about its width is void.
    pub fn forget_network(&mut self) {
        self.estimate = FIRST_ESTIMATE;
        self.congested = None;
        self.rtc.bwe().reset(FIRST_ESTIMATE);
    }

    /// Tells the client how much to send at most (REMB); true if it must be told now.
    pub fn limit_sending(&mut self, most: Bitrate) -> bool {
        let Some(inlet) = self.inlets.iter().find(|inlet| inlet.source == TrackSource::Camera) else {
            return false;
        };
        let mid = inlet.mid;
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_rx_by_mid(mid, None) else { return false };
        stream.request_remb(most);
        self.bound = Some(most);
        true
    }

    /// Whose stream, and which, the client receives on this m-line.
    pub fn shown_on(&self, mid: Mid) -> Option<(ParticipantId, TrackSource)> {
        self.slots.iter().find_map(|slot| {
            let source = TrackSource::ALL.into_iter().find(|source| {
                slot.outlets[source.index()].as_ref().is_some_and(|outlet| outlet.mid == mid)
            })?;
            Some((slot.participant?, source))
        })
    }

    /// Closes the connection: by a message on the data channel, then RTCP BYE and DTLS alert.
    pub fn close(&mut self, now: Instant, why: DisconnectReason, output: &mut PeerOutput) {
        self.send_message(&ToClient::closed(why));
        let parted = self.drain(output).and_then(|_| guard(|| self.rtc.close()));
        if parted.and_then(|()| self.tick(now)).and_then(|()| self.drain(output)).is_err() {
            tracing::debug!(connection = %self.connection.id, "could not close the connection cleanly: it was already broken");
        }
    }
}

/// A packet on its way to other peers.
pub(crate) struct MediaPacket<'a> {
    pub source: TrackSource,
    pub packet: &'a RtpPacket,
    pub captured: Instant,
    /// A later one of the same stream came before it.
    pub late: bool,
}

/// The header extensions that mean the same to every receiver. str0m writes those it negotiated.
fn forwarded(values: &ExtensionValues) -> ExtensionValues {
    ExtensionValues {
        audio_level: values.audio_level,
        voice_activity: values.voice_activity,
        video_orientation: values.video_orientation,
        video_content_type: values.video_content_type,
        ..Default::default()
    }
}

/// Runs a piece of one peer's state machine. str0m holds no locks and shares nothing, so a panic in
/// it leaves only this peer unusable.
pub(crate) fn guard<T>(run: impl FnOnce() -> Result<T, RtcError>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(done) => done.map_err(Fault::Rtc),
        Err(_) => Err(Fault::Panic),
    }
}
