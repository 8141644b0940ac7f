//! Passwords that are tried: by the owner, by many behind one address, by strangers, at once.

use jiff::SignedDuration;
use openvisit_app::auth::throttle::network;
use reqwest::Method;
use serde_json::json;
use tokio::task::JoinSet;

use crate::common::{Party, Reply, Server, send};
use crate::story::{Story, on_both};

const PASSWORD: &str = "correct horse battery";

async fn account(server: &Server, email: &str) {
    let body = json!({ "email": email, "name": "Erika Muster", "roles": ["client"], "password": PASSWORD });
    server.admin().await.post("/users", body).await.expect(201);
}

async fn login(from: &Party, email: &str, password: &str) -> Reply {
    from.post("/auth/login", json!({ "email": email, "password": password })).await
}

/// From a browser that keeps this cookie.
async fn on_device(from: &Party, device: &str, password: &str) -> Reply {
    let body = json!({ "email": "erika@example.org", "password": password });
    send(from.request(Method::POST, "/auth/login").header("cookie", device).json(&body)).await
}

/// The cookie of those who signed in, as a browser sends it back.
fn device(reply: &Reply) -> String {
    let set = reply.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap());
    let ours = set.filter(|cookie| cookie.starts_with("openvisit_devices=")).collect::<Vec<_>>();
    assert!(ours[0].contains("HttpOnly") && ours[0].contains("SameSite=Strict"), "{ours:?}");
    ours[0].split(';').next().unwrap().to_owned()
}

/// The password of the account is wrong until nobody may try any more.
async fn lock(from: &Party) {
    for _ in 0..10 {
        login(from, "erika@example.org", "wrong").await.problem(401, "unauthorized");
    }
    login(from, "erika@example.org", PASSWORD).await.problem(429, "too_many_requests");
}

on_both! {
    async fn sixteen_right_passwords_at_once_all_sign_in_after_nine_wrong_ones(story: Story) {
        let (server, nobody) = (&story.server, story.server.anonymous());
        account(server, "erika@example.org").await;
        for _ in 0..9 {
            login(&nobody, "erika@example.org", "wrong").await.problem(401, "unauthorized");
        }
        let logins = (0..16).map(|_| {
            let nobody = nobody.clone();
            async move { login(&nobody, "erika@example.org", PASSWORD).await.status }
        });
        assert_eq!(logins.collect::<JoinSet<_>>().join_all().await, [200; 16]);
        login(&nobody, "erika@example.org", "wrong").await.problem(401, "unauthorized");
        login(&nobody, "erika@example.org", PASSWORD).await.problem(429, "too_many_requests");
    }

    async fn of_thirty_two_wrong_passwords_at_once_ten_are_compared(story: Story) {
        let (server, nobody) = (&story.server, story.server.anonymous());
        account(server, "erika@example.org").await;
        let logins = (0..32).map(|_| {
            let nobody = nobody.clone();
            async move { login(&nobody, "erika@example.org", "wrong").await.status }
        });
        let answers = logins.collect::<JoinSet<_>>().join_all().await;
        let compared = answers.iter().filter(|status| **status == 401).count();
        assert_eq!((compared, answers.iter().filter(|status| **status == 429).count()), (10, 22));
    }

    async fn a_restart_and_another_node_count_on(story: Story) {
        let mut story = story;
        account(&story.server, "erika@example.org").await;
        let node = story.server.another_node().await;
        for address in [story.server.address, node.address] {
            let nobody = story.server.anonymous().at(address);
            for _ in 0..5 {
                login(&nobody, "erika@example.org", "wrong").await.problem(401, "unauthorized");
            }
        }
        story.server.restart().await;
        let nobody = story.server.anonymous();
        login(&nobody, "erika@example.org", PASSWORD).await.problem(429, "too_many_requests");
        login(&nobody.at(node.address), "erika@example.org", PASSWORD).await.problem(429, "too_many_requests");
        story.server.advance(SignedDuration::from_mins(15));
        login(&nobody, "erika@example.org", PASSWORD).await.expect(200);
    }

    async fn who_signed_in_before_is_not_shut_out_by_strangers_on_that_device(story: Story) {
        let (server, nobody) = (&story.server, story.server.anonymous());
        account(server, "erika@example.org").await;
        let known = device(&login(&nobody, "erika@example.org", PASSWORD).await);
        lock(&nobody).await;
        let again = on_device(&nobody, &known, PASSWORD).await;
        assert_eq!((again.status, device(&again)), (200, known.clone()));
        // A device that was stolen has no more tries than anybody else.
        for _ in 0..10 {
            on_device(&nobody, &known, "wrong").await.problem(401, "unauthorized");
        }
        on_device(&nobody, &known, PASSWORD).await.problem(429, "too_many_requests");
        let forged = "openvisit_devices=AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        on_device(&nobody, forged, PASSWORD).await.problem(429, "too_many_requests");
    }
}

/// As if so many wrong passwords had come from here already: each takes its time.
async fn fail_before(server: &Server, failures: u32) {
    let address = network(server.address.ip()).to_string();
    let who = server.app.sealer.fingerprint(&[b"login", b"address", address.as_bytes()]);
    let ends_at = server.now() + SignedDuration::from_mins(15);
    let mut tx = server.app.store.begin().await.unwrap();
    for _ in 0..failures {
        tx.count_stranger_guess(&format!("failed {who}"), server.now(), ends_at).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn people_behind_one_address_are_held_up_by_failures_only() {
    let server = Server::start().await;
    account(&server, "erika@example.org").await;
    account(&server, "max@example.org").await;
    let nobody = server.anonymous();
    fail_before(&server, 98).await;
    let logins = (0..12).map(|n| {
        let nobody = nobody.clone();
        let email = if n % 2 == 0 { "erika@example.org" } else { "max@example.org" };
        async move { login(&nobody, email, PASSWORD).await.status }
    });
    assert_eq!(logins.collect::<JoinSet<_>>().join_all().await, [200; 12]);
    for _ in 0..2 {
        login(&nobody, "nobody@example.org", "wrong").await.problem(401, "unauthorized");
    }
    login(&nobody, "erika@example.org", PASSWORD).await.problem(429, "too_many_requests");
}
