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
