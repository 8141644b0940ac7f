//! What does not go is tried again for seven days; an administrator may let it go again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{SignedDuration, Timestamp};
use openvisit_testkit::proxy::{Proxy, ProxyState};
use serde_json::{Value, json};

use super::receiver::{Answer, Receiver};
use super::{Delivering, until};
use crate::story::{Story, appointment_path, session_path};

/// A delivery as it is shown once it was sent again.
fn round(delivery: &Value) -> Value {
    let kept = ["state", "attempts", "last_attempt_at", "delivered_at", "last_status", "last_error"];
    kept.into_iter().map(|name| (name.to_owned(), delivery[name].clone())).collect()
}

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
    assert_eq!(latest["earlier"], json!([round(&last)]), "what was is not forgotten");
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
    let again = delivering.until(&webhook, "delivered", 1).await;
    assert_eq!(again["earlier"], json!([round(&delivered)]));
    let unknown = format!("{webhook}/deliveries/01890000-0000-7000-8000-000000000000/redeliver");
    delivering.admin.post(&unknown, json!({})).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_receiver_that_says_it_is_gone_is_tried_on_and_the_administrator_sees_it() {
    let delivering = Delivering::new().await;
    let is_gone = Arc::new(AtomicBool::new(true));
    let gone = is_gone.clone();
    let answer = move |_: &Value| Answer::Status(if gone.load(Ordering::Relaxed) { 410 } else { 204 });
    let receiver = Receiver::answering(answer).await;
    let webhook = delivering.webhook(&receiver).await;
    delivering.story.book(0, 30).await;
    let failed = delivering.until_failed(&webhook).await;
    assert_eq!((&failed["state"], &failed["last_error"]), (&json!("pending"), &json!("gone")));
    assert_eq!(failed["last_status"], 410);
    assert_eq!(delivering.admin.get(&webhook).await.expect(200)["disabled"], false);
    assert!(delivering.story.server.log().contains("a webhook says that it is gone"));
    is_gone.store(false, Ordering::Relaxed);
    delivering.next_try(&webhook).await;
    delivering.until(&webhook, "delivered", 2).await;
}

#[tokio::test]
async fn a_disabled_webhook_gets_what_happened_meanwhile_when_it_is_enabled_again() {
    what_happened_meanwhile_is_kept(Delivering::new().await).await;
}

#[tokio::test]
async fn a_disabled_webhook_gets_what_happened_meanwhile_on_postgresql() {
    let database = openvisit_testkit::databases::postgres().await;
    let settings = format!("database_url = '{}'\n{}", database.url, super::LOOPBACK);
    what_happened_meanwhile_is_kept(Delivering::of(Story::with(&settings).await).await).await;
}

async fn what_happened_meanwhile_is_kept(delivering: Delivering) {
    let is_away = Arc::new(AtomicBool::new(true));
    let away = is_away.clone();
    let answer = move |_: &Value| Answer::Status(if away.load(Ordering::Relaxed) { 503 } else { 204 });
    let receiver = Receiver::answering(answer).await;
    let webhook = delivering.webhook(&receiver).await;
    // One event waits for its next try already.
    let before = delivering.story.book(0, 30).await;
    delivering.until_failed(&webhook).await;
    delivering.admin.patch(&webhook, json!({ "disabled": true })).await.expect(200);
    let cancel = format!("{}/cancel", appointment_path(&before));
    delivering.story.doctor.post(&cancel, json!({})).await.expect(200);
    delivering.story.book(60, 30).await;
    let server = &delivering.story.server;
    server.advance(SignedDuration::from_hours(6 * 24));
    delivering.story.book(10_000, 30).await;
    server.app.outbox.wake();
    assert_eq!(delivering.deliveries(&webhook).await.len(), 4, "all are shown");
    assert_eq!(receiver.messages().len(), 1, "none is sent");

    is_away.store(false, Ordering::Relaxed);
    delivering.admin.patch(&webhook, json!({ "disabled": false })).await.expect(200);
    delivering.until_all_are_delivered(&webhook).await;
    let heard: Vec<_> = receiver.messages()[1..].to_vec();
    assert_eq!(heard.len(), 4);
    let of_first: Vec<_> = heard
        .iter()
        .map(super::receiver::Message::event)
        .filter(|event| session_path(&before).ends_with(event["subject"].as_str().unwrap()))
        .map(|event| event["type"].clone())
        .collect();
    assert_eq!(of_first, ["appointment.booked", "appointment.cancelled"], "in their order");

    // Longer than tries last: shown, and to be sent by hand.
    delivering.admin.patch(&webhook, json!({ "disabled": true })).await.expect(200);
    server.advance(SignedDuration::from_secs(1));
    delivering.story.book(20_000, 30).await;
    server.advance(SignedDuration::from_hours(7 * 24 + 1));
    delivering.admin.patch(&webhook, json!({ "disabled": false })).await.expect(200);
    let old = delivering.latest(&webhook).await;
    assert_eq!((&old["state"], &old["last_error"]), (&json!("given_up"), &json!("disabled")));
    let again = format!("{webhook}/deliveries/{}/redeliver", old["id"].as_str().unwrap());
    delivering.admin.post(&again, json!({})).await.expect(202);
    delivering.until(&webhook, "delivered", 1).await;
}

