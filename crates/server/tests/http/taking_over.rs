//! Another practitioner takes an appointment over: illness, leaving.

use openvisit_core::person::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, send};
use crate::story::{Story, appointment_path, on_both, session_path};

/// A colleague of the doctor's, and whoever books for both.
async fn clinic(story: &Story) -> (Party, Party) {
    let admin = story.server.admin().await;
    let clinic = admin.post("/organizations", json!({ "name": "Clinic" })).await.expect(201)["id"].clone();
    let colleague = story.server.practitioner("Dr. Bo").await;
    let assistant = story.server.person("Front desk", &[Role::Assistant]).await;
    for party in [&story.doctor, &colleague, &assistant, &story.patient] {
        let user = format!("/users/{}", party.id());
        admin.patch(&user, json!({ "organization_id": clinic })).await.expect(200);
    }
    (colleague, assistant)
}

fn to(successor: &Party) -> Value {
    json!({ "practitioner_id": successor.id() })
}

async fn total(party: &Party) -> Value {
    send(party.raw(Method::GET, "/api/video/sessions")).await.expect(200)["total"].clone()
}

on_both! {
    async fn an_appointment_is_taken_over_with_its_client_link_and_time(story: Story) {
        let (colleague, assistant) = clinic(&story).await;
        let booked = story.book(1, 30).await;
        let (path, session) = (appointment_path(&booked), session_path(&booked));
        story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
        let joined = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
        let taken = assistant.patch(&path, to(&colleague)).await.expect(200);
        assert_eq!((&taken["practitioner"]["name"], &taken["client"]["name"]), (&json!("Dr. Bo"), &json!("Sam")));
        for field in ["session_id", "join_url", "starts_at", "client_id", "organization_id", "passcode_enabled"] {
            assert_eq!(taken[field], booked[field], "{field}");
        }
        assert_eq!((total(&story.doctor).await, total(&colleague).await), (json!(0), json!(1)));
        // Who had it is out, and has the time for somebody else.
        story.doctor.post(&format!("{session}/admit"), json!({ "participant_id": joined["participant_id"] })).await
            .problem(403, "forbidden");
        story.doctor.post(&format!("{session}/join"), json!({})).await.problem(403, "denied");
        assert_eq!(story.doctor.get("/appointments").await.expect(200)["items"], json!([]));
        let other = story.doctor.post("/clients", json!({ "name": "Kim" })).await.expect(201);
        let mut next = story.booking(1, 30);
        next["client_id"] = other["id"].clone();
        story.doctor.post("/appointments", next).await.expect(201);
        // The client waits on, and is let in by the new one.
        assert_eq!(story.patient.get(&session).await.expect(200)["status"], "waiting");
        colleague.post(&format!("{session}/join"), json!({})).await.expect(200);
        let admit = json!({ "participant_id": joined["participant_id"] });
        colleague.post(&format!("{session}/admit"), admit).await.expect(200);
        colleague.post(&format!("{session}/start"), json!({})).await.expect(200);
        assistant.patch(&path, to(&story.doctor)).await.problem(409, "not_allowed_now");
        let ended = colleague.post(&format!("{session}/end"), json!({ "notes": "rest" })).await.expect(200);
        assert_eq!((&ended["status"], &ended["notes"]), (&json!("completed"), &json!("rest")));
        let mut tx = story.server.app.store.read().await.unwrap();
        let events = tx.events(booked["session_id"].as_str().unwrap().parse().unwrap()).await.unwrap();
        let changed: Vec<_> = events.iter().filter(|event| event.event_type == "appointment.changed").collect();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].data["practitioner_id"], json!(colleague.id()));
        assert_eq!(changed[0].data["previous_practitioner_id"], json!(story.doctor.id()));
    }

    async fn whoever_has_no_time_takes_nothing_over(story: Story) {
        let (colleague, assistant) = clinic(&story).await;
        let booked = story.book(60, 30).await;
        let other = story.doctor.post("/clients", json!({ "name": "Kim" })).await.expect(201);
        let mut body = story.booking(75, 30);
        (body["client_id"], body["practitioner_id"]) = (other["id"].clone(), json!(colleague.id()));
        let busy = assistant.post("/appointments", body).await.expect(201);
        let path = appointment_path(&booked);
        let refused = assistant.patch(&path, to(&colleague)).await.problem(409, "slot_taken");
        assert_eq!((&refused["starts_at"], &refused["party"]), (&busy["starts_at"], &json!("practitioner")));
        assert_eq!(story.doctor.get(&path).await.expect(200)["version"], booked["version"]);
        // At another time they may.
        let starts_at = json!(story.server.now() + crate::story::MINUTE * 200);
        let moved = json!({ "practitioner_id": colleague.id(), "starts_at": starts_at });
        let taken = assistant.patch(&path, moved).await.expect(200);
        assert_eq!((&taken["starts_at"], &taken["practitioner_id"]), (&starts_at, &json!(colleague.id())));
        // Of two at once to one free colleague, one is given.
        let [one, two] = [story.book(300, 30).await, busy];
        let third = story.server.practitioner("Dr. Cy").await;
        let admin = story.server.admin().await;
        admin.patch(&appointment_path(&two), json!({ "starts_at": one["starts_at"] })).await.expect(200);
        let gives = [one, two].map(|it| {
            let (admin, path, third) = (admin.clone(), appointment_path(&it), third.clone());
            tokio::spawn(async move { admin.patch(&path, to(&third)).await.status })
        });
        let mut statuses = Vec::new();
        for give in gives {
            statuses.push(give.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }
}

#[tokio::test]
async fn it_is_given_to_practitioners_of_the_organization_only() {
    let story = Story::new().await;
    let (colleague, assistant) = clinic(&story).await;
    let admin = story.server.admin().await;
    let booked = story.book(60, 30).await;
    let path = appointment_path(&booked);
    let elsewhere = story.server.practitioner("Dr. Else").await;
    let gone = story.server.practitioner("Dr. Gone").await;
    admin.patch(&format!("/users/{}", gone.id()), json!({ "disabled": true })).await.expect(200);
    for (by, successor) in [
        (&story.doctor, &elsewhere),
        (&assistant, &elsewhere),
        (&story.doctor, &story.patient),
        (&admin, &gone),
        (&admin, &assistant),
    ] {
        let refused = by.patch(&path, to(successor)).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], "practitioner_id");
    }
    story.patient.patch(&path, to(&colleague)).await.problem(403, "forbidden");
    elsewhere.patch(&path, to(&elsewhere)).await.problem(404, "not_found");
    assert_eq!(story.doctor.patch(&path, to(&story.doctor)).await.expect(200)["version"], booked["version"]);
    let given = story.doctor.patch(&path, to(&colleague)).await.expect(200);
    assert_eq!(given["practitioner"]["name"], "Dr. Bo");
    story.doctor.get(&path).await.problem(404, "not_found");
    assert_eq!(admin.patch(&path, to(&elsewhere)).await.expect(200)["practitioner"]["name"], "Dr. Else");
}

#[tokio::test]
async fn the_client_and_both_practitioners_are_told_at_once() {
    let story = Story::new().await;
    let (colleague, assistant) = clinic(&story).await;
    let booked = story.book(60, 30).await;
    let mut sockets = Vec::new();
    for party in [&story.patient, &story.doctor, &colleague] {
        sockets.push(Listener::of(party).await);
    }
    assistant.patch(&appointment_path(&booked), to(&colleague)).await.expect(200);
    for (socket, event) in sockets.iter_mut().zip(["updated", "moved", "booked"]) {
        let told = socket.hear(event).await;
        assert_eq!(told["session"]["practitioner"]["name"], "Dr. Bo", "{event}");
    }
}
