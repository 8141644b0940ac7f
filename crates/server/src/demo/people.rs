//! The demo's people: a practice with two practitioners, reception, and those who come to them.

use openvisit_core::ids::{OrganizationId, PersonId};
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, PractitionerProfile, Role};
use openvisit_store::{Organization, Tx};

use openvisit_app::App;

/// The password of every demo account.
pub const PASSWORD: &str = "openvisit-demo";

/// One made-up person.
pub struct DemoAccount {
    pub role: Role,
    pub name: &'static str,
    pub email: &'static str,
    /// Of numbers that are nobody's.
    pub phone: Option<&'static str>,
}

const DOCTOR: DemoAccount = DemoAccount {
    role: Role::Practitioner,
    name: "Dr. Ada Okafor",
    email: "doctor@demo.test",
    phone: Some("+49 30 23125 200"),
};
const PATIENT: DemoAccount = DemoAccount {
    role: Role::Client,
    name: "Sam Lindqvist",
    email: "patient@demo.test",
    phone: Some("+49 30 23125 117"),
};
const ASSISTANT: DemoAccount =
    DemoAccount { role: Role::Assistant, name: "Noor Haddad", email: "assistant@demo.test", phone: None };
const ADMIN: DemoAccount =
    DemoAccount { role: Role::Admin, name: "Robin Keller", email: "admin@demo.test", phone: None };
/// Those whom a page offers for entry by one click.
pub const ACCOUNTS: [DemoAccount; 4] = [DOCTOR, PATIENT, ASSISTANT, ADMIN];

const COLLEAGUE: DemoAccount = DemoAccount {
    role: Role::Practitioner,
    name: "Dr. Henrik Brandt",
    email: "colleague@demo.test",
    phone: None,
};

/// People who have no way in, and are there to be booked for: name and e-mail address.
const OTHERS: [(&str, &str); 5] = [
    ("Maria Alvarez", "maria@demo.test"),
    ("Jonas Weber", "jonas@demo.test"),
    ("Claire Dubois", "claire@demo.test"),
    ("Tomasz Nowak", "tomasz@demo.test"),
    ("Aisha Rahman", "aisha@demo.test"),
];

const ACCEPTS: PractitionerProfile = PractitionerProfile { service_tier: None, accepts_requests: true };

const PRACTICE: &str = "Harbour Practice";

/// Who works there, and who comes.
pub(super) struct Practice {
    pub doctor: Person,
    pub colleague: Person,
    pub patient: Person,
    /// As in [`OTHERS`].
    pub others: Vec<Person>,
}

pub(super) async fn make(app: &App, tx: &mut Tx, hash: &str) -> anyhow::Result<Practice> {
    let practice = Some(organization(app, tx).await?);
    let doctor = account(app, tx, &DOCTOR, practice, Some(hash)).await?;
    let colleague = account(app, tx, &COLLEAGUE, practice, Some(hash)).await?;
    let patient = account(app, tx, &PATIENT, practice, Some(hash)).await?;
    account(app, tx, &ASSISTANT, practice, Some(hash)).await?;
    account(app, tx, &ADMIN, None, Some(hash)).await?;
    let mut others = Vec::new();
    for (name, email) in OTHERS {
        let other = DemoAccount { role: Role::Client, name, email, phone: None };
        others.push(account(app, tx, &other, practice, None).await?);
    }
    Ok(Practice { doctor, colleague, patient, others })
}

/// Those whom most is booked for.
pub(super) async fn parties(tx: &mut Tx) -> anyhow::Result<Option<(Person, Person)>> {
    let (doctor, patient) = (tx.local_person(DOCTOR.email).await?, tx.local_person(PATIENT.email).await?);
    Ok(doctor.zip(patient))
}

async fn organization(app: &App, tx: &mut Tx) -> anyhow::Result<OrganizationId> {
    let known = tx.organizations().await?.into_iter().find(|organization| organization.name == PRACTICE);
    if let Some(known) = known {
        return Ok(known.id);
    }
    let made = Organization { id: OrganizationId::new(app.seed()), name: PRACTICE.to_owned() };
    tx.insert_organization(&made).await?;
    Ok(made.id)
}

async fn account(
    app: &App,
    tx: &mut Tx,
    demo: &DemoAccount,
    organization_id: Option<OrganizationId>,
    hash: Option<&str>,
) -> anyhow::Result<Person> {
    if let Some(mut known) = tx.local_person(demo.email).await? {
        // Earlier demos had no practice.
        if known.organization_id.is_none() && organization_id.is_some() {
            known.organization_id = organization_id;
            tx.update_person(&known).await?;
        }
        return Ok(known);
    }
    let id = PersonId::new(app.seed());
    let person = Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: Some(demo.email.to_owned()),
        phone: demo.phone.map(str::to_owned),
        name: demo.name.to_owned(),
        roles: vec![demo.role],
        organization_id,
        timezone: None,
        locale: None,
        disabled: false,
        signed_out_at: None,
        practitioner: (demo.role == Role::Practitioner).then_some(ACCEPTS),
        created_by: None,
        created_at: app.clock.now(),
    };
    tx.insert_person(&person).await?;
    if let Some(hash) = hash {
        tx.set_password_hash(id, hash).await?;
    }
    Ok(person)
}
