//! One session: who sees it, who starts it, what it says.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOWHERE, Shop, assert_every_field_is_there, assert_not_found, get, post};
use crate::common::send;
use crate::story::MINUTE;

#[tokio::test]
async fn a_path_that_is_none_and_a_method_that_a_path_does_not_take_are_refused_in_its_shape() {
    let shop = Shop::new().await;
    for path in ["/api/sessions/x/nonsense", "/api/debug/nonsense"] {
        assert_not_found(send(shop.customer.raw(Method::GET, path)).await);
    }
    let refused =
        send(shop.customer.raw(Method::DELETE, &format!("/api/sessions/{NOWHERE}"))).await.expect(405);
    assert!(refused["error"].is_string(), "{refused}");
    assert_eq!(refused["code"], "method_not_allowed");
}

#[tokio::test]
async fn whoever_is_neither_party_nor_admin_gets_the_404_of_an_unknown_id() {
    let shop = Shop::new().await;
    let session = shop.waiting(json!({})).await;
    shop.advance(MINUTE * 40);
    let request = shop.asked(json!({})).await;
    let workshop = shop.garage.workshop().await;
    let assistant = shop.garage.server.assistant("Front desk").await;
    for person in [&assistant, &shop.mechanic] {
        shop.garage.change(person, json!({ "organization_id": workshop })).await;
    }
    let others = [shop.garage.mechanic().await, shop.garage.server.client("Another").await, assistant];
    for id in [session.as_str(), &request, NOWHERE, "no id"] {
        for party in &others {
            assert_not_found(get(party, &format!("/sessions/{id}")).await);
            assert_not_found(post(party, &format!("/sessions/{id}/start")).await);
            assert_not_found(post(party, &format!("/sessions/{id}/end")).await);
        }
    }
    for party in [&shop.customer, &shop.garage.admin] {
        for id in [NOWHERE, "no id"] {
            assert_not_found(get(party, &format!("/sessions/{id}")).await);
            assert_not_found(post(party, &format!("/sessions/{id}/end")).await);
        }
    }
    // An assistant of the very workshop, and a guest, are no parties either.
    let booked = shop.booked(json!({ "organization_id": workshop })).await;
    let guest = shop.garage.server.invited(&shop.garage.admin, &booked, "guest").await;
    for party in [&others[2], &guest] {
        assert_not_found(get(party, &format!("/sessions/{booked}")).await);
        assert_not_found(post(party, &format!("/sessions/{booked}/start")).await);
        assert_not_found(post(party, &format!("/sessions/{booked}/end")).await);
    }
    assert_eq!(shop.see(&booked).await["status"], "pending");
    assert_eq!(shop.see(&request).await["status"], "pending");
    let anonymous = shop.garage.server.anonymous();
    assert_eq!(get(&anonymous, &format!("/sessions/{session}")).await.expect(401)["code"], "unauthorized");
}

#[tokio::test]
async fn either_party_starts_a_session() {
    let shop = Shop::new().await;
    for party in [&shop.customer, &shop.mechanic] {
        let id = shop.accepted(json!({})).await;
        shop.advance(MINUTE);
        let live = post(party, &format!("/sessions/{id}/start")).await.expect(200);
        assert_every_field_is_there(&live);
        assert_eq!((&live["status"], &live["started_at"]), (&json!("live"), &shop.now()));
        shop.advance(MINUTE);
        // Twice is no error, whoever presses.
        for other in [&shop.customer, &shop.mechanic] {
            assert_eq!(post(other, &format!("/sessions/{id}/start")).await.expect(200), live);
        }
        shop.end(party, &id).await;
        assert_eq!(
            post(party, &format!("/sessions/{id}/start")).await.expect(409)["code"],
            "not_allowed_now"
        );
    }
    // Also one that was booked elsewhere, where nobody said who starts.
    let id = shop.booked(json!({})).await;
    assert_eq!(post(&shop.customer, &format!("/sessions/{id}/start")).await.expect(200)["status"], "live");
}

#[tokio::test]
async fn a_request_that_nobody_has_accepted_does_not_start() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({})).await;
    let refused = post(&shop.customer, &format!("/sessions/{id}/start")).await.expect(409);
    assert_eq!(refused["error"], "no mechanic has accepted this request, it is pending");
    assert_not_found(post(&shop.mechanic, &format!("/sessions/{id}/start")).await);
}

#[tokio::test]
async fn a_mechanic_who_starts_lets_the_customer_in_now_and_later() {
    let shop = Shop::new().await;
    let id = shop.waiting(json!({})).await;
    post(&shop.mechanic, &format!("/sessions/{id}/start")).await.expect(200);
    let join = format!("/sessions/{id}/join");
    assert_eq!(shop.customer.post(&join, json!({})).await.expect(200)["state"], "admitted");
    shop.end(&shop.mechanic, &id).await;
    let id = shop.live(json!({})).await;
    let join = format!("/sessions/{id}/join");
    assert_eq!(shop.customer.post(&join, json!({})).await.expect(200)["state"], "admitted");
}

