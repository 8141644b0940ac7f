//! What the HTTP layer asks before it changes anything.

use std::panic::{AssertUnwindSafe, catch_unwind};

use str0m::change::SdpOffer;

use crate::MediaRefusal;
use crate::offer::sections;

/// Refuses what can be no offer: too large, no SDP, or without a fingerprint. A connection may still
/// refuse it for what it asks for.
///
/// # Errors
/// What is wrong with it.
pub fn check_offer(sdp: &str) -> Result<(), MediaRefusal> {
    sections(sdp)?;
    match catch_unwind(AssertUnwindSafe(|| SdpOffer::from_sdp_string(sdp))) {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => return Err(MediaRefusal::Malformed(error.to_string())),
        Err(_) => return Err(MediaRefusal::Malformed("not understood".to_owned())),
    }
    let fingerprint = sdp.lines().any(|line| line.starts_with("a=fingerprint:"));
    if fingerprint { Ok(()) } else { Err(MediaRefusal::NoFingerprint) }
}
