//! The two views for support staff.

use serde_json::{Value, json};

use super::{NOWHERE, Shop, get, post};
use crate::common::MORNING;
use crate::garage::Garage;
use crate::story::MINUTE;

async fn check(shop: &Shop, id: &str) -> Value {
    get(&shop.garage.admin, &format!("/debug/check-session?id={id}")).await.expect(200)
}

async fn flow(shop: &Shop, email: &str) -> Value {
    let path = format!("/debug/test-mechanic-flow?mechanicEmail={email}");
    get(&shop.garage.admin, &path).await.expect(200)
}

#[track_caller]
fn assert_recommends(answer: &Value, sentence: &str) {
    let all = answer["recommendations"].as_array().unwrap();
    assert!(all.iter().any(|said| said.as_str().unwrap().contains(sentence)), "{sentence}: {all:?}");
}

#[tokio::test]
async fn check_session_finds_a_session_by_any_of_its_ids() {
    let shop = Shop::new().await;
    let id = shop.booked(json!({ "external_id": "A-17", "kind": "chat" })).await;
    let appointment =
        shop.customer.get(&format!("/sessions/{id}")).await.expect(200)["appointment_id"].clone();
    for asked in [id.as_str(), appointment.as_str().unwrap(), "A-17"] {
        let found = check(&shop, asked).await;
        assert_eq!(
            json!([
                found["found"],
                found["id"],
                found["kind"],
                found["status"],
                found["request"],
                found["can_be_ended"]
            ]),
            json!([true, id, "chat", "pending", null, true])
        );
        assert_recommends(&found, "Nobody has come yet");
    }
    for unknown in [NOWHERE, "A-18"] {
        let nothing = check(&shop, unknown).await;
        assert_eq!(
            json!([
                nothing["found"],
                nothing["kind"],
                nothing["status"],
                nothing["participants"],
                nothing["can_be_ended"]
            ]),
            json!([false, null, null, [], false])
        );
        assert_recommends(&nothing, "No session, appointment or request has this id");
    }
}

#[tokio::test]
async fn check_session_tells_what_it_came_from_who_is_there_and_what_to_do() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({ "type": "diagnostic" })).await;
    let pending = check(&shop, &id).await;
    assert_eq!(
        json!([pending["kind"], pending["status"], pending["can_be_ended"], pending["request"]["status"]]),
        json!(["diagnostic", "pending", true, "pending"])
    );
    assert_recommends(&pending, "No mechanic has accepted it yet");

    post(&shop.mechanic, &format!("/sessions/requests/{id}/accept")).await.expect(200);
    shop.customer.post(&format!("/sessions/{id}/join"), json!({})).await.expect(200);
    let waiting = check(&shop, &id).await;
    assert_eq!(json!([waiting["status"], waiting["request"]["id"]]), json!(["waiting", id]));
    assert_eq!(waiting["request"]["status"], "accepted");
    let customer = &waiting["participants"][0];
    assert_eq!(
        json!([customer["role"], customer["user_id"], customer["state"], customer["present"]]),
        json!(["customer", shop.customer.id(), "waiting", false])
    );
    assert_recommends(&waiting, "The customer waits to be let in");

    post(&shop.mechanic, &format!("/sessions/{id}/start")).await.expect(200);
    assert_recommends(&check(&shop, &id).await, "nobody is connected: it ends by itself at");
    shop.advance(MINUTE * 46);
    assert_recommends(&check(&shop, &id).await, "look whether the server runs");
    shop.end(&shop.mechanic, &id).await;
    let ended = check(&shop, &id).await;
    assert_eq!((&ended["status"], &ended["can_be_ended"]), (&json!("completed"), &json!(false)));
    assert_recommends(&ended, "It has ended");
    assert!(!ended.to_string().contains("rattles"), "{ended}");

    let unpaid = shop.booked(json!({ "payment_required": true, "starts_at": MORNING + MINUTE * 600 })).await;
    let unpaid = check(&shop, &unpaid).await;
    assert_recommends(&unpaid, "until its payment is confirmed");
    assert_recommends(&unpaid, "Its door opens at");
    let gone = shop.asked(json!({})).await;
    shop.end(&shop.customer, &gone).await;
    let gone = check(&shop, &gone).await;
    assert_eq!(json!([gone["status"], gone["can_be_ended"]]), json!(["cancelled", false]));
    assert_recommends(&gone, "never accepted and is withdrawn");
}

