//! What fields of a person may be.

use garde::Error;
use jiff::tz::TimeZone;
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::{Person, Role};
use openvisit_store::Tx;

use super::super::problem::Problem;
use crate::auth::password::{MAX_LENGTH, MIN_LENGTH};

/// An IANA name that this server knows.
pub fn timezone(name: &Option<String>, _: &()) -> garde::Result {
    match name {
        Some(name) if TimeZone::get(name).is_err() => Err(Error::new("is no IANA time zone")),
        _ => Ok(()),
    }
}

/// Looks like a BCP 47 tag.
pub fn locale(tag: &Option<String>, _: &()) -> garde::Result {
    let Some(tag) = tag else { return Ok(()) };
    let mut parts = tag.split('-');
    let language = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if language && rest && tag.len() <= 35 { Ok(()) } else { Err(Error::new("is no BCP 47 language tag")) }
}

pub fn password(password: &str, _: &()) -> garde::Result {
    if password.chars().count() < MIN_LENGTH {
        return Err(Error::new(format!("must have at least {MIN_LENGTH} characters")));
    }
    if password.len() > MAX_LENGTH {
        return Err(Error::new(format!("must have at most {MAX_LENGTH} bytes")));
    }
    Ok(())
}

pub fn name(name: &str, _: &()) -> garde::Result {
    if name.trim().is_empty() { Err(Error::new("must not be empty")) } else { Ok(()) }
}

/// # Errors
/// There is no such organization.
pub async fn organization(tx: &mut Tx, id: Option<OrganizationId>) -> Result<(), Problem> {
    match id {
        Some(id) if tx.organization(id).await?.is_none() => {
            Err(Problem::invalid("organization_id", "there is no such organization"))
        }
        _ => Ok(()),
    }
}

/// Practitioners have a profile, and nobody else.
pub fn fit_profile(person: &mut Person) {
    if person.is(Role::Practitioner) {
        person.practitioner.get_or_insert_default();
    } else {
        person.practitioner = None;
    }
}
