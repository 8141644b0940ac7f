//! An event as other programs get it: CloudEvents 1.0, JSON.

use openvisit_store::Attempt;
use serde_json::{Value, json};

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
