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
/// Programs that have keys here; the subject is the account's id.
pub const SERVICE_ISSUER: &str = "service_account";
/// The `iss` of every token that this server makes.
pub const TOKEN_ISSUER: &str = "openvisit";

impl Identity {
    /// Whether this server vouches for them itself, and calls them by ids of its own.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        is_our_issuer(&self.issuer)
    }

    /// Under whose name the ids that they give are kept: two people of one system mean the same by an id, two programs
    /// do not.
    #[must_use]
    pub fn namespace(&self) -> String {
        if self.issuer == SERVICE_ISSUER {
            format!("{}:{}", self.issuer, self.subject)
        } else {
            self.issuer.clone()
        }
    }
}

#[must_use]
pub fn is_our_issuer(issuer: &str) -> bool {
    [LOCAL_ISSUER, INVITATION_ISSUER, SERVICE_ISSUER].contains(&issuer)
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
    /// When all their logins were ended the last time: what was given to them before, without a login, opens nothing.
    pub signed_out_at: Option<Timestamp>,
    pub practitioner: Option<PractitionerProfile>,
    /// Who made this person known: a practitioner sees the clients that they created.
    pub created_by: Option<PersonId>,
    pub created_at: Timestamp,
}

impl Person {
    /// Whether this is a program's account: it has keys, and neither password nor profile.
    #[must_use]
    pub fn is_service_account(&self) -> bool {
        self.identity.issuer == SERVICE_ISSUER
    }

    #[must_use]
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}