#[tokio::test]
async fn test_mechanic_flow_tells_which_of_the_three_things_is_missing() {
    let shop = Shop::new().await;
    let id = shop.asked(json!({})).await;
    let mechanic = shop.garage.server.practitioner("New").await;
    let nobody = flow(&shop, "new@example.org").await;
    assert_eq!(
        nobody["login"],
        json!({ "exists": false, "enabled": false, "user_id": null, "openvisit_user_id": null })
    );
    assert_recommends(&nobody, "There is no such account");
    assert_eq!(nobody["filtered_out"].as_array().unwrap().len(), 1);

    let login = json!({ "email": "New@example.org", "disabled": true, "roles": ["assistant"] });
    shop.garage.change(&mechanic, login).await;
    let steps = [
        (json!({}), "not_a_practitioner", "Link the account to a mechanic"),
        (json!({ "roles": ["practitioner"] }), "account_disabled", "Enable the account"),
        (json!({ "disabled": false }), "does_not_accept_requests", "Let the account accept requests"),
    ];
    for (change, rule, sentence) in steps {
        shop.garage.change(&mechanic, change).await;
        let told = flow(&shop, "new@example.org").await;
        assert_eq!(json!([told["pending_requests"], told["visible_requests"]]), json!([1, 0]));
        assert_eq!(told["filtered_out"][0]["request_id"], json!(id));
        assert_eq!(told["filtered_out"][0]["rule"], rule);
        assert_recommends(&told, sentence);
    }
    shop.garage.change(&mechanic, json!({ "practitioner": { "accepts_requests": true } })).await;
    let told = flow(&shop, "new@example.org").await;
    let all = json!({ "linked": true, "login_exists_and_is_enabled": true, "can_accept_sessions": true });
    assert_eq!(told["required"], all);
    assert_eq!(told["mechanic"]["user_id"], json!(mechanic.id()));
    assert_eq!(json!([told["visible_requests"], told["filtered_out"]]), json!([1, []]));
    assert_recommends(&told, "All is set up: 1 request can be accepted now");
}

#[tokio::test]
async fn test_mechanic_flow_tells_the_very_rule_that_filtered_a_request_out() {
    let shop = Shop::of(Garage::with("request_plan_tiers = { premium = ['gold', 'platinum'] }").await).await;
    let workshop = shop.garage.workshop().await;
    let premium = shop.asked(json!({ "plan": "premium" })).await;
    let first = shop.asked(json!({ "workshopId": workshop })).await;
    shop.asked(json!({})).await;
    let expired = shop.asked(json!({})).await;
    shop.end(&shop.customer, &expired).await;
    shop.garage.change(&shop.mechanic, json!({ "email": "max@example.org" })).await;
    let told = flow(&shop, "max@example.org").await;
    assert_eq!(json!([told["pending_requests"], told["visible_requests"]]), json!([3, 1]));
    let rule = |id: &str| {
        let all = told["filtered_out"].as_array().unwrap();
        all.iter().find(|filtered| filtered["request_id"] == id).unwrap().clone()
    };
    assert_eq!(rule(&premium)["rule"], "tier");
    assert!(rule(&premium)["tiers"].is_array());
    assert_eq!(rule(&premium)["reason"], "the plan premium is for the service tiers gold, platinum");
    assert_eq!(rule(&first)["rule"], "organization_first");
    assert!(rule(&first)["until"].is_string());
    assert_recommends(&told, "The service tier is none; plans of 1 request are for gold, platinum");
    assert_recommends(&told, "Another organization's own go first for 1 request");
    assert!(!told.to_string().contains("rattles"), "{told}");
    assert!(!shop.garage.server.log().contains("max@example.org"));
}

#[tokio::test]
async fn the_support_views_are_for_administrators() {
    let shop = Shop::new().await;
    let id = shop.live(json!({})).await;
    for path in
        [format!("/debug/check-session?id={id}"), "/debug/test-mechanic-flow?mechanicEmail=x".to_owned()]
    {
        for party in [&shop.customer, &shop.mechanic, &shop.garage.server.assistant("Desk").await] {
            assert_eq!(get(party, &path).await.expect(403)["code"], "forbidden");
        }
    }
    for path in ["/debug/check-session", "/debug/check-session?id=", "/debug/test-mechanic-flow"] {
        assert_eq!(get(&shop.garage.admin, path).await.expect(422)["code"], "invalid");
    }
}
