//! `docs/events.md` shows every event as it is sent.

use std::path::Path;

use jiff::Timestamp;
use openvisit_app::outbox::cloud_event;
use openvisit_core::access::Actor;
use openvisit_core::appointment::{
    Appointment, ExternalId, Kind, MediaProvider, Payment, PaymentStatus, Price, Slot,
};
use openvisit_core::event::{self, Event, Origin, Parties};
use openvisit_core::ids::{
    AppointmentId, EventId, OrganizationId, ParticipantId, PersonId, RequestId, SessionId,
};
use openvisit_core::person::Identity;
use openvisit_core::request::{self, Request, RequestDetails};
use openvisit_core::session::{Absent, Session, State, Status};
use openvisit_store::{Attempt, OutboxRow};
use serde_json::Value;
use uuid::Uuid;

const ISSUER: &str = "https://auth.clinic.example";
const SOURCE: &str = "https://visit.clinic.example";

/// The ids of the page.
fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0199_f2c3_0000_7000_8000_0000_0000_0000 + n)
}

/// So many minutes after the page's appointment began.
fn at(minute: i64) -> Timestamp {
    "2030-01-08T10:00:00Z".parse::<Timestamp>().unwrap() + jiff::SignedDuration::from_mins(minute)
}

fn session(state: State) -> Session {
    let mut session = Session::of(Appointment {
        id: AppointmentId(id(1)),
        session_id: SessionId(id(2)),
        external: Some(ExternalId { issuer: ISSUER.to_owned(), id: "4711".to_owned() }),
        organization_id: Some(OrganizationId(id(3))),
        practitioner_id: PersonId(id(4)),
        client_id: PersonId(id(5)),
        slot: Slot { starts_at: at(0), ends_at: at(30) },
        title: Some("a title".to_owned()),
        notes: Some("notes".to_owned()),
        kind: Kind::Video,
        booking_type: None,
        plan: Some("basic".to_owned()),
        price: Some(Price { amount: "49.90".to_owned(), currency: "EUR".to_owned() }),
        payment: Payment { status: PaymentStatus::NotRequired, ..Payment::default() },
        hold_expires_at: None,
        passcode_enabled: false,
        max_participants: 4,
        started_by: None,
        media_provider: MediaProvider::default(),
        presence_proven: true,
        metadata: serde_json::Map::new(),
        created_by: PersonId(id(4)),
        created_at: at(-600),
        updated_at: at(-600),
    });
    session.state = state;
    session
}

/// Each event, at what minute and in which state the session is after it.
fn story() -> Vec<(Event, i64, State)> {
    let participant = ParticipantId(id(6));
    let by = Actor::Practitioner;
    let scheduled = || State::Scheduled;
    let waiting = || State::Waiting { since: at(-2) };
    let running = || State::InProgress { since: at(1), by };
    let reason = || Some("what somebody typed".to_owned());
    let completed = State::Completed { started_at: at(1), ended_at: at(29), by, reason: reason() };
    let cancelled = State::Cancelled { at: at(-120), by: Actor::Client, reason: reason() };
    let absent = Some(Absent::Client);
    let no_show = State::NoShow { at: at(45), by: Actor::System, reason: None, absent, started_at: None };
    vec![
        (Event::Booked, -600, scheduled()),
        (Event::Moved { from: Slot { starts_at: at(1_440), ends_at: at(1_470) } }, -500, scheduled()),
        (Event::Changed, -400, scheduled()),
        (Event::Cancelled { by: Actor::Client }, -120, cancelled),
        (Event::Reactivated, -100, scheduled()),
        (Event::PaymentConfirmed, -90, scheduled()),
        (Event::PaymentRefunded, -60, scheduled()),
        (Event::Waiting { participant }, -2, waiting()),
        (Event::Admitted { participant }, 0, waiting()),
        (Event::Denied { participant }, 0, waiting()),
        (Event::Removed { participant }, 5, running()),
        (Event::Started { by }, 1, running()),
        (Event::Extended { minutes: 15 }, 25, running()),
        (Event::OverrunWarning { hard_stop_at: at(75) }, 65, running()),
        (Event::Completed { by }, 29, completed.clone()),
        (Event::NoShow { absent }, 45, no_show),
        (Event::Corrected { by, was: Status::NoShow }, 60, completed),
    ]
}

