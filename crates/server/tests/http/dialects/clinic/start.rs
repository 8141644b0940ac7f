//! Row 2: starting.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};

use super::{booked, events, get, has, ids, post, refused, seen, started};
use crate::common::{MORNING, Server, send};
use crate::story::Story;

#[tokio::test]
async fn start_creates_the_meeting_and_lets_the_doctor_in() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let answer = started(&story, &appointment).await;
    assert_eq!(answer["session_id"], session);
    assert_eq!(answer["appointment_id"], appointment);
    assert_eq!(answer["status"], "IN_PROGRESS");
    assert_eq!(answer["chime_meeting_id"], session);
    let doctor = &answer["doctor_attendee"];
    has(doctor, &["attendee_id", "join_token", "external_user_id", "email"]);
    assert_eq!(doctor["external_user_id"], json!(story.doctor.id()));
    assert!(doctor["join_token"].is_string() && doctor["attendee_id"].is_string());
    let urls = &answer["aws_media_urls"];
    for url in ["audio_host_url", "video_host_url", "signaling_url"] {
        let expected = format!("{}/api/v1/sessions/{session}/media", story.server.app.settings.public_url());
        assert_eq!(urls[url], expected);
    }
    assert_eq!(answer["created_at"], json!(story.server.now()));
    assert_eq!(answer["media"]["provider"], "embedded");
    assert_eq!(answer["media"]["token"], doctor["join_token"]);
    assert_eq!(seen(&story.doctor, &session).await["status"], "IN_PROGRESS");
    assert!(events(&story, &session).await.contains(&"appointment.consultation.started".to_owned()));
}

#[tokio::test]
async fn start_of_an_appointment_that_is_not_there_is_404() {
    let story = Story::new().await;
    for id in ["no-such-appointment", "019ac000-0000-7000-8000-000000000000"] {
        let body = json!({ "booking_type": "CLINIC_BASED" });
        let answer = refused(post(&story.doctor, &format!("/sessions/{id}/start"), body).await, 404);
        assert_eq!(answer["error"], "Appointment not found");
    }
}

#[tokio::test]
async fn start_of_another_doctors_appointment_is_403() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let other = story.server.practitioner("Dr. Other").await;
    let stranger = story.server.client("Stranger").await;
    for party in [&other, &stranger] {
        let answer = refused(post(party, &format!("/sessions/{appointment}/start"), json!({})).await, 403);
        assert_eq!(answer["error"], "You are not authorized to access this appointment");
    }
    assert_eq!(seen(&story.doctor, &session).await["status"], "CREATED");
}

#[tokio::test]
async fn a_second_start_is_409_and_names_the_session_to_join() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    let again = post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await;
    let answer = refused(again, 409);
    assert_eq!(answer["error"], "Session already started for this appointment");
    assert_eq!(answer["session_id"], session);
    let join = post(&story.doctor, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert_eq!(join["session_status"], "IN_PROGRESS");
}

#[tokio::test]
async fn of_many_starts_at_once_one_starts() {
    of_many_starts_at_once_one_starts_in(Story::new().await).await;
}

#[tokio::test]
async fn of_many_starts_at_once_one_starts_on_postgresql() {
    of_many_starts_at_once_one_starts_in(Story::postgres().await).await;
}

async fn of_many_starts_at_once_one_starts_in(story: Story) {
    let (appointment, session) = booked(&story).await;
    let tries = (0..16).map(|_| {
        let (doctor, path) = (story.doctor.clone(), format!("/sessions/{appointment}/start"));
        tokio::spawn(async move { post(&doctor, &path, json!({})).await })
    });
    let mut began = 0;
    for one in tries.collect::<Vec<_>>() {
        let reply = one.await.unwrap();
        if reply.status == 200 {
            began += 1;
        } else {
            assert_eq!(refused(reply, 409)["session_id"], session);
        }
    }
    assert_eq!(began, 1);
    let started = events(&story, &session).await;
    assert_eq!(started.iter().filter(|name| name.ends_with("started")).count(), 1);
}

