//! Rows 3 to 6: joining, looking, ending, notes.

use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use serde_json::{Value, json};

use super::{booked, events, get, has, ids, post, put, refused, seen, started};
use crate::story::Story;

const ENTRY: [&str; 13] = [
    "session_id",
    "booking_type",
    "appointment_id",
    "doctor_id",
    "patient_id",
    "patient_name",
    "clinic_id",
    "status",
    "start_time",
    "end_time",
    "chime_meeting_id",
    "created_at",
    "updated_at",
];

#[tokio::test]
async fn join_gives_a_place_and_the_way_into_the_media() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let start = started(&story, &appointment).await;
    let body = json!({ "device_info": { "os": "iOS" }, "browser_info": "Safari" });
    let joined = post(&story.patient, &format!("/sessions/{session}/join"), body).await.expect(200);
    has(&joined, &["session_id", "attendee", "aws_media_urls", "session_status", "attendees"]);
    has(&joined["attendee"], &["attendee_id", "join_token", "external_user_id"]);
    has(&joined["aws_media_urls"], &["audio_host_url", "video_host_url", "signaling_url"]);
    assert_eq!(joined["session_status"], "IN_PROGRESS");
    assert_eq!(joined["media"]["provider"], "embedded");
    let attendees = joined["attendees"].as_array().unwrap();
    assert_eq!(attendees.len(), 2);
    for attendee in attendees {
        has(attendee, &["attendee_id", "user_type", "name", "join_time", "status"]);
        assert_eq!(attendee["status"], "DISCONNECTED", "no media has come yet");
    }
    assert_eq!(attendees[0]["attendee_id"], start["doctor_attendee"]["attendee_id"]);
    assert_eq!(
        (&attendees[0]["user_type"], &attendees[1]["user_type"]),
        (&json!("DOCTOR"), &json!("PATIENT"))
    );
    assert_eq!(attendees[1]["name"], "Sam");
}

#[tokio::test]
async fn who_comes_back_is_the_same_attendee_with_a_fresh_token() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    let join =
        async || post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    // Also at the same moment.
    let first = join().await;
    let second = join().await;
    assert_eq!(first["attendee"]["attendee_id"], second["attendee"]["attendee_id"]);
    assert_ne!(first["attendee"]["join_token"], second["attendee"]["join_token"]);
    assert_eq!(second["attendees"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_patient_who_comes_first_waits_without_a_token_until_the_doctor_comes() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let join =
        async || post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    let waiting = join().await;
    assert_eq!((&waiting["status"], &waiting["session_status"]), (&json!("waiting"), &json!("CREATED")));
    assert_eq!(waiting["attendee"]["join_token"], Value::Null);
    assert_eq!(waiting["media"], json!({ "provider": "embedded" }));
    has(&waiting["aws_media_urls"], &["audio_host_url", "video_host_url", "signaling_url"]);
    started(&story, &appointment).await;
    let inside = join().await;
    assert_eq!(inside["status"], "admitted");
    assert_eq!(inside["attendee"]["attendee_id"], waiting["attendee"]["attendee_id"]);
    assert!(inside["attendee"]["join_token"].is_string());
}

#[tokio::test]
async fn the_doctor_lets_the_patient_in_by_joining() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let path = format!("/sessions/{session}/join");
    let doctor = post(&story.doctor, &path, json!({})).await.expect(200);
    assert_eq!(doctor["session_status"], "CREATED", "coming is not starting");
    assert!(post(&story.patient, &path, json!({})).await.expect(200)["attendee"]["join_token"].is_string());
}

