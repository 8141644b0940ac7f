//! What a library says of a value that it could not read, in words of the field: callers do not know our language, and
//! what they sent is not repeated, since it may be personal.

use openvisit_app::error::{FieldCode, FieldError};

use super::query_names::nearest;

/// What a time on the wire looks like.
const A_TIME: &str = "a time with its offset from UTC, such as 2026-12-24T10:00:00Z";
/// What is said of a list of words that the library does not name.
const A_WORD: &str = "one of the words that are known here, as text";

/// What is wrong at `path` (empty for the whole), by the library's message.
#[must_use]
pub fn told(path: &str, message: &str) -> FieldError {
    // The place in the text says nothing to whoever sent a field.
    let message = message.rsplit_once(" at line ").map_or(message, |(message, _)| message);
    let error = |field: String, code, message: String| FieldError { field, code, message };
    let at = |code, message: String| error(path.to_owned(), code, message);
    match named(message) {
        Some(("missing field", name, _)) => {
            error(inside(path, name), FieldCode::Required, "is required".to_owned())
        }
        Some(("duplicate field", name, _)) => {
            error(inside(path, name), FieldCode::Invalid, "is given twice".to_owned())
        }
        // Its name is in the path already.
        Some(("unknown field", name, known)) => at(FieldCode::Unknown, not_one(name, known)),
        Some(("unknown variant", _, known)) => {
            at(FieldCode::Invalid, known.map_or(must_be(A_WORD), |known| must_be(&quoted(known))))
        }
        _ => match (message.split_once(": "), message.rsplit_once(", expected ")) {
            (Some(("invalid type", _)), Some((_, expected))) => {
                at(FieldCode::WrongType, must_be(kind(expected)))
            }
            (Some(("invalid value", _)), Some((_, expected))) => {
                at(FieldCode::Invalid, range(expected).unwrap_or_else(|| must_be(kind(expected))))
            }
            _ => at(FieldCode::Invalid, unread(message)),
        },
    }
}

/// What is named in backticks, what is said of it before, and what else was expected.
fn named(message: &str) -> Option<(&str, &str, Option<&str>)> {
    let (said, rest) = message.split_once(" `")?;
    let (rest, expected) = match rest.rsplit_once(", expected ") {
        Some((rest, expected)) => (rest, Some(expected)),
        None => (rest.strip_suffix(", there are no fields").unwrap_or(rest), None),
    };
    Some((said, rest.strip_suffix('`')?, expected))
}

