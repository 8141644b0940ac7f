//! A session that was requested has events from its request on: told in one line, whatever becomes of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::receiver::{Answer, Message, Receiver};
use super::{Delivering, LOOPBACK, path, until};
use crate::common::Party;
use crate::garage::request;
use crate::story::{Story, on_both};

const CREATED: &str = "request.created";
const ACCEPTED: &str = "request.accepted";
const BOOKED: &str = "appointment.booked";

/// One whose doctor accepts requests.
async fn accepting(story: Story) -> Delivering {
    let delivering = Delivering::of(story).await;
    change(&delivering, &delivering.story.doctor, json!({ "practitioner": { "accepts_requests": true } }))
        .await;
    delivering
}

async fn change(delivering: &Delivering, person: &Party, changes: Value) {
    delivering.admin.patch(&format!("/users/{}", person.id()), changes).await.expect(200);
}

/// A request of the patient's; its id.
async fn asked(delivering: &Delivering, more: Value) -> Value {
    delivering.story.patient.post("/requests", request(more)).await.expect(201)["id"].clone()
}

fn path_of(id: &Value) -> String {
    format!("/requests/{}", id.as_str().unwrap())
}

async fn accept(delivering: &Delivering, id: &Value) -> Value {
    delivering.story.doctor.post(&format!("{}/accept", path_of(id)), json!({})).await.expect(200)
}

async fn withdraw(by: &Party, id: &Value) {
    by.post(&format!("{}/cancel", path_of(id)), json!({})).await.expect(200);
}

/// What a receiver heard of one request or session, repeats included: type and sequence.
fn line(receiver: &Receiver, id: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let events = receiver.messages().into_iter().map(|message| message.event());
    let of_it = events.filter(|event| event["subject"] == *id);
    of_it.map(|event| (text(&event["type"]), text(&event["sequence"]))).collect()
}

fn types(receiver: &Receiver, id: &Value) -> Vec<String> {
    line(receiver, id).into_iter().map(|(name, _)| name).collect()
}

