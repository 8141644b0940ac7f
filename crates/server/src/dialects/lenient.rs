//! What forms and loosely typed languages send: numbers and switches as text, an empty text for what was not filled in, and
//! times without an offset. The canonical API takes none of it.
//!
//! The functions are for `#[serde(default, deserialize_with = "lenient::number")]` and the like.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use openvisit_app::Error;
use openvisit_app::appointments::book::Party;
use openvisit_app::auth::caller::Caller;
use openvisit_app::error::FieldCode;
use openvisit_core::person::{Person, Role};
use openvisit_store::Store;
use serde::de::{Error as _, IntoDeserializer, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A whole number, or its digits as text.
///
/// # Errors
/// It is something else, or outside of the type.
pub fn number<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    match filled(deserializer)? {
        None => Ok(None),
        Some(Value::String(text)) => {
            let number = digits(&text).ok_or_else(|| no(&text, "a whole number"))?;
            T::deserialize(number.into_deserializer()).map(Some)
        }
        Some(value) => T::deserialize(value).map(Some).map_err(D::Error::custom),
    }
}

/// True or false, also as text.
///
/// # Errors
/// It is something else.
pub fn switch<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<bool>, D::Error> {
    match filled(deserializer)? {
        None => Ok(None),
        // Python writes them with a capital.
        Some(Value::String(text)) => {
            text.to_ascii_lowercase().parse().map(Some).map_err(|_| no(&text, "true or false"))
        }
        Some(value) => bool::deserialize(value).map(Some).map_err(D::Error::custom),
    }
}

/// A time that may be left empty.
///
/// # Errors
/// It is no time.
pub fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Moment>, D::Error> {
    let given = filled(deserializer)?;
    given.map(|value| Moment::deserialize(value).map_err(D::Error::custom)).transpose()
}

/// What is there, and is not empty.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Ok(Option::<Value>::deserialize(deserializer)?.filter(|value| value.as_str() != Some("")))
}

fn digits(text: &str) -> Option<i64> {
    let only_digits = text.trim_start_matches('-').bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| only_digits)
}

fn no<E: serde::de::Error>(text: &str, expected: &'static str) -> E {
    E::invalid_type(Unexpected::Str(text), &expected)
}

/// An instant, or a time as a form's `datetime-local` gives it, which is one of the practitioner's zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Instant(Timestamp),
    Local(DateTime),
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let read = |text: &str| text.parse().map(Self::Instant).ok().or_else(|| local(text).map(Self::Local));
        value.as_str().and_then(read).ok_or_else(|| {
            D::Error::custom(
                "must be a time, such as 2026-12-24T10:00:00Z, or a local one, such as 2026-12-24T10:00",
            )
        })
    }
}

/// A date with a time of day, and nothing that says where.
fn local(text: &str) -> Option<DateTime> {
    let (_, time) = text.split_once(['T', 't', ' '])?;
    let is_bare = time.bytes().all(|byte| byte.is_ascii_digit() || b":.".contains(&byte));
    text.parse().ok().filter(|_| is_bare)
}

impl Moment {
    /// The instant, where a local time is this zone's.
    ///
    /// # Errors
    /// `invalid` at `field` for a local time that the zone's clocks skip, or show twice.
    pub fn within(self, zone: &TimeZone, field: &str) -> Result<Timestamp, Error> {
        let local = match self {
            Self::Instant(instant) => return Ok(instant),
            Self::Local(local) => local,
        };
        let found = zone.to_ambiguous_timestamp(local);
        let why = match found.offset() {
            AmbiguousOffset::Unambiguous { .. } => "is too far away",
            AmbiguousOffset::Gap { .. } => "does not exist, since clocks go forward then",
            AmbiguousOffset::Fold { .. } => "exists twice, since clocks go back then",
        };
        found.unambiguous().map_err(|_| {
            let place = zone.iana_name().unwrap_or("this time zone");
            let text = format!("this local time {why} in {place}; give it with its offset from UTC");
            Error::invalid(field, FieldCode::Malformed, text)
        })
    }
}

/// The zone that somebody lives by: UTC where it is not known.
#[must_use]
pub fn zone_of(practitioner: Option<&Person>) -> TimeZone {
    let name = practitioner.and_then(|person| person.timezone.as_deref());
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}

