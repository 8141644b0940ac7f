//! The telehealth contract, row by row and rule by rule.

use openvisit_core::attendance::FactKind::{Connected, Disconnected};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, send};
use crate::story::{MINUTE, Story, appointment_path};

const UNKNOWN: &str = "019ac000-0000-7000-8000-000000000000";

async fn post(party: &Party, path: &str, body: Value) -> Reply {
    send(party.raw(Method::POST, &format!("/telehealth/sessions{path}")).json(&body)).await
}

async fn get(party: &Party, appointment: &Value) -> Reply {
    send(party.raw(Method::GET, &format!("/telehealth/sessions/{}", appointment.as_str().unwrap()))).await
}

async fn join(party: &Party, session: &Value) -> Reply {
    post(party, "/join", json!({ "sessionId": session })).await
}

async fn end(party: &Party, session: &Value) -> Reply {
    post(party, "/end", json!({ "sessionId": session })).await
}

/// The `data` of a success.
#[track_caller]
fn data(reply: Reply) -> Value {
    let mut body = reply.expect(200);
    assert_eq!(body["success"], true);
    assert!(body["message"].is_string());
    body["data"].take()
}

/// The message of a failure.
#[track_caller]
fn failure(reply: Reply, status: u16) -> String {
    assert_eq!(reply.header("content-type"), "application/json", "{}", reply.body);
    let body = reply.expect(status);
    assert_eq!(body["success"], false);
    body["message"].as_str().unwrap().to_owned()
}

/// An appointment that begins now, and its session's id.
async fn booked(story: &Story) -> (Value, Value) {
    let booked = story.book(0, 30).await;
    (booked["id"].clone(), booked["session_id"].clone())
}

#[tokio::test]
async fn creating_twice_gives_the_one_session_of_the_appointment() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let body = json!({ "appointmentId": appointment, "recordingEnabled": true, "maxParticipants": 2 });
    let first = data(post(&story.doctor, "", body.clone()).await);
    let second = data(post(&story.patient, "", body).await);
    assert_eq!((&first["id"], &second["id"]), (&session, &session));
    assert_eq!((&first["appointmentId"], &first["status"]), (&appointment, &json!("SCHEDULED")));
}

#[tokio::test]
async fn a_session_is_found_by_its_appointment_and_not_by_its_own_id() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    assert_eq!(data(get(&story.patient, &appointment).await)["id"], session);
    failure(get(&story.patient, &session).await, 404);
}

#[tokio::test]
async fn the_other_systems_id_of_an_appointment_is_taken_too() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["external_id"] = json!("apt-4711");
    let session = story.doctor.post("/appointments", booking).await.expect(201)["session_id"].clone();
    assert_eq!(data(get(&story.patient, &json!("apt-4711")).await)["id"], session);
    let body = json!({ "appointmentId": "apt-4711" });
    assert_eq!(data(post(&story.doctor, "", body).await)["id"], session);

    // Some number them.
    let mut booking = story.booking(60, 30);
    booking["external_id"] = json!("4711");
    let session = story.doctor.post("/appointments", booking).await.expect(201)["session_id"].clone();
    assert_eq!(data(post(&story.doctor, "", json!({ "appointmentId": 4711 })).await)["id"], session);
}

#[tokio::test]
async fn a_session_has_every_field_that_the_contract_names() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let before = data(get(&story.doctor, &appointment).await);
    for unknown_yet in ["startedAt", "endedAt", "endReason", "endedBy", "durationMinutes"] {
        assert_eq!(before.get(unknown_yet), Some(&Value::Null), "{unknown_yet}");
    }
    assert_eq!(before["participants"], json!([]));
    let room = before["roomName"].clone();
    assert!(!room.as_str().unwrap().is_empty());
    join(&story.doctor, &session).await.expect(200);
    join(&story.patient, &session).await.expect(200);
    let started_at = story.server.now();
    story.server.advance(MINUTE * 12 + MINUTE / 2);
    let body = json!({ "sessionId": session, "endReason": "all said" });
    let ended = data(post(&story.patient, "/end", body).await);
    assert_eq!((&ended["id"], &ended["appointmentId"]), (&session, &appointment));
    assert_eq!((&ended["status"], &ended["roomName"]), (&json!("COMPLETED"), &room));
    assert_eq!(ended["startedAt"], json!(started_at));
    assert_eq!(ended["endedAt"], json!(story.server.now()));
    assert_eq!((&ended["endReason"], &ended["endedBy"]), (&json!("all said"), &json!("patient")));
    assert_eq!(ended["durationMinutes"], 13, "to the nearest");
    let roles: Vec<_> = ended["participants"].as_array().unwrap().iter().map(|p| &p["role"]).collect();
    assert_eq!(roles, ["clinician", "patient"]);
    assert!(ended["endedAt"].as_str().unwrap().ends_with('Z'));
}