#[tokio::test]
async fn what_has_ended_does_not_start_again() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    started(&story, &appointment).await;
    post(&story.doctor, &format!("/sessions/{session}/end"), json!({})).await.expect(200);
    let again = post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await;
    assert_eq!(refused(again, 409)["session_id"], session);
}

#[tokio::test]
async fn what_was_called_off_does_not_start_and_names_nothing_to_join() {
    let story = Story::new().await;
    let cancelled = booked(&story).await;
    story.doctor.post(&format!("/appointments/{}/cancel", cancelled.0), json!({})).await.expect(200);
    let missed = ids(&story.book(60, 30).await);
    story.doctor.post(&format!("/sessions/{}/end", missed.1), json!({})).await.expect(200);
    for (appointment, session) in [cancelled, missed] {
        let start = post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await;
        let answer = refused(start, 409);
        assert_eq!(answer.get("session_id"), None, "{answer}");
        assert_eq!(answer["code"], "not_allowed_now");
        post(&story.doctor, &format!("/sessions/{session}/join"), json!({})).await.expect(409);
    }
}

#[tokio::test]
async fn the_doctor_may_start_days_before() {
    let story = Story::new().await;
    let (appointment, session) = ids(&story.book(5 * 24 * 60, 30).await);
    assert_eq!(started(&story, &appointment).await["status"], "IN_PROGRESS");
    let joined = post(&story.patient, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert!(joined["attendee"]["join_token"].is_string());
}

#[tokio::test]
async fn a_clinic_based_booking_is_not_the_patients_to_start() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    for booking_type in ["CLINIC_BASED", "DIRECT"] {
        let body = json!({ "booking_type": booking_type });
        refused(post(&story.patient, &format!("/sessions/{appointment}/start"), body).await, 403);
    }
    assert_eq!(seen(&story.doctor, &session).await["booking_type"], "CLINIC_BASED");
}

#[tokio::test]
async fn a_direct_booking_is_the_patients_to_start() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["booking_type"] = json!("DIRECT");
    let (appointment, session) = ids(&story.doctor.post("/appointments", booking).await.expect(201));
    refused(post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await, 403);
    let body = json!({ "booking_type": "DIRECT" });
    let answer = post(&story.patient, &format!("/sessions/{appointment}/start"), body).await.expect(200);
    assert_eq!(answer["status"], "IN_PROGRESS");
    assert_eq!(answer["doctor_attendee"], Value::Null, "the doctor's token is nobody else's");
    assert_eq!(answer["attendee"]["external_user_id"], json!(story.patient.id()));
    assert!(answer["attendee"]["join_token"].is_string());
    assert_eq!(seen(&story.patient, &session).await["booking_type"], "DIRECT");
    let doctor = post(&story.doctor, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert!(doctor["attendee"]["join_token"].is_string());
}

#[tokio::test]
async fn a_booking_type_that_is_none_is_400_and_a_body_may_be_absent() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let path = format!("/sessions/{appointment}/start");
    for body in [json!({ "booking_type": "WALK_IN" }), json!({ "booking_type": 1 }), json!([])] {
        refused(post(&story.doctor, &path, body).await, 400);
    }
    let no_json = story.doctor.raw(Method::POST, &format!("/api/video{path}"));
    refused(send(no_json.header("content-type", "application/json").body("{")).await, 400);
    assert_eq!(seen(&story.doctor, &session).await["status"], "CREATED", "nothing was changed");
    send(story.doctor.raw(Method::POST, &format!("/api/video{path}"))).await.expect(200);
}