/// The zone of a booking's practitioner: the caller, where none is named. Of somebody for whom the caller may not book it is
/// not told.
///
/// # Errors
/// Those of the store.
pub async fn zone_for(
    store: &Store,
    caller: &Caller,
    practitioner: Option<&Party>,
) -> Result<TimeZone, Error> {
    let person = match practitioner {
        Some(Party::Known(id)) => store.person(*id).await?,
        Some(Party::Theirs(theirs)) => theirs.known.as_deref().cloned(),
        None => Some(caller.person.clone()),
    };
    let colleague = |person: &Person| {
        person.organization_id.is_some() && person.organization_id == caller.person.organization_id
    };
    let known = person.filter(|it| it.id == caller.person.id || caller.is(Role::Admin) || colleague(it));
    Ok(zone_of(known.as_ref()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn number_in(value: Value) -> Result<Option<i64>, String> {
        number(value).map_err(|error| error.to_string())
    }

    #[test]
    fn a_number_is_taken_as_text_where_it_is_one() {
        for (value, is) in [(json!("30"), 30), (json!(30), 30), (json!("-5"), -5), (json!("007"), 7)] {
            assert_eq!(number_in(value), Ok(Some(is)));
        }
        for absent in [json!(""), json!(null)] {
            assert_eq!(number_in(absent), Ok(None));
        }
        for text in [
            "30 minutes",
            "NaN",
            "3.5",
            "1e3",
            " ",
            " 30",
            "+30",
            "--3",
            "-",
            "0x1e",
            "٣",
            "99999999999999999999",
        ] {
            let refused = number_in(json!(text)).unwrap_err();
            assert!(refused.ends_with("expected a whole number"), "{text}: {refused}");
        }
        for value in [json!(1.5), json!(true), json!([]), json!({})] {
            number_in(value).unwrap_err();
        }
        let small = |value: Value| number::<_, u8>(value).map_err(|error| error.to_string());
        assert_eq!(small(json!("5")), Ok(Some(5)));
        for large in [json!("300"), json!(300), json!("-1")] {
            assert!(small(large).unwrap_err().ends_with("expected u8"), "as the library says it elsewhere");
        }
    }

    #[test]
    fn a_switch_is_taken_as_text_where_it_is_one() {
        let switch_in = |value: Value| switch(value).map_err(|error| error.to_string());
        assert_eq!(switch_in(json!("true")), Ok(Some(true)));
        assert_eq!(switch_in(json!("false")), Ok(Some(false)));
        assert_eq!(switch_in(json!(false)), Ok(Some(false)));
        assert_eq!(switch_in(json!("")), Ok(None));
        assert_eq!(switch_in(json!("True")), Ok(Some(true)));
        for other in [json!("yes"), json!("1"), json!(1), json!(" ")] {
            switch_in(other).unwrap_err();
        }
    }

    fn moment_in(text: &str) -> Option<Moment> {
        moment(json!(text)).unwrap_or_default()
    }

    #[test]
    fn a_time_is_an_instant_or_a_local_one() {
        let instant: Timestamp = "2026-12-24T09:00:00Z".parse().unwrap();
        for text in ["2026-12-24T09:00:00Z", "2026-12-24T10:00+01:00", "2026-12-24 10:00:00.000+01"] {
            assert_eq!(moment_in(text), Some(Moment::Instant(instant)), "{text}");
        }
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for text in ["2026-12-24T10:00", "2026-12-24T10:00:00", "2026-12-24 10:00", "2026-12-24T10:00:00.000"]
        {
            assert_eq!(moment_in(text).unwrap().within(&berlin, "at").unwrap(), instant, "{text}");
        }
        for none in [
            "",
            "soon",
            "2026-12-24",
            "10:00",
            "2026-13-24T10:00",
            "2026-12-24T24:30",
            "2026-12-24T10:00[Europe/Berlin]",
            "2026-12-24T10:00-99",
        ] {
            assert_eq!(moment_in(none), None, "{none}");
        }
        assert!(moment(json!(1_798_102_800)).is_err());
    }

    #[test]
    fn a_local_time_that_is_not_there_or_twice_is_refused() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        for (text, why) in [("2026-03-29T02:30", "does not exist"), ("2026-10-25T02:30", "exists twice")] {
            let Error::Invalid(errors) = moment_in(text).unwrap().within(&berlin, "at").unwrap_err() else {
                panic!("{text}");
            };
            assert_eq!(errors[0].field, "at");
            assert!(
                errors[0].message.contains(why) && errors[0].message.contains("Europe/Berlin"),
                "{errors:?}"
            );
            moment_in(text).unwrap().within(&TimeZone::UTC, "at").unwrap();
        }
        assert!(
            moment_in("9999-12-31T23:59")
                .unwrap()
                .within(&TimeZone::get("America/Lima").unwrap(), "at")
                .is_err()
        );
    }
}
