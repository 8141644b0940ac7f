//! What the media server tells the rest of the program.

use std::time::{Duration, Instant};

use openvisit_core::ids::{ConnectionId, ParticipantId, SessionId};
use serde::{Deserialize, Serialize};

/// Whose connection: one tab of one participant of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Connection {
    pub session: SessionId,
    pub participant: ParticipantId,
    pub id: ConnectionId,
}

/// A fact about one connection. `Connected` comes at most once per connection, and exactly one of
/// `Disconnected` (after it) or `Failed` (instead of it) ends every connection that was answered.
#[derive(Clone, Debug, PartialEq)]
pub enum MediaEvent {
    /// Media can flow: ICE and DTLS are done.
    Connected { connection: Connection, at: Instant },
    /// The connection is still there: its last authenticated packet, told every few seconds.
    Alive { connection: Connection, last_packet: Instant },
    /// How well the way from the server to this client does, told every few seconds.
    Quality { connection: Connection, quality: Quality },
    /// The connection is over. The client was last heard at `last_packet`.
    Disconnected { connection: Connection, last_packet: Instant, why: DisconnectReason },
    /// It was answered, but never connected.
    Failed { connection: Connection, why: DisconnectReason },
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    /// The client closed it.
    Left,
    /// Nothing authentic arrived for the configured time.
    Silent,
    /// A newer connection of the same participant has taken over.
    TakenOver,
    /// We were told to: hung up, removed, or the session is over.
    HungUp,
    /// The session goes on at another server: the client connects anew.
    Moved,
    /// The server stops; another may take over at the same address.
    Stopped,
    /// The client broke the protocol, for example by a certificate that its offer did not announce.
    Protocol,
    /// A bug in the state of this one connection.
    Fault,
}

impl DisconnectReason {
    /// The word for the log and for the client's data channel.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Silent => "silent",
            Self::TakenOver => "taken_over",
            Self::HungUp => "hung_up",
            Self::Moved => "moved",
            Self::Stopped => "stopped",
            Self::Protocol => "protocol",
            Self::Fault => "fault",
        }
    }
}

/// A snapshot of the way from the server to one client.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// Estimated bandwidth in bits per second.
    pub bits_per_second: Option<u64>,
    pub round_trip: Option<Duration>,
    /// Fraction of the packets that the client reports as lost, 0 to 1.
    pub loss: Option<f32>,
}
