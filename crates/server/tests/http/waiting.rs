//! Who is in the waiting room, as the practice sees it.

use jiff::SignedDuration;
use openvisit_app::recovery::recover;
use serde_json::{Value, json};

use crate::common::{Listener, Party};
use crate::story::{Story, on_both};

/// The client's page is in the waiting room; its socket, and what the practitioner's hears.
async fn waits(story: &Story, session: &str) -> (Listener, Listener) {
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let mut doctor = Listener::of(&story.doctor).await;
    (enter(&story.patient, session, &mut doctor).await, doctor)
}

/// A page of somebody who has joined.
async fn enter(party: &Party, session: &str, doctor: &mut Listener) -> Listener {
    let mut page = Listener::of(party).await;
    let entered = page.ask("enter", json!({ "session_id": session.rsplit('/').next() })).await;
    assert_eq!(entered["ok"], true);
    doctor.hear("joined").await;
    page
}

async fn seconds(story: &Story, seconds: i64) {
    story.server.advance(SignedDuration::from_secs(seconds));
    story.tick().await;
}

/// Of the session's first participant: since when they wait, and when they left.
async fn seen(story: &Story, session: &str) -> (Value, Value) {
    of_view(&story.see(session).await)
}

fn of_view(session: &Value) -> (Value, Value) {
    let participant = &session["participants"][0];
    (participant["waiting_since"].clone(), participant["left_at"].clone())
}

on_both! {
    async fn a_page_that_is_closed_is_gone_within_the_grace_of_a_reload(story: Story) {
        let session = story.now().await;
        let came = json!(story.server.now());
        let (page, mut doctor) = waits(&story, &session).await;
        seconds(&story, 60).await;
        page.close().await;
        doctor.hear("left").await;
        let left = json!(story.server.now());
        seconds(&story, 8).await;
        assert_eq!(seen(&story, &session).await, (came.clone(), Value::Null), "it may be loading again");
        seconds(&story, 2).await;
        assert_eq!(of_view(&doctor.hear("updated").await["session"]), (Value::Null, left.clone()), "told by itself");
        assert_eq!(seen(&story, &session).await, (Value::Null, left));
        assert_eq!(story.see(&session).await["status"], "waiting", "that somebody came stays true");

        let _page = enter(&story.patient, &session, &mut doctor).await;
        let back = json!(story.server.now());
        assert_eq!(seen(&story, &session).await, (back, Value::Null), "the absence does not count");
        assert_eq!(of_view(&story.patient.get(&session).await.expect(200)), seen(&story, &session).await);
    }

    async fn a_program_without_a_socket_is_here_while_it_asks(story: Story) {
        let session = story.now().await;
        let came = json!(story.server.now());
        story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
        for _ in 0..4 {
            seconds(&story, 8).await;
            story.patient.get("/me").await.expect(200);
        }
        let last = json!(story.server.now());
        assert_eq!(seen(&story, &session).await, (came, Value::Null), "any request of theirs counts");
        let mut doctor = Listener::of(&story.doctor).await;
        seconds(&story, 10).await;
        assert_eq!(of_view(&doctor.hear("updated").await["session"]), (Value::Null, last.clone()));
        assert_eq!(seen(&story, &session).await, (Value::Null, last));
        story.patient.get(&session).await.expect(200);
        assert_eq!(seen(&story, &session).await, (json!(story.server.now()), Value::Null), "back");
        story.patient.post(&format!("{session}/leave"), json!({})).await.expect(204);
        let left = json!(story.server.now());
        story.patient.get(&session).await.expect(200);
        assert_eq!(seen(&story, &session).await, (Value::Null, left), "who says that they go is gone");
    }

    async fn two_pages_of_one_client_are_one_who_waits(story: Story) {
        let session = story.now().await;
        let came = json!(story.server.now());
        let (first, mut doctor) = waits(&story, &session).await;
        let mut second = Listener::of(&story.patient).await;
        second.ask("enter", json!({ "session_id": session.rsplit('/').next() })).await;
        first.close().await;
        second.ask("enter", json!({ "session_id": session.rsplit('/').next() })).await;
        seconds(&story, 60).await;
        assert_eq!(seen(&story, &session).await, (came, Value::Null));
        second.close().await;
        doctor.hear("left").await;
        seconds(&story, 10).await;
        assert_eq!(seen(&story, &session).await.0, Value::Null);
    }

    async fn who_came_and_left_is_not_the_one_who_was_missing(story: Story) {
        let session = story.now().await;
        let (page, mut doctor) = waits(&story, &session).await;
        page.close().await;
        doctor.hear("left").await;
        story.advance(1).await;
        let ended = story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!((&ended["outcome"], &ended["absent"]), (&json!("no_show"), &json!("practitioner")));
        assert_eq!(of_view(&ended), (Value::Null, Value::Null), "nobody waits in what is over");
    }
}

