//! One synthetic participant: a WebRTC client without sockets. Packets and time go in, packets come out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use str0m::change::{SdpAnswer, SdpPendingOffer};
use str0m::format::Codec;
use str0m::media::{Direction, MediaKind, Mid, Pt};
use str0m::net::{Protocol, Receive};
use str0m::rtp::{ExtensionValues, RtpWrite, Ssrc};
use str0m::{Candidate, Event, IceConnectionState, Input, Output, Rtc};

use crate::source::{Pace, PacketKind, PacketSource};
use crate::stamp::{Stamp, epoch_nanos};
use crate::tally::{SessionDetails, Tally, Window, record};

/// A partner of whom nothing came for so long has gone, or the server has.
const SILENCE: Duration = Duration::from_secs(5);

/// A participant that has made its offer and waits for the answer.
pub struct Caller {
    rtc: Rtc,
    pending: SdpPendingOffer,
    local: SocketAddr,
    mids: [Mid; 2],
}

/// A participant in a call: sends its synthetic microphone and camera, counts the partner's.
pub struct Peer {
    rtc: Rtc,
    /// Participants are numbered so that the two of a call differ in the lowest bit only.
    number: u32,
    local: SocketAddr,
    pace: Pace,
    window: Arc<Window>,
    tracks: Vec<Track>,
    mids: [Mid; 2],
    seen: [SessionDetails; 2],
    wake_at: Instant,
    /// When the handshake was done.
    pub connected_at: Option<Instant>,
    /// When the partner's first packet arrived.
    pub first_packet_at: Option<Instant>,
    last_packet_at: Option<Instant>,
    /// The call is over for this peer, with the reason.
    pub gone: Option<String>,
}

/// What a peer is given each time it is driven.
pub struct Turn<'a> {
    pub now: Instant,
    /// When the datagram arrived, in nanoseconds since the Unix epoch.
    pub arrived: u64,
    pub tally: &'a mut Tally,
    /// Sends one datagram.
    pub send: &'a mut dyn FnMut(SocketAddr, &[u8]),
}

struct Track {
    kind: PacketKind,
    source: PacketSource,
    stream: u32,
    mid: Mid,
    ssrc: Ssrc,
    pt: Pt,
}

impl Caller {
    /// Makes the offer that a browser would make: microphone, camera, screen, data channel.
    ///
    /// `local` is the address of the socket that the participant will use.
    ///
    /// # Errors
    /// When `local` cannot be a candidate.
    pub fn new(local: SocketAddr, now: Instant) -> Result<(Self, String)> {
        let mut rtc = Rtc::builder()
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .build(now);
        rtc.add_local_candidate(Candidate::host(local, "udp")?);
        let mut change = rtc.sdp_api();
        let mut media = |kind| change.add_media(kind, Direction::SendRecv, None, None, None);
        let mids = [media(MediaKind::Audio), media(MediaKind::Video)];
        media(MediaKind::Video);
        change.add_channel("openvisit".into());
        let (offer, pending) = change.apply().context("the offer has no media")?;
        Ok((Self { rtc, pending, local, mids }, offer.to_sdp_string()))
    }

    /// Takes the server's answer; from here on the peer is driven by packets and time.
    ///
    /// # Errors
    /// When the answer is no SDP or does not fit the offer.
    pub fn accept(
        mut self,
        answer: &str,
        number: u32,
        pace: Pace,
        window: Arc<Window>,
        now: Instant,
    ) -> Result<Peer> {
        let answer = SdpAnswer::from_sdp_string(answer).context("the answer is no SDP")?;
        self.rtc
            .sdp_api()
            .accept_answer(self.pending, answer)
            .context("the answer does not fit the offer")?;
        Ok(Peer {
            rtc: self.rtc,
            number,
            local: self.local,
            pace,
            window,
            tracks: Vec::new(),
            mids: self.mids,
            seen: Default::default(),
            wake_at: now,
            connected_at: None,
            first_packet_at: None,
            last_packet_at: None,
            gone: None,
        })
    }
}

impl Peer {
    /// Takes a datagram.
    pub fn receive(&mut self, from: SocketAddr, datagram: &[u8], turn: &mut Turn<'_>) {
        // A datagram that is no WebRTC at all is none of this peer's.
        let Ok(receive) = Receive::new(Protocol::Udp, from, self.local, datagram) else { return };
        self.feed(Input::Receive(turn.now, receive), turn);
    }

    /// Does what is due by now: timeouts, and the packets of microphone and camera.
    pub fn advance(&mut self, turn: &mut Turn<'_>) {
        if self.last_packet_at.is_some_and(|at| turn.now.saturating_duration_since(at) > SILENCE) {
            self.gone.get_or_insert_with(|| format!("nothing arrived for {} s", SILENCE.as_secs()));
        }
        let mut wrote = false;
        for at in 0..self.tracks.len() {
            while self.gone.is_none() && self.write_next(at, turn) {
                self.drain(turn);
                wrote = true;
            }
        }
        // What was written leaves only when time is handed in.
        if wrote || self.wake_at <= turn.now {
            self.feed(Input::Timeout(turn.now), turn);
        }
    }

