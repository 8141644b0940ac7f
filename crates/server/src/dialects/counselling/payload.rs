//! What clients of the counselling dialect send. Nothing in it is believed about who sends it.

use openvisit_app::Error;
use openvisit_app::error::FieldCode;
use serde_json::{Map, Value};

/// The longest chat message, in characters.
const LONGEST_MESSAGE: usize = 4_000;

/// An event's object.
#[derive(Debug)]
pub struct Payload(Map<String, Value>);

impl Payload {
    /// # Errors
    /// No object, or longer as JSON than `longest` bytes.
    pub fn read(value: Value, longest: usize) -> Result<Self, Error> {
        let Value::Object(fields) = value else {
            return Err(Error::invalid("", FieldCode::WrongType, "an object is expected"));
        };
        if serde_json::to_vec(&fields).map_or(usize::MAX, |text| text.len()) > longest {
            return Err(Error::invalid("", FieldCode::TooLong, format!("at most {longest} bytes")));
        }
        Ok(Self(fields))
    }

    /// The session that is named, by whoever's id; `None` where none is.
    ///
    /// # Errors
    /// `not_found`: what is no id names nothing.
    pub fn session(&self) -> Result<Option<String>, Error> {
        match self.0.get("sessionId") {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.text("sessionId").map(Some).ok_or(Error::NotFound),
        }
    }

    /// The client's own name of the room: good for choosing among the rooms it is in, and for nothing else.
    #[must_use]
    pub fn room(&self) -> Option<String> {
        self.text("roomId")
    }

    #[must_use]
    pub fn passcode(&self) -> Option<String> {
        self.text("passcode")
    }

    /// Whom this is for.
    ///
    /// # Errors
    /// Nobody is named.
    pub fn target(&self) -> Result<String, Error> {
        let target = self.text("targetUserId").or_else(|| self.text("to"));
        target.ok_or_else(|| {
            Error::invalid("targetUserId", FieldCode::Required, "the id of a user in the room")
        })
    }

    /// # Errors
    /// There is none, or it is too long.
    pub fn message(&self) -> Result<String, Error> {
        let message = self.0.get("message").and_then(Value::as_str);
        message
            .filter(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST_MESSAGE)
            .map(str::to_owned)
            .ok_or_else(|| {
                Error::invalid(
                    "message",
                    FieldCode::Invalid,
                    format!("a text of 1 to {LONGEST_MESSAGE} characters"),
                )
            })
    }

    /// What is passed on: everything but who it says it is from, and whom it is for.
    #[must_use]
    pub fn content(self) -> Map<String, Value> {
        self.0.into_iter().filter(|(key, _)| !is_about_people(key)).collect()
    }

    /// A text; some systems have numbers for ids.
    fn text(&self, key: &str) -> Option<String> {
        match self.0.get(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }
}

fn is_about_people(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["from", "sender", "user", "targetuser"].iter().any(|start| key.starts_with(start)) || key == "to"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Payload {
        Payload::read(value, 1_000).unwrap()
    }

    #[test]
    fn what_a_payload_says_of_its_sender_is_dropped() {
        let lies = json!({
            "userId": 1, "userName": "Dr. X", "from": "x", "fromUserId": "x", "senderId": "x", "sender": {},
            "USERTYPE": "psychologist", "to": "y", "targetUserId": "y", "offer": { "sdp": "v=0" }, "roomId": "r",
        });
        assert_eq!(json!(read(lies).content()), json!({ "offer": { "sdp": "v=0" }, "roomId": "r" }));
    }

    #[test]
    fn a_target_is_a_text_or_a_number() {
        assert_eq!(read(json!({ "targetUserId": "a", "to": "b" })).target().unwrap(), "a");
        assert_eq!(read(json!({ "to": 42 })).target().unwrap(), "42");
        assert_eq!(read(json!({ "to": {} })).target().unwrap_err().code(), "invalid");
    }

    #[test]
    fn a_message_is_a_text_of_some_length() {
        assert_eq!(read(json!({ "message": " hi " })).message().unwrap(), " hi ");
        let long = json!({ "message": "é".repeat(LONGEST_MESSAGE + 1) });
        let wrong = [json!({}), json!({ "message": 5 }), json!({ "message": " " }), long];
        for wrong in wrong {
            assert_eq!(Payload::read(wrong, 100_000).unwrap().message().unwrap_err().code(), "invalid");
        }
    }

    #[test]
    fn what_is_no_object_or_too_large_is_refused() {
        for wrong in [json!("text"), json!([1]), Value::Null, json!({ "a": "x".repeat(1_000) })] {
            assert_eq!(Payload::read(wrong, 1_000).unwrap_err().code(), "invalid");
        }
    }
}
