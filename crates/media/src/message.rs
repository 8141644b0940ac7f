//! The messages of the data channel, as JSON text.

use openvisit_core::ids::ParticipantId;
use serde::{Deserialize, Serialize};

use crate::event::DisconnectReason;
use crate::streams::TrackSource;

/// Whose stream arrives on which m-line of the client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Track {
    pub mid: String,
    pub participant_id: ParticipantId,
    pub source: TrackSource,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum ToClient<'a> {
    /// All receiving m-lines that show somebody, whenever that changes.
    Tracks { tracks: &'a [Track] },
    /// m-lines for further participants. `tracks` is what is shown now; who is shown on the new ones follows
    /// when the client has answered. `ufrag` is the client's own, as we know it: where it is not that of
    /// the client's local description, an ICE restart has crossed this offer, and the client ignores it.
    Offer { sdp: &'a str, tracks: &'a [Track], ufrag: &'a str },
    /// The last message on this connection, so that a tab that was taken over does not reconnect.
    Closed { why: &'a str },
    /// Which pictures the server leaves out, for it has more to carry than it can.
    Overload { cameras: bool, screens: bool },
    /// Whether somebody else's network, too narrow for a good picture, bounds what the client sends.
    Bound { by_others: bool },
}

impl ToClient<'_> {
    pub fn closed(why: DisconnectReason) -> ToClient<'static> {
        ToClient::Closed { why: why.as_str() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum FromClient {
    Answer {
        sdp: String,
    },
    /// Whether the client takes the others' cameras. Sound and screens always come.
    Cameras {
        wanted: bool,
    },
}
