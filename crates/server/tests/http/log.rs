//! The log holds no personal data.

use serde_json::json;

use crate::common::Server;

#[tokio::test]
async fn signing_in_leaves_no_name_in_the_log() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let secrets =
        ["erika@example.org", "Erika Muster", "correct horse", "Muster", "Bearer", "openvisit_refresh"];
    admin
        .post("/users", json!({ "email": secrets[0], "name": secrets[1], "roles": ["client"], "password": "correct horse" }))
        .await
        .expect(201);
    admin.get("/users?q=Muster").await.expect(200);
    let login = json!({ "email": secrets[0], "password": "correct horse" });
    let token = server.anonymous().post("/auth/login", login).await.expect(200)["access_token"].clone();
    server
        .anonymous()
        .post("/auth/login", json!({ "email": secrets[0], "password": "wrong" }))
        .await
        .expect(401);
    server.anonymous().post("/auth/login", json!({ "email": [secrets[0]], "password": 7 })).await.expect(422);
    admin.post("/clients", json!({ "name": secrets[1], "email": "no address" })).await.expect(422);
    let log = server.log();
    assert!(log.contains("route=\"/api/v1/auth/login\" status=200"), "{log}");
    for secret in secrets.into_iter().chain(token.as_str()) {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn booking_and_joining_leave_nothing_private_in_the_log() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. Private").await;
    let client = doctor
        .post("/clients", json!({ "name": "Cyd Private", "email": "private@example.org" }))
        .await
        .expect(201);
    let booking = json!({
        "client_id": client["id"], "starts_at": server.now(), "duration_minutes": 30,
        "title": "Private matter", "notes": "Private notes", "metadata": { "insurance": "Private" },
    });
    let appointment = doctor.post("/appointments", booking).await.expect(201);
    doctor.post("/appointments", json!({ "client_id": "Private", "starts_at": "Private" })).await.expect(422);
    let session = appointment["session_id"].as_str().unwrap();
    doctor.post(&format!("/sessions/{session}/join"), json!({ "device": "Private" })).await.expect(200);
    doctor.put(&format!("/sessions/{session}/notes"), json!({ "notes": "Private" })).await;
    let log = server.log();
    assert!(log.contains("/api/v1/sessions/{id}/join"), "{log}");
    let passcode = appointment["passcode"].as_str().unwrap();
    for secret in ["rivate", doctor.token.as_deref().unwrap()] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert!(!server.logged_word(passcode), "{passcode} is in the log:\n{log}");
}

#[tokio::test]
async fn coming_by_a_link_or_by_the_passcode_leaves_neither_in_the_log() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. Private").await;
    let client = doctor.post("/clients", json!({ "name": "Cyd Private" })).await.expect(201);
    let booking = json!({ "client_id": client["id"], "starts_at": server.now(), "duration_minutes": 30 });
    let booked = doctor.post("/appointments", booking).await.expect(201);
    let path = format!("/appointments/{}/invitations", booked["id"].as_str().unwrap());
    let link = doctor.post(&path, json!({ "role": "client" })).await.expect(201);
    let secret = link["url"].as_str().unwrap().rsplit('#').next().unwrap();
    let (passcode, stranger) = (booked["passcode"].as_str().unwrap(), server.anonymous());
    let opened = stranger.post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
    let body = json!({ "session_id": booked["session_id"], "passcode": passcode, "name": "Mo Private" });
    let came = stranger.post("/invitations/code", body).await.expect(200);
    doctor.delete(&format!("{path}/{}", link["id"].as_str().unwrap())).await;
    let token = opened["access_token"].as_str().unwrap();
    server.bearer(token).get("/me").await.problem(401, "unauthorized");
    let log = server.log();
    assert!(log.contains("/api/v1/invitations/code"), "{log}");
    for secret in ["rivate", secret, token, came["access_token"].as_str().unwrap()] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
    assert!(!server.logged_word(passcode), "{passcode} is in the log:\n{log}");
}

#[tokio::test]
async fn a_test_may_expect_an_error() {
    let server = Server::start().await;
    tracing::error!("provoked");
    server.expect_error("provoked");
}

#[tokio::test]
#[should_panic(expected = "errors in the log")]
async fn an_error_that_no_test_expects_fails_it() {
    let _server = Server::start().await;
    tracing::error!("provoked");
}
