//! What a receiver gets: every event, in its session's order, however slow others are.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::receiver::{Answer, Receiver};
use super::{Delivering, booked, path, until};
use crate::story::{Story, appointment_path, session_path};

#[tokio::test]
async fn a_consultation_is_told_event_by_event() {
    a_consultation_is_told_event_by_event_in(Story::with(super::LOOPBACK).await).await;
}

#[tokio::test]
async fn a_consultation_is_told_event_by_event_on_postgresql() {
    let database = openvisit_testkit::databases::postgres().await;
    let settings = format!("database_url = '{}'\n{}", database.url, super::LOOPBACK);
    a_consultation_is_told_event_by_event_in(Story::with(&settings).await).await;
}

async fn a_consultation_is_told_event_by_event_in(story: Story) {
    let delivering = Delivering::of(story).await;
    let story = &delivering.story;
    let receiver = Receiver::start().await;
    let made = delivering.admin.post("/webhooks", json!({ "url": receiver.url })).await.expect(201);
    let session = story.now().await;
    story.call(&session).await;
    // The clock must not jump while somebody is on the way: he would be taken for dead.
    delivering.until_all_are_delivered(&path(&made)).await;
    story.advance(12).await;
    let notes = json!({ "reason": "Private reason", "notes": "Private notes" });
    story.doctor.post(&format!("{session}/end"), notes).await.expect(200);

    let types = [
        "appointment.booked",
        "appointment.consultation.waiting",
        "appointment.consultation.admitted",
        "appointment.consultation.started",
        "appointment.consultation.completed",
    ];
    let messages = until("the end is told", async || {
        let messages = receiver.messages();
        messages.last().is_some_and(|last| last.event()["type"] == types[4]).then_some(messages)
    })
    .await;
    for (place, message) in messages.iter().enumerate() {
        let event = message.event();
        assert!(message.is_signed_with(made["secret"].as_str().unwrap()));
        assert_eq!(message.header("content-type"), "application/cloudevents+json");
        assert_eq!((&event["specversion"], &event["id"]), (&json!("1.0"), &json!(message.id())));
        assert_eq!(event["source"], story.server.app.settings.public_url());
        assert_eq!(event["sequence"], format!("{:010}", place + 1));
        assert_eq!(event["subject"], event["data"]["session_id"]);
        assert!(session.ends_with(event["subject"].as_str().unwrap()));
        assert_eq!(event["datacontenttype"], "application/json");
        assert!(!message.body.contains("Private") && !message.body.contains("Sam"), "{}", message.body);
    }
    let told: Vec<_> = receiver.types();
    let mut expected = types.iter().peekable();
    for name in &told {
        expected.next_if(|next| *next == name);
    }
    assert_eq!(expected.next(), None, "{told:?}");

    let data = messages.last().unwrap().event()["data"].clone();
    assert_eq!((&data["duration_seconds"], &data["duration_minutes"]), (&json!(720), &json!(12)));
    assert_eq!(
        (&data["client_issuer"], &data["client_subject"]),
        (&json!("local"), &json!(story.patient.id()))
    );
    assert_eq!(data["practitioner_subject"], json!(story.doctor.id()));
    assert_eq!(data["ended_by"], "practitioner");
}

#[tokio::test]
async fn an_event_that_cannot_go_holds_up_its_own_session_only() {
    let delivering = Delivering::new().await;
    let tries = AtomicU32::new(0);
    let receiver = Receiver::answering(move |event| {
        let refused = event["type"] == booked() && tries.fetch_add(1, Ordering::Relaxed) == 0;
        Answer::Status(if refused { 500 } else { 200 })
    })
    .await;
    let webhook = delivering.webhook(&receiver).await;
    let first = delivering.story.book(0, 30).await;
    delivering.until(&webhook, "pending", 1).await;
    let cancel = format!("{}/cancel", appointment_path(&first));
    delivering.story.doctor.post(&cancel, json!({})).await.expect(200);
    let second = delivering.story.book(60, 30).await;
    until("the second session's event", async || {
        let of = |appointment: &Value| session_path(appointment).rsplit('/').next().unwrap().to_owned();
        let second = of(&second);
        receiver.messages().iter().any(|message| message.event()["subject"] == second).then_some(())
    })
    .await;
    assert_eq!(receiver.types(), [booked(), booked()]);

    let all = delivering.deliveries(&webhook).await;
    let first = all.iter().find(|one| one["last_status"] == 500).unwrap();
    assert_eq!((&first["state"], &first["event_type"]), (&json!("pending"), &json!(booked())));
    let next = first["next_attempt_at"].as_str().unwrap().parse().unwrap();
    let server = &delivering.story.server;
    server.advance(server.now().duration_until(next));
    server.app.outbox.wake();
    let messages = receiver.heard(4).await;
    assert_eq!(receiver.types()[2..], [booked(), "appointment.cancelled"]);
    assert_eq!(messages[2].id(), messages[0].id(), "tried again, it has the same id");
}

