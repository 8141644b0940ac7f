//! From the first click to the last minute, with a clock that the test moves.

use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use serde_json::{Value, json};

use crate::story::{Story, appointment_path, on_both, session_path};

#[tokio::test]
async fn a_whole_consultation() {
    a_whole_consultation_in(Story::new().await).await;
}

#[tokio::test]
async fn a_whole_consultation_on_postgresql() {
    a_whole_consultation_in(Story::postgres().await).await;
}

async fn a_whole_consultation_in(story: Story) {
    let session = story.now().await;
    story.call(&session).await;
    let running = story.see(&session).await;
    assert_eq!(running["status"], "in_progress");
    assert_eq!(running["participants"][1]["connected"], true);
    story.advance(12).await;
    let ended =
        story.doctor.post(&format!("{session}/end"), json!({ "reason": "all said" })).await.expect(200);
    assert_eq!(ended["status"], "completed");
    assert_eq!(ended["duration_seconds"], 12 * 60);
    assert_eq!(ended["attendee_seconds"], 24 * 60);
    assert_eq!((&ended["ended_by"], &ended["end_reason"]), (&json!("practitioner"), &json!("all said")));

    let notes = json!({ "notes": "😀".repeat(500), "quality_rating": 4 });
    let noted = story.doctor.put(&format!("{session}/notes"), notes).await.expect(200);
    assert_eq!(noted["quality_rating"], 4);
    assert_eq!(story.see(&session).await["notes"], "😀".repeat(500));
    let too_long = json!({ "notes": "x".repeat(501) });
    story.doctor.put(&format!("{session}/notes"), too_long).await.problem(422, "invalid");
    story
        .patient
        .put(&format!("{session}/notes"), json!({ "notes": "mine" }))
        .await
        .problem(403, "forbidden");
    let theirs = story.patient.get(&session).await.expect(200);
    assert_eq!((&theirs["notes"], &theirs["quality_rating"]), (&Value::Null, &Value::Null));

    let rating = json!({ "rating": 5, "comment": "kind" });
    let rated = story.patient.put(&format!("{session}/rating"), rating).await.expect(200);
    assert_eq!(rated["client_rating"], json!({ "rating": 5, "comment": "kind" }));
    assert_eq!(story.see(&session).await["client_rating"], Value::Null);
    for wrong in [json!(0), json!(6), json!("5"), json!(2.5)] {
        story
            .patient
            .put(&format!("{session}/rating"), json!({ "rating": wrong }))
            .await
            .problem(422, "invalid");
    }

    let timeline = story.doctor.get(&format!("{session}/timeline")).await.expect(200);
    let kinds: Vec<_> =
        timeline["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"connected") && kinds.contains(&"started"));
    assert_eq!(kinds.last(), Some(&"completed"));

    let log = story.server.log();
    assert!(!log.contains("all said") && !log.contains("kind") && !log.contains("Sam"));
    let mut tx = story.server.app.store.read().await.unwrap();
    let id = session.rsplit('/').next().unwrap().parse().unwrap();
    let names: Vec<_> = tx.events(id).await.unwrap().into_iter().map(|event| event.event_type).collect();
    assert_eq!(names.last().unwrap(), "appointment.consultation.completed");
}

#[tokio::test]
async fn many_ends_at_once_are_one() {
    many_ends_at_once_are_one_in(Story::new().await).await;
}

#[tokio::test]
async fn many_ends_at_once_are_one_on_postgresql() {
    many_ends_at_once_are_one_in(Story::postgres().await).await;
}

async fn many_ends_at_once_are_one_in(story: Story) {
    let session = story.now().await;
    story.call(&session).await;
    story.advance(5).await;
    let first = story.patient.post(&format!("{session}/end"), json!({})).await.expect(200);
    let tries = (0..40).map(|index| {
        let party = if index % 2 == 0 { story.doctor.clone() } else { story.patient.clone() };
        let path = format!("{session}/end");
        tokio::spawn(async move { party.post(&path, json!({})).await.expect(200) })
    });
    for one in tries.collect::<Vec<_>>() {
        let ended = one.await.unwrap();
        assert_eq!((&ended["ended_at"], &ended["ended_by"]), (&first["ended_at"], &first["ended_by"]));
    }
    let mut tx = story.server.app.store.read().await.unwrap();
    let events = tx.events(session.rsplit('/').next().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(events.iter().filter(|e| e.event_type.ends_with("completed")).count(), 1);
}

#[tokio::test]
async fn when_both_are_gone_the_call_ends_by_itself() {
    let story = Story::new().await;
    let session = story.now().await;
    let (doctor, patient) = story.call(&session).await;
    story.advance(10).await;
    story.fact(&session, &patient, Disconnected).await;
    story.fact(&session, &doctor, Disconnected).await;
    assert_eq!(story.see(&session).await["status"], "in_progress");
    story.advance(1).await;
    let ended = story.see(&session).await;
    assert_eq!((&ended["status"], &ended["ended_by"]), (&json!("completed"), &json!("system")));
    assert_eq!(ended["duration_seconds"], 600);
}

#[tokio::test]
async fn who_leaves_may_come_back() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    story.patient.post(&format!("{session}/leave"), json!({})).await.expect(204);
    assert_eq!(story.see(&session).await["participants"][1]["connected"], false);
    let back = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    assert_eq!(back["state"], "admitted");
}

#[tokio::test]
async fn whoever_does_not_come_is_a_no_show() {
    let story = Story::new().await;
    let session = story.now().await;
    let joined = story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    story.fact(&session, &joined["participant_id"], Connected).await;
    story.advance(20).await;
    story.fact(&session, &joined["participant_id"], Disconnected).await;
    story.advance(24).await;
    assert_eq!(story.see(&session).await["status"], "waiting");
    story.advance(1).await;
    let missed = story.see(&session).await;
    assert_eq!((&missed["status"], &missed["absent"]), (&json!("no_show"), &json!("practitioner")));
    assert_eq!(missed["duration_seconds"], 0);
}

on_both! {
    async fn a_start_over_http_alone_is_never_taken_back(story: Story) {
        let booked = story.book(0, 30).await;
        let session = session_path(&booked);
        let started_at = json!(story.server.now());
        story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
        story.advance(46).await;
        let ended = story.see(&session).await;
        assert_eq!((&ended["status"], &ended["outcome"]), (&json!("completed"), &json!("completed")));
        assert_eq!((&ended["started_at"], &ended["ended_at"]), (&started_at, &booked["ends_at"]));
        assert_eq!((&ended["unproven"], &ended["attendee_seconds"]), (&json!(true), &json!(0)));
        let timeline = story.doctor.get(&format!("{session}/timeline")).await.expect(200);
        let kinds: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|it| it["kind"].clone()).collect();
        assert_eq!(kinds, ["started", "completed"]);
        let usage = story.doctor.get("/usage").await.expect(200);
        assert_eq!(usage["items"][0]["attendee_minutes"], 0, "{usage}");
    }

    async fn whoever_waited_in_vain_in_a_call_that_they_started_did_start_it(story: Story) {
        let session = story.now().await;
        let joined = story.doctor.post(&format!("{session}/join"), json!({})).await.expect(200);
        story.fact(&session, &joined["participant_id"], Connected).await;
        let started_at = json!(story.server.now());
        story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
        story.advance(20).await;
        story.fact(&session, &joined["participant_id"], Disconnected).await;
        story.advance(26).await;
        let missed = story.see(&session).await;
        assert_eq!((&missed["status"], &missed["absent"]), (&json!("no_show"), &json!("client")));
        assert_eq!((&missed["started_at"], &missed["duration_seconds"]), (&started_at, &json!(0)));
        assert_eq!((&missed["attendee_seconds"], &missed["unproven"]), (&json!(0), &json!(false)));
    }
}

