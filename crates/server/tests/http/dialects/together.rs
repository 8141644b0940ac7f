//! One session, whoever made it, joined it and ended it: all dialects agree.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Listener, Party, Reply, Server, send};
use crate::story::{MINUTE, Story};

async fn post(party: &Party, path: &str, body: Value) -> Reply {
    send(party.raw(Method::POST, path).json(&body)).await
}

async fn get(party: &Party, path: &str) -> Value {
    send(party.raw(Method::GET, path)).await.expect(200)
}

/// Status and end time of a session, as each contract tells them.
async fn told(story: &Story, appointment: &Value, session: &str) -> Vec<(&'static str, Value, Value)> {
    let doctor = &story.doctor;
    let appointment = appointment.as_str().unwrap();
    let telehealth = get(doctor, &format!("/telehealth/sessions/{appointment}")).await["data"].take();
    let marketplace = get(doctor, &format!("/api/sessions/{session}")).await;
    let counselling = get(doctor, &format!("/api/video-calls/session/{session}")).await["session"].take();
    let clinic = get(doctor, &format!("/api/video/sessions/{session}")).await;
    // This contract has no end time; the end is the last that happened to it.
    let practice = get(doctor, &format!("/api/video-sessions/{session}")).await;
    let canonical = get(doctor, &format!("/api/v1/sessions/{session}")).await;
    let of = |seen: &Value, ended: &str| (seen["status"].clone(), seen[ended].clone());
    [
        ("telehealth", of(&telehealth, "endedAt")),
        ("marketplace", of(&marketplace, "ended_at")),
        ("counselling", of(&counselling, "videoCallEnded")),
        ("clinic", of(&clinic, "end_time")),
        ("practice", of(&practice, "updated_at")),
        ("canonical", of(&canonical, "ended_at")),
    ]
    .map(|(name, (status, ended))| (name, status, ended))
    .into()
}

/// They say, each in its word, that it was completed at this very moment.
async fn all_agree_that_it_ended_now(story: &Story, appointment: &Value, session: &str) {
    let now = json!(story.server.now());
    story.server.advance(MINUTE);
    for (dialect, status, ended) in told(story, appointment, session).await {
        assert_eq!(ended, now, "{dialect}");
        assert_eq!(status.as_str().unwrap().to_lowercase(), "completed", "{dialect}");
    }
    let mut tx = story.server.app.store.read().await.unwrap();
    let events = tx.events(session.parse().unwrap()).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.event_type.ends_with("completed")).count(), 1);
}

/// Ends by a dialect, as its front end would.
async fn end(dialect: &str, party: &Party, session: &str) {
    let ended = match dialect {
        "telehealth" => post(party, "/telehealth/sessions/end", json!({ "sessionId": session })).await,
        "marketplace" => post(party, &format!("/api/sessions/{session}/end"), json!({})).await,
        "counselling" => post(party, &format!("/api/video-calls/end/{session}"), json!({})).await,
        "clinic" => post(party, &format!("/api/video/sessions/{session}/end"), json!({})).await,
        _ => post(party, &format!("/api/v1/sessions/{session}/end"), json!({})).await,
    };
    ended.expect(200);
}

#[tokio::test]
async fn made_through_practice_joined_through_telehealth_ended_through_counselling() {
    let story = Story::new().await;
    let form = json!({
        "user_id": story.patient.id(), "title": "Talk", "session_date": story.server.now(),
        "duration_minutes": 60,
    });
    let made = post(&story.doctor, "/api/video-sessions", form).await.expect(201);
    let session = made["id"].as_str().unwrap();
    let appointment = story.see(&format!("/sessions/{session}")).await["appointment_id"].clone();

    let join = |party: &Party, passcode: Value| {
        let (party, body) = (party.clone(), json!({ "sessionId": session, "passcode": passcode }));
        async move { post(&party, "/telehealth/sessions/join", body).await }
    };
    let waiting = join(&story.patient, made["password"].clone()).await.expect(200);
    assert_eq!(waiting["data"]["status"], "WAITING_ROOM");
    assert_eq!(join(&story.doctor, Value::Null).await.expect(200)["data"]["status"], "IN_SESSION");
    assert!(join(&story.patient, Value::Null).await.expect(200)["data"]["mediaToken"].is_string());

    story.server.advance(MINUTE * 17);
    end("counselling", &story.patient, session).await;
    all_agree_that_it_ended_now(&story, &appointment, session).await;
}

