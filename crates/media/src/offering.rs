//! More than two: slots for further participants are offered by us, over the data channel.
//!
//! One offer can be open at a time. A client's own offer that crosses ours (an ICE restart) makes ours
//! void. Either the client had not received ours: it ignores it then, and we offer again. Or it had, and
//! its own offer already has the m-lines of ours: we take these from there.

use str0m::change::SdpAnswer;
use str0m::media::{Direction, MediaKind, Mid};

use crate::message::{FromClient, ToClient};
use crate::offer::Section;
use crate::peer::{Fault, Peer, guard};
use crate::streams::{ParticipantSlot, TrackSource, stream_name};

impl Peer {
    /// Makes sure that the client has at least this many slots.
    pub fn request_slots(&mut self, slots: usize) {
        self.negotiation.wanted = self.negotiation.wanted.max(slots);
        self.offer_slots();
    }

    /// The client has made an offer of its own, with these sections: an open one of ours is void.
    pub fn apply_client_offer(&mut self, sections: &[Section]) {
        self.negotiation.open = None;
        let known = |mid: Mid| {
            let outlets = self.slots.iter().flat_map(|slot| slot.outlets.iter().flatten());
            self.inlets
                .iter()
                .map(|inlet| inlet.mid)
                .chain(outlets.map(|outlet| outlet.mid))
                .any(|known| known == mid)
        };
        let new: Vec<Mid> = sections.iter().map(|section| section.mid).filter(|mid| !known(*mid)).collect();
        for mids in new.chunks_exact(TrackSource::ALL.len()) {
            self.add_slot(mids);
        }
        self.offer_slots();
    }

    fn add_slot(&mut self, mids: &[Mid]) {
        let mut slot = ParticipantSlot::default();
        for (source, mid) in TrackSource::ALL.into_iter().zip(mids) {
            slot.outlets[source.index()] = self.outlet(*mid, source);
        }
        self.slots.push(slot);
    }

    /// Offers the slots that are missing, unless an offer is open or the data channel is not.
    pub fn offer_slots(&mut self) {
        let missing = self.negotiation.wanted.saturating_sub(self.slots.len());
        if missing == 0 || self.negotiation.open.is_some() || !self.channel_is_open() {
            return;
        }
        let first = self.slots.len();
        let mut change = self.rtc.sdp_api();
        let slots: Vec<_> = (first..first + missing)
            .map(|slot| {
                TrackSource::ALL.map(|source| {
                    let kind = if source.is_video() { MediaKind::Video } else { MediaKind::Audio };
                    change.add_media(kind, Direction::SendOnly, Some(stream_name(slot, source)), None, None)
                })
            })
            .collect();
        let Ok(Some((offer, pending))) = guard(|| Ok(change.apply())) else { return };
        self.negotiation.open = Some((pending, slots));
        let (tracks, ufrag) = (self.tracks(), self.negotiation.client_ufrag.clone());
        self.send_message(&ToClient::Offer { sdp: &offer.to_sdp_string(), tracks: &tracks, ufrag: &ufrag });
    }

    /// Handles a message on the data channel; unknown ones are ignored. True if all participants must
    /// be shown to the client again.
    ///
    /// # Errors
    /// The answer does not fit the offer: the state machine is unusable.
    pub fn handle_channel_text(&mut self, text: &[u8]) -> Result<bool, Fault> {
        match serde_json::from_slice(text) {
            Ok(FromClient::Answer { sdp }) => self.accept_answer(&sdp),
            Ok(FromClient::Cameras { wanted }) => Ok(self.set_cameras_wanted(wanted)),
            Err(_) => Ok(false),
        }
    }

    fn accept_answer(&mut self, sdp: &str) -> Result<bool, Fault> {
        let Some((pending, slots)) = self.negotiation.open.take() else { return Ok(false) };
        guard(|| {
            let answer = SdpAnswer::from_sdp_string(sdp)?;
            self.rtc.sdp_api().accept_answer(pending, answer)
        })?;
        for mids in slots {
            self.add_slot(&mids);
        }
        Ok(true)
    }
}
