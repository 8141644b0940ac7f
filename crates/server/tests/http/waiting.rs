//! Who is in the waiting room, as the practice sees it.

use jiff::SignedDuration;
use openvisit_app::timers::recover;
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
        seconds(&story, 9).await;
        assert_eq!(seen(&story, &session).await, (came.clone(), Value::Null), "it may be loading again");
        seconds(&story, 1).await;
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
