//! What fields of a person may be.

use jiff::tz::TimeZone;
use openvisit_core::ids::OrganizationId;
use openvisit_core::person::{Person, Role};
use openvisit_store::Tx;

use crate::auth::common_passwords::is_common;
use crate::auth::password::{MAX_LENGTH, MIN_LENGTH};
use crate::error::{Error, FieldCode};

/// What is wrong with a field, whatever it is called there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Mistake {
    pub code: FieldCode,
    pub message: String,
}

impl Mistake {
    #[must_use]
    pub fn new(code: FieldCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// As an error of this field.
    #[must_use]
    pub fn of(self, field: &str) -> Error {
        Error::invalid(field, self.code, self.message)
    }
}

/// An IANA name that this server knows.
///
/// # Errors
/// It is none.
pub fn timezone(name: &str) -> Result<(), Mistake> {
    match TimeZone::get(name) {
        Ok(_) => Ok(()),
        Err(_) => Err(Mistake::new(FieldCode::Unknown, "is no IANA time zone")),
    }
}

/// Looks like a BCP 47 tag.
///
/// # Errors
/// It does not.
pub fn locale(tag: &str) -> Result<(), Mistake> {
    let mut parts = tag.split('-');
    let language = parts
        .next()
        .is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphabetic()));
    let rest =
        parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric()));
    if language && rest && tag.len() <= 35 {
        Ok(())
    } else {
        Err(Mistake::new(FieldCode::Malformed, "is no BCP 47 language tag"))
    }
}

/// # Errors
/// Too short, too long, or among everybody's first guesses.
pub fn password(password: &str) -> Result<(), Mistake> {
    if password.chars().count() < MIN_LENGTH {
        return Err(Mistake::new(FieldCode::TooShort, format!("must have at least {MIN_LENGTH} characters")));
    }
    if password.len() > MAX_LENGTH {
        return Err(Mistake::new(FieldCode::TooLong, format!("must have at most {MAX_LENGTH} bytes")));
    }
    if is_common(password) {
        return Err(Mistake::new(FieldCode::TooCommon, "is one that many people use, and is guessed first"));
    }
    Ok(())
}

/// # Errors
/// It is empty.
pub fn name(name: &str) -> Result<(), Mistake> {
    if name.trim().is_empty() { Err(Mistake::new(FieldCode::Required, "must not be empty")) } else { Ok(()) }
}

/// # Errors
/// It does not look like one, or is longer than any.
pub fn email(address: &str) -> Result<(), Mistake> {
    if address.chars().count() > 254 {
        return Err(Mistake::new(FieldCode::TooLong, "must have at most 254 characters"));
    }
    garde::rules::email::Email::validate_email(&address)
        .map_err(|_| Mistake::new(FieldCode::Malformed, "is not an e-mail address"))
}

/// Somebody's telephone number: three digits at least, and what people write between them.
///
/// # Errors
/// It does not look like one, or is longer than any.
pub fn phone(number: &str) -> Result<(), Mistake> {
    let number = number.trim();
    if number.chars().count() > 40 {
        return Err(Mistake::new(FieldCode::TooLong, "must have at most 40 characters"));
    }
    let known = |c: char| c.is_ascii_digit() || " -()/.+".contains(c);
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let plus = number.rfind('+').is_none_or(|at| at == 0);
    if number.chars().all(known) && plus && digits >= 3 {
        Ok(())
    } else {
        Err(Mistake::new(FieldCode::Malformed, "is not a telephone number"))
    }
}

/// A number as it is kept.
#[must_use]
pub fn tidy(number: &str) -> String {
    number.trim().to_owned()
}

/// # Errors
/// There is no such organization.
pub async fn organization(tx: &mut Tx, id: Option<OrganizationId>) -> Result<(), Error> {
    match id {
        Some(id) if tx.organization(id).await?.is_none() => {
            let text = "there is no such organization";
            Err(Error::invalid("organization_id", FieldCode::Unknown, text))
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
