//! An event as other programs get it: CloudEvents 1.0, JSON.

use openvisit_store::Attempt;
use serde_json::{Value, json};

use crate::app::App;
use crate::seal::Of;

/// What the body is, for brokers and receivers.
pub const CONTENT_TYPE: &str = "application/cloudevents+json";

/// The event's body. `source` is this server's public address.
#[must_use]
pub fn body(attempt: &Attempt, source: &str) -> Value {
    let event = &attempt.event;
    json!({
        "specversion": "1.0",
        "id": event.id,
        "source": source,
        "type": event.event_type,
        "subject": event.session_id,
        "time": event.at,
        // The extension of that name: texts in their order, so as many digits for each.
        "sequence": format!("{:010}", attempt.sequence),
        "datacontenttype": "application/json",
        "data": event.data,
    })
}

/// The event's body for one target, with the booking's metadata where it asked for them.
pub(super) fn body_for(app: &App, attempt: &Attempt, wants_metadata: bool) -> Value {
    let mut body = body(attempt, &app.settings.public_url());
    if wants_metadata {
        body["data"]["metadata"] = metadata(app, attempt);
    }
    body
}

/// Null where it cannot be read any more: that is no reason to hold up the event.
fn metadata(app: &App, attempt: &Attempt) -> Value {
    let Some(sealed) = &attempt.event.sealed_metadata else { return json!({}) };
    let event = attempt.event.id;
    match app.sealer.open(Of::EventMetadata(event), sealed) {
        Ok(text) => serde_json::from_str(&text).unwrap_or_default(),
        Err(error) => {
            tracing::warn!(%error, %event, "could not decrypt an event's metadata; was the notes key changed?");
            Value::Null
        }
    }
}