#[tokio::test]
async fn a_slow_receiver_holds_up_nobody_else() {
    let delivering = Delivering::new().await;
    let slow = Receiver::answering(|_| Answer::Hang).await;
    let quick = Receiver::start().await;
    let slow_path = delivering.webhook(&slow).await;
    delivering.webhook(&quick).await;
    for place in 0..10 {
        delivering.story.book(place * 30, 30).await;
    }
    quick.heard(10).await;
    slow.heard(4).await;
    assert_eq!(slow.messages().len(), 4, "few at a time to each");
    slow.release();
    slow.heard(10).await;
    delivering.until_all_are_delivered(&slow_path).await;
}

#[tokio::test]
async fn many_sessions_and_receivers_each_get_all_in_order() {
    let database = openvisit_testkit::databases::postgres().await;
    let settings = format!("database_url = '{}'\n{}", database.url, super::LOOPBACK);
    let delivering = Delivering::of(Story::with(&settings).await).await;
    // A second node of the same database.
    openvisit::run::deliver(&delivering.story.server.app).await.unwrap();
    let counter = AtomicU32::new(0);
    let flaky = Receiver::answering(move |_| {
        Answer::Status(if counter.fetch_add(1, Ordering::Relaxed).is_multiple_of(3) { 503 } else { 200 })
    })
    .await;
    let webhook = delivering.webhook(&flaky).await;
    for place in 0..6 {
        let appointment = delivering.story.book(60 + place * 30, 30).await;
        let path = appointment_path(&appointment);
        let title = |title: &str| json!({ "title": title });
        delivering.story.doctor.patch(&path, title("first")).await.expect(200);
        delivering.story.doctor.patch(&path, title("second")).await.expect(200);
        delivering.story.doctor.post(&format!("{path}/cancel"), json!({})).await.expect(200);
    }
    let all = until("all are delivered", async || {
        let all = delivering.deliveries(&webhook).await;
        let next = firsts(&all);
        let server = &delivering.story.server;
        // Only when nobody is on the way: no clock jumps while somebody sends.
        if let Some(soonest) = next.iter().min().filter(|soonest| **soonest > server.now()) {
            server.advance(server.now().duration_until(*soonest));
            server.app.outbox.wake();
        }
        next.is_empty().then_some(all)
    })
    .await;
    assert_eq!(all.len(), 24);
    let mut places: HashMap<String, Vec<u64>> = HashMap::new();
    for message in flaky.messages() {
        let event = message.event();
        let place = event["sequence"].as_str().unwrap().parse().unwrap();
        places.entry(event["subject"].as_str().unwrap().to_owned()).or_default().push(place);
    }
    assert_eq!(places.len(), 6);
    for heard in places.values() {
        assert!(heard.is_sorted(), "{heard:?}");
    }
}

/// When the first pending event of each session is tried next.
fn firsts(deliveries: &[Value]) -> Vec<Timestamp> {
    let mut firsts: HashMap<&str, &Value> = HashMap::new();
    for one in deliveries.iter().filter(|one| one["state"] == "pending") {
        let first = firsts.entry(one["session_id"].as_str().unwrap()).or_insert(one);
        if one["sequence"].as_u64() < first["sequence"].as_u64() {
            *first = one;
        }
    }
    firsts.values().map(|one| one["next_attempt_at"].as_str().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn a_deleted_webhook_is_sent_nothing_more() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::answering(|_| Answer::Status(500)).await;
    let witness = Receiver::start().await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.webhook(&witness).await;
    delivering.story.book(0, 30).await;
    delivering.until(&webhook, "pending", 1).await;
    delivering.admin.delete(&webhook).await.expect(204);
    delivering.story.server.advance(jiff::SignedDuration::from_hours(1));
    delivering.story.book(180, 30).await;
    witness.heard(2).await;
    assert_eq!(receiver.messages().len(), 1);
    let made = delivering.admin.post("/webhooks", json!({ "url": receiver.url })).await.expect(201);
    assert_eq!(delivering.deliveries(&path(&made)).await, [] as [Value; 0], "the past is not told");
}
