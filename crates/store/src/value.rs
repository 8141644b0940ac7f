//! How the domain's values look in columns.

use openvisit_core::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

pub(crate) fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

pub(crate) fn instant(column: &'static str, micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros).map_err(|_| corrupt(column))
}

pub(crate) fn optional_instant(
    column: &'static str,
    micros: Option<i64>,
) -> Result<Option<Timestamp>, StoreError> {
    micros.map(|micros| instant(column, micros)).transpose()
}

/// Reads what has a textual form: an id.
pub(crate) fn parse<T: std::str::FromStr>(column: &'static str, text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| corrupt(column))
}

pub(crate) fn parse_optional<T: std::str::FromStr>(
    column: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| parse(column, text)).transpose()
}

pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Internal("a value has no JSON form".to_owned()))
}

pub(crate) fn from_json<T: DeserializeOwned>(column: &'static str, text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| corrupt(column))
}

pub(crate) fn corrupt(column: &'static str) -> StoreError {
    StoreError::Corrupt(format!("column {column}"))
}

/// What searching, ordering and comparing without regard to case go by.
pub(crate) fn fold(text: &str) -> String {
    text.trim().to_lowercase()
}

/// Finds `text` anywhere; what `like` would read as a wildcard stands for itself.
pub(crate) fn pattern(text: &str) -> String {
    let literal = fold(text).replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
}