#[tokio::test]
async fn payment_comes_before_the_start() {
    let shop = Shop::new().await;
    let id = shop.booked(json!({ "payment_required": true })).await;
    let refused = post(&shop.customer, &format!("/sessions/{id}/start")).await.expect(402);
    assert_eq!(refused["code"], "payment_required");
}

#[tokio::test]
async fn a_diagnostic_without_a_plan_has_plan_diagnostic() {
    let shop = Shop::new().await;
    let asked = shop.asked(json!({ "type": "diagnostic", "plan": null })).await;
    assert_eq!(shop.see(&asked).await["plan"], "diagnostic");
    let accepted = shop.accepted(json!({ "type": "diagnostic", "plan": null })).await;
    assert_eq!(shop.see(&accepted).await["plan"], "diagnostic");
    shop.end(&shop.customer, &accepted).await;
    let booked = shop.booked(json!({ "kind": "diagnostic" })).await;
    assert_eq!(shop.see(&booked).await["plan"], "diagnostic");
    shop.end(&shop.customer, &booked).await;
    let with_plan = shop.booked(json!({ "kind": "diagnostic", "plan": "gold" })).await;
    assert_eq!(shop.see(&with_plan).await["plan"], "gold");
    shop.end(&shop.customer, &with_plan).await;
    assert_eq!(shop.see(&shop.booked(json!({ "kind": "chat" })).await).await["plan"], Value::Null);
}

#[tokio::test]
async fn a_price_is_a_number() {
    let shop = Shop::new().await;
    let id = shop.booked(json!({ "price": { "amount": "49.90", "currency": "EUR" } })).await;
    assert_eq!(shop.see(&id).await["base_price"], json!(49.9));
}

#[tokio::test]
async fn what_was_made_elsewhere_is_seen_and_ended_here_and_the_other_way_round() {
    let shop = Shop::new().await;
    let booked = shop.booked(json!({ "plan": "basic", "metadata": { "car": "R4" } })).await;
    let path = format!("/sessions/{booked}");
    shop.mechanic.post(&format!("{path}/start"), json!({})).await.expect(200);
    let live = shop.see(&booked).await;
    assert_every_field_is_there(&live);
    assert_eq!(
        json!([live["status"], live["plan"], live["metadata"], live["concern"]]),
        json!(["live", "basic", { "car": "R4" }, null])
    );
    shop.advance(MINUTE * 3);
    let ended = shop.end(&shop.customer, &booked).await;
    let theirs = shop.mechanic.get(&path).await.expect(200);
    assert_eq!((&theirs["status"], &theirs["ended_at"]), (&json!("completed"), &ended["ended_at"]));
    assert_eq!((&theirs["started_at"], &theirs["ended_by"]), (&ended["started_at"], &json!("client")));

    let here = shop.live(json!({})).await;
    shop.advance(MINUTE);
    let theirs = shop.mechanic.post(&format!("/sessions/{here}/end"), json!({})).await.expect(200);
    assert_eq!(shop.see(&here).await["ended_at"], theirs["ended_at"]);
}

#[tokio::test]
async fn a_customer_starts_nothing_whose_passcode_he_has_not_given() {
    let story = crate::story::Story::new().await;
    let booking = json!({ "passcode": true, "started_by": "either" });
    let mut body = story.booking(0, 30);
    body.as_object_mut().unwrap().extend(booking.as_object().unwrap().clone());
    let made = story.doctor.post("/appointments", body).await.expect(201);
    let session = made["session_id"].as_str().unwrap();
    let refused = post(&story.patient, &format!("/sessions/{session}/start")).await.expect(403);
    assert_eq!(refused["code"], "passcode_required");
    story
        .patient
        .post(&format!("/sessions/{session}/start"), json!({}))
        .await
        .problem(403, "passcode_required");
    let code = json!({ "passcode": made["passcode"] });
    story.patient.post(&format!("/sessions/{session}/join"), code).await.expect(200);
    assert_eq!(
        post(&story.patient, &format!("/sessions/{session}/start")).await.expect(200)["status"],
        "live"
    );
}

#[tokio::test]
async fn who_is_too_early_is_told_how_long() {
    let story = crate::story::Story::new().await;
    let made = story.book(60, 30).await;
    let path = format!("/sessions/{}/start", made["session_id"].as_str().unwrap());
    let refused = post(&story.patient, &path).await.expect(409);
    assert_eq!((&refused["code"], &refused["seconds_left"]), (&json!("too_early"), &json!(45 * 60)));
    assert!(refused["opens_at"].is_string());
}

#[tokio::test]
async fn nobody_but_the_server_says_how_it_ended() {
    let shop = Shop::new().await;
    let forged = json!({ "metadata": { "no_show": true, "cancelled_by": "mechanic", "car": "R4" } });
    let id = shop.asked(forged).await;
    assert_eq!(shop.see(&id).await["metadata"], json!({ "car": "R4" }));
    let ended = post(&shop.customer, &format!("/sessions/{id}/end")).await.expect(200);
    assert_eq!(ended["metadata"], json!({ "car": "R4", "cancelled_by": "customer" }));
}
