//! The end, by what has happened so far: one of three outcomes, once.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{Shop, assert_every_field_is_there, get, post};
use crate::common::MORNING;
use crate::garage::{Garage, at_once};
use crate::story::MINUTE;

#[tokio::test]
async fn ending_a_request_withdraws_it() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({ "metadata": { "car": "R4" } })).await;
    let ended = shop.end(&shop.customer, &id).await;
    assert_every_field_is_there(&ended);
    assert_eq!((&ended["status"], &ended["ended_at"]), (&json!("cancelled"), &shop.now()));
    assert_eq!(ended["metadata"], json!({ "car": "R4", "cancelled_by": "customer" }));
    shop.advance(MINUTE);
    assert_eq!(shop.end(&shop.customer, &id).await, ended);
    assert_eq!(get(&shop.mechanic, "/sessions/requests").await.expect(200)["items"], json!([]));
    let id = shop.asked(json!({})).await;
    assert_eq!(shop.end(&shop.garage.admin, &id).await["metadata"]["cancelled_by"], "admin");
    let id = shop.asked(json!({})).await;
    shop.advance(MINUTE * 30);
    let expired = shop.end(&shop.customer, &id).await;
    assert_eq!(
        (&expired["status"], &expired["metadata"]["cancelled_by"]),
        (&json!("cancelled"), &json!("system"))
    );
}

#[tokio::test]
async fn ending_what_nobody_came_to_is_a_cancellation() {
    let shop = Shop::new().await;
    for (party, by) in [(&shop.customer, "customer"), (&shop.mechanic, "mechanic")] {
        let id = shop.accepted(json!({ "metadata": { "car": "R4" } })).await;
        shop.advance(MINUTE);
        let ended = shop.end(party, &id).await;
        assert_every_field_is_there(&ended);
        assert_eq!((&ended["status"], &ended["ended_at"]), (&json!("cancelled"), &shop.now()));
        assert_eq!(ended["metadata"], json!({ "car": "R4", "cancelled_by": by }));
        assert_eq!(ended["duration_minutes"], Value::Null);
        assert_eq!(ended["updated_at"], ended["ended_at"]);
        assert_eq!(shop.events(&id).await[2..], ["appointment.booked", "appointment.cancelled"]);
    }
}

#[tokio::test]
async fn ending_what_never_started_is_a_no_show() {
    let shop = Shop::new().await;
    for (party, by) in [(&shop.customer, "customer"), (&shop.mechanic, "mechanic")] {
        let id = shop.waiting(json!({ "metadata": { "car": "R4" } })).await;
        assert_eq!(shop.see(&id).await["status"], "waiting");
        shop.advance(MINUTE);
        let ended = shop.end(party, &id).await;
        assert_every_field_is_there(&ended);
        assert_eq!(
            json!([ended["status"], ended["duration_minutes"], ended["ended_at"], ended["started_at"]]),
            json!(["completed", 0, shop.now(), null])
        );
        let reason = "Session ended before starting (customer/mechanic no-show)";
        let no_show = json!({ "ended_at": shop.now(), "reason": reason, "ended_by": by });
        assert_eq!(ended["metadata"], json!({ "car": "R4", "no_show": no_show }));
        assert_eq!(shop.events(&id).await.last().unwrap(), "appointment.no_show");
    }
}

#[tokio::test]
async fn ending_what_is_live_completes_it() {
    let shop = Shop::new().await;
    for (seconds, minutes) in [(0, 1), (1, 1), (60, 1), (61, 2), (12 * 60 + 1, 13)] {
        let id = shop.live(json!({ "metadata": { "car": "R4" } })).await;
        let live = shop.see(&id).await;
        assert_eq!((&live["duration_minutes"], &live["ended_at"]), (&Value::Null, &Value::Null));
        shop.advance(SignedDuration::from_secs(seconds));
        let ended = shop.end(&shop.customer, &id).await;
        assert_every_field_is_there(&ended);
        assert_eq!(
            json!([ended["status"], ended["duration_minutes"], ended["ended_at"], ended["started_at"]]),
            json!(["completed", minutes, shop.now(), live["started_at"]]),
        );
        assert_eq!(ended["metadata"], json!({ "car": "R4" }));
    }
}

