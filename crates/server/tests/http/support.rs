//! What support staff ask of this API; the marketplace's questions are the same ones.

use serde_json::{Value, json};

use crate::common::Party;
use crate::garage::Garage;
use crate::story::{Story, on_both};

async fn check(admin: &Party, id: &str) -> Value {
    admin.get(&format!("/support/sessions/{id}")).await.expect(200)
}

on_both! {
    async fn an_administrator_learns_whether_a_session_can_be_ended(story: Story) {
        let admin = story.server.admin().await;
        let session = story.now().await;
        let id = session.rsplit('/').next().unwrap();
        let scheduled = check(&admin, id).await;
        assert_eq!((&scheduled["status"], &scheduled["can_be_ended"]), (&json!("scheduled"), &json!(true)));
        assert_eq!((&scheduled["payment_settled"], &scheduled["due_at"].is_string()), (&json!(true), &true));
        assert!(scheduled["opens_at"].is_string());
        story.call(&session).await;
        let running = check(&admin, id).await;
        assert_eq!(running["status"], "in_progress");
        let roles: Vec<&Value> =
            running["participants"].as_array().unwrap().iter().map(|p| &p["role"]).collect();
        assert_eq!(roles, ["practitioner", "client"]);
        assert!(!running.to_string().contains("Sam"), "no names");
        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        let ended = check(&admin, id).await;
        assert_eq!((&ended["status"], &ended["can_be_ended"]), (&json!("completed"), &json!(false)));
        assert_eq!((&ended["opens_at"], &ended["due_at"]), (&Value::Null, &Value::Null));
        assert_eq!(check(&admin, "nothing-of-ours").await["found"], false);
        for party in [&story.doctor, &story.patient] {
            party.get(&format!("/support/sessions/{id}")).await.problem(403, "forbidden");
        }
    }
}

#[tokio::test]
async fn a_practitioner_learns_why_she_sees_no_requests() {
    let garage = Garage::new().await;
    let doctor = garage.server.practitioner("Dr. Ada").await;
    let client = garage.server.client("Sam").await;
    let request = client.post("/requests", json!({ "concern": "A rash" })).await.expect(201);
    let own = format!("/support/practitioners/{}", doctor.id());
    let seen = doctor.get(&own).await.expect(200);
    assert_eq!(seen["required"]["can_accept_sessions"], false);
    assert_eq!((&seen["pending_requests"], &seen["visible_requests"]), (&json!(1), &json!(0)));
    assert_eq!(seen["accounts"], 1);
    assert_eq!(seen["filtered_out"][0]["request_id"], request["id"]);
    assert!(!seen.to_string().contains("rash"));

    doctor.patch("/me", json!({ "accepts_requests": true })).await.expect(200);
    let seen = doctor.get(&own).await.expect(200);
    assert_eq!((&seen["visible_requests"], &seen["filtered_out"]), (&json!(1), &json!([])));
    assert_eq!(garage.admin.get(&own).await.expect(200), seen);

    let other = garage.server.practitioner("Dr. Bo").await;
    for party in [&other, &client] {
        party.get(&own).await.problem(403, "forbidden");
    }
    client.get(&format!("/support/practitioners/{}", client.id())).await.problem(403, "forbidden");
}
