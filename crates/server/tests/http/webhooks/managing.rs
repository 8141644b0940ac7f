//! Administrators make, change and delete webhooks.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::receiver::Receiver;
use super::{Delivering, LOOPBACK, booked, path};
use crate::common::Server;
use crate::story::Story;

#[tokio::test]
async fn a_webhook_is_made_changed_listed_and_deleted() {
    let server = Server::with(LOOPBACK).await;
    let admin = server.admin().await;
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201);
    let body =
        json!({ "url": "http://127.0.0.1:9/hook", "events": [booked()], "organization_id": clinic["id"] });
    let made = admin.post("/webhooks", body).await.expect(201);
    assert_eq!((&made["events"], &made["organization_id"]), (&json!([booked()]), &clinic["id"]));
    assert_eq!(made["disabled"], false);

    let seen = admin.get(&path(&made)).await.expect(200);
    assert_eq!(seen["url"], "http://127.0.0.1:9/hook");
    assert_eq!(seen.get("secret"), None, "the secret is shown once");
    let changes =
        json!({ "url": "http://127.0.0.1:10/", "events": null, "organization_id": null, "disabled": true });
    let changed = admin.patch(&path(&made), changes).await.expect(200);
    assert_eq!((&changed["url"], &changed["events"]), (&json!("http://127.0.0.1:10/"), &Value::Null));
    assert_eq!((&changed["organization_id"], &changed["disabled"]), (&Value::Null, &json!(true)));
    assert_eq!(admin.patch(&path(&made), json!({})).await.expect(200), changed);

    server.advance(SignedDuration::from_secs(1));
    let other = admin.post("/webhooks", json!({ "url": "http://127.0.0.1:11/" })).await.expect(201);
    let first = admin.get("/webhooks?limit=1").await.expect(200);
    assert_eq!(first["items"], json!([changed]));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("/webhooks?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!((&second["items"][0]["id"], &second["next_cursor"]), (&other["id"], &Value::Null));

    admin.delete(&path(&made)).await.expect(204);
    admin.delete(&path(&made)).await.problem(404, "not_found");
    admin.get(&path(&made)).await.problem(404, "not_found");
    admin.get(&format!("{}/deliveries", path(&made))).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_webhook_that_is_none_is_refused() {
    let server = Server::with(LOOPBACK).await;
    let admin = server.admin().await;
    for body in [
        json!({}),
        json!({ "url": "" }),
        json!({ "url": "example.org/hook" }),
        json!({ "url": "ftp://example.org/" }),
        json!({ "url": "file:///etc/passwd" }),
        json!({ "url": "https://user:password@example.org/" }),
        json!({ "url": format!("https://example.org/{}", "x".repeat(2000)) }),
        json!({ "url": "http://127.0.0.1/", "events": [] }),
        json!({ "url": "http://127.0.0.1/", "events": ["appointment.eaten"] }),
        json!({ "url": "http://127.0.0.1/", "events": "appointment.booked" }),
        json!({ "url": "http://127.0.0.1/", "organization_id": "01890000-0000-7000-8000-000000000000" }),
        json!({ "url": "http://127.0.0.1/", "secret": "mine" }),
    ] {
        admin.post("/webhooks", body).await.problem(422, "invalid");
    }
    assert_eq!(admin.get("/webhooks").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn only_administrators_see_webhooks() {
    let delivering = Delivering::new().await;
    let receiver = Receiver::start().await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    let delivery = receiver.heard(1).await[0].id().to_owned();
    for party in [&delivering.story.doctor, &delivering.story.patient] {
        party.get("/webhooks").await.problem(403, "forbidden");
        party.get(&webhook).await.problem(403, "forbidden");
        party.get(&format!("{webhook}/deliveries")).await.problem(403, "forbidden");
        party.post("/webhooks", json!({ "url": receiver.url })).await.problem(403, "forbidden");
        party.delete(&webhook).await.problem(403, "forbidden");
        let again = format!("{webhook}/deliveries/{delivery}/redeliver");
        party.post(&again, json!({})).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn the_secret_is_neither_stored_nor_logged_as_it_is() {
    let delivering = Delivering::of(Story::with(LOOPBACK).await).await;
    let receiver = Receiver::start().await;
    let made = delivering.admin.post("/webhooks", json!({ "url": receiver.url })).await.expect(201);
    let secret = made["secret"].as_str().unwrap();
    let server = &delivering.story.server;
    let mut tx = server.app.store.read().await.unwrap();
    let stored = tx.webhook(made["id"].as_str().unwrap().parse().unwrap()).await.unwrap().unwrap();
    let plain = secret.as_bytes();
    assert!(!stored.sealed_secret.windows(8).any(|part| part == &plain[8..16]));
    delivering.story.book(0, 30).await;
    assert!(receiver.heard(1).await[0].is_signed_with(secret));
    let log = server.log();
    assert!(!log.contains(&secret[6..]) && !log.contains("token=private"), "{log}");
}

#[tokio::test]
async fn a_webhook_gets_the_types_and_the_organization_it_asked_for() {
    let delivering = Delivering::new().await;
    let (all, cancelled, elsewhere) =
        (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    let admin = &delivering.admin;
    delivering.webhook(&all).await;
    let body = json!({ "url": cancelled.url, "events": ["appointment.cancelled"] });
    admin.post("/webhooks", body).await.expect(201);
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201);
    let body = json!({ "url": elsewhere.url, "organization_id": clinic["id"] });
    admin.post("/webhooks", body).await.expect(201);
    let appointment = delivering.story.book(60, 30).await;
    let cancel = format!("/appointments/{}/cancel", appointment["id"].as_str().unwrap());
    delivering.story.doctor.post(&cancel, json!({ "reason": "Private matter" })).await.expect(200);
    all.heard(2).await;
    assert_eq!(all.types(), [booked(), "appointment.cancelled"]);
    cancelled.heard(1).await;
    assert_eq!(cancelled.types(), ["appointment.cancelled"]);
    assert!(elsewhere.messages().is_empty());
    assert!(!all.messages()[1].body.contains("Private"), "what people type is nobody else's");
}