#[tokio::test]
async fn an_event_that_is_refused_for_good_is_set_aside_after_three_tries() {
    for status in [400, 413, 422] {
        let delivering = Delivering::new().await;
        let is_mended = Arc::new(AtomicBool::new(false));
        let mended = is_mended.clone();
        let receiver = Receiver::answering(move |event| {
            let refused = event["type"] == super::booked() && !mended.load(Ordering::Relaxed);
            Answer::Status(if refused { status } else { 204 })
        })
        .await;
        let webhook = delivering.webhook(&receiver).await;
        let appointment = delivering.story.book(0, 30).await;
        let path = appointment_path(&appointment);
        delivering.story.doctor.patch(&path, json!({ "title": "another" })).await.expect(200);
        delivering.story.doctor.post(&format!("{path}/cancel"), json!({})).await.expect(200);
        let first = async || {
            let all = delivering.deliveries(&webhook).await;
            all.into_iter().find(|one| one["event_type"] == super::booked()).unwrap()
        };
        for attempts in 1..=3 {
            let tried = until("the try fails", async || {
                let first = first().await;
                // The answer before stays until this one is recorded.
                let recorded = first["state"] == "given_up" || delivering.is_waiting(&first);
                (first["attempts"] == attempts && first["last_status"] == status && recorded).then_some(first)
            })
            .await;
            assert_eq!(tried["last_error"], "refused");
            if attempts == 3 {
                assert_eq!(tried["state"], "given_up");
                let aside =
                    delivering.admin.get(&format!("{webhook}/deliveries?state=given_up")).await.expect(200);
                assert_eq!(
                    (aside["items"].as_array().unwrap().len(), &aside["items"][0]["id"]),
                    (1, &tried["id"])
                );
                break;
            }
            assert_eq!(tried["state"], "pending");
            let server = &delivering.story.server;
            server.advance(server.now().duration_until(instant(&tried["next_attempt_at"])));
            server.app.outbox.wake();
        }
        // The session's next ones go on.
        let types = until("the rest", async || {
            let types = receiver.types();
            types.contains(&"appointment.cancelled".to_owned()).then_some(types)
        })
        .await;
        assert_eq!(types[..3], [super::booked(), super::booked(), super::booked()]);
        is_mended.store(true, Ordering::Relaxed);
        let event = first().await["id"].as_str().unwrap().to_owned();
        delivering
            .admin
            .post(&format!("{webhook}/deliveries/{event}/redeliver"), json!({}))
            .await
            .expect(202);
        delivering.until_all_are_delivered(&webhook).await;
    }
}

#[tokio::test]
async fn a_receiver_that_is_back_gets_within_seconds_what_waits() {
    let delivering = Delivering::new().await;
    let is_away = Arc::new(AtomicBool::new(true));
    let away = is_away.clone();
    let answer = move |_: &Value| Answer::Status(if away.load(Ordering::Relaxed) { 503 } else { 204 });
    let receiver = Receiver::answering(answer).await;
    let webhook = delivering.webhook(&receiver).await;
    for place in 0..3 {
        delivering.story.book(60 * place, 30).await;
    }
    let server = &delivering.story.server;
    receiver.heard(3).await;
    // Tried again and again for an hour, by one event every few seconds.
    for _ in 0..5 {
        delivering.until_all_failed(&webhook).await;
        let heard = receiver.messages().len();
        server.advance(SignedDuration::from_secs(5));
        server.app.outbox.wake();
        receiver.heard(heard + 1).await;
    }
    delivering.until_all_failed(&webhook).await;
    let heard = receiver.messages().len();
    server.advance(SignedDuration::from_mins(60));
    server.app.outbox.wake();
    receiver.heard(heard + 3).await;
    delivering.until_all_failed(&webhook).await;
    is_away.store(false, Ordering::Relaxed);
    let back = server.now();
    server.advance(SignedDuration::from_secs(5));
    server.app.outbox.wake();
    delivering.until_all_are_delivered(&webhook).await;
    assert_eq!(back.duration_until(server.now()), SignedDuration::from_secs(5));
    assert!(server.log().contains("a webhook takes events again"));
}

#[tokio::test]
async fn after_an_hour_away_the_first_event_comes_within_five_seconds() {
    for answer in [Some(410), Some(503), None] {
        let delivering = Delivering::new().await;
        let is_away = Arc::new(AtomicBool::new(true));
        let away = is_away.clone();
        let receiver = Receiver::answering(move |_| {
            Answer::Status(answer.filter(|_| away.load(Ordering::Relaxed)).unwrap_or(204))
        })
        .await;
        let network = Proxy::before(receiver.address()).await;
        if answer.is_none() {
            network.set(ProxyState::Cut).await;
        }
        let url = format!("http://{}/", network.address);
        let webhook =
            super::path(&delivering.admin.post("/webhooks", json!({ "url": url })).await.expect(201));
        delivering.story.book(0, 30).await;
        let server = &delivering.story.server;
        let mut tries = 0;
        let since = server.now();
        while since.duration_until(server.now()) < SignedDuration::from_mins(60) {
            let failed = until("one more try fails", async || {
                let latest = delivering.latest(&webhook).await;
                (latest["attempts"].as_u64() > Some(tries) && delivering.is_waiting(&latest))
                    .then_some(latest)
            })
            .await;
            tries = failed["attempts"].as_u64().unwrap();
            server.advance(SignedDuration::from_mins(5));
            server.app.outbox.wake();
        }
        until("the last of that hour fails", async || {
            let latest = delivering.latest(&webhook).await;
            (latest["attempts"].as_u64() > Some(tries) && delivering.is_waiting(&latest)).then_some(())
        })
        .await;
        is_away.store(false, Ordering::Relaxed);
        network.set(ProxyState::Open).await;
        server.advance(SignedDuration::from_secs(5));
        server.app.outbox.wake();
        delivering.until_all_are_delivered(&webhook).await;
    }
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