#[tokio::test]
async fn an_operator_says_how_long_somebody_is_waited_for() {
    let story = Story::with("no_show_grace_seconds = 60").await;
    let session = story.now().await;
    story.patient.post(&format!("{session}/join"), json!({})).await.expect(200);
    story.advance(30).await;
    assert_eq!(story.see(&session).await["status"], "waiting");
    story.advance(1).await;
    assert_eq!(story.see(&session).await["status"], "no_show");
}

#[tokio::test]
async fn an_operator_says_when_a_long_call_is_warned() {
    let story = Story::with("overrun_seconds = 600\noverrun_warning_seconds = 120").await;
    let session = story.now().await;
    story.call(&session).await;
    let warned = async || {
        let mut tx = story.server.app.store.read().await.unwrap();
        let id = session.rsplit('/').next().unwrap().parse().unwrap();
        let events = tx.events(id).await.unwrap();
        events.iter().any(|event| event.event_type == "appointment.consultation.overrun_warning")
    };
    // It is stopped 10 minutes after its slot.
    story.advance(37).await;
    assert!(!warned().await);
    story.advance(1).await;
    assert!(warned().await);
}

#[tokio::test]
async fn a_long_call_is_warned_extended_and_stopped() {
    let story = Story::new().await;
    let session = story.now().await;
    story.call(&session).await;
    let stop = story.see(&session).await["hard_stop_at"].clone();
    assert_eq!(stop, json!(story.server.now() + crate::story::MINUTE * 60));
    story.doctor.post(&format!("{session}/extend"), json!({ "minutes": 0 })).await.problem(422, "invalid");
    story.patient.post(&format!("{session}/extend"), json!({ "minutes": 5 })).await.problem(403, "forbidden");
    story.doctor.post(&format!("{session}/extend"), json!({ "minutes": 5 })).await.expect(200);
    story.advance(64).await;
    assert_eq!(story.see(&session).await["status"], "in_progress");
    story.advance(1).await;
    assert_eq!(story.see(&session).await["status"], "completed");
}

