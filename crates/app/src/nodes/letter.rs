//! What nodes write each other, sealed. A node of another version may not understand all of it, and passes over the rest:
//! fields are added as options, kinds as new ones.

use jiff::Timestamp;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_media::{Connection, MediaRefusal};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::auth::basis::Basis;

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter {
    /// To be answered, by whoever has what it is about.
    Question {
        id: Uuid,
        question: Question,
    },
    Answer {
        id: Uuid,
        answer: Answer,
    },
    /// Somebody closes their connection.
    HangUp(Connection),
    /// Somebody ends a test of their devices.
    EndTest(SessionId),
    /// Whether somebody's microphone, camera and screen are on, to all who are in the call.
    MediaState {
        session: SessionId,
        participant: ParticipantId,
        state: Map<String, Value>,
    },
    /// What a participant says in a dialect's room, to one of the others or to all who are in it by a socket.
    Relayed {
        session: SessionId,
        from: ParticipantId,
        to: Option<ParticipantId>,
        event: String,
        payload: Map<String, Value>,
    },
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// A participant's offer, to the home of their session. With a token, when that was given to them.
    Join {
        connection: Connection,
        offer: String,
        issued_at: Option<Timestamp>,
        /// What they came by; a node of before that tells of none.
        #[serde(default)]
        basis: Option<Basis>,
    },
    /// A full new offer of a connection that is there.
    Restart { connection: Connection, offer: String },
    /// The same of a test.
    RestartTest { session: SessionId, offer: String },
}

/// What is answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// An SDP answer, with the candidates of whoever gives it.
    Sdp(String),
    Refused(MediaRefusal),
    /// The participant has no place in the media.
    NotPermitted,
    /// The session has its home elsewhere.
    NotHome,
    /// Not now.
    Unavailable,
}
