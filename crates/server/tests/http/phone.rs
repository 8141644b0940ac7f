//! When video fails, the visit goes on by telephone.

use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use serde_json::{Value, json};

use crate::common::Listener;
use crate::story::{Story, on_both};

const CLIENTS: &str = "+49 (0)30 5550-117";
const DOCTORS: &str = "030 5550 200";

async fn with_numbers(story: &Story) {
    let client = format!("/clients/{}", story.patient.id());
    let changed = story.doctor.patch(&client, json!({ "phone": format!(" {CLIENTS} ") })).await.expect(200);
    assert_eq!(changed["phone"], CLIENTS);
    story.doctor.patch("/me", json!({ "phone": DOCTORS })).await.expect(200);
}

fn kinds(timeline: &Value, source: &str) -> Vec<String> {
    let items = timeline["items"].as_array().unwrap().iter();
    items.filter(|it| it["source"] == source).map(|it| it["kind"].as_str().unwrap().to_owned()).collect()
}

on_both! {
    async fn the_visit_goes_on_by_telephone_and_comes_back(story: Story) {
        with_numbers(&story).await;
        let session = story.now().await;
        let (doctor, patient) = story.call(&session).await;
        let mut listener = Listener::of(&story.patient).await;
        let phone = format!("{session}/phone");
        story.advance(5).await;

        let told = story.doctor.post(&phone, json!({})).await.expect(200);
        assert_eq!(told["status"], "in_progress");
        let since = &told["by_phone"]["since"];
        assert_eq!(
            told["by_phone"],
            json!({ "since": since, "client_phone": CLIENTS, "practitioner_phone": DOCTORS, "shows_practitioner": false })
        );
        let heard = listener.hear("updated").await["session"]["by_phone"].clone();
        assert_eq!((&heard["client_phone"], &heard["practitioner_phone"]), (&json!(CLIENTS), &Value::Null));
        story.doctor.post(&phone, json!({ "show_practitioner": true })).await.expect(200);
        let heard = listener.hear("updated").await["session"]["by_phone"].clone();
        assert_eq!((&heard["since"], &heard["practitioner_phone"]), (since, &json!(DOCTORS)));

        // Both close their pages; nobody has left.
        story.fact(&session, &doctor, Disconnected).await;
        story.fact(&session, &patient, Disconnected).await;
        story.patient.post(&format!("{session}/leave"), json!({})).await.expect(204);
        story.advance(10).await;
        let running = story.see(&session).await;
        assert_eq!((&running["status"], &running["phone_seconds"]), (&json!("in_progress"), &json!(600)));

        let back = story.doctor.delete(&phone).await.expect(200);
        assert_eq!((&back["by_phone"], &back["status"]), (&Value::Null, &json!("in_progress")));
        story.fact_of(2, &session, &doctor, Connected).await;
        story.fact_of(2, &session, &patient, Connected).await;
        story.advance(5).await;
        let ended = story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!((&ended["status"], &ended["phone_seconds"]), (&json!("completed"), &json!(600)));
        assert_eq!((&ended["duration_seconds"], &ended["attendee_seconds"]), (&json!(1200), &json!(2400)));
        let timeline = story.doctor.get(&format!("{session}/timeline")).await.expect(200);
        assert_eq!(kinds(&timeline, "phone"), ["connected", "connected", "disconnected", "disconnected"]);
        let notes = json!({ "notes": "by telephone" });
        story.doctor.put(&format!("{session}/notes"), notes).await.expect(200);
        story.patient.put(&format!("{session}/rating"), json!({ "rating": 4 })).await.expect(200);
        story.doctor.post(&phone, json!({})).await.problem(409, "not_allowed_now");

        let log = story.server.log();
        for number in ["5550-117", "5550 200"] {
            assert!(!log.contains(number), "a number is in the log");
        }
        assert!(!story.server.logged_word("5550"), "a number is in the log");
    }

    async fn who_never_got_in_is_called_and_no_no_show(story: Story) {
        let session = story.now().await;
        let told = story.doctor.post(&format!("{session}/phone"), json!({})).await.expect(200);
        assert_eq!((&told["status"], &told["by_phone"]["client_phone"]), (&json!("in_progress"), &Value::Null));
        assert_eq!(told["participants"].as_array().unwrap().len(), 2);
        story.advance(20).await;
        let ended = story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!((&ended["status"], &ended["phone_seconds"]), (&json!("completed"), &json!(1200)));
    }

    async fn nobody_else_goes_on_by_telephone_or_sees_a_number(story: Story) {
        with_numbers(&story).await;
        let session = story.now().await;
        story.call(&session).await;
        let phone = format!("{session}/phone");
        let stranger = story.server.client("Stranger").await;
        let admin = story.server.admin().await;
        for (party, status, code) in [
            (&story.patient, 403, "forbidden"), (&admin, 403, "forbidden"), (&stranger, 404, "not_found"),
        ] {
            party.post(&phone, json!({})).await.problem(status, code);
            party.delete(&phone).await.problem(status, code);
        }
        story.doctor.post(&phone, json!({ "show_practitioner": true })).await.expect(200);
        let seen = admin.get(&session).await.expect(200);
        assert_eq!((&seen["by_phone"]["client_phone"], &seen["by_phone"]["practitioner_phone"]), (&Value::Null, &Value::Null));
        let client = format!("/clients/{}", story.patient.id());
        let other = story.server.practitioner("Dr. Bo").await;
        other.patch(&client, json!({ "phone": null })).await.problem(404, "not_found");
        stranger.patch(&client, json!({ "phone": null })).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_telephone_number_looks_like_one() {
    let story = Story::new().await;
    let client = format!("/clients/{}", story.patient.id());
    for wrong in [
        "",
        "12",
        "call me",
        "+49+30 1234",
        "1234567890123456789012345678901234567890 1",
        "tel:123",
        "123\n456",
    ] {
        story.doctor.patch(&client, json!({ "phone": wrong })).await.problem(422, "invalid");
        story.patient.patch("/me", json!({ "phone": wrong })).await.problem(422, "invalid");
    }
    let made = story.doctor.post("/clients", json!({ "name": "Kim", "phone": "112" })).await.expect(201);
    assert_eq!(made["phone"], "112");
    let client = format!("/clients/{}", made["id"].as_str().unwrap());
    assert_eq!(story.doctor.patch(&client, json!({})).await.expect(200)["phone"], "112");
    assert_eq!(story.doctor.patch(&client, json!({ "phone": null })).await.expect(200)["phone"], Value::Null);
}
