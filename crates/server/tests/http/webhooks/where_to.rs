//! Webhooks go to the public internet and to networks that the operator named, by no detour elsewhere.

use openvisit_app::outbox::secret;
use openvisit_app::seal::Of;
use openvisit_core::delivery::Interest;
use openvisit_core::ids::WebhookId;
use openvisit_store::Webhook;
use serde_json::json;

use super::receiver::{Answer, Receiver};
use super::{Delivering, LOOPBACK, until};
use crate::common::Server;
use crate::story::Story;

#[tokio::test]
async fn no_webhook_is_made_for_an_address_that_is_not_public() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for host in [
        "127.0.0.1",
        "127.0.0.2:8086",
        "10.0.0.1",
        "172.16.5.5",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fd00::1]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        // The same in other words.
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "0",
        "localhost",
        "LOCALHOST",
    ] {
        let body = json!({ "url": format!("http://{host}/hook") });
        let problem = admin.post("/webhooks", body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "url", "{host}");
    }
    // Who knows where that will lead: it is looked at when something is sent.
    admin.post("/webhooks", json!({ "url": "https://no-such-name.invalid/" })).await.expect(201);
    let made = admin.post("/webhooks", json!({ "url": "https://93.184.215.14/" })).await.expect(201);
    let moved = json!({ "url": "http://127.0.0.1/" });
    admin.patch(&super::path(&made), moved).await.problem(422, "invalid");
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_allowed_any_more() {
    let delivering = Delivering::of(Story::new().await).await;
    let receiver = Receiver::start().await;
    let app = &delivering.story.server.app;
    let port = receiver.url.split(&[':', '/']).nth(4).unwrap();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
        // As it would be had it been made while the network was allowed, or before its name led here.
        let id = WebhookId::new(app.seed());
        let mut tx = app.store.begin().await.unwrap();
        tx.insert_webhook(&Webhook {
            id,
            url: format!("http://{host}:{port}/"),
            interest: Interest::default(),
            sealed_secret: app.sealer.seal(Of::WebhookSecret(id), &secret::generate()).unwrap(),
            old_secret: None,
            wants_metadata: false,
            disabled: false,
            created_at: app.clock.now(),
        })
        .await
        .unwrap();
        tx.commit().await.unwrap();
        let appointment = delivering.story.book(0, 30).await;
        let webhook = format!("/webhooks/{id}");
        let failed = until("the try is refused", async || {
            let latest = delivering.latest(&webhook).await;
            (!latest["last_error"].is_null()).then_some(latest)
        })
        .await;
        assert_eq!((&failed["last_error"], &failed["state"]), (&json!("refused_address"), &json!("pending")));
        delivering.admin.delete(&webhook).await.expect(204);
        let cancel = format!("/appointments/{}/cancel", appointment["id"].as_str().unwrap());
        delivering.story.doctor.post(&cancel, json!({})).await.expect(200);
    }
    assert!(receiver.messages().is_empty());
}

#[tokio::test]
async fn a_name_that_leads_to_an_allowed_network_is_sent_to() {
    let delivering = Delivering::of(Story::with(LOOPBACK).await).await;
    let receiver = Receiver::start().await;
    let url = receiver.url.replace("127.0.0.1", "localhost");
    delivering.admin.post("/webhooks", json!({ "url": url })).await.expect(201);
    delivering.story.book(0, 30).await;
    receiver.heard(1).await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let delivering = Delivering::new().await;
    let elsewhere = Receiver::start().await;
    let to = elsewhere.url.clone();
    let receiver = Receiver::answering(move |_| Answer::Redirect(to.clone())).await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    let failed = until("the try fails", async || {
        let latest = delivering.latest(&webhook).await;
        (!latest["last_error"].is_null()).then_some(latest)
    })
    .await;
    assert_eq!((&failed["last_error"], &failed["last_status"]), (&json!("redirect"), &json!(307)));
    assert_eq!(failed["state"], "pending");
    assert!(elsewhere.messages().is_empty());
}
