//! Where the practitioner is, as whoever waits for him or her is told.

use openvisit_core::attendance::FactKind;
use serde_json::{Value, json};

use crate::common::{Listener, Party};
use crate::story::{Story, on_both, session_path};

/// Somebody else who waits for an appointment after that of the story's patient; the session's path, and who waits.
async fn next_in_line(story: &Story) -> (String, Party) {
    let made = story.doctor.post("/clients", json!({ "name": "Pat" })).await.expect(201);
    let pat = story.server.sign_in(made["id"].as_str().unwrap().parse().unwrap());
    let mut booking = story.booking(30, 30);
    booking["client_id"] = made["id"].clone();
    let session = session_path(&story.doctor.post("/appointments", booking).await.expect(201));
    (session, pat)
}

fn she_is(told: &Value, presence: &str) -> bool {
    told["session"]["practitioner_presence"] == presence
}

async fn presence(party: &Party, session: &str) -> Value {
    party.get(session).await.expect(200)["practitioner_presence"].clone()
}

on_both! {
    async fn who_waits_learns_that_she_is_in_another_call_and_not_with_whom(story: Story) {
        let first = story.now().await;
        let (second, pat) = next_in_line(&story).await;
        story.advance(20).await;
        assert_eq!(presence(&pat, &second).await, Value::Null, "nobody has come");
        pat.post(&format!("{second}/join"), json!({})).await.expect(200);
        assert_eq!(presence(&pat, &second).await, "away");
        let mut listener = Listener::of(&pat).await;
        assert_eq!(listener.hear("state").await["session"]["practitioner_presence"], "away");

        let (doctor, _) = story.call(&first).await;
        let told = listener.hear_that("updated", |it| she_is(it, "in_another_call")).await;
        assert!(!told.to_string().contains(first.rsplit('/').next().unwrap()) && !told.to_string().contains("Sam"));
        assert_eq!(presence(&pat, &second).await, "in_another_call");
        assert_eq!(presence(&story.patient, &first).await, "here");
        let listed = pat.get("/sessions").await.expect(200);
        assert_eq!(listed["items"][0]["practitioner_presence"], "in_another_call");

        story.fact(&first, &doctor, FactKind::Disconnected).await;
        listener.hear_that("updated", |it| she_is(it, "away")).await;

        let doctor = story.doctor.post(&format!("{second}/join"), json!({})).await.expect(200);
        story.fact(&second, &doctor["participant_id"], FactKind::Connected).await;
        assert_eq!(listener.hear("joined").await["session"]["practitioner_presence"], "here");
        assert_eq!(presence(&story.patient, &first).await, "in_another_call");
        assert_eq!(presence(&story.doctor, &second).await, Value::Null, "she knows");
    }

    async fn a_call_that_ends_sets_her_free(story: Story) {
        let first = story.now().await;
        let (second, pat) = next_in_line(&story).await;
        story.advance(20).await;
        story.call(&first).await;
        pat.post(&format!("{second}/join"), json!({})).await.expect(200);
        assert_eq!(presence(&pat, &second).await, "in_another_call");
        let mut listener = Listener::of(&pat).await;
        listener.hear("state").await;
        story.doctor.post(&format!("{first}/end"), json!({})).await.expect(200);
        listener.hear_that("updated", |it| she_is(it, "away")).await;
        assert_eq!(presence(&story.patient, &first).await, Value::Null, "it has ended");
    }

    async fn a_running_session_says_when_it_will_be_closed(story: Story) {
        let session = story.now().await;
        assert_eq!(story.see(&session).await["closes_at"], Value::Null);
        let (doctor, patient) = story.call(&session).await;
        let seen = story.see(&session).await;
        assert!(seen["closes_at"].is_string());
        assert_eq!(seen["closes_at"], seen["hard_stop_at"]);
        story.advance(1).await;
        for participant in [&doctor, &patient] {
            story.fact(&session, participant, FactKind::Disconnected).await;
        }
        let soon = story.server.now() + jiff::SignedDuration::from_secs(60);
        assert_eq!(story.see(&session).await["closes_at"], json!(soon));
        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!(story.see(&session).await["closes_at"], Value::Null);
    }
}
