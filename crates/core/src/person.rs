//! People, whoever vouches for them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, PersonId};

/// What a person may be in general; what they are in one session is a [`crate::access::Relation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Practitioner,
    Client,
    Assistant,
    Admin,
}

/// Who somebody is: an issuer and that issuer's subject, never the e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
}

/// Accounts that this server keeps itself; the subject is the person's id.
pub const LOCAL_ISSUER: &str = "local";
/// People who came by an invitation; the subject is the invitation's id.
pub const INVITATION_ISSUER: &str = "invitation";
/// The `iss` of every token that this server makes.
pub const TOKEN_ISSUER: &str = "openvisit";

impl Identity {
    /// Whether this server vouches for them itself, and calls them by ids of its own.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        is_our_issuer(&self.issuer)
    }
}

#[must_use]
pub fn is_our_issuer(issuer: &str) -> bool {
    [LOCAL_ISSUER, INVITATION_ISSUER].contains(&issuer)
}

/// What only practitioners have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PractitionerProfile {
    pub service_tier: Option<String>,
    pub accepts_requests: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    pub identity: Identity,
    pub email: Option<String>,
    /// Where they are reached when video fails.
    pub phone: Option<String>,
    pub name: String,
    pub roles: Vec<Role>,
    pub organization_id: Option<OrganizationId>,
    /// An IANA name, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// A BCP 47 tag, such as `de` or `en-GB`.
    pub locale: Option<String>,
    pub disabled: bool,
    pub practitioner: Option<PractitionerProfile>,
    /// Who made this person known: a practitioner sees the clients that they created.
    pub created_by: Option<PersonId>,
    pub created_at: Timestamp,
}

impl Person {
    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
