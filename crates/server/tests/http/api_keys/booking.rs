//! A program does what reception does.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::json;

use super::{Program, RECEPTION};
use crate::common::{Party, send};
use crate::story::{MINUTE, Story, appointment_path, on_both, session_path};

on_both! {
    async fn a_program_books_without_anybodys_token(story: Story) {
        let program = Program::new(&story).await;
        let key = program.key(&story.server, &RECEPTION).await;
        let doctors = key.get("/practitioners?q=ada").await.expect(200);
        let doctor = doctors["items"][0]["id"].clone();
        assert_eq!(doctor, json!(story.doctor.id()));
        let client = key.post("/clients", json!({ "name": "Robin" })).await.expect(201)["id"].clone();
        assert_eq!(key.get("/clients?q=robin").await.expect(200)["items"][0]["id"], client);
        let booking = json!({
            "practitioner_id": doctor, "client_id": client, "external_id": "4711",
            "starts_at": story.server.now() + MINUTE, "duration_minutes": 30, "passcode": false,
        });
        let booked = key.post("/appointments", booking).await.expect(201);
        assert_eq!(booked["organization_id"], program.clinic);
        let found = key.get("/appointments?external_id=4711").await.expect(200);
        assert_eq!(found["items"][0]["id"], booked["id"]);

        let invitations = format!("{}/invitations", appointment_path(&booked));
        let link = key.post(&invitations, json!({ "role": "client" })).await.expect(201);
        let secret = link["url"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
        let opened = story.server.anonymous().post("/invitations/redeem", json!({ "token": secret })).await;
        let robin = story.server.bearer(opened.expect(200)["access_token"].as_str().unwrap());
        let session = session_path(&booked);
        robin.post(&format!("{session}/join"), json!({})).await.expect(200);
        assert_eq!(key.get(&session).await.expect(200)["status"], "waiting");
        assert_eq!(story.doctor.get(&session).await.expect(200)["status"], "waiting");
        let cancel = format!("{}/cancel", appointment_path(&booked));
        key.post(&cancel, json!({ "reason": "cannot come" })).await.expect(200);
        assert_eq!(key.get(&session).await.expect(200)["status"], "cancelled");
    }

    async fn a_program_names_people_by_the_ids_of_their_system(story: Story) {
        let program = Program::new(&story).await;
        let key = program.key(&story.server, &RECEPTION).await;
        let of = |subject: &str| json!({ "issuer": "https://auth.example", "subject": subject, "name": subject });
        let booking = |hour: i64, doctor: &str| json!({
            "practitioner": of(doctor), "client": of("pat-7"), "external_id": hour.to_string(),
            "starts_at": story.server.now() + SignedDuration::from_hours(hour), "duration_minutes": 30,
        });
        let first = key.post("/appointments", booking(1, "doc-1")).await.expect(201);
        let second = key.post("/appointments", booking(2, "doc-1")).await.expect(201);
        assert_eq!(first["practitioner_id"], second["practitioner_id"]);
        assert_eq!(second["organization_id"], program.clinic);
        // Somebody else's doctor is no more to be guessed than before.
        let admin = program.admin.clone();
        admin.post("/appointments", booking(3, "doc-2")).await.expect(201);
        key.post("/appointments", booking(4, "doc-2")).await.problem(422, "invalid");
        // Two programs may number what they book alike.
        let clinic = admin.post("/organizations", json!({ "name": "Elsewhere" })).await.expect(201)["id"].clone();
        let other = Program::of(admin, json!({ "name": "Other", "organization_id": clinic }), clinic).await;
        let other = other.key(&story.server, &RECEPTION).await;
        other.post("/appointments", booking(1, "doc-9")).await.problem(422, "invalid");
        let mut own = booking(1, "doc-9");
        own["client"]["subject"] = json!("pat-9");
        other.post("/appointments", own.clone()).await.expect(201);
        own["starts_at"] = json!(story.server.now() + SignedDuration::from_hours(5));
        other.post("/appointments", own).await.problem(409, "conflict");
    }

    async fn a_call_with_a_key_is_carried_out_once(story: Story) {
        let program = Program::new(&story).await;
        let key = program.key(&story.server, &RECEPTION).await;
        let make = async |key: &Party| {
            let request = key.request(Method::POST, "/clients").header("idempotency-key", "one");
            send(request.json(&json!({ "name": "Robin" }))).await
        };
        let first = make(&key).await.expect(201);
        let repeat = make(&key).await;
        assert_eq!(repeat.header("idempotency-replayed"), "true");
        assert_eq!(repeat.expect(201), first);
        // Another key of the same program is the same caller; another program is another.
        let second = program.key(&story.server, &RECEPTION).await;
        assert_eq!(make(&second).await.expect(201), first);
        let other = json!({ "name": "Other", "organization_id": program.clinic });
        let other = Program::of(program.admin.clone(), other, program.clinic.clone()).await;
        assert_ne!(make(&other.key(&story.server, &RECEPTION).await).await.expect(201)["id"], first["id"]);
        // A key that may not learns nothing of it.
        let reads = program.key(&story.server, &["clients:read"]).await;
        make(&reads).await.problem(403, "forbidden");
    }
}

#[tokio::test]
async fn a_program_that_runs_wild_slows_down_itself_alone() {
    let story = Story::with("writes_per_minute = 6").await;
    let program = Program::new(&story).await;
    let keys = [program.key(&story.server, &RECEPTION).await, program.key(&story.server, &RECEPTION).await];
    for _ in 0..3 {
        for key in &keys {
            key.post("/clients", json!({ "name": "X" })).await.expect(201);
        }
    }
    for key in &keys {
        key.post("/clients", json!({ "name": "X" })).await.problem(429, "too_many_requests");
    }
    story.doctor.post("/clients", json!({ "name": "Y" })).await.expect(201);
}
