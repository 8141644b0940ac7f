//! The events' description, as AsyncAPI 3: what is sent, with what in it, and where to. The counterpart of `openapi`.

use openvisit_core::event::NAMES;
use serde_json::{Map, Value, json};

/// What each event means, in the order of [`NAMES`].
const MEANINGS: [&str; NAMES.len()] = [
    "A client asked to be seen now",
    "A practitioner accepted a request: there is a session now",
    "A request was withdrawn before anybody accepted it",
    "A request waited too long",
    "An appointment was booked, or a request accepted",
    "It was moved to another time",
    "Something else of the booking was changed",
    "It was cancelled before the call began",
    "A cancelled appointment is on again",
    "A payment came in",
    "A payment was given back",
    "Somebody came to the waiting room",
    "Somebody has a place in the call",
    "Somebody was turned away",
    "Somebody was removed from the call",
    "The call began",
    "The practitioner made room for more time",
    "The call runs over and will be ended",
    "The call took place and has ended",
    "It did not take place",
    "What it ended as was put right by hand",
];

/// The document.
#[must_use]
pub fn description() -> Value {
    let (mut channels, mut operations, mut messages) = (Map::new(), Map::new(), Map::new());
    let mut all = Map::new();
    for (name, meaning) in NAMES.into_iter().zip(MEANINGS) {
        let message = reference(&format!("#/components/messages/{name}"));
        channels.insert(name.to_owned(), broker_channel(name, meaning, &message));
        operations.insert(format!("publish.{name}"), operation(name, &[name], meaning));
        messages.insert(name.to_owned(), described(name, meaning));
        all.insert(name.to_owned(), message);
    }
    channels.insert("webhook".to_owned(), webhook_channel(all));
    let meaning = "Every event that a webhook asks for, signed as Standard Webhooks has it";
    operations.insert("post".to_owned(), operation("webhook", &NAMES, meaning));
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "OpenVisit events",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What happens to requests, appointments and sessions, for other programs: at least once, in \
                            order per session, from its request on, as CloudEvents 1.0.",
            "license": { "name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0" },
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": { "Data": data(), "RequestData": request_data() } },
    })
}

fn reference(to: &str) -> Value {
    json!({ "$ref": to })
}

fn broker_channel(name: &str, meaning: &str, message: &Value) -> Value {
    json!({
        "address": name,
        "description": format!("{meaning}. The routing key at the broker's exchange (`amqp_exchange`)."),
        "messages": { name: message },
        "bindings": { "amqp": {
            "is": "routingKey",
            "exchange": { "name": "openvisit", "type": "topic", "durable": true, "autoDelete": false },
        } },
    })
}

fn webhook_channel(messages: Map<String, Value>) -> Value {
    json!({
        "address": null,
        "description": "The address of a webhook (`POST /api/v1/webhooks`), by HTTP POST.",
        "messages": messages,
    })
}

fn operation(channel: &str, messages: &[&str], meaning: &str) -> Value {
    let messages = messages.iter().map(|name| reference(&format!("#/channels/{channel}/messages/{name}")));
    json!({
        "action": "send",
        "channel": reference(&format!("#/channels/{channel}")),
        "summary": meaning,
        "messages": messages.collect::<Vec<_>>(),
    })
}

fn described(name: &str, meaning: &str) -> Value {
    let properties = json!({
        "specversion": { "const": "1.0" },
        "id": uuid(),
        "source": { "type": "string", "format": "uri" },
        "type": { "const": name },
        "subject": uuid(),
        "time": instant(),
        "sequence": { "type": "string", "pattern": "^[0-9]{10}$" },
        "datacontenttype": { "const": "application/json" },
        "data": data_of(name),
    });
    json!({
        "name": name,
        "summary": meaning,
        "contentType": "application/cloudevents+json",
        "payload": object(properties),
    })
}

