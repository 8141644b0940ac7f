//! What a program's key opens. A key never makes more of its account than the account's role may.

use serde::{Deserialize, Serialize};

use crate::person::Role;

macro_rules! scopes {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// One kind of thing, read or written. Writing does not include reading.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Scope {
            $($(#[$doc])* #[serde(rename = $word)] $name,)+
        }

        impl Scope {
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable word for it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// What a key without it is told.
            #[must_use]
            pub fn lacking(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("this API key lacks the scope ", $word),)+
                }
            }
        }
    };
}

scopes! {
    AppointmentsRead = "appointments:read",
    /// Book, change, move, cancel, invite.
    AppointmentsWrite = "appointments:write",
    ClientsRead = "clients:read",
    ClientsWrite = "clients:write",
    PractitionersRead = "practitioners:read",
    RequestsRead = "requests:read",
    SessionsRead = "sessions:read",
    /// End, prolong, make a passcode anew, say a word to whoever waits.
    SessionsWrite = "sessions:write",
    /// What helps whoever asks for help, and how the server does.
    SystemRead = "system:read",
    /// Usage and reports.
    UsageRead = "usage:read",
    /// Accounts and organizations.
    UsersRead = "users:read",
    UsersWrite = "users:write",
    WebhooksRead = "webhooks:read",
    WebhooksWrite = "webhooks:write",
}

impl Scope {
    /// By its word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.name() == word)
    }

    /// Whether an account with this role can do anything with it.
    #[must_use]
    pub fn suits(self, role: Role) -> bool {
        match role {
            Role::Admin => true,
            Role::Assistant => matches!(
                self,
                Self::AppointmentsRead
                    | Self::AppointmentsWrite
                    | Self::ClientsRead
                    | Self::ClientsWrite
                    | Self::PractitionersRead
                    | Self::SessionsRead
                    | Self::SessionsWrite
            ),
            // They are people.
            Role::Practitioner | Role::Client => false,
        }
    }
}
