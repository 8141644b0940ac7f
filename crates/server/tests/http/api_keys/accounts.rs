//! Accounts of programs, and what makes none.

use openvisit_app::settings::{Sources, load};
use serde_json::{Value, json};

use super::{Program, SOME_ID};
use crate::story::Story;

#[tokio::test]
async fn what_makes_no_key_and_no_account_is_refused_by_field() {
    let story = Story::new().await;
    let program = Program::new(&story).await;
    let (admin, clinic) = (&program.admin, &program.clinic);
    for (account, field, code) in [
        (json!({ "name": " ", "organization_id": clinic }), "name", "required"),
        (json!({ "name": "A" }), "organization_id", "required"),
        (json!({ "name": "A", "organization_id": SOME_ID }), "organization_id", "unknown"),
        (json!({ "name": "A", "role": "practitioner", "organization_id": clinic }), "role", "invalid"),
        (json!({ "name": "A", "role": "admin", "organization_id": SOME_ID }), "organization_id", "unknown"),
        (json!({ "name": "A", "role": "admin", "password": "correct horse" }), "password", "unknown"),
    ] {
        let refused = admin.post("/service-accounts", account).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
        assert_eq!(refused["errors"][0]["code"], code, "{refused}");
    }
    let keys = format!("{}/keys", program.path);
    for (key, field) in [
        (json!({ "scopes": [] }), "scopes"),
        (json!({ "scopes": ["everything"] }), "scopes[0]"),
        (json!({ "scopes": ["clients:read"], "expires_at": story.server.now() }), "expires_at"),
    ] {
        let refused = admin.post(&keys, key).await.problem(422, "invalid");
        assert_eq!(refused["errors"][0]["field"], field, "{refused}");
    }
    let read = json!({ "scopes": ["clients:read", "clients:read"] });
    for _ in 0..20 {
        assert_eq!(program.created(read.clone()).await["scopes"], json!(["clients:read"]));
    }
    admin.post(&keys, read.clone()).await.problem(409, "conflict");
    // Whoever is no program has no keys.
    let people = format!("/service-accounts/{}", story.doctor.id());
    admin.get(&people).await.problem(404, "not_found");
    admin.patch(&people, json!({ "disabled": true })).await.problem(404, "not_found");
    admin.post(&format!("{people}/keys"), read).await.problem(404, "not_found");
    let listed = admin.get("/service-accounts?limit=1").await.expect(200);
    assert_eq!(listed["items"][0]["name"], "Website");
    assert_eq!(listed["items"][0]["keys"].as_array().unwrap().len(), 20);
    assert_eq!(listed["next_cursor"], Value::Null);
}

#[tokio::test]
async fn a_program_is_no_user() {
    let story = Story::new().await;
    let program = Program::new(&story).await;
    let id = program.path.rsplit('/').next().unwrap();
    let listed = program.admin.get("/users?limit=100").await;
    assert!(!listed.body.contains(id), "{}", listed.body);
    program.admin.get(&format!("/users/{id}")).await.problem(404, "not_found");
    for change in [
        json!({ "roles": ["admin"] }),
        json!({ "email": "a@example.org" }),
        json!({ "password": "correct horse" }),
    ] {
        program.admin.patch(&format!("/users/{id}"), change).await.problem(404, "not_found");
    }
    let assumed = json!({ "issuer": "service_account", "subject": id, "name": "X", "roles": ["admin"] });
    program.admin.post("/users", assumed).await.problem(422, "invalid");
    let settings = "[[issuers]]\nissuer = 'service_account'\nsecret = 'a secret that two systems share'\n";
    let sources = |file: std::path::PathBuf| Sources { file: Some(file), environment: vec![], flags: vec![] };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("openvisit.toml");
    std::fs::write(&file, settings).unwrap();
    let refused = load(&sources(file)).unwrap_err().to_string();
    assert!(refused.contains("this name is the server's own"), "{refused}");
}
