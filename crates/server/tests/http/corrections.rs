//! An outcome that was entered by mistake is put right.

use openvisit_core::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::send;
use crate::story::{Story, appointment_path, on_both, session_path};

/// The practitioner ends by mistake while the client waits. The appointment.
async fn missed_by_mistake(story: &Story) -> Value {
    let booked = story.book(1, 30).await;
    let session = session_path(&booked);
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let ended = story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    assert_eq!(ended["status"], "no_show");
    booked
}

/// A call of ten minutes. The appointment.
async fn held(story: &Story) -> Value {
    let booked = story.book(0, 30).await;
    let session = session_path(&booked);
    story.call(&session).await;
    story.advance(10).await;
    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    booked
}

async fn correct(story: &Story, appointment: &Value, outcome: &str) -> Value {
    let body = json!({ "outcome": outcome, "reason": "entered by mistake" });
    story.doctor.post(&format!("{}/correct", appointment_path(appointment)), body).await.expect(200)
}

async fn kinds(story: &Story, appointment: &Value) -> Vec<String> {
    let timeline = story.patient.get(&format!("{}/timeline", session_path(appointment))).await.expect(200);
    let items = timeline["items"].as_array().unwrap();
    items.iter().map(|item| item["kind"].as_str().unwrap().to_owned()).collect()
}

async fn events(story: &Story, appointment: &Value) -> Vec<(String, Value)> {
    let mut tx = story.server.app.store.read().await.unwrap();
    let events = tx.events(appointment["session_id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    events.into_iter().map(|event| (event.event_type, event.data)).collect()
}

async fn minutes_used(story: &Story) -> Value {
    story.doctor.get("/usage").await.expect(200)["attendee_minutes"].clone()
}

on_both! {
    async fn a_no_show_that_took_place_is_completed(story: Story) {
        let booked = missed_by_mistake(&story).await;
        story.advance(45).await;
        let corrected = correct(&story, &booked, "completed").await;
        assert_eq!(corrected["status"], "completed");
        let seen = story.patient.get(&session_path(&booked)).await.expect(200);
        assert_eq!((&seen["outcome"], &seen["absent"]), (&json!("completed"), &Value::Null));
        assert_eq!((&seen["started_at"], &seen["ended_at"]), (&booked["starts_at"], &booked["ends_at"]));
        assert_eq!((&seen["unproven"], &seen["duration_seconds"]), (&json!(true), &json!(1_800)));
        let correction = &seen["corrections"][0];
        assert_eq!((&correction["from"], &correction["to"]), (&json!("no_show"), &json!("completed")));
        assert_eq!((&correction["by"], &correction["at"]), (&json!("practitioner"), &json!(story.server.now())));
        assert_eq!(correction["reason"], "entered by mistake");
        assert!(kinds(&story, &booked).await.ends_with(&["no_show".to_owned(), "corrected".to_owned()]));
        let (name, data) = events(&story, &booked).await.pop().unwrap();
        assert_eq!(name, "appointment.corrected");
        assert_eq!((&data["status"], &data["status_before"]), (&json!("completed"), &json!("no_show")));
        assert!(!data.to_string().contains("mistake"), "{data}");
        let total = story.doctor.get("/reports").await.expect(200)["total"].clone();
        assert_eq!((&total["consultations"], &total["no_shows"], &total["minutes"]), (&json!(1), &json!(0), &json!(30)));
    }

    async fn a_visit_that_did_not_take_place_is_a_no_show_and_uses_nothing(story: Story) {
        let booked = held(&story).await;
        let before = story.see(&session_path(&booked)).await;
        assert_eq!(minutes_used(&story).await, 20);
        correct(&story, &booked, "no_show").await;
        let missed = story.see(&session_path(&booked)).await;
        assert_eq!((&missed["status"], &missed["duration_seconds"]), (&json!("no_show"), &json!(0)));
        assert_eq!(missed["started_at"], before["started_at"], "a start is never taken back");
        assert_eq!(minutes_used(&story).await, 0);
        // Once more, and it is as it was.
        correct(&story, &booked, "completed").await;
        let again = story.see(&session_path(&booked)).await;
        for field in ["status", "started_at", "ended_at", "ended_by", "end_reason", "duration_seconds", "unproven"] {
            assert_eq!(again[field], before[field], "{field}");
        }
        assert_eq!(minutes_used(&story).await, 20);
        assert_eq!(again["corrections"].as_array().unwrap().len(), 2);
        // What is so already stays.
        let version = &again["version"];
        assert_eq!(&correct(&story, &booked, "completed").await["version"], version);
        let corrected = |(name, _): &(String, Value)| name == "appointment.corrected";
        assert_eq!(events(&story, &booked).await.iter().filter(|it| corrected(it)).count(), 2);
    }

    async fn of_sixteen_corrections_at_once_one_is_made(story: Story) {
        let booked = held(&story).await;
        let tries = (0..16).map(|_| {
            let (doctor, path) = (story.doctor.clone(), format!("{}/correct", appointment_path(&booked)));
            let body = json!({ "outcome": "no_show", "reason": "nobody came" });
            tokio::spawn(async move { doctor.post(&path, body).await.expect(200) })
        });
        for one in tries.collect::<Vec<_>>() {
            assert_eq!(one.await.unwrap()["status"], "no_show");
        }
        assert_eq!(story.see(&session_path(&booked)).await["corrections"].as_array().unwrap().len(), 1);
    }
}

#[tokio::test]
async fn only_the_practitioner_and_administrators_put_an_outcome_right() {
    let story = Story::new().await;
    let admin = story.server.admin().await;
    let booked = story.book(0, 30).await;
    let guest = story.server.invited(&story.doctor, booked["session_id"].as_str().unwrap(), "guest").await;
    story.call(&session_path(&booked)).await;
    story.doctor.post(&format!("{}/end", session_path(&booked)), json!({})).await.expect(200);
    let path = format!("{}/correct", appointment_path(&booked));
    let body = json!({ "outcome": "no_show", "reason": "nobody came" });
    story.patient.post(&path, body.clone()).await.problem(403, "forbidden");
    guest.post(&path, body.clone()).await.problem(403, "forbidden");
    let stranger = story.server.practitioner("Dr. Else").await;
    stranger.post(&path, body.clone()).await.problem(404, "not_found");
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201)["id"].clone();
    let assistant = story.server.person("Front desk", &[Role::Assistant]).await;
    for party in [&story.doctor, &assistant] {
        let user = format!("/users/{}", party.id());
        admin.patch(&user, json!({ "organization_id": clinic })).await.expect(200);
    }
    let theirs = held(&story).await;
    let theirs = format!("{}/correct", appointment_path(&theirs));
    assistant.post(&theirs, body.clone()).await.problem(403, "forbidden");
    admin.post(&path, body).await.expect(200);
    let seen = story.see(&session_path(&booked)).await;
    assert_eq!(seen["corrections"][0]["by"], "admin");
    let as_guest = guest.get(&session_path(&booked)).await.expect(200);
    assert_eq!(as_guest["corrections"][0]["reason"], Value::Null);
}

#[tokio::test]
async fn what_has_not_ended_or_was_cancelled_is_not_corrected() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let path = format!("{}/correct", appointment_path(&booked));
    let body = json!({ "outcome": "completed", "reason": "we met" });
    let refused = story.doctor.post(&path, body.clone()).await.problem(409, "not_allowed_now");
    assert_eq!(refused["asked"], "correct");
    story.doctor.post(&format!("{}/cancel", appointment_path(&booked)), json!({})).await.expect(200);
    story.doctor.post(&path, body).await.problem(409, "not_allowed_now");
    for wrong in
        [json!({}), json!({ "outcome": "completed" }), json!({ "outcome": "cancelled", "reason": "x" })]
    {
        story.doctor.post(&path, wrong).await.problem(422, "invalid");
    }
    for reason in [String::new(), "x".repeat(501)] {
        let body = json!({ "outcome": "completed", "reason": reason });
        story.doctor.post(&path, body).await.problem(422, "invalid");
    }
}

