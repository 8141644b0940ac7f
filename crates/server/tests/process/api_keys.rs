//! `openvisit api-key`: keys of programs, beside a server that runs.

use serde_json::json;

use crate::cli::{add, out, refused, run};
use crate::running::{Running, post};

#[tokio::test]
async fn a_key_made_here_books_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    out(&add(path, "a@example.org", "correct horse"));
    let key = |arguments: &[&str]| run(path, &[&["api-key"], arguments].concat(), "");
    assert!(out(&key(&["list"])).contains("openvisit api-key add --help"));
    let server = Running::start(path);
    let login = json!({ "email": "a@example.org", "password": "correct horse" });
    let (_, signed_in) = post(&server.url, "/auth/login", "", login).await;
    let admin = signed_in["access_token"].as_str().unwrap();
    post(&server.url, "/organizations", admin, json!({ "name": "Clinic" })).await;
    let client = async |key: &str| post(&server.url, "/clients", key, json!({ "name": "Sam" })).await.0;

    let website = ["add", "--name", "Website", "--scope", "clients:write"];
    let of_clinic =
        [&website[..], &["--organization", "Clinic", "--scope", "clients:read", "--days", "90"]].concat();
    let made = out(&key(&of_clinic));
    let first = made.trim();
    assert_eq!(client(first).await, 201);
    let told = out(&key(&["list"]));
    for part in ["Website (assistant)", &first[..10], "clients:read clients:write", "until 2", "used 2"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains(first), "{told}");
    let made = out(&key(&["rotate", &first[..10], "--old-key-hours", "0"]));
    let second = made.trim();
    assert_eq!((client(first).await, client(second).await), (401, 201));
    // Another key of the same account.
    let made = out(&key(&website));
    assert_eq!(client(made.trim()).await, 201);
    assert_eq!(out(&key(&["list"])).matches("Website").count(), 1);
    assert!(out(&key(&["revoke", &second[..10]])).contains("opens nothing any more"));
    assert_eq!((client(second).await, client(made.trim()).await), (401, 201));

    for (arguments, why) in [
        (vec!["add", "--name", "New", "--scope", "clients:read"], "organization"),
        (
            vec!["add", "--name", "New", "--scope", "clients:read", "--organization", "None"],
            "no organization None",
        ),
        (vec!["add", "--name", "Website", "--scope", "clients:read", "--role", "admin"], "another role"),
        (vec!["add", "--name", "Website", "--scope", "users:write"], "users:write is an administrator's"),
        (vec!["add", "--name", "Website", "--scope", "everything"], "appointments:write"),
        (vec!["revoke", "ovk_unknown"], "no such key"),
        (vec!["rotate", &made[..10], "--old-key-hours", "721"], "old_key_hours"),
    ] {
        let told = refused(&key(&arguments));
        assert!(told.contains(why), "{arguments:?}: {told}");
    }
    let admins = ["add", "--name", "Provisioning", "--role", "admin", "--scope", "users:write"];
    let made = out(&key(&admins));
    assert_eq!(post(&server.url, "/organizations", made.trim(), json!({ "name": "B" })).await.0, 201);
    let told = out(&key(&["--help"]));
    assert!(["add", "list", "rotate", "revoke"].iter().all(|word| told.contains(word)), "{told}");
    assert!(server.stop());
}
