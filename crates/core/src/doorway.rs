//! What is said between the practice and whoever waits to be let in. It ends with the waiting.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::actor::Actor;
use crate::ids::{MessageId, ParticipantId};

/// How many messages are kept.
pub const MAX_MESSAGES: usize = 50;

/// Of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doorway {
    pub word: Option<Word>,
    /// Whether whoever waits may write to the practitioner, who opened it.
    pub chat_open: bool,
    /// The oldest first.
    pub messages: Vec<DoorMessage>,
}

/// A word to all who wait, until another takes its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// By how much the practitioner is late.
    pub late_minutes: Option<u16>,
    /// A text, sealed.
    pub sealed_text: Option<String>,
    pub by: Actor,
    pub at: Timestamp,
}

/// A message between the practitioner and one person who waits. Others who wait do not see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorMessage {
    pub id: MessageId,
    /// Who waits.
    pub with: ParticipantId,
    /// The practitioner, or else whoever waits.
    pub by: Actor,
    pub sealed_text: String,
    pub at: Timestamp,
}

impl Doorway {
    /// Adds a message; the oldest goes where there are too many.
    pub fn push(&mut self, message: DoorMessage) {
        if self.messages.len() >= MAX_MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(message);
    }
}
