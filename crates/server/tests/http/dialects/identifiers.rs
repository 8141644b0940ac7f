//! Whose ids a dialect speaks of: an application gets back what its own system gave, and nobody else's.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, MORNING, Party, Reply, send};
use crate::issuers::{SECRET, signed};
use crate::story::{Story, on_both};

/// Two applications; what one of them calls somebody is nothing to the other.
const APPLICATIONS: &str = "[[issuers]]\nissuer = 'one'\nsecret = 'a secret that two systems share'\n\
    create_people = true\nmax_role = 'admin'\n\
    [[issuers]]\nissuer = 'other'\nsecret = 'a secret that two systems share'\n\
    create_people = true\nmax_role = 'admin'\n";

const OURS: &str = "[dialects.telehealth]\nids = 'ours'\n[dialects.marketplace]\nids = 'ours'\n\
    [dialects.counselling]\nids = 'ours'\n[dialects.clinic]\nids = 'ours'\n[dialects.practice]\nids = 'ours'\n\
    [[issuers]]\nissuer = 'one'\nsecret = 'a secret that two systems share'\n\
    create_people = true\nmax_role = 'admin'\n";

/// Such as programs have: a number, a prefixed text, and what needs escaping in a path.
const DOCTOR: &str = "doc_doctor123";
const PATIENT: &str = "42";
const APPOINTMENT: &str = "appt/7 ü?#%";
const ESCAPED: &str = "appt%2F7%20%C3%BC%3F%23%25";

fn person(story: &Story, issuer: &str, subject: &str, role: &str) -> Party {
    let expires = MORNING.as_second() + 86_400;
    let claims = json!({ "iss": issuer, "sub": subject, "role": role, "exp": expires });
    story.server.bearer(signed(&claims, SECRET))
}

/// Doctor and patient of an application, and what it booked for them.
struct Application {
    doctor: Party,
    patient: Party,
    booked: Value,
}

impl Application {
    async fn new(story: &Story, issuer: &str) -> Self {
        let doctor = person(story, issuer, DOCTOR, "DOCTOR");
        let patient = person(story, issuer, PATIENT, "PATIENT");
        doctor.get("/me").await.expect(200);
        let admin = person(story, issuer, "back-end", "ADMIN");
        let booked = admin.post("/appointments", booking(story, issuer)).await.expect(201);
        Self { doctor, patient, booked }
    }

    fn session(&self) -> &str {
        self.booked["session_id"].as_str().unwrap()
    }
}

fn booking(story: &Story, issuer: &str) -> Value {
    json!({
        "practitioner": { "issuer": issuer, "subject": DOCTOR },
        "client": { "issuer": issuer, "subject": PATIENT, "name": "Sam", "email": "sam@example.org" },
        "external_id": APPOINTMENT, "starts_at": story.server.now(), "duration_minutes": 30,
        "passcode": false,
    })
}

async fn get(party: &Party, path: &str) -> Reply {
    send(party.raw(Method::GET, path)).await
}

async fn post(party: &Party, path: &str, body: Value) -> Reply {
    send(party.raw(Method::POST, path).json(&body)).await
}

/// `seen` has these fields.
#[track_caller]
fn has(seen: &Value, expected: Value) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&seen[name], value, "{name} of {seen}");
    }
}

