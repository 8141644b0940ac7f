//! A webhook's secret is replaced while its receiver still knows the one before.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{Delivering, path};

const NOBODY: &str = "/webhooks/01890000-0000-7000-8000-000000000000";

/// Made anew; the new one.
async fn rotated(delivering: &Delivering, webhook: &str) -> Value {
    delivering.admin.post(&format!("{webhook}/rotate"), json!({})).await.expect(200)
}

#[tokio::test]
async fn both_secrets_are_valid_for_a_day_and_then_the_new_one_only() {
    let delivering = Delivering::new().await;
    let server = &delivering.story.server;
    let receiver = Receiver::start().await;
    let made = delivering.admin.post("/webhooks", json!({ "url": receiver.url })).await.expect(201);
    let webhook = path(&made);
    assert_eq!(made["old_secret_until"], Value::Null);
    let first = made["secret"].as_str().unwrap();
    let begun = server.now();
    let made = rotated(&delivering, &webhook).await;
    let second = made["secret"].as_str().unwrap();
    assert_ne!(first, second);
    let until = made["old_secret_until"].as_str().unwrap().parse().unwrap();
    assert_eq!(begun.duration_until(until), SignedDuration::from_hours(24));
    let seen = delivering.admin.get(&webhook).await.expect(200);
    assert_eq!((seen.get("secret"), &seen["old_secret_until"]), (None, &made["old_secret_until"]));

    delivering.story.book(60, 30).await;
    assert_eq!(receiver.heard(1).await[0].signers(&[first, second]), [true, true]);
    let made = rotated(&delivering, &webhook).await;
    let third = made["secret"].as_str().unwrap();
    delivering.story.book(120, 30).await;
    assert_eq!(receiver.heard(2).await[1].signers(&[first, second, third]), [false, true, true]);
    server.advance(SignedDuration::from_hours(24));
    delivering.story.book(180, 30).await;
    assert!(receiver.heard(3).await[2].is_signed_with(third));
}

#[tokio::test]
async fn only_administrators_rotate() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    let webhook = delivering.webhook(&receiver).await;
    for party in [&delivering.story.doctor, &delivering.story.patient] {
        party.post(&format!("{webhook}/rotate"), json!({})).await.problem(403, "forbidden");
    }
    delivering.admin.post(&format!("{NOBODY}/rotate"), json!({})).await.problem(404, "not_found");
    assert_eq!(delivering.admin.get(&webhook).await.expect(200)["old_secret_until"], Value::Null);
}
