//! What is said in writing during a call.

use jiff::SignedDuration;
use openvisit_core::attendance::FactKind;
use serde_json::{Value, json};

use crate::common::{Listener, Party};
use crate::story::{Story, on_both};

/// A call of both, with their sockets; the session's path and id.
async fn call(story: &Story) -> (String, Value, Listener, Listener) {
    let session = story.now().await;
    story.call(&session).await;
    let id = json!(session.rsplit('/').next().unwrap());
    (session, id, Listener::of(&story.doctor).await, Listener::of(&story.patient).await)
}

async fn say(listener: &mut Listener, session: &Value, text: &str) -> Value {
    listener.ask("chat", json!({ "session_id": session, "text": text })).await
}

/// The first messages that somebody who connects now is told; there are no more.
async fn told_again(party: &Party, count: usize) -> Vec<Value> {
    let mut listener = Listener::of(party).await;
    let mut messages = Vec::new();
    for _ in 0..count {
        messages.push(listener.hear("chat").await);
    }
    listener.ask("leave", json!({ "session_id": "01890000-0000-7000-8000-000000000000" })).await;
    assert_eq!(listener.heard_already("chat"), None);
    messages
}

on_both! {
    async fn both_read_what_is_said_and_read_it_again_when_they_come_back(story: Story) {
        let (session, id, mut doctor, mut patient) = call(&story).await;
        let ack = say(&mut doctor, &id, "  Take one a day.\nNot more. ").await;
        let message = patient.hear("chat").await;
        assert_eq!(doctor.hear("chat").await, message);
        let seen = story.see(&session).await;
        let speaker = seen["participants"].as_array().unwrap().iter().find(|p| p["role"] == "practitioner");
        assert_eq!(
            message,
            json!({
                "session_id": id, "id": ack["id"], "participant_id": speaker.unwrap()["id"], "name": "Dr. Ada",
                "text": "Take one a day.\nNot more.", "at": story.server.now(),
            })
        );
        assert_eq!(told_again(&story.patient, 1).await, [message]);

        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        assert_eq!(told_again(&story.patient, 0).await, [] as [Value; 0]);
        assert_eq!(say(&mut doctor, &id, "One more thing").await["code"], "not_found");
        let log = story.server.log();
        assert!(!log.contains("one a day") && !log.contains("One more"));
    }

    async fn nobody_else_reads_or_says_anything(story: Story) {
        let (session, id, mut doctor, _) = call(&story).await;
        let appointment = story.see(&session).await["appointment_id"].clone();
        let path = format!("/appointments/{}/invitations", appointment.as_str().unwrap());
        let link = story.doctor.post(&path, json!({ "role": "guest", "name": "Gil" })).await.expect(201);
        let token = link["url"].as_str().unwrap().split('#').next_back().unwrap().rsplit('=').next().unwrap();
        let redeemed = story.server.anonymous().post("/invitations/redeem", json!({ "token": token })).await;
        let guest = story.server.bearer(redeemed.expect(200)["access_token"].as_str().unwrap());
        let waits = guest.post(&format!("{session}/join"), json!({})).await.expect(200);
        assert_eq!(waits["state"], "waiting");
        let stranger = story.server.client("Stranger").await;
        let admin = story.server.admin().await;
        let mut outside = Vec::new();
        for party in [&guest, &stranger, &admin] {
            outside.push(Listener::of(party).await);
        }

        say(&mut doctor, &id, "Just between us").await;
        for (listener, code) in outside.iter_mut().zip(["not_found", "not_found", "forbidden"]) {
            assert_eq!(say(listener, &id, "Hello").await["code"], code);
            assert_eq!(listener.heard_already("chat"), None);
        }
        // Who is let in later reads on from there.
        story.server.advance(SignedDuration::from_secs(1));
        let admit = json!({ "participant_id": waits["participant_id"] });
        story.doctor.post(&format!("{session}/admit"), admit).await.expect(200);
        assert_eq!(say(&mut outside[0], &id, "Hello").await["code"], "not_found", "not connected");
        story.fact(&session, &waits["participant_id"], FactKind::Connected).await;
        say(&mut doctor, &id, "Welcome").await;
        assert_eq!(outside[0].hear("chat").await["text"], "Welcome");
        assert!(say(&mut outside[0], &id, "Good morning").await["id"].is_string());
        doctor.hear("chat").await;
        let texts = |messages: Vec<Value>| messages.iter().map(|m| m["text"].clone()).collect::<Vec<_>>();
        assert_eq!(texts(told_again(&guest, 2).await), ["Welcome", "Good morning"]);
        assert_eq!(texts(told_again(&story.patient, 3).await), ["Just between us", "Welcome", "Good morning"]);
    }
}

#[tokio::test]
async fn what_is_said_is_bounded() {
    let story = Story::new().await;
    let (_, id, mut doctor, mut patient) = call(&story).await;
    for wrong in ["", " \n ", &"x".repeat(2_001)] {
        assert_eq!(say(&mut doctor, &id, wrong).await["code"], "invalid");
    }
    assert_eq!(doctor.ask("chat", json!({ "text": "Hi" })).await["code"], "invalid");
    for number in 0..5 {
        assert!(say(&mut doctor, &id, &format!("{number}")).await["id"].is_string());
    }
    assert_eq!(say(&mut doctor, &id, "too fast").await["code"], "too_many_requests");
    assert!(say(&mut patient, &id, &"ü".repeat(2_000)).await["id"].is_string(), "each for himself");
    for number in 6..206 {
        story.server.advance(SignedDuration::from_secs(1));
        assert!(say(&mut patient, &id, &format!("{number}")).await["id"].is_string());
    }
    let kept = told_again(&story.doctor, 200).await;
    assert_eq!(kept[0]["text"], "6");
}
