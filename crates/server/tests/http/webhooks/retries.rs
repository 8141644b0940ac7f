//! What does not go is tried again for seven days; an administrator may let it go again.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::receiver::{Answer, Receiver};
use super::{Delivering, until};

fn instant(value: &Value) -> Timestamp {
    value.as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_for_seven_days_and_then_given_up() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::answering(|_| Answer::Status(503)).await;
    let webhook = delivering.webhook(&receiver).await;
    let begun = delivering.story.server.now();
    delivering.story.book(0, 30).await;
    let mut attempts = 1;
    let mut waits = vec![];
    let last = loop {
        let latest = until("the next try", async || {
            let latest = delivering.latest(&webhook).await;
            let tried = latest["attempts"] == attempts && !latest["last_error"].is_null();
            // Tried is not yet recorded as failed while the next try lies behind.
            let recorded = latest["next_attempt_at"].is_null()
                || instant(&latest["next_attempt_at"]) > delivering.story.server.now();
            (tried && recorded).then_some(latest)
        })
        .await;
        assert_eq!((&latest["last_status"], &latest["last_error"]), (&json!(503), &json!("status")));
        if latest["state"] == "given_up" {
            break latest;
        }
        waits.push(instant(&latest["next_attempt_at"]).duration_since(delivering.story.server.now()));
        delivering.next_try(&webhook).await;
        attempts += 1;
    };
    for (wait, seconds) in waits.iter().zip([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]) {
        let (least, most) =
            (SignedDuration::from_secs(seconds), SignedDuration::from_millis(seconds * 1_250));
        assert!((least..=most).contains(wait), "{wait} instead of {least}");
    }
    let seven_days = SignedDuration::from_hours(7 * 24);
    assert_eq!(begun.duration_until(instant(&last["last_attempt_at"])), seven_days);
    assert_eq!((&last["next_attempt_at"], &last["delivered_at"]), (&Value::Null, &Value::Null));
    let heard = receiver.messages();
    assert_eq!(heard.len(), attempts);
    assert!(heard.iter().all(|message| message.id() == heard[0].id()));
    assert!(
        heard.windows(2).all(|two| two[0].header("webhook-timestamp") < two[1].header("webhook-timestamp"))
    );

    // Given up, it may still be sent again by hand: with the same id, and for days once more.
    let again = format!("{webhook}/deliveries/{}/redeliver", heard[0].id());
    let redelivery = delivering.admin.post(&again, json!({})).await.expect(202);
    assert_eq!((&redelivery["state"], &redelivery["id"]), (&json!("pending"), &json!(heard[0].id())));
    let latest = delivering.until(&webhook, "pending", 1).await;
    assert_eq!(latest["id"], json!(heard[0].id()));
    assert_eq!(receiver.heard(attempts + 1).await[attempts].id(), heard[0].id());
}

#[tokio::test]
async fn a_delivered_event_may_be_sent_again_with_the_same_id() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    let delivered = delivering.until(&webhook, "delivered", 1).await;
    assert_eq!(delivered["last_status"], 204);
    assert_eq!(instant(&delivered["delivered_at"]), delivering.story.server.now());
    let again = format!("{webhook}/deliveries/{}/redeliver", delivered["id"].as_str().unwrap());
    delivering.admin.post(&again, json!({})).await.expect(202);
    let messages = receiver.heard(2).await;
    assert_eq!((messages[0].id(), &messages[0].body), (messages[1].id(), &messages[1].body));
    let unknown = format!("{webhook}/deliveries/01890000-0000-7000-8000-000000000000/redeliver");
    delivering.admin.post(&unknown, json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_until_it_is_enabled_again() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::answering(|_| Answer::Status(410)).await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    let last = delivering.until(&webhook, "given_up", 1).await;
    assert_eq!(last["last_error"], "gone");
    assert_eq!(delivering.admin.get(&webhook).await.expect(200)["disabled"], true);
    delivering.story.book(60, 30).await;
    let again = format!("{webhook}/deliveries/{}/redeliver", last["id"].as_str().unwrap());
    delivering.admin.post(&again, json!({})).await.problem(409, "conflict");
    assert_eq!(delivering.deliveries(&webhook).await.len(), 1, "it gets no new events");

    delivering.admin.patch(&webhook, json!({ "disabled": false })).await.expect(200);
    delivering.story.book(120, 30).await;
    assert_eq!(receiver.heard(2).await.len(), 2);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_tried_again() {
    let delivering = Delivering::new().await;
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let body = json!({ "url": format!("http://127.0.0.1:{port}/") });
    let webhook = super::path(&delivering.admin.post("/webhooks", body).await.expect(201));
    delivering.story.book(0, 30).await;
    let failed = until("the try fails", async || {
        let latest = delivering.latest(&webhook).await;
        (!latest["last_error"].is_null()).then_some(latest)
    })
    .await;
    assert_eq!((&failed["state"], &failed["last_error"]), (&json!("pending"), &json!("connection")));
    assert_eq!(failed["last_status"], Value::Null);
}

#[tokio::test]
async fn what_was_delivered_long_ago_is_forgotten() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    delivering.until(&webhook, "delivered", 1).await;
    let app = &delivering.story.server.app;
    delivering.story.server.advance(SignedDuration::from_hours(30 * 24));
    openvisit_app::outbox::prune::prune(app).await.unwrap();
    assert_eq!(delivering.deliveries(&webhook).await.len(), 1);
    delivering.story.server.advance(SignedDuration::from_secs(1));
    openvisit_app::outbox::prune::prune(app).await.unwrap();
    assert_eq!(delivering.deliveries(&webhook).await.len(), 0);
}