#[tokio::test]
async fn nobody_waits_in_what_was_called_off() {
    let story = Story::new().await;
    let session = story.now().await;
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    let appointment = story.see(&session).await["appointment_id"].as_str().unwrap().to_owned();
    story.doctor.post(&format!("/appointments/{appointment}/cancel"), json!({})).await.expect(200);
    assert_eq!(seen(&story, &session).await, (Value::Null, Value::Null));
    story.doctor.post(&format!("/appointments/{appointment}/reactivate"), json!({})).await;
    assert_eq!(seen(&story, &session).await, (Value::Null, Value::Null), "and nobody has come yet");
}

#[tokio::test]
async fn after_a_restart_who_asks_on_waits_on_and_who_does_not_is_gone() {
    let mut story = Story::new().await;
    let session = story.now().await;
    let came = json!(story.server.now());
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    story.server.restart().await;
    recover(&story.server.app).await.unwrap();
    let [doctor, patient] = [&story.doctor, &story.patient].map(|party| party.at(story.server.address));
    (story.doctor, story.patient) = (doctor, patient);
    seconds(&story, 8).await;
    story.patient.get(&session).await.expect(200);
    seconds(&story, 8).await;
    assert_eq!(seen(&story, &session).await, (came, Value::Null));
    seconds(&story, 2).await;
    assert_eq!(seen(&story, &session).await.0, Value::Null);
}

/// A practice with reception, whose practitioner has a client that waits: the session's path.
async fn practice(story: &mut Story) -> (Party, String) {
    let admin = story.server.admin().await;
    let made = admin.post("/organizations", json!({ "name": "Practice" })).await.expect(201);
    let reception = story.server.assistant("Rita").await;
    for person in [&story.doctor, &reception] {
        let change = json!({ "organization_id": made["id"] });
        admin.patch(&format!("/users/{}", person.id()), change).await.expect(200);
    }
    let session = story.now().await;
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    (reception, session)
}

async fn word(party: &Party, session: &str) -> Value {
    party.get(session).await.expect(200)["doorway"]["word"].clone()
}

