//! How long a key is good, and when it was used.

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Program, RECEPTION, key_path};
use crate::common::send;
use crate::story::{MINUTE, Story, on_both};

on_both! {
    async fn a_key_opens_nothing_once_it_is_revoked_or_has_ended(story: Story) {
        let program = Program::new(&story).await;
        let node = story.server.another_node().await;
        let ends_at = story.server.now() + MINUTE;
        let ending = program.created(json!({ "scopes": ["clients:read"], "expires_at": ends_at })).await;
        assert_eq!(ending["expires_at"], json!(ends_at));
        let revoked = program.created(json!({ "scopes": ["clients:read"] })).await;
        let [by_ending, by_revoked] =
            [&ending, &revoked].map(|made| story.server.bearer(made["key"].as_str().unwrap()));
        for key in [&by_ending, &by_revoked] {
            key.get("/clients").await.expect(200);
            key.at(node.address).get("/clients").await.expect(200);
        }
        program.admin.delete(&key_path(&program, &revoked)).await.expect(204);
        for key in [by_revoked.clone(), by_revoked.at(node.address)] {
            key.get("/clients").await.problem(401, "unauthorized");
        }
        program.admin.delete(&key_path(&program, &revoked)).await.problem(404, "not_found");
        story.server.advance(SignedDuration::from_secs(59));
        by_ending.get("/clients").await.expect(200);
        story.server.advance(SignedDuration::from_secs(1));
        for key in [by_ending.clone(), by_ending.at(node.address)] {
            key.get("/clients").await.problem(401, "unauthorized");
        }
        let log = story.server.log();
        assert!(log.contains("why=\"unknown_api_key\"") && log.contains("why=\"expired\""), "{log}");
        // It is shown until another is made.
        assert_eq!(program.seen().await["keys"].as_array().unwrap().len(), 1);
        program.created(json!({ "scopes": ["clients:read"] })).await;
        assert_eq!(program.seen().await["keys"].as_array().unwrap().len(), 1);
    }

    async fn a_disabled_account_has_keys_that_open_nothing(story: Story) {
        let program = Program::new(&story).await;
        let key = program.key(&story.server, &RECEPTION).await;
        key.get("/clients").await.expect(200);
        let change = async |body: Value| program.admin.patch(&program.path, body).await.expect(200);
        assert_eq!(change(json!({ "disabled": true })).await["disabled"], true);
        key.get("/clients").await.problem(401, "unauthorized");
        let back = change(json!({ "disabled": false, "name": " Web " })).await;
        assert_eq!((&back["disabled"], &back["name"]), (&json!(false), &json!("Web")));
        key.get("/clients").await.expect(200);
    }

    async fn the_old_key_stays_good_for_a_while_beside_the_new_one(story: Story) {
        let program = Program::new(&story).await;
        let lasts = SignedDuration::from_hours(100);
        let ends_at = story.server.now() + lasts;
        let old = program.created(json!({ "scopes": ["clients:read"], "expires_at": ends_at })).await;
        let rotate = format!("{}/rotate", key_path(&program, &old));
        let by = |made: &Value| story.server.bearer(made["key"].as_str().unwrap());
        story.server.advance(SignedDuration::from_hours(1));
        let new = program.admin.post(&rotate, json!({ "old_key_hours": 2 })).await.expect(201);
        assert_ne!(new["key"], old["key"]);
        assert_eq!(new["scopes"], json!(["clients:read"]));
        assert_eq!(new["expires_at"], json!(story.server.now() + lasts), "as long as the old one");
        let two_hours = SignedDuration::from_hours(2);
        assert_eq!(program.seen().await["keys"][0]["expires_at"], json!(story.server.now() + two_hours));
        by(&old).get("/clients").await.expect(200);
        by(&new).get("/clients").await.expect(200);
        story.server.advance(two_hours);
        by(&old).get("/clients").await.problem(401, "unauthorized");
        by(&new).get("/clients").await.expect(200);
        program.admin.post(&rotate, json!({})).await.problem(404, "not_found");

        let rotate = format!("{}/rotate", key_path(&program, &new));
        program.admin.post(&rotate, json!({ "old_key_hours": 721 })).await.problem(422, "invalid");
        let ends_at = story.server.now() + MINUTE;
        let at_once = json!({ "old_key_hours": 0, "expires_at": ends_at });
        let newest = program.admin.post(&rotate, at_once).await.expect(201);
        assert_eq!(newest["expires_at"], json!(ends_at));
        by(&new).get("/clients").await.problem(401, "unauthorized");
        // A day where nothing is asked for, but never longer than it was good anyway.
        let rotate = format!("{}/rotate", key_path(&program, &newest));
        send(program.admin.request(Method::POST, &rotate)).await.expect(201);
        assert_eq!(program.seen().await["keys"][0]["expires_at"], json!(ends_at));
        by(&newest).get("/clients").await.expect(200);
    }

    async fn when_a_key_was_used_is_known_to_the_minute(story: Story) {
        let program = Program::new(&story).await;
        let key = program.key(&story.server, &RECEPTION).await;
        let used = async || program.seen().await["keys"][0]["last_used_at"].clone();
        assert_eq!(used().await, Value::Null);
        let first = story.server.now();
        key.get("/clients").await.expect(200);
        assert_eq!(used().await, json!(first));
        story.server.advance(SignedDuration::from_secs(59));
        key.get("/clients").await.expect(200);
        assert_eq!(used().await, json!(first), "not written with each request");
        story.server.advance(SignedDuration::from_secs(1));
        key.get("/users").await.problem(403, "forbidden");
        assert_eq!(used().await, json!(story.server.now()));
    }
}

#[tokio::test]
async fn wrong_keys_are_refused_alike_and_shut_nobody_out() {
    let story = Story::new().await;
    let program = Program::new(&story).await;
    let good = program.key(&story.server, &RECEPTION).await;
    let secret = good.token.clone().unwrap();
    let other = if secret.ends_with('A') { 'Q' } else { 'A' };
    let nearly = format!("{}{other}", &secret[..secret.len() - 1]);
    for _ in 0..50 {
        for wrong in [nearly.as_str(), "ovk_", "ovk_short", &format!("{secret}{secret}")] {
            story.server.bearer(wrong).get("/clients").await.problem(401, "unauthorized");
        }
    }
    good.get("/clients").await.expect(200);
    good.get("/users").await.problem(403, "forbidden");
    good.post("/clients", json!({ "name": 7 })).await.problem(422, "invalid");
    story.server.bearer(secret.clone()).get("/sessions").await.expect(200);
    let log = story.server.log();
    assert!(log.contains("why=\"unknown_api_key\""), "{log}");
    assert!(!log.contains(&secret[4..]) && !log.contains(&nearly[4..]), "a key is in the log");
    // Nor is it anywhere in the database.
    let mut tx = story.server.app.store.read().await.unwrap();
    let id = program.path.rsplit('/').next().unwrap().parse().unwrap();
    let kept = format!("{:?}", tx.api_keys_of(&[id]).await.unwrap());
    assert!(!kept.contains(&secret) && kept.contains(&secret[..10]), "{kept}");
}
