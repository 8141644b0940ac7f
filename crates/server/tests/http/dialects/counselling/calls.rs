//! `/api/video-calls`.

use jiff::SignedDuration;
use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use reqwest::Method;
use serde_json::{Value, json};

use super::{Call, failure, session};
use crate::common::send;
use crate::story::{MINUTE, Story, appointment_path, on_both};

const HOUR: SignedDuration = SignedDuration::from_hours(1);

#[tokio::test]
async fn a_start_makes_it_in_progress_and_records_when() {
    let call = Call::new().await;
    let started = session(call.start(&call.story.doctor).await);
    assert_eq!(started["status"], "In Progress");
    assert_eq!(started["videoCallStarted"], json!(call.story.server.now()));
    assert!(started["videoCallStarted"].as_str().unwrap().ends_with('Z'));
    assert_eq!(call.see().await["status"], "In Progress");
}

#[tokio::test]
async fn an_end_makes_it_completed_and_computes_the_duration() {
    let call = Call::new().await;
    call.start(&call.story.doctor).await.expect(200);
    let started_at = call.story.server.now();
    call.story.server.advance(MINUTE * 25 + MINUTE / 2);
    let reply = call.end(&call.story.patient).await;
    assert_eq!(reply.json()["warnings"], json!([]));
    let ended = session(reply);
    assert_eq!((&ended["status"], &ended["duration"]), (&json!("Completed"), &json!(26)));
    assert_eq!(ended["videoCallStarted"], json!(started_at));
    assert_eq!(ended["videoCallEnded"], json!(call.story.server.now()));
}

#[tokio::test]
async fn a_session_has_every_field_that_the_contract_names() {
    let call = Call::new().await;
    let seen = session(call.get(&call.story.patient).await);
    assert_eq!((&seen["id"], &seen["status"]), (&json!(call.id), &json!("Confirmed")));
    assert_eq!(seen["paymentStatus"], "Confirmed", "what needs no payment counts as paid");
    for unknown_yet in ["videoCallStarted", "videoCallEnded", "duration", "cannotStartReason"] {
        assert_eq!(seen.get(unknown_yet), Some(&Value::Null), "{unknown_yet}");
    }
    assert_eq!(seen["sessionDate"], call.booked["starts_at"]);
    assert_eq!(seen["meetingLink"], call.booked["join_url"]);
    assert_eq!((&seen["client"]["name"], &seen["psychologist"]["name"]), (&json!("Sam"), &json!("Dr. Ada")));
    assert_eq!(seen["client"]["id"], json!(call.story.patient.id()));
    assert_eq!(seen["psychologist"]["userId"], json!(call.story.doctor.id()));
    assert_eq!(seen["statistics"]["participants"], json!([]));
    assert_eq!(seen["canStart"], true);
}

#[tokio::test]
async fn statistics_come_from_the_attendance_ledger() {
    let call = Call::new().await;
    let story = &call.story;
    let path = format!("/sessions/{}", call.id);
    let (_, patient) = story.call(&path).await;
    call.start(&story.doctor).await.expect(200);
    story.server.advance(MINUTE * 10);
    story.fact(&path, &patient, Disconnected).await;
    story.server.advance(MINUTE);
    story.fact_of(2, &path, &patient, Connected).await;
    story.server.advance(MINUTE * 9);
    let statistics = session(call.end(&story.doctor).await)["statistics"].take();
    let told = statistics["participants"].as_array().unwrap();
    let figures: Vec<_> =
        told.iter().map(|p| (&p["role"], &p["connectedSeconds"], &p["reconnects"])).collect();
    let expected =
        [(json!("psychologist"), json!(1_200), json!(0)), (json!("client"), json!(19 * 60), json!(1))];
    assert_eq!(figures, expected.iter().map(|(a, b, c)| (a, b, c)).collect::<Vec<_>>());
    assert_eq!((&statistics["connectedSeconds"], &statistics["reconnects"]), (&json!(39 * 60), &json!(1)));
}

#[tokio::test]
async fn the_client_may_start_where_the_booking_does_not_say() {
    let call = Call::new().await;
    assert_eq!(session(call.get(&call.story.patient).await)["canStart"], true);
    assert_eq!(session(call.start(&call.story.patient).await)["status"], "In Progress");
}