on_both! {
    async fn a_word_reaches_whoever_waits_stays_over_a_reload_and_ends_with_the_waiting(story: Story) {
        let mut story = story;
        let (reception, session) = practice(&mut story).await;
        let mut patient = Listener::of(&story.patient).await;
        let mut desk = Listener::of(&reception).await;
        let path = format!("{session}/word");
        story.doctor.put(&path, json!({ "late_minutes": 10 })).await.expect(200);
        let told = patient.hear("updated").await["session"]["doorway"]["word"].clone();
        assert_eq!((&told["late_minutes"], &told["by"]), (&json!(10), &json!("practitioner")));
        assert_eq!(word(&story.patient, &session).await, told, "a reload shows it");
        assert_eq!(desk.hear("updated").await["session"]["doorway"]["word"], told, "reception sees it too");

        reception.put(&path, json!({ "text": " Please have your insurance card at hand. " })).await.expect(200);
        let told = word(&story.patient, &session).await;
        assert_eq!(told["text"], "Please have your insurance card at hand.");
        assert_eq!((&told["by"], &told["late_minutes"]), (&json!("assistant"), &Value::Null));
        reception.delete(&path).await.expect(200);
        assert_eq!(word(&story.patient, &session).await, Value::Null);

        story.doctor.put(&path, json!({ "late_minutes": 5 })).await.expect(200);
        let id = story.see(&session).await["participants"][0]["id"].clone();
        story.doctor.post(&format!("{session}/admit"), json!({ "participant_id": id })).await.expect(200);
        assert_eq!(word(&story.doctor, &session).await, Value::Null, "nobody waits any more");
        assert!(!story.server.log().contains("insurance card"), "in no log");
    }

    async fn whoever_waits_writes_to_the_practitioner_who_opened_that_and_to_nobody_else(story: Story) {
        let mut story = story;
        let (reception, session) = practice(&mut story).await;
        let path = format!("{session}/door-chat");
        story.patient.post(&path, json!({ "text": "Hello?" })).await.problem(404, "not_found");
        story.doctor.put(&path, json!({ "open": true })).await.expect(200);
        story.patient.post(&path, json!({ "text": "My camera is broken" })).await.expect(200);
        story.doctor.post(&path, json!({ "text": "Then by sound" })).await.expect(200);
        let texts = |session: &Value| {
            let messages = session["doorway"]["messages"].as_array().unwrap().clone();
            messages.iter().map(|it| it["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let both = ["My camera is broken", "Then by sound"];
        assert_eq!(texts(&story.see(&session).await), both);
        assert_eq!(texts(&story.patient.get(&session).await.expect(200)), both);
        assert!(texts(&reception.get(&session).await.expect(200)).is_empty(), "reception reads none of it");
        reception.post(&path, json!({ "text": "Hello" })).await.problem(403, "forbidden");
        reception.put(&path, json!({ "open": false })).await.problem(403, "forbidden");
        for _ in 0..4 {
            story.patient.post(&path, json!({ "text": "and?" })).await.expect(200);
        }
        story.patient.post(&path, json!({ "text": "and?" })).await.problem(429, "too_many_requests");
        story.doctor.put(&path, json!({ "open": false })).await.expect(200);
        assert!(texts(&story.see(&session).await).is_empty());
    }
}

#[tokio::test]
async fn a_stranger_says_nothing_at_the_door_and_hears_nothing() {
    let mut story = Story::new().await;
    let (_, session) = practice(&mut story).await;
    story.doctor.put(&format!("{session}/word"), json!({ "text": "secret" })).await.expect(200);
    story.doctor.put(&format!("{session}/door-chat"), json!({ "open": true })).await.expect(200);
    let (client, doctor) = (story.server.client("Else").await, story.server.practitioner("Dr. Else").await);
    for stranger in [client, doctor, story.server.assistant("Other").await] {
        let (word, chat) = (format!("{session}/word"), format!("{session}/door-chat"));
        stranger.get(&session).await.problem(404, "not_found");
        stranger.put(&word, json!({ "late_minutes": 5 })).await.problem(404, "not_found");
        stranger.delete(&word).await.problem(404, "not_found");
        stranger.put(&chat, json!({ "open": true })).await.problem(404, "not_found");
        stranger.post(&chat, json!({ "text": "x" })).await.problem(404, "not_found");
    }
    for route in ["word", "door-chat"] {
        let anonymous = story.server.anonymous();
        anonymous.put(&format!("{session}/{route}"), json!({})).await.problem(401, "unauthorized");
    }
    story
        .patient
        .put(&format!("{session}/word"), json!({ "late_minutes": 5 }))
        .await
        .problem(403, "forbidden");
    story
        .patient
        .put(&format!("{session}/door-chat"), json!({ "open": true }))
        .await
        .problem(403, "forbidden");
    story
        .server
        .admin()
        .await
        .put(&format!("{session}/word"), json!({ "late_minutes": 5 }))
        .await
        .problem(403, "forbidden");
}

#[tokio::test]
async fn a_word_that_says_nothing_or_too_much_is_refused() {
    let mut story = Story::new().await;
    let (_, session) = practice(&mut story).await;
    let path = format!("{session}/word");
    for body in
        [json!({}), json!({ "text": " " }), json!({ "late_minutes": 0 }), json!({ "late_minutes": 241 })]
    {
        story.doctor.put(&path, body).await.problem(422, "invalid");
    }
    story.doctor.put(&path, json!({ "text": "é".repeat(500) })).await.expect(200);
    story.doctor.put(&path, json!({ "text": "é".repeat(501) })).await.problem(422, "invalid");
    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    story.doctor.put(&path, json!({ "late_minutes": 5 })).await.problem(409, "not_allowed_now");
}