#[tokio::test]
async fn whichever_ends_it_all_agree_when() {
    for dialect in ["telehealth", "marketplace", "counselling", "clinic", "canonical"] {
        let story = Story::new().await;
        let booked = story.book(0, 30).await;
        let session = booked["session_id"].as_str().unwrap();
        let start = post(&story.patient, &format!("/api/sessions/{session}/start"), json!({})).await;
        assert_eq!(start.expect(200)["status"], "live");
        story.server.advance(MINUTE * 9);
        end(dialect, &story.doctor, session).await;
        all_agree_that_it_ended_now(&story, &booked["id"], session).await;
    }
}

#[tokio::test]
async fn sockets_of_one_dialect_hear_what_is_done_through_the_others() {
    let story = Story::new().await;
    let booked = story.book(0, 30).await;
    let session = booked["session_id"].as_str().unwrap();
    let mut client = Listener::at_root(&story.patient).await;
    let waiting = client.ask("join-room", json!({ "sessionId": session })).await;
    assert_eq!(waiting["state"], "waiting");
    let join = json!({ "sessionId": session });
    post(&story.doctor, "/telehealth/sessions/join", join).await.expect(200);
    assert_eq!(client.hear("session-status-updated").await["status"], "In Progress");
    story.server.advance(MINUTE * 5);
    end("marketplace", &story.doctor, session).await;
    assert_eq!(client.hear("call-ended").await["videoCallEnded"], json!(story.server.now()));
    all_agree_that_it_ended_now(&story, &booked["id"], session).await;
}

#[tokio::test]
async fn each_has_a_description_of_its_own_and_so_has_the_canonical_api() {
    let story = Story::new().await;
    let documents = story.server.descriptions().await;
    let roots: [&[&str]; 6] = [
        &["/api/v1/", "/health", "/ready", "/metrics"],
        &["/telehealth/"],
        &["/api/sessions/", "/api/debug/"],
        &["/api/video-calls/"],
        &["/api/video/"],
        &["/api/video-sessions", "/api/partners/", "/api/users/"],
    ];
    for (document, roots) in documents.iter().zip(roots) {
        let (title, paths) = (&document["info"]["title"], document["paths"].as_object().unwrap());
        for root in roots {
            assert!(paths.keys().any(|path| path.starts_with(root)), "{title}: {root}");
        }
        for path in paths.keys() {
            assert!(roots.iter().any(|root| path.starts_with(root)), "{title}: {path}");
        }
    }
    let servers = documents.iter().map(|document| document["servers"].as_array().unwrap().len());
    assert_eq!(servers.collect::<Vec<_>>(), [1, 1, 1, 1, 2, 1], "the clinic's is below /video, too");
}

#[tokio::test]
async fn what_is_off_is_not_described() {
    let server = Server::with("dialects.clinic.enabled = false").await;
    let ask = |path: &str| send(server.anonymous().raw(Method::GET, path));
    ask("/openapi/clinic.json").await.problem(404, "not_found");
    assert_eq!(
        ask("/openapi/practice.json").await.expect(200)["info"]["title"],
        "OpenVisit: the practice dialect"
    );
    let offered = ask("/docs/swagger-initializer.js").await.body;
    assert!(
        offered.contains("/openapi/practice.json") && !offered.contains("/openapi/clinic.json"),
        "{offered}"
    );
}
