//! A client of the media server without a browser: str0m makes the offer a browser would make, sends
//! synthetic packets and counts what arrives. It has no socket and no clock, so it serves the
//! simulated network and real sockets alike.

use std::collections::{BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

use str0m::bwe::BweKind;
use str0m::change::{SdpAnswer, SdpOffer, SdpPendingOffer};
use str0m::channel::ChannelId;
use str0m::media::{Direction, MediaKind, Mid};
use str0m::net::{Protocol, Receive, TcpType, Transmit};
use str0m::rtp::{RtpPacket, RtpWrite};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc, RtcError};

/// The m-lines in the order of the offer.
pub const MICROPHONE: usize = 0;
pub const CAMERA: usize = 1;
pub const SCREEN: usize = 2;

/// What one m-line has received.
#[derive(Debug, Default)]
pub struct Received {
    /// Distinct packets: str0m drops repetitions.
    pub packets: u64,
    pub bytes: u64,
    /// SSRCs seen; a partner that reloads must not add one.
    pub ssrcs: BTreeSet<u32>,
    pub last_payload: Vec<u8>,
    /// The largest step between the RTP timestamps of two packets in a row.
    pub largest_step: u32,
    /// Packets that came after a later one.
    pub disordered: u64,
    sequence: Option<(u64, u64)>,
    timestamp: Option<u32>,
}

impl Received {
    /// Packets between the first and the last that never arrived.
    #[must_use]
    pub fn missing(&self) -> u64 {
        self.sequence.map_or(0, |(first, last)| last - first + 1 - self.packets)
    }

    fn note(&mut self, packet: &RtpPacket) {
        let (sequence, timestamp) = (*packet.seq_no, packet.header.timestamp);
        let (first, last) = self.sequence.unwrap_or((sequence, sequence));
        self.disordered += u64::from(sequence < last);
        self.sequence = Some((first.min(sequence), last.max(sequence)));
        let step = self.timestamp.map_or(0, |before| timestamp.wrapping_sub(before) as i32);
        self.largest_step = self.largest_step.max(step.unsigned_abs());
        self.timestamp = Some(timestamp);
        self.packets += 1;
        self.bytes += packet.payload.len() as u64;
        self.ssrcs.insert(*packet.header.ssrc);
        self.last_payload.clear();
        self.last_payload.extend_from_slice(&packet.payload);
    }
}

/// One m-line: what it sends and what it has received.
#[derive(Debug)]
pub struct MediaLine {
    pub mid: Mid,
    pub kind: MediaKind,
    pub received: Received,
    /// Packets given to [`Peer::send`].
    pub sent: u64,
    /// Keyframe requests for what we send.
    pub keyframe_requests: u32,
}

impl MediaLine {
    fn new(mid: Mid, kind: MediaKind) -> Self {
        Self { mid, kind, received: Received::default(), sent: 0, keyframe_requests: 0 }
    }
}

pub struct Peer {
    pub address: SocketAddr,
    pub lines: Vec<MediaLine>,
    /// Texts from the data channel.
    pub messages: Vec<String>,
    pub connected: bool,
    pub closed: bool,
    /// The latest bound (REMB) that the server set on what we send, in bits per second.
    pub bound: Option<u64>,
    protocol: Protocol,
    rtc: Rtc,
    /// The latest time the state machine was told; it must never go back.
    clock: Instant,
    pending: Option<SdpPendingOffer>,
    channel: Option<ChannelId>,
    transmits: VecDeque<Transmit>,
    deadline: Instant,
}

impl Peer {
    /// A client at this address, over UDP or as the active side of TCP.
    ///
    /// # Panics
    /// The address is unspecified: no client can be there.
    #[must_use]
    pub fn new(now: Instant, protocol: Protocol, address: SocketAddr) -> Self {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        let candidate = match protocol {
            Protocol::Udp => Candidate::builder().udp().host(address).build(),
            _ => Candidate::builder().tcp().host(address).tcptype(TcpType::Active).build(),
        };
        rtc.add_local_candidate(candidate.expect("a host candidate of a socket's own address"));
        Self {
            address,
            lines: Vec::new(),
            messages: Vec::new(),
            connected: false,
            closed: false,
            bound: None,
            protocol,
            rtc,
            clock: now,
            pending: None,
            channel: None,
            transmits: VecDeque::new(),
            deadline: now,
        }
    }

    /// The offer of a browser: microphone, camera, screen and data channel.
    ///
    /// # Panics
    /// Never: there is always something to negotiate.
    pub fn offer(&mut self) -> String {
        let mut change = self.rtc.sdp_api();
        for kind in [MediaKind::Audio, MediaKind::Video, MediaKind::Video] {
            let mid = change.add_media(kind, Direction::SendRecv, None, None, None);
            self.lines.push(MediaLine::new(mid, kind));
        }
        change.add_channel("openvisit".to_owned());
        let (offer, pending) = change.apply().expect("new m-lines need negotiation");
        self.keep(&offer, pending)
    }

    /// The full new offer of an ICE restart.
    ///
    /// # Panics
    /// Never: a restart is always negotiated.
    pub fn restart_offer(&mut self) -> String {
        let mut change = self.rtc.sdp_api();
        change.ice_restart(true);
        let (offer, pending) = change.apply().expect("an ICE restart needs negotiation");
        self.keep(&offer, pending)
    }

    fn keep(&mut self, offer: &SdpOffer, pending: SdpPendingOffer) -> String {
        self.pending = Some(pending);
        offer.to_sdp_string()
    }

