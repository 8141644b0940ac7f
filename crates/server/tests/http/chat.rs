//! What is said in writing during a call.

use jiff::SignedDuration;
use openvisit_app::announce::Announcement;
use openvisit_app::timers::sweep;
use openvisit_core::attendance::FactKind;
use openvisit_core::ids::SessionId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, send};
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

fn id_of(session: &Value) -> SessionId {
    session.as_str().unwrap().parse().unwrap()
}

fn texts(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["text"].as_str().unwrap()).collect()
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
        assert_eq!(texts(&told_again(&guest, 2).await), ["Welcome", "Good morning"]);
        assert_eq!(texts(&told_again(&story.patient, 3).await), ["Just between us", "Welcome", "Good morning"]);
    }

    async fn a_restart_in_the_middle_of_a_call_keeps_what_was_said(story: Story) {
        let mut story = story;
        let (session, id, mut doctor, mut patient) = call(&story).await;
        let seen = story.see(&session).await;
        say(&mut doctor, &id, "Take one a day").await;
        say(&mut patient, &id, "Before breakfast?").await;
        story.server.restart().await;
        for party in [&mut story.doctor, &mut story.patient] {
            *party = party.at(story.server.address);
        }
        let kept = told_again(&story.patient, 2).await;
        assert_eq!((&kept[0]["text"], &kept[0]["name"]), (&json!("Take one a day"), &json!("Dr. Ada")));
        assert_eq!(told_again(&story.doctor, 2).await, kept);

        for participant in seen["participants"].as_array().unwrap() {
            story.fact_of(2, &session, &participant["id"], FactKind::Connected).await;
        }
        let [mut doctor, mut patient] = [Listener::of(&story.doctor).await, Listener::of(&story.patient).await];
        for message in &kept {
            assert_eq!(patient.hear("chat").await, *message);
        }
        let ack = say(&mut doctor, &id, "After it").await;
        let message = patient.hear("chat").await;
        assert_eq!((&message["id"], &message["text"]), (&ack["id"], &json!("After it")), "once");
    }

    async fn nothing_of_it_can_be_read_in_the_database_and_nothing_is_left_when_it_is_over(story: Story) {
        let (session, id, mut doctor, mut patient) = call(&story).await;
        say(&mut doctor, &id, "Take one a day").await;
        patient.hear("chat").await;
        let (store, of) = (&story.server.app.store, id_of(&id));
        let kept = format!("{:?}", store.chat_messages(of, None).await.unwrap());
        let written = format!("{:?}", "Take one a day".as_bytes());
        assert!(!kept.contains(written.trim_matches(['[', ']'])), "{kept}");
        story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
        patient.hear("ended").await;
        assert!(!store.has_chat(None).await.unwrap());
    }

    async fn what_is_older_than_a_day_is_swept(story: Story) {
        let (session, id, mut doctor, _) = call(&story).await;
        say(&mut doctor, &id, "Take one a day").await;
        story.doctor.post(&format!("{session}/extend"), json!({ "minutes": 240 })).await.expect(200);
        // Nothing ends the session here: the timers are asleep.
        for (hours, left) in [(23, true), (2, false)] {
            story.server.advance(SignedDuration::from_hours(hours));
            sweep(&story.server.app).await.unwrap();
            assert_eq!(story.server.app.store.has_chat(None).await.unwrap(), left);
        }
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
    assert!(say(&mut patient, &id, &"ü".repeat(2_000)).await["id"].is_string(), "each for themselves");
    for number in 6..206 {
        story.server.advance(SignedDuration::from_secs(1));
        assert!(say(&mut patient, &id, &format!("{number}")).await["id"].is_string());
    }
    let kept = told_again(&story.doctor, 200).await;
    assert_eq!(kept[0]["text"], "6");
}

/// Whatever a node is told first, and however often.
#[tokio::test]
async fn what_is_said_at_two_nodes_is_heard_once_and_in_one_order() {
    let mut story = Story::postgres().await;
    story.part().await;
    let (session, id, mut doctor, mut patient) = call(&story).await;
    for (number, text) in ["one", "two", "three", "four"].into_iter().enumerate() {
        let speaker = if number % 2 == 0 { &mut doctor } else { &mut patient };
        assert!(say(speaker, &id, text).await["id"].is_string());
    }
    story.node().app.announcer.announce(&Announcement::Said { session: id_of(&id) });
    let mut heard = vec![];
    for _ in 0..4 {
        let message = patient.hear("chat").await;
        assert_eq!(doctor.hear("chat").await, message);
        heard.push(message);
    }
    assert_eq!(texts(&heard), ["one", "two", "three", "four"]);
    assert_eq!(told_again(&story.patient, 4).await, heard, "the same at each node");
    assert_eq!(told_again(&story.doctor, 4).await, heard);

    story.doctor.post(&format!("{session}/end"), json!({})).await.expect(200);
    patient.hear("ended").await;
    assert_eq!(say(&mut patient, &id, "five").await["code"], "not_found");
    assert_eq!((patient.heard_already("chat"), doctor.heard_already("chat")), (None, None));
}

#[tokio::test]
async fn how_fast_somebody_may_be_counts_at_all_nodes() {
    let mut story = Story::postgres().await;
    story.part().await;
    let (_, id, mut doctor, mut patient) = call(&story).await;
    let mut doctor_there = Listener::of(&story.doctor.at(story.patient.address())).await;
    for number in 0..5 {
        let speaker = if number % 2 == 0 { &mut doctor } else { &mut doctor_there };
        assert!(say(speaker, &id, "quick").await["id"].is_string());
    }
    for speaker in [&mut doctor, &mut doctor_there] {
        assert_eq!(say(speaker, &id, "too fast").await["code"], "too_many_requests");
    }
    assert!(say(&mut patient, &id, "each for themselves").await["id"].is_string());
}

#[tokio::test]
async fn a_file_that_was_sent_at_one_node_is_had_at_the_other() {
    let mut story = Story::postgres().await;
    story.part().await;
    let (session, _, _, mut patient) = call(&story).await;
    let path = format!("/api/v1{session}/files");
    let request = story.doctor.raw(Method::POST, &path).header("x-file-name", "a.pdf");
    let sent = send(request.body("%PDF-1.7 ...")).await.expect(201);
    let message = patient.hear("chat").await;
    assert_eq!((&message["id"], &message["file"]["name"]), (&sent["id"], &json!("a.pdf")));
    let file = story.patient.get(&format!("{session}/files/{}", sent["id"].as_str().unwrap())).await;
    assert_eq!((file.status, file.body.as_str()), (200, "%PDF-1.7 ..."));
}