on_both! {
    settings LOOPBACK;

    async fn a_request_and_its_session_are_told_as_one_line(story: Story) {
        let delivering = accepting(story).await;
        let receiver = Receiver::start().await;
        delivering.webhook(&receiver).await;
        let (doctor, patient) = (&delivering.story.doctor, &delivering.story.patient);
        let id = asked(&delivering, json!({ "plan": "basic", "kind": "diagnostic", "metadata": { "car": "R4" } })).await;
        let request = patient.get(&path_of(&id)).await.expect(200);
        let session = accept(&delivering, &id).await;
        let heard: Vec<_> = receiver.heard(3).await.iter().map(Message::event).collect();
        let told = |name: &str, place: u32| (name.to_owned(), format!("{place:010}"));
        assert_eq!(line(&receiver, &id), [told(CREATED, 1), told(ACCEPTED, 2), told(BOOKED, 3)]);

        let created = json!({
            "request_id": id, "session_id": null, "organization_id": null,
            "practitioner_id": null, "practitioner_issuer": null, "practitioner_subject": null,
            "client_id": patient.id(), "client_issuer": "local", "client_subject": patient.id().to_string(),
            "kind": "diagnostic", "plan": "basic", "status": "pending",
            "created_at": request["created_at"], "opens_at": null, "expires_at": request["expires_at"],
            "accepted_at": null, "ended_at": null, "ended_by": null, "metadata": { "car": "R4" },
        });
        assert_eq!(heard[0]["data"], created);
        let mut accepted = created;
        let more = json!({
            "session_id": id, "status": "accepted", "accepted_at": session["starts_at"],
            "practitioner_id": doctor.id(), "practitioner_issuer": "local", "practitioner_subject": doctor.id().to_string(),
        });
        accepted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(heard[1]["data"], accepted);
        let booked = &heard[2]["data"];
        assert_eq!((&booked["request_id"], &booked["session_id"]), (&id, &id));
        assert_eq!((&booked["kind"], &booked["plan"]), (&json!("diagnostic"), &json!("basic")));
        // The session's own go on in that line; one that nobody requested names no request.
        doctor.post(&format!("/sessions/{}/start", id.as_str().unwrap()), json!({})).await.expect(200);
        let other = delivering.story.book(60, 30).await["session_id"].clone();
        until("both", async || (receiver.messages().len() >= 5).then_some(())).await;
        assert_eq!(line(&receiver, &id)[3], told("appointment.consultation.started", 4));
        assert_eq!(line(&receiver, &other), [told(BOOKED, 1)]);
        for message in receiver.messages() {
            let event = message.event();
            let request = if event["subject"] == id { &id } else { &Value::Null };
            assert_eq!(&event["data"]["request_id"], request);
            assert!(!message.body.contains("rattles") && !message.body.contains("Sam"), "{}", message.body);
        }
    }

    async fn what_ends_a_request_is_told_once(story: Story) {
        let delivering = accepting(story).await;
        let receiver = Receiver::start().await;
        let webhook = delivering.webhook(&receiver).await;
        let by_client = asked(&delivering, json!({})).await;
        let by_admin = asked(&delivering, json!({})).await;
        let expiring = asked(&delivering, json!({})).await;
        for _ in 0..2 {
            withdraw(&delivering.story.patient, &by_client).await;
            withdraw(&delivering.admin, &by_admin).await;
        }
        delivering.until_all_are_delivered(&webhook).await;
        delivering.story.advance(30).await;
        delivering.story.tick().await;
        withdraw(&delivering.story.patient, &expiring).await;
        receiver.heard(6).await;
        delivering.until_all_are_delivered(&webhook).await;
        for (id, name, by) in [
            (&by_client, "request.withdrawn", "client"),
            (&by_admin, "request.withdrawn", "admin"),
            (&expiring, "request.expired", "system"),
        ] {
            assert_eq!(types(&receiver, id), [CREATED, name]);
            let events = receiver.messages().into_iter().map(|message| message.event());
            let data = events.filter(|event| event["subject"] == *id).last().unwrap()["data"].clone();
            let request = delivering.story.patient.get(&path_of(id)).await.expect(200);
            assert_eq!(
                json!([data["status"], data["ended_at"], data["ended_by"], data["session_id"]]),
                json!([request["status"], request["ended_at"], by, null])
            );
        }
    }

    async fn a_request_that_cannot_be_told_holds_up_its_session_and_no_other(story: Story) {
        let delivering = accepting(story).await;
        let is_away = Arc::new(AtomicBool::new(true));
        let away = is_away.clone();
        let receiver = Receiver::answering(move |event| {
            let refused = event["type"] == CREATED && away.load(Ordering::Relaxed);
            Answer::Status(if refused { 500 } else { 204 })
        })
        .await;
        let webhook = delivering.webhook(&receiver).await;
        let id = asked(&delivering, json!({})).await;
        delivering.until_failed(&webhook).await;
        accept(&delivering, &id).await;
        let other = delivering.story.book(60, 30).await["session_id"].clone();
        until("the other session's event", async || (!types(&receiver, &other).is_empty()).then_some(())).await;
        assert_eq!(types(&receiver, &id), [CREATED]);

        is_away.store(false, Ordering::Relaxed);
        // The first of the line is tried next.
        let all = delivering.deliveries(&webhook).await;
        let first = all.iter().find(|one| one["event_type"] == CREATED).unwrap();
        assert_eq!((&first["session_id"], &first["sequence"]), (&id, &json!(1)));
        let server = &delivering.story.server;
        server.advance(server.now().duration_until(first["next_attempt_at"].as_str().unwrap().parse().unwrap()));
        server.app.outbox.wake();
        delivering.until_all_are_delivered(&webhook).await;
        assert_eq!(types(&receiver, &id), [CREATED, CREATED, ACCEPTED, BOOKED]);
    }

    async fn whose_practitioners_accept_a_request_hears_of_it_from_its_beginning(story: Story) {
        let delivering = accepting(story).await;
        let admin = &delivering.admin;
        let receivers = [Receiver::start().await, Receiver::start().await, Receiver::start().await];
        let (mut organizations, mut webhooks) = (Vec::new(), Vec::new());
        for receiver in &receivers {
            let organization = admin.post("/organizations", json!({ "name": receiver.url })).await.expect(201);
            let body = json!({ "url": receiver.url, "organization_id": organization["id"] });
            webhooks.push(path(&admin.post("/webhooks", body).await.expect(201)));
            organizations.push(organization["id"].clone());
        }
        let [asked_for, accepts, elsewhere] = &receivers;
        change(&delivering, &delivering.story.doctor, json!({ "organization_id": organizations[1] })).await;
        let id = asked(&delivering, json!({ "organization_id": organizations[0] })).await;
        delivering.until(&webhooks[0], "delivered", 1).await;
        // Its own practitioners go first.
        delivering.story.advance(2).await;
        accept(&delivering, &id).await;
        accepts.heard(3).await;
        assert_eq!(types(accepts, &id), [CREATED, ACCEPTED, BOOKED]);
        asked_for.heard(2).await;
        let own = asked(&delivering, json!({ "organization_id": organizations[1] })).await;
        accepts.heard(4).await;
        assert_eq!(types(accepts, &own), [CREATED]);
        assert_eq!(asked_for.types(), [CREATED, ACCEPTED]);
        assert!(elsewhere.messages().is_empty());
    }
}

