//! Media providers beside the embedded one: vendors that carry calls elsewhere.
//!
//! Each can open a room for a session, admit one participant, remove one, close the room, and report who was
//! there. What differs between vendors ends here: the server knows rooms, grants and presence, and no vendor's terms.
//!
//! | | LiveKit | own Jitsi | JaaS | Chime | Twilio |
//! | --- | --- | --- | --- | --- | --- |
//! | a token lasts | 10 minutes | the slot | the slot | the meeting | the slot, a day at most |
//! | the practitioner is | room admin | moderator | moderator | anybody | anybody |
//! | removes people, closes rooms | yes | no | no | yes | yes |
//! | an old token after that | is good, in the cloud revoked | is good | is good | is gone | opens no closed room |
//! | presence comes by | webhook | nothing | webhook | SQS queue | status callback |
//!
//! A Jitsi without a token module (`meet.jit.si`) is like one's own, without tokens: whoever has the address is in.

mod chime;
mod error;
mod http_api;
mod jitsi;
mod jitsi_links;
mod livekit;
mod presence;
mod secret;
mod signature;
mod twilio;

use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;
use openvisit_core::ids::{ParticipantId, SessionId};
use openvisit_core::session::PartyRole;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use chime::{Chime, ChimeSettings, Message};
pub use error::ProviderError;
pub use jitsi::{Jitsi, JitsiSettings, jitsi_address};
pub use jitsi_links::JitsiLinks;
pub use livekit::{LiveKit, LiveKitSettings};
pub use presence::{PresenceChange, PresenceEvent, ProviderConnection, ToldRoom, facts};
pub use secret::Secret;
pub use twilio::{Twilio, TwilioSettings};

/// A session's room.
#[derive(Clone, Copy, Debug)]
pub struct Room<'a> {
    pub session: SessionId,
    /// What the application calls it, and Jitsi with it: lower-case letters, digits, `-` and `_`.
    pub shown_name: &'a str,
    /// How many may be in it at once.
    pub capacity: u16,
}

impl Room<'_> {
    /// What the other providers call it: the session's id, which says nothing of anybody.
    #[must_use]
    pub fn name(&self) -> String {
        self.session.to_string()
    }
}

/// What the provider answered when it opened the room: stored with the session, and passed to every later call.
/// There is no secret in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoomHandle(pub Value);

impl RoomHandle {
    /// The provider's own name of the room.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        ["id", "sid", "room"].iter().find_map(|key| self.0[key].as_str())
    }
}

/// Who is admitted, in which role, and when.
#[derive(Clone, Debug)]
pub struct ParticipantGrant {
    pub participant: ParticipantId,
    pub role: PartyRole,
    /// What the others read.
    pub name: String,
    /// Told to Jitsi alone, which puts it into the token.
    pub email: Option<String>,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// What one participant's page needs to connect. Made anew for every join, and kept nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Where it connects; null where the provider's page code knows.
    pub url: Option<String>,
    /// Empty where the provider asks for none.
    pub token: String,
    /// Nobody gets in with it after this. It removes nobody.
    pub expires_at: Timestamp,
    /// What else the provider's page code asks for. As secret as the token.
    pub details: Value,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// What a page's content security policy has to allow, as it is written there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    pub scripts: Vec<String>,
    pub frames: Vec<String>,
    pub connections: Vec<String>,
    pub workers: Vec<String>,
}

/// A provider's call to us, before it is verified.
pub struct Callback<'a> {
    pub headers: &'a HeaderMap,
    /// To the byte as it came.
    pub body: &'a [u8],
}

/// One configured provider.
pub enum Provider {
    LiveKit(LiveKit),
    Jitsi(Jitsi),
    Chime(Chime),
    Twilio(Twilio),
}