#[tokio::test]
async fn a_guest_waits_for_the_doctors_word() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    let path = format!("/appointments/{appointment}/invitations");
    let invited =
        story.doctor.post(&path, json!({ "role": "guest", "name": "Interpreter" })).await.expect(201);
    let secret = invited["url"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
    let secret = secret.rsplit('=').next().unwrap();
    let redeemed =
        story.server.anonymous().post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
    let guest = story.server.bearer(redeemed["access_token"].as_str().unwrap());
    let joined = post(&guest, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert_eq!((&joined["status"], &joined["attendee"]["join_token"]), (&json!("waiting"), &Value::Null));
    assert_eq!(joined["attendees"].as_array().unwrap().len(), 1, "sees only himself");
    assert_eq!(joined["attendees"][0]["user_type"], "GUEST");
    assert_eq!(seen(&guest, &session).await["patient_name"], Value::Null);
    let id = joined["attendee"]["attendee_id"].clone();
    story
        .doctor
        .post(&format!("/sessions/{session}/admit"), json!({ "participant_id": id }))
        .await
        .expect(200);
    let inside = post(&guest, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert!(inside["attendee"]["join_token"].is_string());
    assert_eq!(inside["attendee"]["attendee_id"], id);
}

#[tokio::test]
async fn a_session_with_a_passcode_asks_the_patient_for_it() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["passcode"] = json!(true);
    let appointment = story.doctor.post("/appointments", booking).await.expect(201);
    let path = format!("/sessions/{}/join", ids(&appointment).1);
    assert_eq!(refused(post(&story.patient, &path, json!({})).await, 403)["code"], "passcode_required");
    refused(post(&story.patient, &path, json!({ "passcode": "12345" })).await, 400);
    post(&story.patient, &path, json!({ "passcode": appointment["passcode"] })).await.expect(200);
}

#[tokio::test]
async fn joining_what_is_not_there_or_too_early_or_over_is_refused() {
    let story = Story::new().await;
    let (appointment, session) = ids(&story.book(60, 30).await);
    let early = refused(post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await, 409);
    assert_eq!((&early["code"], &early["seconds_left"]), (&json!("too_early"), &json!(45 * 60)));
    let stranger = story.server.practitioner("Dr. Other").await;
    refused(post(&stranger, &format!("/sessions/{session}/join"), json!({})).await, 404);
    refused(post(&story.doctor, "/sessions/x/join", json!({})).await, 404);
    started(&story, &appointment).await;
    post(&story.doctor, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    let over = refused(post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await, 409);
    assert_eq!(over["code"], "ended");
}

#[tokio::test]
async fn a_look_tells_who_is_really_there() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let before = seen(&story.doctor, &session).await;
    has(&before, &ENTRY);
    has(&before, &["duration_seconds", "attendees", "notes", "quality_rating"]);
    for unknown in
        ["end_time", "chime_meeting_id", "duration_seconds", "notes", "quality_rating", "clinic_id"]
    {
        assert_eq!(before[unknown], Value::Null, "{unknown}");
    }
    assert_eq!(before["attendees"], json!([]));
    assert_eq!((&before["status"], &before["patient_name"]), (&json!("CREATED"), &json!("Sam")));
    assert_eq!(before["start_time"], json!(story.server.now()), "when it is to begin");

    let path = format!("/sessions/{session}");
    let (doctor, patient) = story.call(&path).await;
    let both = seen(&story.patient, &session).await;
    assert_eq!((&both["status"], &both["duration_seconds"]), (&json!("IN_PROGRESS"), &json!(0)));
    let statuses = |seen: &Value| {
        let all = seen["attendees"].as_array().unwrap().iter();
        all.map(|attendee| attendee["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(statuses(&both), ["CONNECTED", "CONNECTED"]);
    assert_eq!(
        (&both["attendees"][0]["attendee_id"], &both["attendees"][1]["attendee_id"]),
        (&doctor, &patient)
    );
    story.advance(2).await;
    story.fact(&path, &patient, Disconnected).await;
    let alone = seen(&story.doctor, &session).await;
    assert_eq!(statuses(&alone), ["CONNECTED", "DISCONNECTED"]);
    assert_eq!(alone["duration_seconds"], 120, "it counts while the call goes on");
    has(&alone["attendees"][1], &["attendee_id", "user_type", "name", "join_time", "leave_time", "status"]);
    assert_eq!(alone["attendees"][1]["leave_time"], json!(story.server.now()));
    assert_eq!(alone["attendees"][0]["leave_time"], Value::Null);
    story.fact(&path, &doctor, Connected).await;
}

#[tokio::test]
async fn a_session_of_others_is_not_there() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let stranger = story.server.practitioner("Dr. Other").await;
    for path in [format!("/sessions/{session}"), "/sessions/none".to_owned()] {
        assert_eq!(refused(get(&stranger, &path).await, 404)["error"], "Session not found");
    }
    refused(post(&stranger, &format!("/sessions/{session}/end"), json!({})).await, 404);
    refused(put(&stranger, &format!("/sessions/{session}/notes"), json!({ "notes": "x" })).await, 404);
}

#[tokio::test]
async fn end_completes_session_and_appointment_and_the_event_is_in_the_outbox() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let began = story.server.now();
    started(&story, &appointment).await;
    story.advance(12).await;
    let body = json!({ "notes": "sleeps badly", "quality_rating": 4 });
    let ended = post(&story.doctor, &format!("/sessions/{session}/end"), body).await.expect(200);
    let expected = json!({
        "session_id": session, "appointment_id": appointment, "openvisit_appointment_id": appointment,
        "status": "COMPLETED", "outcome": "completed",
        "start_time": began, "end_time": story.server.now(), "duration_minutes": 12, "notes": "sleeps badly",
        "quality_rating": 4, "appointment_status": "COMPLETED", "created_at": began,
        "updated_at": story.server.now(),
    });
    assert_eq!(ended, expected);
    let names = events(&story, &session).await;
    assert_eq!(names.last().unwrap(), "appointment.consultation.completed");
    story.advance(1).await;
    let again = post(&story.patient, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    assert_eq!((&again["end_time"], &again["notes"]), (&ended["end_time"], &Value::Null));
    assert_eq!(events(&story, &session).await.len(), names.len(), "one end, one event");
    assert_eq!(story.see(&format!("/sessions/{session}")).await["ended_at"], ended["end_time"]);
    let details = seen(&story.doctor, &session).await;
    assert_eq!((&details["duration_seconds"], &details["notes"]), (&json!(720), &json!("sleeps badly")));
}

#[tokio::test]
async fn the_patient_may_end_but_write_no_notes() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    let path = format!("/sessions/{session}/end");
    refused(post(&story.patient, &path, json!({ "notes": "mine" })).await, 403);
    assert_eq!(seen(&story.doctor, &session).await["status"], "IN_PROGRESS", "nothing was changed");
    let ended = post(&story.patient, &path, json!({})).await.expect(200);
    assert_eq!(ended["status"], "COMPLETED");
}

#[tokio::test]
async fn an_end_with_wrong_notes_ends_nothing() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    for body in [json!({ "notes": "x".repeat(501) }), json!({ "quality_rating": 6 })] {
        refused(post(&story.doctor, &format!("/sessions/{session}/end"), body).await, 400);
    }
    assert_eq!(seen(&story.doctor, &session).await["status"], "IN_PROGRESS");
}

#[tokio::test]
async fn an_end_before_it_began_cancels_the_session_and_not_the_appointment() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let ended = post(&story.doctor, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    assert_eq!((&ended["status"], &ended["appointment_status"]), (&json!("CANCELLED"), &json!("SCHEDULED")));
    assert_eq!((&ended["outcome"], &ended["duration_minutes"]), (&json!("cancelled"), &json!(0)));
    let cancelled = ids(&story.book(60, 30).await);
    story.doctor.post(&format!("/appointments/{}/cancel", cancelled.0), json!({})).await.expect(200);
    let ended = post(&story.doctor, &format!("/sessions/{}/end", cancelled.1), json!({})).await.expect(200);
    assert_eq!((&ended["status"], &ended["appointment_status"]), (&json!("CANCELLED"), &json!("CANCELLED")));
}

#[tokio::test]
async fn a_no_show_is_cancelled_with_its_outcome() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    story.advance(60).await;
    let missed = seen(&story.doctor, &session).await;
    assert_eq!((&missed["status"], &missed["outcome"]), (&json!("CANCELLED"), &json!("no_show")));
    assert_eq!(missed["appointment_status"], "CANCELLED");
}

