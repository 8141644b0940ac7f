//! From a client's offer to our answer, and to the inlets and outlets that they agree upon.

use std::time::Instant;

use str0m::RtcError;
use str0m::change::SdpOffer;
use str0m::media::Mid;

use crate::config::{RESEND_PACKETS, RESEND_SHARE, RESEND_WITHIN, WorkerConfig};
use crate::event::Connection;
use crate::offer::{MediaRefusal, Section, SectionKind, sections, ufrag};
use crate::peer::{Fault, Peer, guard};
use crate::splice::Splice;
use crate::streams::{Inlet, Outlet, ParticipantSlot, TrackSource, stream_name};

impl Peer {
    /// A peer and the answer to its offer.
    pub fn accept(
        now: Instant,
        config: &WorkerConfig,
        connection: Connection,
        ordinal: u64,
        room: usize,
        offer: &str,
    ) -> Result<(Self, String), MediaRefusal> {
        let sections = sections(offer)?;
        let rtc = guard(|| Ok(config.rtc(now))).map_err(|_| MediaRefusal::Fault)?;
        let mut peer = Self::new(now, rtc, connection, ordinal, room);
        let answer = peer.respond(offer)?;
        peer.lay_out(&sections);
        if peer.inlets.is_empty() {
            return Err(MediaRefusal::NoCodec);
        }
        let answer = peer.group_streams(answer);
        Ok((peer, answer))
    }

    /// Answers a later offer of the same client: an ICE restart.
    pub fn answer(&mut self, offer: &str) -> Result<String, MediaRefusal> {
        let sections = sections(offer)?;
        let answer = self.respond(offer)?;
        self.apply_client_offer(&sections);
        Ok(self.group_streams(answer))
    }

    fn respond(&mut self, offer: &str) -> Result<String, MediaRefusal> {
        self.negotiation.client_ufrag = ufrag(offer).unwrap_or_default().to_owned();
        let offer = guard(|| SdpOffer::from_sdp_string(offer).map_err(RtcError::from)).map_err(refusal)?;
        let answer = guard(|| self.rtc.sdp_api().accept_offer(offer)).map_err(refusal)?;
        Ok(answer.to_sdp_string())
    }

    /// Puts microphone and camera into one stream and the screen into another, as names in an answer:
    /// a browser keeps the tracks of one stream in step with each other.
    fn group_streams(&self, mut answer: String) -> String {
        for (number, slot) in self.slots.iter().enumerate() {
            for source in TrackSource::ALL {
                let media =
                    slot.outlets[source.index()].as_ref().and_then(|outlet| self.rtc.media(outlet.mid));
                if let Some(media) = media {
                    answer = answer.replace(media.stream_id(), &stream_name(number, source));
                }
            }
        }
        answer
    }

    /// The name by which the client's STUN requests find this peer. An ICE restart changes it.
    pub fn ufrag(&mut self) -> String {
        self.rtc.direct_api().local_ice_credentials().ufrag
    }

    /// Microphone, camera and screen are the first audio and the first two video sections; the same
    /// three m-lines show the partner.
    fn lay_out(&mut self, sections: &[Section]) {
        let mut audio = sections.iter().filter(|section| section.kind == SectionKind::Audio);
        let mut video = sections.iter().filter(|section| section.kind == SectionKind::Video);
        let of_source = [audio.next(), video.next(), video.next()];
        let mut slot = ParticipantSlot::default();
        for (source, section) in TrackSource::ALL.into_iter().zip(of_source) {
            let Some(Section { mid, .. }) = section.copied() else { continue };
            let understood = self.rtc.media(mid).is_some_and(|media| !media.remote_pts().is_empty());
            if !understood {
                continue;
            }
            self.inlets.push(Inlet::new(mid, source));
            slot.outlets[source.index()] = self.outlet(mid, source);
        }
        self.slots.push(slot);
    }

    /// The stream that we send on an m-line, once it is negotiated.
    pub(crate) fn outlet(&mut self, mid: Mid, source: TrackSource) -> Option<Outlet> {
        let payload_type = *self.rtc.media(mid)?.remote_pts().first()?;
        let mut direct = self.rtc.direct_api();
        let stream = direct.stream_tx_by_mid(mid, None)?;
        // The sender has paced its packets; to hold them once more would only add delay.
        stream.set_unpaced(true);
        if source.is_video() {
            stream.set_rtx_cache(RESEND_PACKETS, RESEND_WITHIN, Some(RESEND_SHARE));
        }
        Some(Outlet { mid, ssrc: stream.ssrc(), payload_type, splice: Splice::new(source.clock_rate()) })
    }
}

fn refusal(fault: Fault) -> MediaRefusal {
    match fault {
        Fault::Rtc(RtcError::RemoteSdp(text)) if text.contains("fingerprint") => MediaRefusal::NoFingerprint,
        Fault::Rtc(error) => MediaRefusal::Malformed(error.to_string()),
        Fault::Panic => MediaRefusal::Fault,
    }
}