#[tokio::test]
async fn ending_what_has_ended_changes_nothing() {
    let shop = Shop::new().await;
    let cancelled = shop.accepted(json!({})).await;
    shop.end(&shop.mechanic, &cancelled).await;
    let missed = shop.waiting(json!({})).await;
    shop.end(&shop.mechanic, &missed).await;
    let completed = shop.live(json!({})).await;
    shop.end(&shop.mechanic, &completed).await;
    for id in [cancelled, missed, completed] {
        let (session, events) = (shop.see(&id).await, shop.events(&id).await);
        shop.advance(MINUTE);
        for party in [&shop.customer, &shop.mechanic, &shop.garage.admin] {
            assert_eq!(shop.end(party, &id).await, session);
        }
        assert_eq!(shop.events(&id).await, events);
    }
}

#[tokio::test]
async fn no_kind_of_session_is_missed_by_end() {
    let shop = Shop::new().await;
    for kind in ["chat", "video", "diagnostic", "in_person"] {
        let mut made = vec![shop.booked(json!({ "kind": kind, "starts_at": MORNING + MINUTE * 600 })).await];
        if kind != "in_person" {
            made.push(shop.asked(json!({ "type": kind })).await);
            made.push(shop.accepted(json!({ "type": kind })).await);
        }
        for id in made {
            let session = shop.see(&id).await;
            assert_eq!((&session["type"], &session["status"]), (&json!(kind), &json!("pending")));
            assert_eq!(shop.end(&shop.customer, &id).await["status"], "cancelled");
            assert_eq!(shop.see(&id).await["status"], "cancelled");
        }
    }
}

#[tokio::test]
async fn of_32_simultaneous_ends_one_counts() {
    one_end_counts_in(Garage::new().await).await;
}

#[tokio::test]
async fn of_32_simultaneous_ends_one_counts_on_postgresql() {
    one_end_counts_in(Garage::postgres().await).await;
}

async fn one_end_counts_in(garage: Garage) {
    let shop = Shop::of(garage).await;
    let live = shop.live(json!({})).await;
    everybody_ends(&shop, &live, "completed", "appointment.consultation.completed").await;
    let waiting = shop.waiting(json!({})).await;
    everybody_ends(&shop, &waiting, "completed", "appointment.no_show").await;
    let accepted = shop.accepted(json!({})).await;
    everybody_ends(&shop, &accepted, "cancelled", "appointment.cancelled").await;
}

/// Both parties, 16 times each, at once.
async fn everybody_ends(shop: &Shop, id: &str, status: &str, event: &str) {
    let everybody = [&shop.customer, &shop.mechanic].into_iter().cycle().take(32).cloned().collect();
    let answers = at_once(everybody, |party| {
        let path = format!("/sessions/{id}/end");
        async move { post(&party, &path).await }
    })
    .await;
    let ended = shop.see(id).await;
    assert_eq!(ended["status"], status);
    for answer in answers {
        assert_eq!(answer.expect(200), ended);
    }
    assert_eq!(shop.events(id).await.into_iter().filter(|name| name == event).count(), 1);
}

#[tokio::test]
async fn whoever_ends_a_request_while_it_is_accepted_ends_the_session() {
    let shop = Shop::of(Garage::postgres().await).await;
    for _ in 0..20 {
        let id = shop.asked(json!({})).await;
        let customer = shop.customer.id();
        let answers = at_once(vec![shop.customer.clone(), shop.mechanic.clone()], |party| {
            let path = if party.id() == customer {
                format!("/sessions/{id}/end")
            } else {
                format!("/sessions/requests/{id}/accept")
            };
            async move { post(&party, &path).await }
        })
        .await;
        for answer in answers {
            assert!(matches!(answer.status, 200 | 409), "{}", answer.body);
        }
        let ended = shop.see(&id).await;
        assert_eq!(
            (&ended["status"], &ended["metadata"]["cancelled_by"]),
            (&json!("cancelled"), &json!("customer"))
        );
    }
}

#[tokio::test]
async fn a_no_show_that_time_decides_looks_the_same() {
    let shop = Shop::new().await;
    let id = shop.accepted(json!({})).await;
    shop.advance(MINUTE * 45);
    shop.garage.tick().await;
    let missed = shop.see(&id).await;
    assert_eq!((&missed["status"], &missed["duration_minutes"]), (&json!("completed"), &json!(0)));
    assert_eq!(missed["metadata"]["no_show"]["ended_by"], "system");
    assert_eq!(missed["metadata"]["no_show"]["ended_at"], missed["ended_at"]);
}
