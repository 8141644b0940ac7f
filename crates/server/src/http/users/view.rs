//! How a person looks to administrators and to themselves.

use jiff::Timestamp;
use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Person, PractitionerProfile, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct User {
    #[schema(value_type = Uuid)]
    pub id: PersonId,
    /// Who vouches for the person: `local`, `invitation`, or an issuer of the settings.
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    /// Where they are reached when video fails.
    pub phone: Option<String>,
    pub name: String,
    #[schema(value_type = Vec<RoleName>)]
    pub roles: Vec<Role>,
    #[schema(value_type = Option<Uuid>)]
    pub organization_id: Option<OrganizationId>,
    /// An IANA name, such as `Europe/Berlin`.
    pub timezone: Option<String>,
    /// A BCP 47 tag, such as `de` or `en-GB`.
    pub locale: Option<String>,
    pub disabled: bool,
    /// `null` for whoever is no practitioner.
    pub practitioner: Option<Practitioner>,
    pub created_at: Timestamp,
}

/// What only practitioners have.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Practitioner {
    #[serde(default)]
    pub service_tier: Option<String>,
    #[serde(default)]
    pub accepts_requests: bool,
}

/// A role, as the API's description shows it: the core knows no schemas.
#[derive(ToSchema)]
#[schema(as = Role, rename_all = "snake_case")]
#[expect(dead_code, reason = "only described")]
pub enum RoleName {
    Practitioner,
    Client,
    Assistant,
    Admin,
}

impl From<Person> for User {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            issuer: person.identity.issuer,
            subject: person.identity.subject,
            email: person.email,
            phone: person.phone,
            name: person.name,
            roles: person.roles,
            organization_id: person.organization_id,
            timezone: person.timezone,
            locale: person.locale,
            disabled: person.disabled,
            practitioner: person.practitioner.map(Practitioner::from),
            created_at: person.created_at,
        }
    }
}

impl From<PractitionerProfile> for Practitioner {
    fn from(profile: PractitionerProfile) -> Self {
        Self { service_tier: profile.service_tier, accepts_requests: profile.accepts_requests }
    }
}

impl From<Practitioner> for PractitionerProfile {
    fn from(practitioner: Practitioner) -> Self {
        Self { service_tier: practitioner.service_tier, accepts_requests: practitioner.accepts_requests }
    }
}