fn known(subject: &str) -> Identity {
    Identity { issuer: ISSUER.to_owned(), subject: subject.to_owned() }
}

/// What is sent of each event: of the session's, and of the requests'.
fn all_sent() -> Vec<Value> {
    let of_session = story().into_iter().enumerate().map(|(place, (event, minute, state))| {
        let session = session(state);
        let parties = Parties { practitioner: known("doc-1"), client: known("pat-7") };
        let data = event.data(&session, &Origin { parties, request_id: None });
        body(session.id, 0x100 + place as u128, 1 + place as i64, event.name(), minute, data)
    });
    of_session.chain(requests()).collect()
}

/// A request, and each way in which it may go on.
fn requests() -> Vec<Value> {
    let accepted = request::State::Accepted { at: at(3), by: PersonId(id(4)) };
    let withdrawn = request::State::Withdrawn { at: at(5), by: Actor::Client };
    let story = [
        (1, 0, request::State::Pending),
        (2, 3, accepted),
        (2, 5, withdrawn),
        (2, 30, request::State::Expired { at: at(30) }),
    ];
    let sent = story.into_iter().enumerate().map(|(place, (sequence, minute, state))| {
        let wish = RequestDetails {
            organization_id: Some(OrganizationId(id(3))),
            plan: Some("basic".to_owned()),
            kind: Kind::Video,
            metadata: [("a".to_owned(), "what somebody typed".into())].into_iter().collect(),
        };
        let asked = Request::new(RequestId(id(7)), PersonId(id(5)), wish, at(0), &request::Rules::default());
        let request = Request { state, ..asked };
        let told = |person| Some(known(if person == PersonId(id(5)) { "pat-7" } else { "doc-1" }));
        let data = event::request_data(&request, told);
        let (subject, name) = (request.session_id(), event::request_name(&request));
        body(subject, 0x200 + place as u128, sequence, name, minute, data)
    });
    sent.collect()
}

fn body(subject: SessionId, number: u128, sequence: i64, name: &str, minute: i64, data: Value) -> Value {
    let attempt = Attempt {
        event: OutboxRow {
            id: EventId(id(number)),
            session_id: subject,
            event_type: name.to_owned(),
            at: at(minute),
            data,
            sealed_metadata: None,
        },
        sequence,
        attempts: 1,
        refusals: 0,
        begun_at: at(minute),
    };
    cloud_event::body(&attempt, SOURCE)
}

/// The bodies that the page shows.
fn shown(page: &str) -> Vec<Value> {
    let blocks = page.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks.filter_map(|block| serde_json::from_str(block).ok()).collect()
}

/// The rows of its tables of events: the type, and what stands in `data` in place of the first event's.
fn rows(page: &str) -> Vec<(&str, Value)> {
    let rows =
        page.lines().filter(|line| line.starts_with("| `appointment.") || line.starts_with("| `request."));
    rows.map(|row| {
        let cells: Vec<_> =
            row.trim_matches('|').split(" | ").map(|cell| cell.trim().trim_matches('`')).collect();
        let [name, _, differs] = cells[..] else { panic!("{row}") };
        (
            name,
            serde_json::from_str(&format!("{{{differs}}}")).unwrap_or_else(|error| panic!("{row}: {error}")),
        )
    })
    .collect()
}