#[tokio::test]
async fn a_patch_of_the_status_puts_it_right_and_changes_nothing_else() {
    let story = Story::new().await;
    let booked = missed_by_mistake(&story).await;
    let path = appointment_path(&booked);
    let mixed = json!({ "status": "completed", "title": "Other" });
    story.doctor.patch(&path, mixed).await.problem(422, "invalid");
    story.doctor.patch(&path, json!({ "title": "Other", "reason": "x" })).await.problem(422, "invalid");
    let old = json!({ "status": "completed", "version": booked["version"] });
    story.doctor.patch(&path, old).await.problem(409, "version_conflict");
    let body = json!({ "status": "completed", "reason": "they telephoned" });
    let corrected = story.doctor.patch(&path, body).await.expect(200);
    assert_eq!((&corrected["status"], &corrected["passcode"]), (&json!("completed"), &Value::Null));
    let back = story.doctor.patch(&path, json!({ "status": "no_show" })).await.expect(200);
    assert_eq!(back["status"], "no_show");
    let seen = story.see(&session_path(&booked)).await;
    assert_eq!(seen["corrections"][0]["reason"], "they telephoned");
    assert_eq!(seen["corrections"][1]["reason"], Value::Null);
}

#[tokio::test]
async fn dialects_show_the_corrected_word() {
    let story = Story::new().await;
    let booked = missed_by_mistake(&story).await;
    let id = booked["session_id"].as_str().unwrap();
    let words = async || {
        let of = async |path: String| send(story.doctor.raw(Method::GET, &path)).await.expect(200);
        let clinic = of(format!("/api/video/sessions/{id}")).await;
        let practice = of(format!("/api/video-sessions/{id}")).await;
        let marketplace = of(format!("/api/sessions/{id}")).await;
        let missed = marketplace["metadata"].get("no_show").is_some();
        [clinic["status"].clone(), practice["status"].clone(), marketplace["status"].clone(), json!(missed)]
    };
    assert_eq!(words().await, [json!("CANCELLED"), json!("cancelled"), json!("completed"), json!(true)]);
    correct(&story, &booked, "completed").await;
    assert_eq!(words().await, [json!("COMPLETED"), json!("completed"), json!("completed"), json!(false)]);
}