#[tokio::test]
async fn only_the_doctor_writes_and_reads_the_notes() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    post(&story.doctor, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    let path = format!("/sessions/{session}/notes");
    story.advance(1).await;
    let noted = put(&story.doctor, &path, json!({ "notes": "rest", "quality_rating": 5 })).await.expect(200);
    let expected = json!({
        "session_id": session, "notes": "rest", "quality_rating": 5, "updated_at": story.server.now(),
    });
    assert_eq!(noted, expected);
    refused(put(&story.patient, &path, json!({ "notes": "mine" })).await, 403);
    let admin = story.server.admin().await;
    refused(put(&admin, &path, json!({ "notes": "mine" })).await, 403);
    for other in [&story.patient, &admin] {
        let theirs = seen(other, &session).await;
        assert_eq!((&theirs["notes"], &theirs["quality_rating"]), (&Value::Null, &Value::Null));
    }
    let rated = put(&story.doctor, &path, json!({ "quality_rating": 2 })).await.expect(200);
    assert_eq!((&rated["notes"], &rated["quality_rating"]), (&json!("rest"), &json!(2)));
}

#[tokio::test]
async fn notes_have_at_most_500_characters_and_ratings_are_whole_from_1_to_5() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    post(&story.doctor, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    let path = format!("/sessions/{session}/notes");
    // Each of these families is seven Unicode scalar values.
    let families = "👨‍👩‍👧‍👦".repeat(71) + "abc";
    for notes in ["é".repeat(500), "😀".repeat(500), families] {
        assert_eq!(notes.chars().count(), 500);
        let noted = put(&story.doctor, &path, json!({ "notes": notes })).await.expect(200);
        assert_eq!(noted["notes"], notes);
    }
    let kept = seen(&story.doctor, &session).await;
    let wrong = [
        json!({ "notes": "é".repeat(501) }),
        json!({ "notes": "😀".repeat(501) }),
        json!({ "notes": 7 }),
        json!({ "notes": "fine", "quality_rating": 0 }),
        json!({ "quality_rating": 6 }),
        json!({ "quality_rating": 4.5 }),
        json!({ "quality_rating": "6" }),
        json!({ "quality_rating": "300" }),
        json!({ "quality_rating": "5 stars" }),
        json!({ "quality_rating": "NaN" }),
        json!({ "quality_rating": "4.5" }),
        json!({ "quality_rating": " " }),
    ];
    for body in wrong {
        let answer = refused(put(&story.doctor, &path, body.clone()).await, 400);
        assert!(
            ["notes", "quality_rating"].contains(&answer["errors"][0]["field"].as_str().unwrap()),
            "{body}"
        );
    }
    assert_eq!(seen(&story.doctor, &session).await, kept, "nothing was changed");
    let rated =
        put(&story.doctor, &path, json!({ "notes": "fine", "quality_rating": "5" })).await.expect(200);
    assert_eq!((&rated["notes"], &rated["quality_rating"]), (&json!("fine"), &json!(5)));
    let kept = put(&story.doctor, &path, json!({ "quality_rating": "" })).await.expect(200);
    assert_eq!(kept["quality_rating"], 5, "what is empty is not given");
}

