//! What we require of a client's offer before str0m sees it.

use serde::{Deserialize, Serialize};
use str0m::media::Mid;

/// A browser's offer with four m-lines is 8 KB; nothing honest comes near this.
const MAX_BYTES: usize = 64 * 1024;
/// Three m-lines per participant and the data channel, with room for slots that were retired.
const MAX_SECTIONS: usize = 32;

/// Why an offer gets no answer. The text may be shown to the client.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum MediaRefusal {
    #[error("the offer is larger than {MAX_BYTES} bytes or has more than {MAX_SECTIONS} m-lines")]
    TooLarge,
    #[error("the offer is not valid SDP: {0}")]
    Malformed(String),
    #[error("the offer has no a=fingerprint")]
    NoFingerprint,
    #[error("the offer has neither Opus audio nor VP8 video")]
    NoCodec,
    #[error("there is no such connection")]
    UnknownConnection,
    #[error("the media server has as much to carry as it can")]
    Busy,
    #[error("the media server could not handle the offer")]
    Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    Audio,
    Video,
}

/// An m-line for audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Section {
    pub kind: SectionKind,
    pub mid: Mid,
}

/// The audio and video sections of an SDP in their order; str0m does not tell them before the
/// connection is up.
pub(crate) fn sections(sdp: &str) -> Result<Vec<Section>, MediaRefusal> {
    if sdp.len() > MAX_BYTES || sdp.lines().filter(|line| line.starts_with("m=")).count() > MAX_SECTIONS {
        return Err(MediaRefusal::TooLarge);
    }
    let mut sections = Vec::new();
    let mut kind = None;
    for line in sdp.lines() {
        if let Some(media) = line.strip_prefix("m=") {
            kind = match media.split(' ').next() {
                Some("audio") => Some(SectionKind::Audio),
                Some("video") => Some(SectionKind::Video),
                _ => None,
            };
        } else if let (Some(mid), Some(of)) = (line.strip_prefix("a=mid:"), kind) {
            sections.push(Section { kind: of, mid: Mid::from(mid.trim()) });
            kind = None;
        }
    }
    Ok(sections)
}

/// The client's user fragment.
pub(crate) fn ufrag(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.strip_prefix("a=ice-ufrag:")).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_keep_their_order_and_skip_the_data_channel() {
        let sdp =
            "v=0\r\nm=audio 9 x\r\na=mid:0\r\nm=video 9 x\r\na=mid:1\r\nm=application 9 x\r\na=mid:2\r\n";
        let found = sections(sdp).unwrap();
        assert_eq!(found[0], Section { kind: SectionKind::Audio, mid: Mid::from("0") });
        assert_eq!(found[1], Section { kind: SectionKind::Video, mid: Mid::from("1") });
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_huge_offer_is_refused_unread() {
        assert_eq!(sections(&"a".repeat(MAX_BYTES + 1)), Err(MediaRefusal::TooLarge));
        assert_eq!(sections(&"m=audio\n".repeat(MAX_SECTIONS + 1)), Err(MediaRefusal::TooLarge));
    }
}
