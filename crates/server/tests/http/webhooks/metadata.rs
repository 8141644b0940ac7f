//! What the program that booked stored with the booking comes to the webhooks that ask for it, and to no other.

use serde_json::{Value, json};

use super::receiver::{Message, Receiver};
use super::{Delivering, path, until};
use crate::story::appointment_path;

async fn booked(delivering: &Delivering, from_now: i64, metadata: Value) -> Value {
    let mut booking = delivering.story.booking(from_now, 30);
    booking["metadata"] = metadata;
    delivering.story.doctor.post("/appointments", booking).await.expect(201)
}

#[tokio::test]
async fn metadata_come_to_the_webhooks_that_ask_for_them() {
    let delivering = Delivering::new().await;
    let [asks, does_not] = [Receiver::start().await, Receiver::start().await];
    let wanting = json!({ "url": asks.url, "metadata": true });
    let wanting = delivering.admin.post("/webhooks", wanting).await.expect(201);
    let other = json!({ "url": does_not.url, "metadata": false });
    let other = delivering.admin.post("/webhooks", other).await.expect(201);
    assert_eq!((&wanting["metadata"], &other["metadata"]), (&json!(true), &json!(false)));
    let metadata = json!({ "order": "A-17", "tags": ["x"] });
    let appointment = booked(&delivering, 60, metadata.clone()).await;
    assert_eq!(asks.heard(1).await[0].event()["data"]["metadata"], metadata);
    let event = does_not.heard(1).await[0].event();
    assert!(event["data"].get("metadata").is_none() && !event.to_string().contains("A-17"));

    // Each event has what they were then.
    let path_of = appointment_path(&appointment);
    delivering.story.doctor.patch(&path_of, json!({ "metadata": { "order": "B-4" } })).await.expect(200);
    assert_eq!(asks.heard(2).await[1].event()["data"]["metadata"], json!({ "order": "B-4" }));
    booked(&delivering, 120, json!({})).await;
    assert_eq!(asks.heard(3).await[2].event()["data"]["metadata"], json!({}));

    let changed = delivering.admin.patch(&path(&other), json!({ "metadata": true })).await.expect(200);
    assert_eq!(changed["metadata"], true);
    delivering.until_all_are_delivered(&path(&other)).await;
    booked(&delivering, 180, json!({ "order": "C" })).await;
    assert_eq!(does_not.heard(4).await[3].event()["data"]["metadata"], json!({ "order": "C" }));
}

#[tokio::test]
async fn whoever_says_nothing_asks_for_them() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    delivering.webhook(&receiver).await;
    booked(&delivering, 60, json!({ "order": "A-17" })).await;
    assert_eq!(receiver.heard(1).await[0].event()["data"]["metadata"], json!({ "order": "A-17" }));
}

#[tokio::test]
async fn metadata_are_sealed_in_the_outbox() {
    let delivering = Delivering::new().await;
    let appointment = booked(&delivering, 60, json!({ "note": "sleeps badly" })).await;
    let session = appointment["session_id"].as_str().unwrap().parse().unwrap();
    let events = delivering.story.server.app.store.read().await.unwrap().events(session).await.unwrap();
    let sealed = events[0].sealed_metadata.as_ref().unwrap();
    assert!(!sealed.windows(5).any(|bytes| bytes == b"sleep"));
    assert!(!events[0].data.to_string().contains("sleep"));
}

#[tokio::test]
async fn a_move_tells_from_when_it_was_moved() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    delivering.webhook(&receiver).await;
    let appointment = delivering.story.book(60, 30).await;
    let before = (appointment["starts_at"].clone(), appointment["ends_at"].clone());
    let later = delivering.story.booking(240, 30)["starts_at"].clone();
    let moved = json!({ "starts_at": later });
    delivering.story.doctor.patch(&appointment_path(&appointment), moved).await.expect(200);
    let event = until("the move is told", async || {
        receiver.messages().iter().map(Message::event).find(|event| event["type"] == "appointment.moved")
    })
    .await;
    let data = &event["data"];
    assert_eq!((data["previous_starts_at"].clone(), data["previous_ends_at"].clone()), before);
    assert_eq!((&data["starts_at"], &data["kind"]), (&later, &appointment["kind"]));
}