on_both! {
    settings APPLICATIONS;

    async fn telehealth_gives_its_ids_back(story: Story) {
        let app = Application::new(&story, "one").await;
        let body = json!({ "appointmentId": APPOINTMENT });
        let made = post(&app.doctor, "/telehealth/sessions", body).await.expect(200);
        has(&made["data"], json!({ "appointmentId": APPOINTMENT, "openvisit_appointment_id": app.booked["id"] }));
        let body = json!({ "sessionId": made["data"]["id"] });
        let joined = post(&app.doctor, "/telehealth/sessions/join", body.clone()).await.expect(200);
        has(&joined["data"]["participants"][0], json!({
            "userId": DOCTOR, "openvisit_user_id": app.booked["practitioner_id"],
        }));
        post(&app.patient, "/telehealth/sessions/join", body).await.expect(200);
        let seen = get(&app.patient, &format!("/telehealth/sessions/{ESCAPED}")).await.expect(200);
        assert_eq!(seen["data"]["participants"][1]["userId"], PATIENT);
    }

    async fn clinic_gives_its_ids_back(story: Story) {
        let app = Application::new(&story, "one").await;
        let canonical = app.doctor.get(&format!("/sessions/{}", app.session())).await.expect(200);
        has(&canonical["client"], json!({ "subject": PATIENT, "id": app.booked["client_id"], "name": "Sam" }));
        let list = get(&app.doctor, "/api/video/sessions").await.expect(200);
        let ids = json!({
            "appointment_id": APPOINTMENT, "doctor_id": DOCTOR, "patient_id": PATIENT,
            "openvisit_appointment_id": app.booked["id"], "openvisit_doctor_id": app.booked["practitioner_id"],
            "openvisit_patient_id": app.booked["client_id"], "patient_name": "Sam",
        });
        has(&list["sessions"][0], ids.clone());
        let path = format!("/api/video/sessions/{ESCAPED}/start");
        let started = post(&app.doctor, &path, json!({})).await.expect(200);
        assert_eq!(started["appointment_id"], APPOINTMENT);
        assert_eq!(started["doctor_attendee"]["external_user_id"], DOCTOR);
        let session = app.session();
        let joined = post(&app.patient, &format!("/api/video/sessions/{session}/join"), json!({})).await.expect(200);
        assert_eq!(joined["attendee"]["external_user_id"], PATIENT);
        has(&get(&app.patient, &format!("/api/video/sessions/{session}")).await.expect(200), ids);
        let ended = post(&app.doctor, &format!("/api/video/sessions/{session}/end"), json!({})).await.expect(200);
        assert_eq!(ended["appointment_id"], APPOINTMENT);
    }

    async fn marketplace_gives_its_ids_back(story: Story) {
        let customer = person(&story, "one", PATIENT, "customer");
        let mechanic = person(&story, "one", DOCTOR, "mechanic");
        let us = mechanic.get("/me").await.expect(200)["id"].as_str().unwrap().to_owned();
        let accepts = json!({ "practitioner": { "accepts_requests": true } });
        person(&story, "one", "back-end", "ADMIN").patch(&format!("/users/{us}"), accepts).await.expect(200);
        let asked = post(&customer, "/api/sessions/requests", json!({ "concern": "brakes" })).await.expect(201);
        has(&asked, json!({ "customer_user_id": PATIENT, "mechanic_id": null, "openvisit_mechanic_id": null }));
        let id = asked["id"].as_str().unwrap();
        let seen = get(&mechanic, "/api/sessions/requests").await.expect(200);
        assert_eq!(seen["items"][0]["customer_user_id"], PATIENT);
        let ids = json!({ "customer_user_id": PATIENT, "mechanic_id": DOCTOR, "openvisit_mechanic_id": us });
        has(&post(&mechanic, &format!("/api/sessions/requests/{id}/accept"), json!({})).await.expect(200), ids.clone());
        for path in [format!("/api/sessions/{id}/start"), format!("/api/sessions/{id}/end")] {
            has(&post(&customer, &path, json!({})).await.expect(200), ids.clone());
        }
        has(&get(&customer, "/api/sessions/requests").await.expect(200)["items"][0], ids.clone());
        has(&get(&mechanic, &format!("/api/sessions/{id}")).await.expect(200), ids);
    }

    async fn practice_gives_its_ids_back(story: Story) {
        let partner = person(&story, "one", DOCTOR, "partner");
        let form = json!({
            "partner_id": DOCTOR, "user_id": 42, "session_date": story.server.now(), "duration_minutes": 30,
            "user_name": "Sam", "user_email": "sam@example.org",
        });
        let made = send(partner.raw(Method::POST, "/api/video-sessions").json(&form)).await.expect(201);
        has(&made, json!({ "partner_id": DOCTOR, "user_id": PATIENT, "user_name": "Sam" }));
        let path = format!("/api/video-sessions/{}", made["id"].as_str().unwrap());
        let whole = send(partner.raw(Method::PUT, &path).json(&json!({
            "partner_id": DOCTOR, "user_id": PATIENT, "title": "Talk",
        })));
        has(&whole.await.expect(200), json!({ "partner_id": DOCTOR, "user_id": PATIENT, "title": "Talk" }));
        let user = person(&story, "one", PATIENT, "user");
        let list = get(&user, "/api/users/42/video-sessions").await.expect(200);
        has(&list[0], json!({ "partner_id": DOCTOR, "user_id": PATIENT }));
        let me = user.get("/me").await.expect(200);
        has(&me, json!({ "name": "Sam", "email": "sam@example.org", "id": made["openvisit_user_id"] }));
    }

    async fn counselling_knows_its_session_by_its_own_id(story: Story) {
        let app = Application::new(&story, "one").await;
        let path = format!("/api/video-calls/session/{ESCAPED}");
        let seen = get(&app.doctor, &path).await.expect(200)["session"].take();
        has(&seen, json!({
            "id": APPOINTMENT, "appointmentId": APPOINTMENT, "openvisit_session_id": app.booked["session_id"],
        }));
        has(&seen["client"], json!({ "id": PATIENT, "userId": PATIENT, "openvisit_id": app.booked["client_id"] }));
        has(&seen["psychologist"], json!({ "id": DOCTOR, "userId": DOCTOR }));
        for verb in ["start", "end"] {
            let done = post(&app.doctor, &format!("/api/video-calls/{verb}/{ESCAPED}"), json!({})).await.expect(200);
            assert_eq!(done["session"]["id"], APPOINTMENT);
        }
        let by_ours = get(&app.doctor, &format!("/api/video-calls/session/{}", app.session())).await.expect(200);
        assert_eq!(by_ours["session"]["id"], APPOINTMENT);
    }

    async fn counselling_sockets_speak_of_its_own_ids(story: Story) {
        let app = Application::new(&story, "one").await;
        let (mut one, mut two) = (Listener::at_root(&app.doctor).await, Listener::at_root(&app.patient).await);
        let joined = one.ask("join-room", json!({ "roomId": "r", "sessionId": APPOINTMENT })).await;
        assert_eq!(joined["sessionId"], APPOINTMENT);
        assert_eq!(joined["participants"][0]["userId"], DOCTOR);
        two.ask("join-room", json!({ "sessionId": APPOINTMENT })).await;
        has(&one.hear("user-joined").await, json!({ "sessionId": APPOINTMENT, "userId": PATIENT }));
        has(&one.hear("session-status-updated").await, json!({ "sessionId": APPOINTMENT, "status": "In Progress" }));
        let offer = json!({ "sessionId": APPOINTMENT, "targetUserId": 42, "offer": 1 });
        assert_eq!(one.ask("offer", offer).await["success"], true);
        has(&two.hear("offer").await, json!({ "sessionId": APPOINTMENT, "fromUserId": DOCTOR }));
        let ours = json!({ "sessionId": app.session(), "message": "hello" });
        assert_eq!(two.ask("chat-message", ours).await["success"], true);
        has(&one.hear("chat-message").await, json!({ "sessionId": APPOINTMENT, "userId": PATIENT }));
        assert_eq!(two.ask("leave-room", json!({ "sessionId": APPOINTMENT })).await["success"], true);
        has(&one.hear("user-left").await, json!({ "sessionId": APPOINTMENT, "userId": PATIENT }));
        post(&app.doctor, &format!("/api/video-calls/end/{ESCAPED}"), json!({})).await.expect(200);
        assert_eq!(one.hear("call-ended").await["sessionId"], APPOINTMENT);
    }

    async fn one_applications_ids_are_nothing_to_another(story: Story) {
        let (one, other) = (Application::new(&story, "one").await, Application::new(&story, "other").await);
        for app in [&one, &other] {
            let seen = get(&app.doctor, &format!("/telehealth/sessions/{ESCAPED}")).await.expect(200);
            assert_eq!(seen["data"]["id"], app.booked["session_id"], "each its own");
            let list = get(&app.doctor, "/api/video/sessions").await.expect(200);
            assert_eq!((&list["total"], &list["sessions"][0]["session_id"]), (&json!(1), &app.booked["session_id"]));
        }
        let only = person(&story, "one", "back-end", "ADMIN");
        let mut booking = booking(&story, "one");
        booking["external_id"] = json!("one-only");
        booking["starts_at"] = json!("2030-02-01T09:00:00Z");
        only.post("/appointments", booking).await.expect(201);
        let stranger = &other.doctor;
        for (known, unknown) in [
            ("/telehealth/sessions/one-only", "/telehealth/sessions/nobody's"),
            ("/api/video-calls/session/one-only", "/api/video-calls/session/nobody's"),
            ("/api/users/someone/video-sessions", "/api/users/nobody/video-sessions"),
        ] {
            let (known, unknown) = (get(stranger, known).await, get(stranger, unknown).await);
            assert_eq!((known.status, &known.body), (404, &unknown.body));
        }
        let start = async |id: &str| post(stranger, &format!("/api/video/sessions/{id}/start"), json!({})).await;
        assert_eq!((start("one-only").await.status, start("one-only").await.body), (404, start("x").await.body));
        // An administrator of the other application sees what is there, by our id and under our ids.
        let admin = person(&story, "other", "back-end", "ADMIN");
        let seen = get(&admin, &format!("/api/video/sessions/{}", one.session())).await.expect(200);
        has(&seen, json!({ "appointment_id": one.booked["id"], "doctor_id": one.booked["practitioner_id"] }));
    }

    async fn support_staff_of_one_application_look_at_its_own(story: Story) {
        let (one, other) = (Application::new(&story, "one").await, Application::new(&story, "other").await);
        for (issuer, app) in [("one", &one), ("other", &other)] {
            let admin = person(&story, issuer, "back-end", "ADMIN");
            let path = format!("/api/debug/check-session?id={ESCAPED}");
            assert_eq!(get(&admin, &path).await.expect(200)["id"], app.booked["session_id"]);
            let flow = get(&admin, &format!("/api/debug/test-mechanic-flow?mechanicEmail={DOCTOR}")).await.expect(200);
            has(&flow, json!({ "accounts": 1 }));
            let ids = json!({ "user_id": DOCTOR, "openvisit_user_id": app.booked["practitioner_id"] });
            has(&flow["login"], ids.clone());
            has(&flow["mechanic"], ids.clone());
            let join = json!({ "sessionId": app.session() });
            post(&app.doctor, "/telehealth/sessions/join", join).await.expect(200);
            has(&get(&admin, &path).await.expect(200)["participants"][0], ids);
        }
        let third = person(&story, "one", "back-end", "ADMIN");
        let unknown = get(&third, "/api/debug/check-session?id=nobody's").await.expect(200);
        assert_eq!(unknown["found"], false);
    }

    async fn an_id_that_names_two_names_the_one_that_is_the_callers(story: Story) {
        let one = Application::new(&story, "one").await;
        let theirs = one.booked["id"].as_str().unwrap();
        // Another doctor of the same application whose appointment is called like our id of the first one.
        let colleague = person(&story, "one", "doc-2", "DOCTOR");
        colleague.get("/me").await.expect(200);
        let mut twin = booking(&story, "one");
        twin["practitioner"]["subject"] = json!("doc-2");
        twin["client"]["subject"] = json!("43");
        twin["external_id"] = json!(theirs);
        let twin = person(&story, "one", "back-end", "ADMIN").post("/appointments", twin).await.expect(201);
        let seen = async |who: &Party| get(who, &format!("/telehealth/sessions/{theirs}")).await;
        assert_eq!(seen(&one.doctor).await.expect(200)["data"]["id"], one.booked["session_id"]);
        assert_eq!(seen(&colleague).await.expect(200)["data"]["id"], twin["session_id"]);
        let third = person(&story, "one", "doc-3", "DOCTOR");
        let unknown = get(&third, "/telehealth/sessions/unknown").await;
        let hidden = seen(&third).await;
        assert_eq!((hidden.status, hidden.body), (404, unknown.body));
        let start = |id: &str| format!("/api/video/sessions/{id}/start");
        let (hidden, unknown) =
            (post(&third, &start(theirs), json!({})).await, post(&third, &start("unknown"), json!({})).await);
        assert_eq!((hidden.status, hidden.body), (404, unknown.body));
    }

    async fn what_cannot_be_an_id_is_an_unknown_one(story: Story) {
        let app = Application::new(&story, "one").await;
        let long = "x".repeat(10_000);
        for id in ["a%00b", "%2e%2e%2f%2e%2e", "..%2Fhealth", &long, "%F0%9F%92%A9", "%20"] {
            for path in [
                format!("/telehealth/sessions/{id}"), format!("/api/video-calls/session/{id}"),
                format!("/api/users/{id}/video-sessions"), format!("/api/partners/{id}/video-sessions"),
                format!("/api/video/sessions/{id}"), format!("/api/video-sessions/{id}"), format!("/api/sessions/{id}"),
            ] {
                assert_eq!(get(&app.doctor, &path).await.status, 404, "{path:.80}");
            }
            assert_eq!(post(&app.doctor, &format!("/api/video/sessions/{id}/start"), json!({})).await.status, 404);
        }
    }

    async fn what_an_account_of_ours_booked_for_an_applications_people_has_its_id(story: Story) {
        let doctor = person(&story, "one", DOCTOR, "DOCTOR");
        doctor.get("/me").await.expect(200);
        let admin = story.server.admin().await;
        let booked = admin.post("/appointments", booking(&story, "one")).await.expect(201);
        let seen = get(&doctor, &format!("/telehealth/sessions/{ESCAPED}")).await.expect(200);
        assert_eq!(seen["data"]["appointmentId"], APPOINTMENT);
        let ours = get(&admin, &format!("/telehealth/sessions/{ESCAPED}")).await.expect(200);
        assert_eq!(ours["data"]["appointmentId"], booked["id"], "accounts of ours see ours");
        let stranger = person(&story, "other", DOCTOR, "DOCTOR");
        assert_eq!(get(&stranger, &format!("/telehealth/sessions/{ESCAPED}")).await.status, 404);
    }
}