/// Of all events, with what only this one has.
fn data_of(name: &str) -> Value {
    if name.starts_with("request.") {
        return reference("#/components/schemas/RequestData");
    }
    let all = reference("#/components/schemas/Data");
    let more = match name {
        "appointment.moved" => json!({ "previous_starts_at": instant(), "previous_ends_at": instant() }),
        "appointment.changed" => {
            json!({ "previous_practitioner_id": { "type": ["string", "null"], "format": "uuid" } })
        }
        "appointment.consultation.extended" => json!({ "minutes": { "type": "integer", "minimum": 1 } }),
        "appointment.consultation.overrun_warning" => json!({ "hard_stop_at": instant() }),
        "appointment.corrected" => json!({
            "status_before": { "enum": ["completed", "no_show"] },
            "corrected_by": { "type": "string" },
        }),
        _ => return all,
    };
    json!({ "allOf": [all, object(more)] })
}

fn data() -> Value {
    let mut data = object(json!({
        "appointment_id": uuid(),
        "external_id": or_null("string"),
        "external_issuer": or_null("string"),
        "session_id": uuid(),
        "request_id": { "type": ["string", "null"], "format": "uuid" },
        "organization_id": { "type": ["string", "null"], "format": "uuid" },
        "practitioner_id": uuid(),
        "practitioner_issuer": { "type": "string" },
        "practitioner_subject": { "type": "string" },
        "client_id": uuid(),
        "client_issuer": { "type": "string" },
        "client_subject": { "type": "string" },
        "participant_id": { "type": ["string", "null"], "format": "uuid" },
        "kind": { "enum": ["video", "chat", "diagnostic", "in_person"] },
        "plan": or_null("string"),
        "price": price(),
        "status": { "enum": ["scheduled", "waiting", "in_progress", "completed", "cancelled", "no_show"] },
        "starts_at": instant(),
        "ends_at": instant(),
        "started_at": { "type": ["string", "null"], "format": "date-time" },
        "ended_at": { "type": ["string", "null"], "format": "date-time" },
        "ended_by": or_null("string"),
        "duration_seconds": or_null("integer"),
        "duration_minutes": or_null("integer"),
        "absent": { "enum": ["practitioner", "client", "both", null] },
    }));
    data["properties"]["metadata"] = metadata();
    data
}

/// Of the events of a request.
fn request_data() -> Value {
    let mut data = object(json!({
        "request_id": uuid(),
        "session_id": { "type": ["string", "null"], "format": "uuid" },
        "organization_id": { "type": ["string", "null"], "format": "uuid" },
        "practitioner_id": { "type": ["string", "null"], "format": "uuid" },
        "practitioner_issuer": or_null("string"),
        "practitioner_subject": or_null("string"),
        "client_id": uuid(),
        "client_issuer": { "type": "string" },
        "client_subject": { "type": "string" },
        "kind": { "enum": ["video", "chat", "diagnostic"] },
        "plan": or_null("string"),
        "status": { "enum": ["pending", "accepted", "withdrawn", "expired"] },
        "created_at": instant(),
        "opens_at": { "type": ["string", "null"], "format": "date-time" },
        "expires_at": instant(),
        "accepted_at": { "type": ["string", "null"], "format": "date-time" },
        "ended_at": { "type": ["string", "null"], "format": "date-time" },
        "ended_by": { "enum": ["client", "admin", "system", null] },
    }));
    data["properties"]["metadata"] = metadata();
    data
}

fn metadata() -> Value {
    json!({
        "type": ["object", "null"],
        "description": "The booking's, at targets that ask for it; null where the key that they were encrypted with is gone",
    })
}

fn price() -> Value {
    let mut price = object(json!({
        "amount": { "type": "string", "pattern": "^[0-9]{1,12}([.][0-9]{1,4})?$" },
        "currency": { "type": "string", "pattern": "^[A-Z]{3}$" },
    }));
    price["type"] = json!(["object", "null"]);
    price
}

/// With all of these.
fn object(properties: Value) -> Value {
    let required: Vec<_> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({ "type": "object", "required": required, "properties": properties })
}

fn or_null(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn instant() -> Value {
    json!({ "type": "string", "format": "date-time" })
}
