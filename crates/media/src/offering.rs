//! More than two: seats for further participants are offered by us, over the data channel.
//!
//! One offer can be open at a time. A client's own offer that crosses ours (an ICE restart) makes ours
//! void. Either the client had not heard ours: it ignores it then, and we offer again. Or it had, and
//! its own offer already has the m-lines of ours: we take these from there.

use str0m::change::SdpAnswer;
use str0m::media::{Direction, MediaKind, Mid};

use crate::message::{FromClient, ToClient};
use crate::offer::Section;
use crate::peer::{Fault, Peer, guard};
use crate::seat::{Seat, Source, stream_name};

impl Peer {
    /// Sees to it that the client gets as many seats.
    pub fn want_seats(&mut self, seats: usize) {
        self.negotiation.wanted = self.negotiation.wanted.max(seats);
        self.offer_seats();
    }

    /// The client has made an offer of its own, with these sections: an open one of ours is void.
    pub fn heed_offer(&mut self, sections: &[Section]) {
        self.negotiation.open = None;
        let known = |mid: Mid| {
            let outlets = self.seats.iter().flat_map(|seat| seat.outlets.iter().flatten());
            self.inlets
                .iter()
                .map(|inlet| inlet.mid)
                .chain(outlets.map(|outlet| outlet.mid))
                .any(|known| known == mid)
        };
        let new: Vec<Mid> = sections.iter().map(|section| section.mid).filter(|mid| !known(*mid)).collect();
        for mids in new.chunks_exact(Source::ALL.len()) {
            self.add_seat(mids);
        }
        self.offer_seats();
    }

    fn add_seat(&mut self, mids: &[Mid]) {
        let mut seat = Seat::default();
        for (source, mid) in Source::ALL.into_iter().zip(mids) {
            seat.outlets[source.index()] = self.outlet(*mid, source);
        }
        self.seats.push(seat);
    }

    /// Offers the seats that are missing, unless an offer is open or nobody could hear it.
    pub fn offer_seats(&mut self) {
        let missing = self.negotiation.wanted.saturating_sub(self.seats.len());
        if missing == 0 || self.negotiation.open.is_some() || !self.can_tell() {
            return;
        }
        let first = self.seats.len();
        let mut change = self.rtc.sdp_api();
        let seats: Vec<_> = (first..first + missing)
            .map(|seat| {
                Source::ALL.map(|source| {
                    let kind = if source.is_video() { MediaKind::Video } else { MediaKind::Audio };
                    change.add_media(kind, Direction::SendOnly, Some(stream_name(seat, source)), None, None)
                })
            })
            .collect();
        let Ok(Some((offer, pending))) = guard(|| Ok(change.apply())) else { return };
        self.negotiation.open = Some((pending, seats));
        let (tracks, ufrag) = (self.tracks(), self.negotiation.client_ufrag.clone());
        self.tell(&ToClient::Offer { sdp: &offer.to_sdp_string(), tracks: &tracks, ufrag: &ufrag });
    }

    /// Takes what a client says on the data channel; what is not for us is not our business. True if
    /// everybody is to be shown to the client anew.
    ///
    /// # Errors
    /// The answer does not fit the offer: the state machine is unusable.
    pub fn hear(&mut self, text: &[u8]) -> Result<bool, Fault> {
        match serde_json::from_slice(text) {
            Ok(FromClient::Answer { sdp }) => self.take_answer(&sdp),
            Ok(FromClient::Cameras { wanted }) => Ok(self.take_cameras(wanted)),
            Err(_) => Ok(false),
        }
    }

    fn take_answer(&mut self, sdp: &str) -> Result<bool, Fault> {
        let Some((pending, seats)) = self.negotiation.open.take() else { return Ok(false) };
        guard(|| {
            let answer = SdpAnswer::from_sdp_string(sdp)?;
            self.rtc.sdp_api().accept_answer(pending, answer)
        })?;
        for mids in seats {
            self.add_seat(&mids);
        }
        Ok(true)
    }
}