#[tokio::test]
async fn a_request_that_is_refused_for_good_is_set_aside_and_sent_again_by_hand() {
    let delivering = accepting(Story::with(LOOPBACK).await).await;
    let is_mended = Arc::new(AtomicBool::new(false));
    let mended = is_mended.clone();
    let receiver = Receiver::answering(move |event| {
        let refused = event["type"] == CREATED && !mended.load(Ordering::Relaxed);
        Answer::Status(if refused { 422 } else { 204 })
    })
    .await;
    let webhook = delivering.webhook(&receiver).await;
    let id = asked(&delivering, json!({})).await;
    for _ in 0..2 {
        delivering.until_failed(&webhook).await;
        delivering.next_try(&webhook).await;
    }
    let given_up = delivering.until(&webhook, "given_up", 3).await;
    assert_eq!((&given_up["event_type"], &given_up["last_error"]), (&json!(CREATED), &json!("refused")));
    accept(&delivering, &id).await;
    receiver.heard(5).await;
    assert_eq!(types(&receiver, &id), [CREATED, CREATED, CREATED, ACCEPTED, BOOKED]);

    let again = format!("{webhook}/deliveries/{}/redeliver", given_up["id"].as_str().unwrap());
    let (doctor, patient) = (&delivering.story.doctor, &delivering.story.patient);
    for party in [doctor, patient, &delivering.story.server.client("Stranger").await] {
        party.post(&again, json!({})).await.problem(403, "forbidden");
        party.get(&format!("{webhook}/deliveries")).await.problem(403, "forbidden");
    }
    is_mended.store(true, Ordering::Relaxed);
    delivering.admin.post(&again, json!({})).await.expect(202);
    delivering.until_all_are_delivered(&webhook).await;
    assert_eq!(receiver.messages()[5].id(), given_up["id"].as_str().unwrap(), "it has the same id");
    let all = delivering.deliveries(&webhook).await;
    let sent = all.iter().find(|one| one["id"] == given_up["id"]).unwrap();
    assert_eq!(sent["earlier"][0]["last_status"], 422);
}

#[tokio::test]
async fn a_requests_metadata_come_sealed_to_whoever_asks_for_them() {
    let delivering = accepting(Story::with(LOOPBACK).await).await;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url, "metadata": false });
    delivering.admin.post("/webhooks", body).await.expect(201);
    let id = asked(&delivering, json!({ "metadata": { "car": "A-4711-B" } })).await;
    let heard = receiver.heard(1).await;
    assert!(!heard[0].body.contains("A-4711-B"));
    let mut tx = delivering.story.server.app.store.read().await.unwrap();
    let events = tx.events(id.as_str().unwrap().parse().unwrap()).await.unwrap();
    assert!(!events[0].data.to_string().contains("A-4711-B"));
    let sealed = events[0].sealed_metadata.as_ref().unwrap();
    assert!(!sealed.windows(8).any(|bytes| bytes == b"A-4711-B"));
}

#[tokio::test]
async fn a_webhook_gets_what_it_asked_for_of_requests() {
    let delivering = accepting(Story::with(LOOPBACK).await).await;
    let receiver = Receiver::start().await;
    let body = json!({ "url": receiver.url, "events": ["request.expired", BOOKED] });
    let webhook = path(&delivering.admin.post("/webhooks", body).await.expect(201));
    let id = asked(&delivering, json!({})).await;
    accept(&delivering, &id).await;
    delivering.until(&webhook, "delivered", 1).await;
    let late = asked(&delivering, json!({})).await;
    delivering.story.advance(30).await;
    let heard = receiver.heard(2).await;
    assert_eq!(receiver.types(), [BOOKED, "request.expired"]);
    assert_eq!((&heard[0].event()["sequence"], &heard[1].event()["subject"]), (&json!("0000000003"), &late));
}
