//! Ids are UUID v7, so that they sort by the time they were made. The core knows no clock and no
//! randomness: whoever makes an id brings both, as a [`Seed`].

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an id is made of: the instant it is made, and ten random bytes.
#[derive(Clone, Copy, Debug)]
pub struct Seed {
    pub now: Timestamp,
    pub random: [u8; 10],
}

impl Seed {
    fn uuid(self) -> Uuid {
        let millis = u64::try_from(self.now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random).into_uuid()
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, version 7.
            #[must_use]
            pub fn new(seed: Seed) -> Self {
                Self(seed.uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

id!(/// A person: practitioner, client, assistant, administrator or guest.
    PersonId);
id!(/// The clinic, practice or workshop a practitioner works for.
    OrganizationId);
id!(/// A booking.
    AppointmentId);
id!(/// A client's wish to be seen now; the session that it becomes has the same id.
    RequestId);
id!(/// What happens at an appointment.
    SessionId);
id!(/// One party's presence in one session.
    ParticipantId);
id!(/// One connection of a participant: a tab's media, a socket.
    ConnectionId);
id!(/// A domain event in the outbox.
    EventId);
id!(/// A link for somebody without an account.
    InvitationId);
id!(/// Something said in writing during a call.
    MessageId);
id!(/// An e-mail to somebody.
    EmailId);
id!(/// Somebody's address to which events are sent.
    WebhookId);
id!(/// What a program shows in place of a token.
    ApiKeyId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_sort_by_time() {
        let at = |second| Seed { now: Timestamp::from_second(second).unwrap(), random: [9; 10] };
        let (early, late) = (SessionId::new(at(1_000)), SessionId::new(at(2_000)));
        assert_eq!(early.0.get_version_num(), 7);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<SessionId>().unwrap(), early);
    }
}