#[tokio::test]
async fn who_starts_is_in_the_call_and_the_client_is_let_in() {
    let call = Call::new().await;
    let join = format!("/sessions/{}/join", call.id);
    let waiting = call.story.patient.post(&join, json!({})).await.expect(200);
    assert_eq!(waiting["state"], "waiting");
    call.start(&call.story.doctor).await.expect(200);
    assert_eq!(call.story.patient.post(&join, json!({})).await.expect(200)["state"], "admitted");
    assert_eq!(call.see().await["statistics"]["participants"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_administrator_starts_ends_and_reads_and_takes_no_part() {
    let call = Call::new().await;
    let admin = call.story.server.admin().await;
    assert_eq!(session(call.get(&admin).await)["canStart"], true);
    let started = session(call.start(&admin).await);
    assert_eq!(
        (&started["status"], &started["statistics"]["participants"]),
        (&json!("In Progress"), &json!([]))
    );
    assert_eq!(session(call.end(&admin).await)["status"], "Completed");
}

#[tokio::test]
async fn starting_a_call_in_progress_changes_nothing() {
    let call = Call::new().await;
    let first = session(call.start(&call.story.doctor).await);
    call.story.server.advance(MINUTE);
    for party in [&call.story.doctor, &call.story.patient] {
        let again = session(call.start(party).await);
        assert_eq!(again["videoCallStarted"], first["videoCallStarted"]);
    }
    assert_eq!(call.events("started").await, 1);
}

#[tokio::test]
async fn a_start_needs_payment() {
    let call = Call::unpaid().await;
    let (doctor, patient) = (&call.story.doctor, &call.story.patient);
    let seen = session(call.get(patient).await);
    assert_eq!((&seen["status"], &seen["paymentStatus"]), (&json!("Pending"), &json!("Pending")));
    assert_eq!(seen["canStart"], false);
    assert!(seen["cannotStartReason"].as_str().unwrap().contains("Payment must be confirmed first"));
    let admin = call.story.server.admin().await;
    for party in [doctor, patient, &admin] {
        let error = failure(call.start(party).await, 400);
        assert!(error.contains("Payment must be confirmed first"), "{error}");
        assert!(error.contains("Pending") && error.contains("In Progress"), "{error}");
    }
    assert_eq!(call.see().await["status"], "Pending");
    call.pay("confirmed").await;
    let paid = call.see().await;
    assert_eq!((&paid["status"], &paid["paymentStatus"]), (&json!("Confirmed"), &json!("Confirmed")));
    assert_eq!((&paid["canStart"], &paid["cannotStartReason"]), (&json!(true), &Value::Null));
    assert_eq!(session(call.start(patient).await)["status"], "In Progress");
}

on_both! {
    async fn a_payment_is_given_back_as_the_application_said_it(story: Story) {
        let mut booking = story.booking(0, 30);
        booking["payment_required"] = json!(true);
        let call = Call::booked(story, booking).await;
        for (said, is, shown) in [
            ("Paid", "confirmed", "Paid"),
            ("Verified", "confirmed", "Verified"),
            ("confirmed", "confirmed", "Verified"),
            ("Refunded", "refunded", "Refunded"),
            ("confirmed", "confirmed", "Confirmed"),
            ("PAID", "confirmed", "PAID"),
        ] {
            call.pay(said).await;
            let seen = call.see().await;
            assert_eq!(seen["paymentStatus"], shown, "{said}");
            assert_eq!(seen["canStart"], json!(is == "confirmed"), "{said}");
            let canonical = call.story.doctor.get(&appointment_path(&call.booked)).await.expect(200);
            assert_eq!(canonical["payment"]["status"], is, "{said}");
        }
        let confirmed = call.events("appointment.payment.confirmed").await;
        assert_eq!(confirmed, 2, "another word alone is no other payment");
    }
}

#[tokio::test]
async fn what_says_nothing_of_a_payment_is_refused() {
    let call = Call::unpaid().await;
    let admin = call.story.server.admin().await;
    let path = format!("{}/payment", appointment_path(&call.booked));
    for word in ["", "Pending", "open", "not_required", "paid twice", " Paid"] {
        let refused = admin.post(&path, json!({ "status": word })).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], "status", "{word}");
    }
    assert_eq!(call.see().await["paymentStatus"], "Pending");
}

#[tokio::test]
async fn a_refund_takes_the_start_back() {
    let call = Call::unpaid().await;
    call.pay("confirmed").await;
    call.pay("refunded").await;
    assert_eq!(call.see().await["paymentStatus"], "Refunded");
    assert!(failure(call.start(&call.story.doctor).await, 400).contains("Payment must be confirmed first"));
}

#[tokio::test]
async fn a_refused_move_names_the_present_the_asked_and_the_allowed_statuses() {
    let call = Call::new().await;
    call.start(&call.story.doctor).await.expect(200);
    call.end(&call.story.doctor).await.expect(200);
    let error = failure(call.start(&call.story.doctor).await, 400);
    for word in ["Completed", "In Progress", "allowed", "none"] {
        assert!(error.contains(word), "{word}: {error}");
    }
    let seen = call.see().await;
    assert_eq!(seen["canStart"], false);
    assert_eq!(seen["cannotStartReason"], json!(error));

    let cancelled = Call::new().await;
    let path = format!("{}/cancel", appointment_path(&cancelled.booked));
    cancelled.story.doctor.post(&path, json!({})).await.expect(200);
    let seen = cancelled.see().await;
    assert_eq!((&seen["status"], &seen["videoCallEnded"]), (&json!("Cancelled"), &Value::Null));
    let started = failure(cancelled.start(&cancelled.story.doctor).await, 400);
    let ended = failure(cancelled.end(&cancelled.story.doctor).await, 400);
    for (error, asked) in [(started, "In Progress"), (ended, "Completed")] {
        assert!(error.contains("Cancelled") && error.contains(asked) && error.contains("allowed"), "{error}");
    }
    assert_eq!(cancelled.see().await["status"], "Cancelled");
}

#[tokio::test]
async fn who_comes_too_early_is_told_when_the_door_opens() {
    let story = Story::new().await;
    let booking = story.booking(60, 30);
    let call = Call::booked(story, booking).await;
    let early = call.start(&call.story.patient).await;
    assert_eq!(early.json()["seconds_left"], 45 * 60);
    failure(early, 409);
    let seen = session(call.get(&call.story.patient).await);
    assert_eq!(seen["canStart"], false);
    assert!(seen["cannotStartReason"].as_str().unwrap().contains("the door opens at"));
    assert_eq!(seen["status"], "Confirmed");
}

#[tokio::test]
async fn a_client_gives_the_passcode_that_the_booking_has() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["passcode"] = json!(true);
    let call = Call::booked(story, booking).await;
    let without = call.start(&call.story.patient).await;
    assert_eq!(without.json()["code"], "passcode_required");
    failure(without, 403);
    assert_eq!(call.see().await["status"], "Confirmed");
    let path = format!("/api/video-calls/start/{}", call.id);
    let with =
        call.story.patient.raw(Method::POST, &path).json(&json!({ "passcode": call.booked["passcode"] }));
    assert_eq!(session(send(with).await)["status"], "In Progress");
}

