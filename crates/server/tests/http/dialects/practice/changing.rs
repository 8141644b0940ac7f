//! `PUT` and `DELETE /api/video-sessions/{id}`.

use serde_json::{Value, json};

use super::{SESSIONS, canonical, id, other_than, password, path};
use crate::story::{Story, session_path};

#[tokio::test]
async fn put_changes_only_the_fields_it_is_given() {
    let story = Story::new().await;
    let mut made = story.schedule(60).await;
    made.as_object_mut().unwrap().remove("password");
    let same = story.doctor.update(&made, json!({})).await.expect(200);
    assert_eq!(same, made);
    story.advance(1).await;
    for (field, value) in [("title", json!("Last talk")), ("notes", json!("no diary")), ("notes", json!(""))]
    {
        let changed = story.doctor.update(&made, json!({ field: value })).await.expect(200);
        made[field] = if value == "" { Value::Null } else { value };
        made["updated_at"] = json!(story.server.now());
        assert_eq!(changed, made);
    }
    let moved = story.doctor.update(&made, json!({ "session_date": story.at(300) })).await.expect(200);
    assert_eq!(moved["end_date"], json!(story.at(360)), "it keeps its length");
    let longer = story.doctor.update(&made, json!({ "duration_minutes": 90 })).await.expect(200);
    assert_eq!((&longer["session_date"], &longer["duration_minutes"]), (&moved["session_date"], &json!(90)));
    let by_end = story.doctor.update(&made, json!({ "end_date": story.at(330) })).await.expect(200);
    assert_eq!(by_end["duration_minutes"], 30);
    assert_eq!(by_end["title"], "Last talk");
}

#[tokio::test]
async fn a_whole_form_sent_back_changes_nothing() {
    let story = Story::new().await;
    let shown = story.doctor.fetch(&path(&story.schedule(60).await)).await.expect(200);
    story.advance(1).await;
    assert_eq!(story.doctor.update(&shown, shown.clone()).await.expect(200), shown);
    // Also where the times are those of another application.
    let elsewhere = story.book(-5, 15).await;
    let shown =
        story.doctor.fetch(&format!("{SESSIONS}/{}", elsewhere["session_id"].as_str().unwrap())).await;
    let shown = shown.expect(200);
    assert_eq!(story.doctor.update(&shown, shown.clone()).await.expect(200), shown);
}

#[tokio::test]
async fn what_cannot_be_changed_is_refused_and_nothing_changes() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let before = story.doctor.fetch(&path(&made)).await.expect(200);
    for (field, value) in [
        ("duration_minutes", json!(29)),
        ("duration_minutes", json!(181)),
        ("session_date", json!("2029-01-01T00:00:00Z")),
        ("session_date", json!("soon")),
        ("notes", json!("x".repeat(2_001))),
        ("title", json!(["a list"])),
        ("password_enabled", json!("yes")),
        ("status", json!("completed")),
        ("status", json!("in_progress")),
        ("status", json!("paid")),
        ("partner_id", json!(story.patient.id())),
        ("user_id", json!("somebody")),
    ] {
        let problem =
            story.doctor.update(&made, json!({ "title": "New", field: value })).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{value}");
    }
    story
        .doctor
        .update(
            &made,
            json!({ "session_date": story.at(70), "end_date": story.at(100), "duration_minutes": 31 }),
        )
        .await
        .problem(422, "invalid");
    story.patient.update(&made, json!({ "title": "Mine" })).await.problem(403, "forbidden");
    story.server.practitioner("Dr. Eve").await.update(&made, json!({})).await.problem(404, "not_found");
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200), before);
}