fn inside(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn must_be(what: &str) -> String {
    format!("must be {what}")
}

fn quoted(names: &str) -> String {
    names.replace('`', "\"")
}

/// What was meant first, since some bodies have many fields.
fn not_one(name: &str, known: Option<&str>) -> String {
    let Some(known) = known else { return "is not known here".to_owned() };
    let names: Vec<String> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    match nearest(name, &names) {
        Some(nearest) => {
            let known = quoted(known.strip_prefix("one of ").unwrap_or(known));
            format!("is not known here; the nearest that is known is \"{nearest}\", of {known}")
        }
        None => "is not known here".to_owned(),
    }
}

/// A type, as people call it.
fn kind(expected: &str) -> &str {
    match expected {
        "u8" | "u16" | "u32" | "u64" | "usize" | "i8" | "i16" | "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "string" => "text",
        "a map" | "map" => "an object",
        "a sequence" => "a list",
        "a formatted UUID string" | "a UUID string" => "a UUID",
        _ if expected.starts_with("struct ") => "an object",
        _ if expected.contains("tuple") || expected.starts_with("an array") => "a list",
        _ if ["string or map", "variant", "enum", "unit"].iter().any(|word| expected.contains(word)) => {
            A_WORD
        }
        _ if expected.contains("timestamp") => A_TIME,
        _ => expected,
    }
}

/// Which whole numbers a type holds.
fn range(expected: &str) -> Option<String> {
    let (from, to) = match expected {
        "u8" => (0, u64::from(u8::MAX)),
        "u16" => (0, u64::from(u16::MAX)),
        "u32" => (0, u64::from(u32::MAX)),
        "u64" | "usize" => (0, u64::MAX),
        "i64" => (i64::MIN, i64::MAX.unsigned_abs()),
        _ => return None,
    };
    Some(format!("must be a whole number from {from} to {to}"))
}

/// Why a text stands for no value. What begins with `must` is a sentence of ours.
fn unread(message: &str) -> String {
    // The first that fits counts.
    const LIBRARIES: [(&str, &str); 10] = [
        ("invalid digit", "a whole number, in digits"),
        ("cannot parse integer", "a whole number, in digits"),
        ("number too large", "a smaller number"),
        ("number too small", "a larger number"),
        ("provided string was not", "true or false"),
        ("UUID parsing", "a UUID"),
        ("expected value", A_WORD),
        ("failed to", A_TIME),
        ("parsed value", A_TIME),
        ("expected ", A_TIME),
    ];
    let known = LIBRARIES.into_iter().find(|(start, _)| message.starts_with(start));
    match known {
        Some((_, what)) => must_be(what),
        None if message.starts_with("must ") => message.to_owned(),
        None => "cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde::Deserialize;
    use serde::de::DeserializeOwned;
    use uuid::Uuid;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "snake_case")]
    #[expect(dead_code, reason = "only read")]
    struct Inner {
        small: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        Video,
        InPerson,
    }

    fn said<T: DeserializeOwned>(json: &str) -> String {
        told("field", &serde_json::from_str::<T>(json).err().map(|error| error.to_string()).unwrap()).message
    }

    #[test]
    fn a_type_is_called_as_people_call_it() {
        for (message, expected) in [
            (said::<u8>("\"5\""), "must be a whole number"),
            (said::<u8>("300"), "must be a whole number from 0 to 255"),
            (said::<u32>("-1"), "must be a whole number from 0 to 4294967295"),
            (said::<i64>("1.5"), "must be a whole number"),
            (said::<f64>("\"a\""), "must be a number"),
            (said::<bool>("\"yes\""), "must be true or false"),
            (said::<String>("7"), "must be text"),
            (said::<Vec<u8>>("{}"), "must be a list"),
            (said::<(u8, u8)>("{}"), "must be a list"),
            (said::<Inner>("7"), "must be an object"),
            (said::<serde_json::Map<String, serde_json::Value>>("7"), "must be an object"),
            (said::<Word>("\"walk, expected at line 3\""), "must be \"video\" or \"in_person\""),
            (said::<Word>("7"), "must be one of the words that are known here, as text"),
            (said::<Word>("{\"video\": 7}"), "must be one of the words that are known here, as text"),
            (said::<Uuid>("7"), "must be a UUID"),
            (said::<Uuid>("\"Mr. Private\""), "must be a UUID"),
        ] {
            assert_eq!(message, expected);
        }
    }

    #[test]
    fn a_time_that_is_none_repeats_nothing_of_it() {
        for time in [
            "soon",
            "",
            "2026-12-24",
            "2026-12-24T10:00",
            "2026-13-24T10:00:00Z",
            "2026-12-24T25:00:00Z",
            "99999-01-01T00:00:00Z",
            "2026-12-24T10:00:00+99:00",
            "2026-12-24T10:00:00Z ",
            "9999-12-31T23:59:59-20:00",
            "9999-12-31T23:59:60Z",
            "2026-12-24T10:00:00.1234567891Z",
            "24.12.2026",
            "2026-2",
            "é",
        ] {
            assert_eq!(said::<Timestamp>(&format!("\"{time}\"")), format!("must be {A_TIME}"), "{time}");
        }
        assert_eq!(said::<Timestamp>("7"), format!("must be {A_TIME}"));
    }

    #[test]
    fn a_field_is_named_where_it_is() {
        let at = |json: &str| {
            let error = told("price", &serde_json::from_str::<Inner>(json).unwrap_err().to_string());
            (error.field, error.code, error.message)
        };
        assert_eq!(at("{}"), ("price.small".to_owned(), FieldCode::Required, "is required".to_owned()));
        let twice = at("{\"small\":1,\"small\":1}");
        assert_eq!(twice, ("price.small".to_owned(), FieldCode::Invalid, "is given twice".to_owned()));
        let unknown = at("{\"large\":1}");
        let text = "is not known here; the nearest that is known is \"small\", of \"small\"".to_owned();
        assert_eq!(unknown, ("price".to_owned(), FieldCode::Unknown, text));
    }

    #[test]
    fn texts_of_a_query_are_told_alike() {
        let said = |error: &dyn std::fmt::Display| told("", &error.to_string()).message;
        let number = |text: &str| said(&text.parse::<u32>().unwrap_err());
        for wrong in ["", "-1", "1e3", "a"] {
            assert_eq!(number(wrong), "must be a whole number, in digits", "{wrong}");
        }
        assert_eq!(number("4294967296"), "must be a smaller number");
        assert_eq!(said(&"x".parse::<bool>().unwrap_err()), "must be true or false");
        assert_eq!(said(&"must be a cat"), "must be a cat");
        assert_eq!(said(&"rust, of Mr. Private"), "cannot be read");
    }
}