impl Provider {
    /// As settings, API and events call it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::LiveKit(_) => "livekit",
            Self::Jitsi(_) => "jitsi",
            Self::Chime(_) => "chime",
            Self::Twilio(_) => "twilio",
        }
    }

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

    /// Whether it takes anybody who knows the room's name.
    #[must_use]
    pub fn takes_anybody(&self) -> bool {
        matches!(self, Self::Jitsi(it) if it.takes_anybody())
    }

    /// Whether it removes people itself. Where it does not, [`remove`](Self::remove) and [`close`](Self::close) do
    /// nothing: the pages leave when asked, and only a token's end keeps out a page that does not.
    #[must_use]
    pub fn can_remove_participants(&self) -> bool {
        !matches!(self, Self::Jitsi(_))
    }

    /// Makes sure that there is a room: however often it is asked, and by how many at once, there is one. `known` is
    /// what it last said of this session; a room that has ended by itself since is opened anew.
    ///
    /// Not to be asked of a session that is over: its room would be opened once more.
    ///
    /// # Errors
    /// When the provider cannot or will not, [`ProviderError::TimedOut`] after 8 seconds.
    pub async fn open(
        &self,
        room: &Room<'_>,
        known: Option<&RoomHandle>,
    ) -> Result<RoomHandle, ProviderError> {
        in_time(async {
            match self {
                Self::LiveKit(it) => it.open(room).await,
                Self::Jitsi(it) => Ok(it.open(room, known)),
                Self::Chime(it) => it.open(room, known).await,
                Self::Twilio(it) => it.open(room).await,
            }
        })
        .await
    }

    /// Lets one participant into that room alone, in their role, within the grant's time.
    ///
    /// # Errors
    /// [`ProviderError::Over`] after the grant's time; when the provider cannot or will not, or a key does not sign.
    pub async fn credentials(
        &self,
        room: &Room<'_>,
        meeting: &RoomHandle,
        grant: &ParticipantGrant,
        now: Timestamp,
    ) -> Result<Credentials, ProviderError> {
        if now >= grant.until {
            return Err(ProviderError::Over);
        }
        match self {
            Self::LiveKit(it) => it.credentials(room, grant, now),
            Self::Jitsi(it) => it.credentials(meeting, grant, now),
            Self::Chime(it) => in_time(it.credentials(meeting, grant)).await,
            Self::Twilio(it) => it.credentials(meeting, grant, now),
        }
    }

    /// Removes one participant. Who is not there is removed already.
    ///
    /// With Chime and in LiveKit's cloud the token of before `now` is no longer valid. Twilio accepts it until the
    /// slot's end, one's own LiveKit for ten minutes: when a [`PresenceEvent`] says that somebody has connected who has no
    /// place, they are to be removed again.
    ///
    /// # Errors
    /// When the provider cannot or will not.
    pub async fn remove(
        &self,
        room: &Room<'_>,
        meeting: &RoomHandle,
        participant: ParticipantId,
        now: Timestamp,
    ) -> Result<(), ProviderError> {
        in_time(async {
            match self {
                Self::LiveKit(it) => it.remove(room, participant, now).await,
                Self::Jitsi(_) => Ok(()),
                Self::Chime(it) => it.remove(meeting, participant).await,
                Self::Twilio(it) => it.remove(meeting, participant).await,
            }
        })
        .await
    }

    /// Closes the room for everyone. What is closed stays closed.
    ///
    /// # Errors
    /// When the provider cannot or will not.
    pub async fn close(&self, room: &Room<'_>, meeting: &RoomHandle) -> Result<(), ProviderError> {
        in_time(async {
            match self {
                Self::LiveKit(it) => it.close(room).await,
                Self::Jitsi(_) => Ok(()),
                Self::Chime(it) => it.close(meeting).await,
                Self::Twilio(it) => it.close(meeting).await,
            }
        })
        .await
    }

    /// Verifies a callback and reads it: `None` where it is about nothing that matters here,
    /// or about a room that is not named as a session's is. Whether there is such a session, the caller knows.
    ///
    /// # Errors
    /// [`ProviderError::Forged`] where the provider's signature is not on it, [`ProviderError::Garbled`] where it is
    /// and the rest cannot be read.
    pub fn read_callback(&self, callback: &Callback<'_>) -> Result<Option<PresenceEvent>, ProviderError> {
        match self {
            Self::LiveKit(it) => it.read_callback(callback),
            Self::Jitsi(it) => it.read_callback(callback),
            // Its events come by a queue: see `Chime::receive`.
            Self::Chime(_) => Err(ProviderError::Forged),
            Self::Twilio(it) => it.read_callback(callback),
        }
    }

    /// What the call page loads from elsewhere, and connects to.
    #[must_use]
    pub fn sources(&self) -> Sources {
        match self {
            Self::LiveKit(it) => it.sources(),
            Self::Jitsi(it) => it.sources(),
            Self::Chime(_) => Chime::sources(),
            Self::Twilio(_) => Twilio::sources(),
        }
    }

    /// Whether it can be reached, and takes the keys of the settings. Of Jitsi only the former can be known.
    ///
    /// # Errors
    /// What is wrong.
    pub async fn health(&self) -> Result<(), ProviderError> {
        in_time(async {
            match self {
                Self::LiveKit(it) => it.health().await,
                Self::Jitsi(it) => it.health().await,
                Self::Chime(it) => it.health().await,
                Self::Twilio(it) => it.health().await,
            }
        })
        .await
    }
}

/// Somebody waits in front of a page for this.
async fn in_time<T>(asked: impl Future<Output = Result<T, ProviderError>>) -> Result<T, ProviderError> {
    tokio::time::timeout(http_api::PATIENCE, asked).await.unwrap_or(Err(ProviderError::TimedOut))
}