#[tokio::test]
async fn an_overlap_is_refused_on_update_too_and_the_password_stays() {
    let story = Story::new().await;
    let (first, second) = (story.schedule(10).await, story.schedule(120).await);
    let body = json!({ "session_date": story.at(90), "title": "New", "regenerate_password": true });
    let refused = story.doctor.update(&first, body).await.problem(409, "slot_taken");
    assert_eq!(refused["conflict"]["session_date"], second["session_date"]);
    assert_eq!(refused["conflict"]["user_name"], "Sam");
    let kept = story.doctor.fetch(&path(&first)).await.expect(200);
    assert_eq!((&kept["title"], &kept["session_date"]), (&first["title"], &first["session_date"]));
    story.patient.verify(&first, password(&first)).await.expect(200);
    story.doctor.update(&first, json!({ "session_date": story.at(60) })).await.expect(200);
    story.doctor.update(&first, json!({ "duration_minutes": 61 })).await.problem(409, "slot_taken");
}

#[tokio::test]
async fn a_password_is_switched_off_and_on_and_regenerated() {
    let story = Story::new().await;
    let made = story.schedule(0).await;
    let new = story.doctor.update(&made, json!({ "regenerate_password": true })).await.expect(200);
    assert_ne!(password(&new), password(&made));
    story.patient.verify(&made, password(&made)).await.problem(403, "passcode_wrong");
    let off = story.doctor.update(&made, json!({ "password_enabled": false })).await.expect(200);
    assert_eq!((&off["password_enabled"], off.get("password")), (&json!(false), None));
    story.doctor.update(&made, json!({ "regenerate_password": true })).await.problem(409, "conflict");
    let on = story.doctor.update(&made, json!({ "password_enabled": true })).await.expect(200);
    assert_eq!(on["password_enabled"], true);
    for old in [password(&made), password(&new)].into_iter().filter(|old| *old != password(&on)) {
        story.patient.verify(&made, old).await.problem(403, "passcode_wrong");
    }
    let again = story.doctor.update(&made, json!({ "password_enabled": true })).await.expect(200);
    assert_eq!(again.get("password"), None, "it was on already");
    story.patient.verify(&made, password(&on)).await.expect(200);
}

#[tokio::test]
async fn a_session_is_cancelled_and_taken_back_by_its_status() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    let off = json!({ "status": "cancelled", "notes": "has a cold" });
    let cancelled = story.doctor.update(&made, off).await.expect(200);
    assert_eq!((&cancelled["status"], &cancelled["outcome"]), (&json!("cancelled"), &json!("cancelled")));
    assert_eq!(cancelled["notes"], "has a cold");
    story.doctor.update(&made, json!({ "status": "cancelled" })).await.expect(200);
    story.doctor.update(&made, json!({ "title": "New" })).await.problem(409, "ended");
    story.doctor.update(&made, json!({ "regenerate_password": true })).await.problem(409, "ended");
    let in_the_way = story.schedule(60).await;
    story.doctor.update(&made, json!({ "status": "scheduled" })).await.problem(409, "slot_taken");
    story.doctor.remove(&in_the_way).await.expect(204);
    let back = story.doctor.update(&made, json!({ "status": "scheduled" })).await.expect(200);
    assert_eq!((&back["status"], &back["outcome"]), (&json!("scheduled"), &Value::Null));
}

#[tokio::test]
async fn a_deleted_session_is_cancelled_gone_from_here_and_kept_as_evidence() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    story.patient.remove(&made).await.problem(403, "forbidden");
    story.server.practitioner("Dr. Eve").await.remove(&made).await.problem(404, "not_found");
    story.doctor.remove(&made).await.expect(204);
    for who in [&story.doctor, &story.patient, &story.server.admin().await] {
        who.fetch(&path(&made)).await.problem(404, "not_found");
        who.remove(&made).await.problem(404, "not_found");
        who.update(&made, json!({ "title": "New" })).await.problem(404, "not_found");
        who.verify(&made, password(&made)).await.problem(404, "not_found");
        assert_eq!(who.get(&canonical(&made)).await.expect(200)["status"], "cancelled");
    }
    for list in ["partners", "users"] {
        let who = if list == "users" { &story.patient } else { &story.doctor };
        let found = who.fetch(&format!("/api/{list}/{}/video-sessions", who.id())).await.expect(200);
        assert_eq!(found, json!([]));
    }
    story.schedule(60).await;
}