#[tokio::test]
async fn a_restart_keeps_the_session_and_counts_no_minute_twice() {
    a_restart_keeps_the_session_and_counts_no_minute_twice_in(Story::new().await).await;
}

#[tokio::test]
async fn a_restart_keeps_the_session_and_counts_no_minute_twice_on_postgresql() {
    a_restart_keeps_the_session_and_counts_no_minute_twice_in(Story::postgres_alone().await).await;
}

async fn a_restart_keeps_the_session_and_counts_no_minute_twice_in(story: Story) {
    let session = story.now().await;
    story.call(&session).await;
    story.advance(10).await;
    openvisit_app::attendance::beat(&story.server.app).await.unwrap();
    story.server.advance(crate::story::MINUTE * 2);
    openvisit_app::recovery::recover(&story.server.app).await.unwrap();
    let after = story.see(&session).await;
    assert_eq!(after["status"], "in_progress");
    assert_eq!(after["attendee_seconds"], 2 * 600, "up to the last heartbeat");
    assert_eq!(after["participants"][0]["connected"], false);
    story.tick().await;
    assert_eq!(story.see(&session).await["status"], "in_progress", "the grace begins anew");
    story.advance(1).await;
    assert_eq!(story.see(&session).await["duration_seconds"], 600);
}

#[tokio::test]
async fn moves_that_the_state_does_not_know_are_refused() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let session = session_path(&booked);
    story
        .doctor
        .post(&format!("{session}/extend"), json!({ "minutes": 5 }))
        .await
        .problem(409, "not_allowed_now");
    story.patient.post(&format!("{session}/start"), json!({})).await.problem(403, "forbidden");
    story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
    story.doctor.post(&format!("{session}/start"), json!({})).await.expect(200);
    let refused = story.doctor.post(&format!("{}/cancel", appointment_path(&booked)), json!({})).await;
    let problem = refused.problem(409, "not_allowed_now");
    assert_eq!(problem["state"], "in_progress");
    assert!(problem["allowed"].as_array().unwrap().contains(&json!("end")));
}

#[tokio::test]
async fn bodies_that_are_no_bodies_are_refused() {
    let story = Story::new().await;
    let session = story.now().await;
    let raw = |body: &str, kind: &str| {
        let request = story.doctor.request(reqwest::Method::POST, &format!("{session}/end"));
        crate::common::send(request.header("content-type", kind.to_owned()).body(body.to_owned()))
    };
    raw("{", "application/json").await.problem(400, "bad_request");
    raw("[]", "application/json").await.problem(422, "invalid");
    raw("a=b", "application/x-www-form-urlencoded").await.problem(415, "unsupported_media_type");
    raw(&format!("{{\"reason\":\"{}\"}}", "x".repeat(1 << 20)), "application/json")
        .await
        .problem(413, "payload_too_large");
    raw("{\"quality_rating\":9}", "application/json").await.problem(422, "invalid");
    story.doctor.post("/sessions/nonsense/end", json!({})).await.problem(404, "not_found");
    assert_eq!(story.see(&session).await["status"], "scheduled");
}