#[tokio::test]
async fn a_session_begun_elsewhere_is_joined_and_ended_here() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    story.doctor.post(&format!("/sessions/{session}/start"), json!({})).await.expect(200);
    let joined = post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert_eq!(joined["session_status"], "IN_PROGRESS");
    story.advance(3).await;
    let ended = post(&story.patient, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    let canonical = story.see(&format!("/sessions/{session}")).await;
    assert_eq!((&canonical["status"], &canonical["ended_at"]), (&json!("completed"), &ended["end_time"]));
}

#[tokio::test]
async fn an_end_that_comes_again_rewrites_nothing_and_a_late_word_is_kept() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    let end =
        async |party, body: Value| post(party, &format!("/sessions/{session}/end"), body).await.expect(200);
    end(&story.patient, json!({})).await;
    // The patient was faster; what the doctor has to say is not lost.
    let first = end(&story.doctor, json!({ "notes": "first", "quality_rating": 5 })).await;
    assert_eq!((&first["notes"], &first["quality_rating"]), (&json!("first"), &json!(5)));
    let again = end(&story.doctor, json!({ "notes": "second", "quality_rating": 1 })).await;
    assert_eq!(again, first);
}

#[tokio::test]
async fn what_is_not_there_is_said_in_the_clinics_shape() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    refused(get(&story.doctor, "/nothing").await, 404);
    refused(post(&story.doctor, &format!("/sessions/{session}/cancel"), json!({})).await, 404);
    refused(put(&story.doctor, &format!("/sessions/{session}"), json!({})).await, 405);
    let gateway = story.doctor.raw(reqwest::Method::GET, "/video/api/video/nothing");
    refused(crate::common::send(gateway).await, 404);
}
