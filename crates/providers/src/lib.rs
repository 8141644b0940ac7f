//! Media providers beside the embedded one: whoever carries a call for us elsewhere.
//!
//! Each can open a room for a session, let one participant in, put one out, close the room for all, and tell who was
//! there. What differs between vendors ends here: the server knows rooms, seats and presence, and no vendor's words.

mod chime;
mod error;
mod http_api;
mod jitsi;
mod livekit;
mod signature;
mod twilio;

use http::HeaderMap;
use jiff::Timestamp;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::PartyRole;
use serde::{Deserialize, Serialize};

pub use chime::{Chime, ChimeSettings, Letter};
pub use error::ProviderError;
pub use jitsi::{Jitsi, JitsiKey, JitsiSettings};
pub use livekit::{LiveKit, LiveKitSettings};
pub use twilio::{Twilio, TwilioSettings};

/// A session's room. Its name is the session's id: it says nothing of anybody.
#[derive(Clone, Debug)]
pub struct Room {
    pub session: SessionId,
    /// How many may be in it at once.
    pub seats: u8,
    /// When the session is closed at the latest.
    pub closes_at: Timestamp,
}

impl Room {
    #[must_use]
    pub fn name(&self) -> String {
        self.session.to_string()
    }
}

/// What the provider said when it opened the room; kept with the session and handed back with every other question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Meeting(pub serde_json::Value);

/// Who is let in, and when.
#[derive(Clone, Debug)]
pub struct Seat {
    pub participant: ParticipantId,
    pub role: PartyRole,
    /// What the others read.
    pub name: String,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// What one participant's page needs to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Where it connects; null where the provider's page code knows.
    pub url: Option<String>,
    pub token: String,
    pub expires_at: Timestamp,
    /// What else the provider's page code asks for.
    pub details: serde_json::Value,
}

/// A provider's call to us, before anything of it is believed.
pub struct Callback<'a> {
    /// As the provider was told it: part of what some sign.
    pub url: &'a str,
    pub headers: &'a HeaderMap,
    pub body: &'a [u8],
}

/// What a provider tells of a session's room. It may come twice, late, and in any order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub session: SessionId,
    pub at: Timestamp,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Came(Presence),
    Left(Presence),
    RoomEnded,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    pub participant: ParticipantId,
    /// The provider's name of this one connection; `None` where somebody who comes again is called the same.
    pub connection: Option<String>,
}

/// One configured provider.
pub enum Provider {
    LiveKit(LiveKit),
    Jitsi(Jitsi),
    Chime(Chime),
    Twilio(Twilio),
}

impl Provider {
    /// Whether it tells who was there. Without that nobody can be said to have missed a session.
    #[must_use]
    pub fn proves_presence(&self) -> bool {
        match self {
            Self::LiveKit(_) => true,
            Self::Jitsi(it) => it.proves_presence(),
            Self::Chime(it) => it.proves_presence(),
            Self::Twilio(it) => it.proves_presence(),
        }
    }

    /// Makes sure that there is a room: however often it is asked, there is one.
    ///
    /// # Errors
    /// When the provider cannot or will not.
    pub async fn open(&self, room: &Room, known: Option<&Meeting>) -> Result<Meeting, ProviderError> {
        match self {
            Self::LiveKit(it) => it.open(room).await,
            Self::Jitsi(it) => Ok(it.open(room)),
            Self::Chime(it) => it.open(room, known).await,
            Self::Twilio(it) => it.open(room).await,
        }
    }

    /// Lets one participant into that room alone, as what he is, within his time.
    ///
    /// # Errors
    /// When the provider cannot or will not, or a key of the settings does not sign.
    pub async fn credentials(
        &self,
        room: &Room,
        meeting: &Meeting,
        seat: &Seat,
        now: Timestamp,
    ) -> Result<Credentials, ProviderError> {
        match self {
            Self::LiveKit(it) => it.credentials(room, seat, now),
            Self::Jitsi(it) => it.credentials(room, seat),
            Self::Chime(it) => it.credentials(room, meeting, seat).await,
            Self::Twilio(it) => it.credentials(room, seat, now),
        }
    }

    /// Puts one participant out. Who is not there is out already.
    ///
    /// # Errors
    /// When the provider cannot or will not.
    pub async fn remove(
        &self,
        room: &Room,
        meeting: &Meeting,
        participant: ParticipantId,
    ) -> Result<(), ProviderError> {
        match self {
            Self::LiveKit(it) => it.remove(room, participant).await,
            Self::Jitsi(_) => Ok(()),
            Self::Chime(it) => it.remove(meeting, participant).await,
            Self::Twilio(it) => it.remove(meeting, participant).await,
        }
    }

    /// Closes the room for everyone. What is closed stays closed.
    ///
    /// # Errors
    /// When the provider cannot or will not.
    pub async fn close(&self, room: &Room, meeting: &Meeting) -> Result<(), ProviderError> {
        match self {
            Self::LiveKit(it) => it.close(room).await,
            Self::Jitsi(_) => Ok(()),
            Self::Chime(it) => it.close(meeting).await,
            Self::Twilio(it) => it.close(meeting).await,
        }
    }

    /// Believes a callback, or does not, and says what it tells.
    ///
    /// # Errors
    /// [`ProviderError::Forged`] where the provider's signature is not on it.
    pub fn hear(&self, callback: &Callback<'_>) -> Result<Vec<Told>, ProviderError> {
        match self {
            Self::LiveKit(it) => it.hear(callback),
            Self::Jitsi(it) => it.hear(callback),
            Self::Chime(_) => Err(ProviderError::Forged),
            Self::Twilio(it) => it.hear(callback),
        }
    }

    /// Whether it can be reached with these settings.
    ///
    /// # Errors
    /// What is wrong.
    pub async fn health(&self) -> Result<(), ProviderError> {
        match self {
            Self::LiveKit(it) => it.health().await,
            Self::Jitsi(it) => it.health().await,
            Self::Chime(it) => it.health().await,
            Self::Twilio(it) => it.health().await,
        }
    }
}