#[tokio::test]
async fn the_practitioners_join_starts_and_admits_the_patient_who_waits() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let waiting = data(join(&story.patient, &session).await);
    assert_eq!((&waiting["status"], &waiting["mediaToken"]), (&json!("WAITING_ROOM"), &Value::Null));
    assert_eq!(waiting["mediaEndpoints"], Value::Null);
    let body = json!({ "sessionId": session, "userRole": "clinician", "recordingConsent": true });
    let doctor = data(post(&story.doctor, "/join", body).await);
    assert_eq!(doctor["status"], "IN_SESSION");
    let patient = data(join(&story.patient, &session).await);
    assert_eq!(patient["participantId"], waiting["participantId"]);
    for joined in [&doctor, &patient] {
        assert_eq!(joined["roomName"], waiting["roomName"]);
        assert!(joined["mediaToken"].as_str().unwrap().len() > 20);
        let endpoints = &joined["mediaEndpoints"];
        assert_eq!(endpoints["url"], format!("/api/v1/sessions/{}/media", session.as_str().unwrap()));
        assert_eq!(endpoints["provider"], "embedded");
        assert!(endpoints["iceServers"].is_array());
    }
    assert_ne!(doctor["mediaToken"], patient["mediaToken"]);
    assert_eq!(data(get(&story.patient, &appointment).await)["status"], "IN_SESSION");
}

#[tokio::test]
async fn a_patient_who_comes_after_the_practitioner_is_let_in_at_once() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let doctor = data(join(&story.doctor, &session).await);
    assert_eq!(doctor["startedAt"], json!(story.server.now()));
    story.server.advance(MINUTE);
    let again = data(join(&story.doctor, &session).await);
    assert_eq!(again["startedAt"], doctor["startedAt"], "started once");
    assert!(data(join(&story.patient, &session).await)["mediaToken"].is_string());
}

#[tokio::test]
async fn a_practitioner_who_may_not_start_just_joins() {
    let story = Story::new().await;
    let mut booking = story.booking(0, 30);
    booking["started_by"] = json!("client");
    let session = story.doctor.post("/appointments", booking).await.expect(201)["session_id"].clone();
    let joined = data(join(&story.doctor, &session).await);
    assert_eq!(joined["status"], "WAITING_ROOM");
    assert!(joined["mediaToken"].is_string());
    assert!(data(join(&story.patient, &session).await)["mediaToken"].is_string(), "the door is open");
}

#[tokio::test]
async fn the_role_of_the_payload_is_not_believed() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let body = json!({ "sessionId": session, "userRole": "clinician" });
    let patient = data(post(&story.patient, "/join", body).await);
    assert_eq!((&patient["status"], &patient["mediaToken"]), (&json!("WAITING_ROOM"), &Value::Null));
}

#[tokio::test]
async fn a_join_that_the_rules_refuse_says_why() {
    let story = Story::new().await;
    let later = story.book(60, 30).await["session_id"].clone();
    let early = join(&story.patient, &later).await;
    assert_eq!(early.json()["code"], "too_early");
    assert_eq!(early.json()["seconds_left"], 45 * 60);
    assert!(failure(early, 409).contains("the door opens at"));

    let mut booking = story.booking(120, 30);
    booking["payment_required"] = json!(true);
    booking["passcode"] = json!(true);
    let booked = story.doctor.post("/appointments", booking).await.expect(201);
    let session = &booked["session_id"];
    story.server.advance(MINUTE * 120);
    assert!(failure(join(&story.doctor, session).await, 402).contains("payment"));
    let admin = story.server.admin().await;
    let paid = format!("{}/payment", appointment_path(&booked));
    admin.post(&paid, json!({ "status": "confirmed" })).await.expect(200);
    failure(join(&story.patient, session).await, 403);
    let with_code = json!({ "sessionId": session, "passcode": booked["passcode"] });
    assert_eq!(data(post(&story.patient, "/join", with_code).await)["status"], "WAITING_ROOM");

    let over = data(end(&story.doctor, session).await);
    assert_eq!(over["status"], "NO_SHOW");
    for party in [&story.doctor, &story.patient] {
        assert!(failure(join(party, session).await, 409).contains("ended"));
    }
}