mod when_the_operator_wants_ours {
    use super::*;

    on_both! {
        settings OURS;

        async fn every_answer_has_ours_and_every_path_takes_both(story: Story) {
            let app = Application::new(&story, "one").await;
            let (appointment, doctor) = (&app.booked["id"], &app.booked["practitioner_id"]);
            let telehealth = get(&app.doctor, &format!("/telehealth/sessions/{ESCAPED}")).await.expect(200);
            assert_eq!(&telehealth["data"]["appointmentId"], appointment);
            let clinic = get(&app.doctor, "/api/video/sessions").await.expect(200);
            has(&clinic["sessions"][0], json!({ "appointment_id": appointment, "doctor_id": doctor }));
            let counselling = get(&app.doctor, &format!("/api/video-calls/session/{ESCAPED}")).await.expect(200);
            assert_eq!(counselling["session"]["id"], app.booked["session_id"]);
            assert_eq!(&counselling["session"]["psychologist"]["id"], doctor);
            let marketplace = get(&app.doctor, &format!("/api/sessions/{}", app.session())).await.expect(200);
            assert_eq!(&marketplace["mechanic_id"], doctor);
            let practice = get(&app.doctor, &format!("/api/partners/{DOCTOR}/video-sessions")).await.expect(200);
            assert_eq!(&practice[0]["partner_id"], doctor);
        }
    }
}
