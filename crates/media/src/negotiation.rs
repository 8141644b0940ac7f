//! How far the negotiation of further slots has come.

use str0m::change::SdpPendingOffer;
use str0m::media::Mid;

/// Slots that a client should have, and the offer that is on its way.
#[derive(Default)]
pub(crate) struct Negotiation {
    pub wanted: usize,
    pub open: Option<(SdpPendingOffer, Vec<[Mid; 3]>)>,
    /// The client's user fragment in its last offer.
    pub client_ufrag: String,
}