    /// Leaves as a browser does that closes its connection.
    pub fn hang_up(&mut self, turn: &mut Turn<'_>) {
        if let Err(error) = self.rtc.close() {
            self.gone = Some(error.to_string());
        }
        self.drain(turn);
    }

    /// The m-lines of microphone and camera.
    #[cfg(test)]
    pub fn mids(&self) -> [Mid; 2] {
        self.mids
    }

    fn feed(&mut self, input: Input<'_>, turn: &mut Turn<'_>) {
        if self.gone.is_some() {
            return;
        }
        match self.rtc.handle_input(input) {
            Ok(()) => self.drain(turn),
            Err(error) => self.gone = Some(error.to_string()),
        }
    }

    fn write_next(&mut self, at: usize, turn: &mut Turn<'_>) -> bool {
        let Some(track) = self.tracks.get_mut(at) else { return false };
        let Some((due, payload)) = track.source.next(turn.now) else { return false };
        let stamp = Stamp { stream: track.stream, index: due.index, sent_at: epoch_nanos() };
        stamp.write(payload);
        let write = RtpWrite::new(track.pt, u64::from(due.index).into(), due.time, turn.now, &*payload)
            .marker(due.marker)
            .nackable(track.kind == PacketKind::Video)
            .ext_vals(voice(track.kind));
        let mut direct = self.rtc.direct_api();
        let Some(tx) = direct.stream_tx(&track.ssrc) else { return false };
        tx.write_rtp(write);
        if self.window.holds(stamp.sent_at) {
            turn.tally.sent += 1;
            record(&mut turn.tally.lateness, due.late);
        }
        true
    }

    fn drain(&mut self, turn: &mut Turn<'_>) {
        while self.gone.is_none() {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => (turn.send)(transmit.destination, &transmit.contents),
                Ok(Output::Event(event)) => self.on_event(&event, turn),
                Ok(Output::Timeout(at)) => {
                    self.wake_at = at;
                    return;
                }
                Err(error) => self.gone = Some(error.to_string()),
            }
        }
    }

    fn on_event(&mut self, event: &Event, turn: &mut Turn<'_>) {
        match event {
            Event::Connected => self.start(turn.now),
            Event::RtpPacket(packet) => self.count(&packet.payload, turn),
            Event::KeyframeRequest(request) => {
                if let Some(track) = self.tracks.iter_mut().find(|track| track.mid == request.mid) {
                    track.source.want_keyframe();
                }
            }
            Event::IceConnectionStateChange(IceConnectionState::Disconnected) => {
                self.gone = Some("the connection was lost".into());
            }
            Event::Closed => self.gone = Some("the server closed the connection".into()),
            _ => {}
        }
    }

    /// Switches microphone and camera on.
    fn start(&mut self, now: Instant) {
        self.connected_at.get_or_insert(now);
        if self.tracks.is_empty() {
            let tracks = [(PacketKind::Audio, Codec::Opus), (PacketKind::Video, Codec::Vp8)]
                .into_iter()
                .zip(self.mids);
            self.tracks =
                tracks.filter_map(|((kind, codec), mid)| self.track(kind, codec, mid, now)).collect();
        }
    }

    fn track(&mut self, kind: PacketKind, codec: Codec, mid: Mid, now: Instant) -> Option<Track> {
        let pt = self.rtc.codec_config().find(|params| params.spec().codec == codec)?.pt();
        let ssrc = self.rtc.direct_api().stream_tx_by_mid(mid, None)?.ssrc();
        // Participants do not tick in step: each begins at a place of its own in the first 20 ms.
        let start = now + Duration::from_micros(u64::from(self.number) * 7919 % 20_000);
        let stream = self.number * 2 + u32::from(kind == PacketKind::Video);
        Some(Track { kind, source: PacketSource::new(kind, &self.pace, start), stream, mid, ssrc, pt })
    }

    fn count(&mut self, payload: &[u8], turn: &mut Turn<'_>) {
        let Some(stamp) = Stamp::read(payload) else { return };
        if stamp.stream / 2 != self.number ^ 1 {
            turn.tally.foreign += 1;
            return;
        }
        self.first_packet_at.get_or_insert(turn.now);
        self.last_packet_at = Some(turn.now);
        let new = self.seen[(stamp.stream % 2) as usize].insert(stamp.index);
        if !self.window.holds(stamp.sent_at) {
            return;
        }
        if new {
            turn.tally.received += 1;
            record(&mut turn.tally.latency, Duration::from_nanos(turn.arrived.saturating_sub(stamp.sent_at)));
        } else {
            turn.tally.repeated += 1;
        }
    }
}

/// The header extensions that a browser puts on its audio.
fn voice(kind: PacketKind) -> ExtensionValues {
    match kind {
        PacketKind::Audio => ExtensionValues {
            audio_level: Some(-30),
            voice_activity: Some(true),
            ..ExtensionValues::default()
        },
        PacketKind::Video => ExtensionValues::default(),
    }
}
