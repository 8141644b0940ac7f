//! The rules of people's fields, as bodies name them.

use openvisit_app::people::rules::{self, Mistake};

use super::extract::broken;

fn checked(done: Result<(), Mistake>) -> garde::Result {
    done.map_err(|mistake| broken(&mistake))
}

/// An IANA name that this server knows.
pub(super) fn timezone(name: &Option<String>, _: &()) -> garde::Result {
    checked(name.as_deref().map_or(Ok(()), rules::timezone))
}

/// Looks like a BCP 47 tag.
pub(super) fn locale(tag: &Option<String>, _: &()) -> garde::Result {
    checked(tag.as_deref().map_or(Ok(()), rules::locale))
}

pub(super) fn phone(number: &Option<String>, _: &()) -> garde::Result {
    checked(number.as_deref().map_or(Ok(()), rules::phone))
}

pub(super) fn password(password: &str, _: &()) -> garde::Result {
    checked(rules::password(password))
}

pub(super) fn name(name: &str, _: &()) -> garde::Result {
    checked(rules::name(name))
}