#[tokio::test]
async fn an_appointment_is_found_by_the_id_that_the_other_system_gave() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["external_id"] = json!("appointment/4711");
    let (_, session) = ids(&story.doctor.post("/appointments", booking).await.expect(201));
    let answer = started(&story, "appointment%2F4711").await;
    assert_eq!(answer["session_id"], session);
    assert_eq!(seen(&story.doctor, &session).await["external_appointment_id"], "appointment/4711");
}

#[tokio::test]
async fn what_is_not_paid_does_not_start() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["payment_required"] = json!(true);
    let (appointment, session) = ids(&story.doctor.post("/appointments", booking).await.expect(201));
    refused(post(&story.doctor, &format!("/sessions/{appointment}/start"), json!({})).await, 402);
    assert_eq!(seen(&story.doctor, &session).await["status"], "CREATED");
}

#[tokio::test]
async fn who_has_no_token_is_401_in_the_clinics_words() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let nobody = story.server.anonymous();
    for reply in [
        post(&nobody, &format!("/sessions/{appointment}/start"), json!({})).await,
        post(&nobody, &format!("/sessions/{session}/join"), json!({})).await,
        get(&nobody, "/sessions").await,
        get(&nobody, &format!("/sessions/{session}")).await,
    ] {
        assert_eq!(reply.header("www-authenticate"), "Bearer");
        refused(reply, 401);
    }
}

#[tokio::test]
async fn the_same_routes_are_under_the_gateways_path() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let path = |rest: &str| format!("/video/api/video/sessions{rest}");
    let start = story.doctor.raw(Method::POST, &path(&format!("/{appointment}/start")));
    assert_eq!(send(start.json(&json!({}))).await.expect(200)["session_id"], session);
    let again = send(story.doctor.raw(Method::POST, &path(&format!("/{appointment}/start")))).await;
    assert_eq!(refused(again, 409)["session_id"], session);
    let reply = send(story.doctor.raw(Method::GET, &path(&format!("/{session}")))).await;
    assert_eq!(reply.header("cache-control"), "no-store");
    assert_eq!(reply.expect(200)["status"], "IN_PROGRESS");
    assert_eq!(send(story.doctor.raw(Method::GET, &path(""))).await.expect(200)["total"], 1);
}

/// The clinic's auth service shares a secret with this server; neither doctor nor patient has an account here.
#[tokio::test]
async fn doctor_and_patient_come_with_the_tokens_of_their_own_auth_service() {
    const SECRET: &str = "a secret that two systems share";
    let toml = format!(
        "[[issuers]]\nissuer = 'clinic-auth'\nsecret = '{SECRET}'\ncreate_people = true\nmax_role = 'admin'\n"
    );
    let server = Server::with(&toml).await;
    let token = |role: &str, subject: &str, name: &str| {
        let claims = json!({
            "iss": "clinic-auth", "sub": subject, "role": role, "name": name, "exp": MORNING.as_second() + 600,
        });
        let key = EncodingKey::from_secret(SECRET.as_bytes());
        server.bearer(jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap())
    };
    let (doctor, patient) = (token("DOCTOR", "d-1", "Dr. Ada"), token("PATIENT", "p-7", "Sam"));
    let booking = json!({
        "client": { "issuer": "clinic-auth", "subject": "p-7", "name": "Sam" }, "external_id": "a-42",
        "starts_at": server.now(), "duration_minutes": 30, "passcode": false, "booking_type": "CLINIC_BASED",
    });
    let (_, session) = ids(&doctor.post("/appointments", booking).await.expect(201));
    assert_eq!(get(&patient, "/sessions").await.expect(200)["sessions"][0]["session_id"], session);
    post(&doctor, "/sessions/a-42/start", json!({})).await.expect(200);
    let joined = post(&patient, &format!("/sessions/{session}/join"), json!({})).await.expect(200);
    assert_eq!(joined["attendees"][1]["name"], "Sam");
    let admin = token("ADMIN", "a-1", "Admin");
    assert_eq!(get(&admin, "/sessions").await.expect(200)["total"], 1);
}