    /// Takes the server's answer; connecting begins.
    ///
    /// # Errors
    /// No offer is open, or the answer does not fit it.
    pub fn accept_answer(&mut self, now: Instant, sdp: &str) -> Result<(), RtcError> {
        let answer = SdpAnswer::from_sdp_string(sdp)?;
        let pending = self.pending.take().ok_or(RtcError::ChangesOutOfOrder)?;
        self.rtc.sdp_api().accept_answer(pending, answer)?;
        self.handle_timeout(now)
    }

    /// Sends one RTP packet on a line.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn send(
        &mut self,
        now: Instant,
        line: usize,
        timestamp: u32,
        payload: &[u8],
    ) -> Result<(), RtcError> {
        let line = &mut self.lines[line];
        let Some(payload_type) =
            self.rtc.media(line.mid).and_then(|media| media.remote_pts().first().copied())
        else {
            return Ok(());
        };
        line.sent += 1;
        let sequence = 1_000 + line.sent;
        let write = RtpWrite::new(payload_type, sequence.into(), timestamp, now, payload)
            .nackable(line.kind.is_video());
        if let Some(stream) = self.rtc.direct_api().stream_tx_by_mid(line.mid, None) {
            stream.write_rtp(write);
        }
        self.handle_timeout(now)
    }

    /// Asks for a keyframe of what a line receives.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn request_keyframe(&mut self, now: Instant, line: usize) -> Result<(), RtcError> {
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(self.lines[line].mid, None) {
            stream.request_keyframe(str0m::media::KeyframeRequestKind::Pli);
        }
        self.handle_timeout(now)
    }

    /// Leaves as a browser does that closes the tab in good order.
    ///
    /// # Errors
    /// The connection is broken.
    pub fn close(&mut self) -> Result<(), RtcError> {
        self.rtc.close()?;
        self.drain()
    }

    /// # Errors
    /// The connection is broken.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        source: SocketAddr,
        datagram: &[u8],
    ) -> Result<(), RtcError> {
        self.clock = self.clock.max(now);
        let receive = Receive::new(self.protocol, source, self.address, datagram)?;
        self.rtc.handle_input(Input::Receive(self.clock, receive))?;
        self.drain()
    }

    /// # Errors
    /// The connection is broken.
    pub fn handle_timeout(&mut self, now: Instant) -> Result<(), RtcError> {
        self.clock = self.clock.max(now);
        self.rtc.handle_input(Input::Timeout(self.clock))?;
        self.drain()
    }

    #[must_use]
    pub fn poll_timeout(&self) -> Instant {
        self.deadline
    }

    pub fn poll_transmit(&mut self) -> Option<Transmit> {
        self.transmits.pop_front()
    }

    fn drain(&mut self) -> Result<(), RtcError> {
        loop {
            match self.rtc.poll_output()? {
                Output::Timeout(at) => {
                    self.deadline = at;
                    return Ok(());
                }
                Output::Transmit(transmit) => self.transmits.push_back(transmit),
                Output::Event(event) => self.note(event),
            }
        }
    }

    /// Whether the data channel is open: only then is anything said on it.
    #[must_use]
    pub fn has_channel(&self) -> bool {
        self.channel.is_some()
    }

    /// Says something to the server over the data channel.
    ///
    /// # Panics
    /// If the channel is not open, or takes no more.
    pub fn say(&mut self, text: &str) {
        let channel = self.channel.and_then(|id| self.rtc.channel(id));
        let written = channel.expect("an open data channel").write(false, text.as_bytes());
        assert!(matches!(written, Ok(true)), "the channel took nothing: {written:?}");
        self.drain().expect("a connection in order");
    }

    /// Answers a server's offer over the data channel, as a browser's page would.
    fn answer_offer(&mut self, message: &[u8]) {
        let Ok(message) = serde_json::from_slice::<serde_json::Value>(message) else { return };
        let ours = self.rtc.direct_api().local_ice_credentials().ufrag;
        // An offer that our own has crossed, or that was made before it.
        let crossed = self.pending.is_some() || message["ufrag"] != ours;
        if message["type"] != "offer" || crossed {
            return;
        }
        let offer = SdpOffer::from_sdp_string(message["sdp"].as_str().unwrap_or_default());
        let Ok(answer) =
            offer.map_err(RtcError::from).and_then(|offer| self.rtc.sdp_api().accept_offer(offer))
        else {
            return;
        };
        let answer = serde_json::json!({ "type": "answer", "sdp": answer.to_sdp_string() }).to_string();
        if let Some(mut channel) = self.channel.and_then(|id| self.rtc.channel(id)) {
            // A channel too full to take it leaves the offer open, as a page that crashed would.
            let _ = channel.write(false, answer.as_bytes());
        }
    }

    fn note(&mut self, event: Event) {
        match event {
            Event::Connected => self.connected = true,
            Event::Closed | Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.closed = true;
            }
            Event::RtpPacket(packet) => {
                let mid = self.rtc.direct_api().stream_rx(&packet.header.ssrc).map(|stream| stream.mid());
                if let Some(line) = self.lines.iter_mut().find(|line| Some(line.mid) == mid) {
                    line.received.note(&packet);
                }
            }
            Event::KeyframeRequest(request) => {
                if let Some(line) = self.lines.iter_mut().find(|line| line.mid == request.mid) {
                    line.keyframe_requests += 1;
                }
            }
            Event::EgressBitrateEstimate(BweKind::Remb { estimate, .. }) => {
                self.bound = Some(estimate.as_u64());
            }
            Event::ChannelOpen(id, _) => self.channel = Some(id),
            Event::ChannelData(data) => {
                self.answer_offer(&data.data);
                self.messages.push(String::from_utf8_lossy(&data.data).into_owned());
            }
            // The lines of further participants, as the server offered them.
            Event::MediaAdded(media) => self.lines.push(MediaLine::new(media.mid, media.kind)),
            _ => {}
        }
    }
}