#[tokio::test]
async fn a_session_in_progress_cannot_be_deleted_and_an_ended_one_keeps_its_evidence() {
    let story = Story::new().await;
    let made = story.open(0).await;
    story.call(&canonical(&made)).await;
    story.doctor.remove(&made).await.problem(409, "not_allowed_now");
    story.advance(30).await;
    story.doctor.post(&format!("{}/end", canonical(&made)), json!({})).await.expect(200);
    story.doctor.remove(&made).await.expect(204);
    story.doctor.fetch(&path(&made)).await.problem(404, "not_found");
    let kept = story.see(&canonical(&made)).await;
    assert_eq!((&kept["status"], &kept["attendee_seconds"]), (&json!("completed"), &json!(3_600)));
    let timeline = story.doctor.get(&format!("{}/timeline", canonical(&made))).await.expect(200);
    assert!(timeline["items"].as_array().unwrap().len() > 4);
}

#[tokio::test]
async fn a_deleted_session_that_is_taken_back_elsewhere_is_here_again() {
    let story = Story::new().await;
    let made = story.schedule(60).await;
    story.doctor.remove(&made).await.expect(204);
    let appointment = story.see(&canonical(&made)).await["appointment_id"].as_str().unwrap().to_owned();
    let back = json!({ "status": "scheduled" });
    story.doctor.patch(&format!("/appointments/{appointment}"), back).await.expect(200);
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200)["status"], "scheduled");
}

#[tokio::test]
async fn a_session_booked_elsewhere_is_changed_here_and_one_of_here_elsewhere() {
    let story = Story::new().await;
    let booked = story.book(60, 30).await;
    let there = json!({ "id": booked["session_id"] });
    let new = json!({ "password_enabled": true, "title": "From the practice" });
    let changed = story.doctor.update(&there, new).await.expect(200);
    let seen = story.doctor.get(&session_path(&booked)).await.expect(200);
    assert_eq!((&seen["title"], &seen["passcode_enabled"]), (&json!("From the practice"), &json!(true)));
    story.advance(60).await;
    let join = format!("{}/join", session_path(&booked));
    let wrong = json!({ "passcode": other_than(password(&changed)) });
    story.patient.post(&join, wrong).await.problem(403, "passcode_wrong");
    story.patient.post(&join, json!({ "passcode": changed["password"] })).await.expect(200);

    let made = story.schedule(60).await;
    let appointment = story.see(&canonical(&made)).await["appointment_id"].as_str().unwrap().to_owned();
    let patch = json!({ "notes": "changed elsewhere" });
    story.doctor.patch(&format!("/appointments/{appointment}"), patch).await.expect(200);
    assert_eq!(story.doctor.fetch(&path(&made)).await.expect(200)["notes"], "changed elsewhere");
    story.doctor.fetch(&format!("{SESSIONS}/{appointment}")).await.problem(404, "not_found");
    story.doctor.fetch(&format!("{SESSIONS}/{}x", id(&made))).await.problem(404, "not_found");
}

#[tokio::test]
async fn a_form_that_was_opened_before_may_be_sent_back_whole() {
    let story = Story::new().await;
    let made = story.open(0).await;
    let before = story.doctor.fetch(&path(&made)).await.expect(200);
    story.call(&canonical(&made)).await;
    let mut form = before.clone();
    form["notes"] = json!("a new one");
    let seen = story.doctor.update(&made, form).await.expect(200);
    assert_eq!((&seen["status"], &seen["notes"]), (&json!("in_progress"), &json!("a new one")));
    story.doctor.post(&format!("{}/end", canonical(&made)), json!({})).await.expect(200);
    let over = story.doctor.fetch(&path(&made)).await.expect(200);
    let again = story.doctor.update(&made, over.clone()).await.expect(200);
    assert_eq!(again["updated_at"], over["updated_at"], "nothing is new in it");
}