#[test]
fn the_page_shows_every_event_as_it_is_sent() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/events.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (shown, rows, all_sent) = (shown(&page), rows(&page), all_sent());
    for first in ["appointment.booked", "request.created"] {
        let sent = all_sent.iter().find(|sent| sent["type"] == first).unwrap();
        assert!(shown.contains(sent), "docs/events.md must show what is sent:\n{sent:#}");
        for sent in all_sent.iter().filter(|other| other["type"].as_str().unwrap()[..4] == first[..4]) {
            let name = sent["type"].as_str().unwrap();
            let of_this: Vec<_> = rows.iter().filter(|(row, _)| *row == name).collect();
            let [(_, differs)] = of_this[..] else { panic!("docs/events.md must have one row of {name}") };
            assert_eq!(*differs, differences(first_data(&all_sent, first), &sent["data"]), "{name}");
        }
    }
    let mut names: Vec<_> = rows.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    let mut all = event::NAMES;
    all.sort_unstable();
    assert_eq!(names, all, "every event has its row on the page, and nothing else has");
}

fn first_data<'a>(all_sent: &'a [Value], name: &str) -> &'a Value {
    &all_sent.iter().find(|sent| sent["type"] == name).unwrap()["data"]
}

/// What these data have in place of those; they lack nothing.
fn differences(those: &Value, these: &Value) -> Value {
    assert!(those.as_object().unwrap().keys().all(|name| these.get(name).is_some()), "{these:#}");
    let differing =
        these.as_object().unwrap().iter().filter(|(name, value)| those.get(*name) != Some(*value));
    differing.map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[test]
fn no_event_holds_what_somebody_typed() {
    for sent in all_sent() {
        let text = sent.to_string();
        assert!(!text.contains("typed") && !text.contains("notes") && !text.contains("title"), "{text}");
    }
}

/// Whether a value is what a schema of the events' description says.
fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        kind => vec![kind.clone()],
    };
    let kind = match value {
        Value::Null => "null",
        Value::String(_) => "string",
        Value::Number(_) => "integer",
        Value::Object(_) => "object",
        _ => "other",
    };
    let is_one_of = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    let is_kind = schema["type"].is_null() || kinds.contains(&kind.into());
    let is_same = schema.get("const").is_none_or(|only| only == value);
    let is_whole =
        value.is_null() || schema["properties"].is_null() || has_all_and_no_more(document, schema, value);
    is_one_of && is_kind && is_same && is_whole
}

/// The properties of a schema, those of its parts included.
fn properties<'a>(document: &'a Value, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
    if let Some(name) = schema["$ref"].as_str() {
        return properties(document, document.pointer(&name[1..]).unwrap());
    }
    let parts = schema["allOf"].as_array().into_iter().flatten();
    let own = schema["properties"].as_object().into_iter().flatten();
    parts.flat_map(|part| properties(document, part)).chain(own).collect()
}

fn has_all_and_no_more(document: &Value, schema: &Value, value: &Value) -> bool {
    let known = properties(document, schema);
    let told = value.as_object().unwrap();
    told.keys().all(|name| known.iter().any(|(known, _)| *known == name))
        && known
            .iter()
            .filter(|(name, _)| *name != "metadata")
            .all(|(name, schema)| told.get(*name).is_some_and(|value| fits(document, schema, value)))
}

#[test]
fn the_description_of_events_is_what_is_sent() {
    let document = openvisit::asyncapi::description();
    for sent in all_sent() {
        let name = sent["type"].as_str().unwrap();
        let message = &document["components"]["messages"][name];
        assert!(has_all_and_no_more(&document, &message["payload"], &sent), "{sent:#}\n{message:#}");
        let data = &message["payload"]["properties"]["data"];
        assert!(has_all_and_no_more(&document, data, &sent["data"]), "{sent:#}\n{data:#}");
        let channel = &document["channels"][name];
        assert_eq!(channel["address"], name);
        assert!(document["channels"]["webhook"]["messages"][name].is_object());
    }
    assert_eq!(document["components"]["messages"].as_object().unwrap().len(), event::NAMES.len());
}