#[tokio::test]
async fn others_may_not_start_end_or_read() {
    let call = Call::new().await;
    let server = &call.story.server;
    let others = [
        server.client("Eve").await,
        server.practitioner("Dr. Else").await,
        server.assistant("Anna Assistant").await,
    ];
    for other in &others {
        failure(call.start(other).await, 403);
        failure(call.end(other).await, 403);
        failure(call.get(other).await, 403);
    }
    assert_eq!(call.see().await["status"], "Confirmed");
}

#[tokio::test]
async fn an_unknown_id_is_not_found() {
    let mut call = Call::new().await;
    for unknown in ["019ac000-0000-7000-8000-000000000000", "nonsense", "42", "%00"] {
        call.id = unknown.to_owned();
        failure(call.start(&call.story.doctor).await, 404);
        failure(call.end(&call.story.doctor).await, 404);
        failure(call.get(&call.story.doctor).await, 404);
    }
}

#[tokio::test]
async fn no_token_or_a_bad_one_is_unauthorized() {
    let call = Call::new().await;
    for party in [call.story.server.anonymous(), call.story.server.bearer("nonsense")] {
        failure(call.start(&party).await, 401);
        failure(call.end(&party).await, 401);
        failure(call.get(&party).await, 401);
    }
    assert_eq!(call.see().await["status"], "Confirmed");
}