#[tokio::test]
async fn end_answers_in_the_contracts_words() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    join(&story.doctor, &session).await.expect(200);
    let body = end(&story.doctor, &session).await.expect(200);
    assert_eq!(body["message"], "Telehealth session ended successfully");
    assert_eq!((&body["success"], &body["data"]["status"]), (&json!(true), &json!("COMPLETED")));
    assert_eq!(body["data"]["endedBy"], "clinician");
}

#[tokio::test]
async fn ending_again_is_no_error_and_nothing_happens_twice() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    join(&story.doctor, &session).await.expect(200);
    join(&story.patient, &session).await.expect(200);
    story.server.advance(MINUTE * 10);
    let first = data(post(&story.doctor, "/end", json!({ "sessionId": session, "endReason": "done" })).await);
    story.server.advance(MINUTE);
    let second = data(post(&story.patient, "/end", json!({ "sessionId": session, "endReason": "no" })).await);
    assert_eq!(first, second);
    let mut tx = story.server.app.store.read().await.unwrap();
    let events = tx.events(session.as_str().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.event_type.ends_with("completed")).count(), 1);
}

#[tokio::test]
async fn an_end_before_the_start_is_a_no_show() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    join(&story.patient, &session).await.expect(200);
    let ended = data(end(&story.patient, &session).await);
    assert_eq!((&ended["status"], &ended["durationMinutes"]), (&json!("NO_SHOW"), &json!(0)));
}

#[tokio::test]
async fn what_is_no_uuid_is_an_invalid_session_id() {
    let story = Story::new().await;
    for wrong in [json!("nonsense"), json!(""), json!(7), Value::Null, json!({}), json!(["a"])] {
        for path in ["/end", "/join"] {
            let reply = post(&story.doctor, path, json!({ "sessionId": wrong })).await;
            assert!(failure(reply, 400).contains("Invalid session ID"), "{path} {wrong}");
        }
    }
    assert!(failure(post(&story.doctor, "/end", json!({})).await, 400).contains("Invalid session ID"));
}

#[tokio::test]
async fn every_other_failure_of_end_is_a_400_with_its_reason() {
    let story = Story::new().await;
    let (_, session) = booked(&story).await;
    let too_long = json!({ "sessionId": session, "endReason": "é".repeat(501) });
    assert!(failure(post(&story.doctor, "/end", too_long).await, 400).contains("endReason"));
    let no_text = json!({ "sessionId": session, "endReason": 5 });
    assert!(failure(post(&story.doctor, "/end", no_text).await, 400).contains("endReason"));
    let raw = |body: &'static str, kind: &'static str| {
        let request = story.doctor.raw(Method::POST, "/telehealth/sessions/end");
        send(request.header("content-type", kind).body(body))
    };
    assert!(failure(raw("{", "application/json").await, 400).contains("JSON"));
    failure(raw("sessionId=x", "application/x-www-form-urlencoded").await, 400);
    assert_eq!(story.see(&format!("/sessions/{}", session.as_str().unwrap())).await["status"], "scheduled");
    let longest = json!({ "sessionId": session, "endReason": "é".repeat(500) });
    post(&story.doctor, "/end", longest).await.expect(200);
}

#[tokio::test]
async fn a_stranger_learns_nothing() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let stranger = story.server.client("Eve").await;
    let unknown = json!(UNKNOWN);
    let (theirs, none) = (end(&stranger, &session).await, end(&stranger, &unknown).await);
    assert_eq!(theirs.body, none.body);
    assert_eq!(
        (failure(theirs, 400), failure(none, 400)).0,
        failure(end(&story.doctor, &unknown).await, 400)
    );
    let (theirs, none) = (join(&stranger, &session).await, join(&stranger, &unknown).await);
    assert_eq!((theirs.status, &theirs.body), (404, &none.body));
    let (theirs, none) = (get(&stranger, &appointment).await, get(&stranger, &unknown).await);
    assert_eq!((theirs.status, &theirs.body), (404, &none.body));
    let body = |id: &Value| json!({ "appointmentId": id });
    let theirs = post(&stranger, "", body(&appointment)).await;
    assert_eq!(theirs.body, post(&stranger, "", body(&unknown)).await.body);
    failure(theirs, 404);
    assert_eq!(data(get(&story.doctor, &appointment).await)["status"], "SCHEDULED");
}

