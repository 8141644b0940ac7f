//! What a booking says besides who and when, checked once for create and change alike.

use jiff::{SignedDuration, Timestamp};
use openvisit_core::appointment::{MediaProvider, Price, Slot, SlotRefusal};
use serde_json::Value;

use crate::error::{Error, FieldCode};

/// The longest short text (title, plan, external id), and the longest booking notes, in characters.
pub const MAX_SHORT: usize = 200;
const MAX_NOTES: usize = 2_000;
/// The longest metadata, in bytes of JSON.
const MAX_METADATA: usize = 16 * 1024;

/// # Errors
/// `invalid` where the text is longer than 200 characters.
pub fn short(field: &'static str, text: Option<String>) -> Result<Option<String>, Error> {
    at_most(field, text, MAX_SHORT)
}

/// # Errors
/// `invalid` where the notes are longer than 2,000 characters.
pub fn notes(text: Option<String>) -> Result<Option<String>, Error> {
    at_most("notes", text, MAX_NOTES)
}

fn at_most(field: &'static str, text: Option<String>, max: usize) -> Result<Option<String>, Error> {
    match text {
        Some(text) if text.chars().count() > max => {
            Err(Error::invalid(field, FieldCode::TooLong, format!("at most {max} characters")))
        }
        text => Ok(text.filter(|t| !t.trim().is_empty())),
    }
}

/// # Errors
/// `invalid` where the time is past, too far ahead, or the duration too short or long.
pub fn slot(starts_at: Timestamp, minutes: i64, now: Timestamp) -> Result<Slot, Error> {
    if !(0..=10_000).contains(&minutes) {
        return Err(Error::invalid(
            "duration_minutes",
            FieldCode::OutOfRange,
            SlotRefusal::Duration.to_string(),
        ));
    }
    let starts_at = crate::clock::truncate(starts_at);
    Slot::book(starts_at, SignedDuration::from_mins(minutes), now).map_err(|refusal| {
        let field = match refusal {
            SlotRefusal::Duration => "duration_minutes",
            SlotRefusal::Past | SlotRefusal::TooFar => "starts_at",
        };
        Error::invalid(field, FieldCode::OutOfRange, refusal.to_string())
    })
}

/// # Errors
/// `invalid` where the amount is no decimal number or the currency no ISO code.
pub fn price(amount: String, currency: String) -> Result<Price, Error> {
    let (whole, cents) = amount.split_once('.').unwrap_or((&amount, "0"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 12) || !digits(cents, 4) {
        return Err(no_amount());
    }
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        let text = "an ISO 4217 code, such as \"EUR\"";
        return Err(Error::invalid("price.currency", FieldCode::Malformed, text));
    }
    Ok(Price { amount, currency })
}

/// What is said of an amount that is none.
#[must_use]
pub fn no_amount() -> Error {
    Error::invalid("price.amount", FieldCode::Malformed, "a decimal number, such as \"49.90\"")
}

/// # Errors
/// `invalid` for fewer than the two parties, or more than the provider has room for.
pub fn max_participants(count: i64, provider: MediaProvider) -> Result<u16, Error> {
    let most = provider.most_participants();
    u16::try_from(count).ok().filter(|count| (2..=most).contains(count)).ok_or_else(|| {
        let text =
            format!("a whole number from 2 to {most}, which is what {} has room for", provider.title());
        Error::invalid("max_participants", FieldCode::OutOfRange, text)
    })
}

/// Whether a provider may get an appointment that was booked for so many.
///
/// # Errors
/// `invalid` where it has room for fewer.
pub fn room_for(count: u16, provider: MediaProvider) -> Result<(), Error> {
    let most = provider.most_participants();
    if count <= most {
        return Ok(());
    }
    let text = format!(
        "{} has room for {most}, and the appointment is for up to {count}: lower max_participants with it",
        provider.title()
    );
    Err(Error::invalid("media_provider", FieldCode::Conflicting, text))
}

/// # Errors
/// `invalid` where it is larger than 16 kB.
pub fn metadata(map: serde_json::Map<String, Value>) -> Result<serde_json::Map<String, Value>, Error> {
    let bytes = serde_json::to_vec(&map).map_err(Error::internal)?.len();
    if bytes > MAX_METADATA {
        Err(Error::invalid("metadata", FieldCode::TooLong, "at most 16 kB"))
    } else {
        Ok(map)
    }
}