#[tokio::test]
async fn every_refusal_comes_in_the_envelope() {
    let call = Call::new().await;
    let doctor = &call.story.doctor;
    failure(send(doctor.raw(Method::GET, &format!("/api/video-calls/start/{}", call.id))).await, 405);
    failure(send(doctor.raw(Method::GET, "/api/video-calls/nothing")).await, 404);
    let start = doctor.raw(Method::POST, &format!("/api/video-calls/start/{}", call.id));
    failure(send(start.header("content-type", "application/json").body("{")).await, 400);
    assert_eq!(call.see().await["status"], "Confirmed");
}

#[tokio::test]
async fn ending_a_call_that_never_started_completes_it_with_a_warning() {
    let call = Call::new().await;
    let reply = call.end(&call.story.doctor).await;
    assert!(reply.json()["warnings"][0].as_str().unwrap().contains("never started"));
    let ended = session(reply);
    assert_eq!((&ended["status"], &ended["duration"]), (&json!("Completed"), &json!(0)));
    assert_eq!(ended["videoCallStarted"], Value::Null);
    assert_eq!(ended["videoCallEnded"], json!(call.story.server.now()));
    assert_eq!(call.events("no_show").await, 1);
    let read = call.get(&call.story.patient).await.expect(200);
    assert!(read["warnings"][0].as_str().unwrap().contains("never started"));
}

#[tokio::test]
async fn an_unpaid_call_may_be_ended_before_the_start_too() {
    let call = Call::unpaid().await;
    let reply = call.end(&call.story.patient).await;
    assert_eq!(reply.json()["warnings"].as_array().unwrap().len(), 1);
    assert_eq!(session(reply)["status"], "Completed");
}

#[tokio::test]
async fn a_call_of_less_than_a_minute_is_kept_with_a_warning() {
    let call = Call::new().await;
    call.start(&call.story.doctor).await.expect(200);
    call.story.server.advance(SignedDuration::from_secs(59));
    let reply = call.end(&call.story.doctor).await;
    assert!(reply.json()["warnings"][0].as_str().unwrap().contains("less than 1 minute"));
    assert_eq!(session(reply)["duration"], 1, "59 seconds, to the nearest minute");
    let log = call.story.server.log();
    assert!(log.contains("unusual length") && log.contains(&call.id) && !log.contains("Sam"));

    let usual = Call::new().await;
    usual.start(&usual.story.doctor).await.expect(200);
    usual.story.server.advance(MINUTE);
    assert_eq!(usual.end(&usual.story.doctor).await.expect(200)["warnings"], json!([]));
    assert!(!usual.story.server.log().contains("unusual length"));
}

#[tokio::test]
async fn a_call_of_more_than_three_hours_is_kept_with_a_warning() {
    for (more, warnings) in [(0, 0), (1, 1)] {
        let story = Story::new().await;
        let booking = story.booking(0, 240);
        let call = Call::booked(story, booking).await;
        call.start(&call.story.doctor).await.expect(200);
        call.story.server.advance(HOUR * 3 + SignedDuration::from_secs(more));
        let reply = call.end(&call.story.doctor).await;
        assert_eq!(reply.json()["warnings"].as_array().unwrap().len(), warnings, "{more} s more");
        assert_eq!(session(reply)["duration"], 180);
    }
}

#[tokio::test]
async fn ending_twice_ends_once() {
    let call = Call::new().await;
    call.start(&call.story.doctor).await.expect(200);
    call.story.server.advance(MINUTE * 5);
    let first = session(call.end(&call.story.doctor).await);
    call.story.server.advance(MINUTE);
    let second = session(call.end(&call.story.patient).await);
    for field in ["status", "videoCallEnded", "duration"] {
        assert_eq!(first[field], second[field], "{field}");
    }
    assert_eq!(call.events("completed").await, 1);
}

#[tokio::test]
async fn it_can_be_switched_off() {
    let call = Call::of(Story::with("[dialects.counselling]\nenabled = false").await).await;
    let reply = call.get(&call.story.doctor).await;
    reply.problem(404, "not_found");
}