#[tokio::test]
async fn there_is_no_route_that_sets_the_status() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    for id in [&session, &appointment] {
        let path = format!("/telehealth/sessions/{}/status", id.as_str().unwrap());
        let patch = story.doctor.raw(Method::PATCH, &path).json(&json!({ "status": "COMPLETED" }));
        failure(send(patch).await, 404);
    }
    assert_eq!(data(get(&story.doctor, &appointment).await)["status"], "SCHEDULED");
}

#[tokio::test]
async fn every_refusal_comes_in_the_envelope() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    for party in [story.server.anonymous(), story.server.bearer("no-token")] {
        let replies = [
            post(&party, "", json!({ "appointmentId": appointment })).await,
            get(&party, &appointment).await,
            join(&party, &session).await,
            end(&party, &session).await,
        ];
        for reply in replies {
            assert_eq!(reply.header("www-authenticate"), "Bearer");
            failure(reply, 401);
        }
    }
    failure(send(story.doctor.raw(Method::DELETE, "/telehealth/sessions/end")).await, 405);
    failure(send(story.doctor.raw(Method::GET, "/telehealth/nothing/here")).await, 404);
    let broken = story.doctor.raw(Method::POST, "/telehealth/sessions/join");
    failure(send(broken.header("content-type", "application/json").body("{")).await, 400);
    for no_id in [json!(true), json!(5.5), json!([]), json!(null)] {
        failure(post(&story.doctor, "", json!({ "appointmentId": no_id })).await, 422);
    }
    failure(post(&story.doctor, "", json!({ "appointmentId": 5 })).await, 404);
    let huge = json!({ "appointmentId": "x".repeat(1 << 20) });
    failure(post(&story.doctor, "", huge).await, 413);
}

#[tokio::test]
async fn status_words_follow_the_table() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let (appointment, session) = (&booked["id"], &booked["session_id"]);
    let status = || async { data(get(&story.doctor, appointment).await)["status"].clone() };
    assert_eq!(status().await, "SCHEDULED");
    let cancel = format!("{}/cancel", appointment_path(&booked));
    story.doctor.post(&cancel, json!({})).await.expect(200);
    assert_eq!(status().await, "CANCELLED");
    assert_eq!(data(end(&story.doctor, session).await)["status"], "CANCELLED", "ended is ended");
    let reactivate = json!({ "status": "scheduled" });
    story.doctor.patch(&appointment_path(&booked), reactivate).await.expect(200);
    join(&story.patient, session).await.expect(200);
    assert_eq!(status().await, "WAITING_ROOM");
    join(&story.doctor, session).await.expect(200);
    assert_eq!(status().await, "IN_SESSION");
    end(&story.doctor, session).await.expect(200);
    assert_eq!(status().await, "COMPLETED");
}

#[tokio::test]
async fn whoever_never_came_is_a_no_show_by_the_clock() {
    let story = Story::new().await;
    let (appointment, session) = booked(&story).await;
    let joined = data(join(&story.patient, &session).await);
    let path = format!("/sessions/{}", session.as_str().unwrap());
    story.fact(&path, &joined["participantId"], Connected).await;
    story.fact(&path, &joined["participantId"], Disconnected).await;
    story.advance(45).await;
    let missed = data(get(&story.patient, &appointment).await);
    assert_eq!((&missed["status"], &missed["endedBy"]), (&json!("NO_SHOW"), &json!("system")));
    assert_eq!((&missed["durationMinutes"], &missed["startedAt"]), (&json!(0), &Value::Null));
}

#[tokio::test]
async fn it_can_be_switched_off_and_mounted_elsewhere() {
    let story = Story::with("[dialects.telehealth]\nprefixes = ['/care']").await;
    let (appointment, session) = booked(&story).await;
    let prefixed = format!("/care/telehealth/sessions/{}", appointment.as_str().unwrap());
    assert_eq!(data(send(story.doctor.raw(Method::GET, &prefixed)).await)["id"], session);
    failure(send(story.server.anonymous().raw(Method::GET, &prefixed)).await, 401);
    failure(send(story.doctor.raw(Method::PATCH, "/care/telehealth/sessions/x/status")).await, 404);
    let off = Story::with("[dialects.telehealth]\nenabled = false").await;
    let (_, session) = booked(&off).await;
    assert_ne!(end(&off.doctor, &session).await.status, 200);
}
