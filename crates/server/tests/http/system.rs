//! What an administrator is told of the server itself.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::SignedDuration;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::UdpSocket;

use crate::common::{Server, send};
use crate::story::{Story, on_both};
use crate::webhooks::until;

on_both! {
    async fn an_administrator_sees_how_the_server_does(story: Story) {
        let admin = story.server.admin().await;
        let started_at = story.server.now();
        story.advance(5).await;
        let system = admin.get("/system").await.expect(200);
        assert_eq!(system["started_at"], json!(started_at));
        assert!(["sqlite", "postgres"].contains(&system["database"].as_str().unwrap()));
        assert_eq!(system["broker"], json!({ "configured": false, "answers": false }));
        assert_eq!(system["keys"], json!({ "lost": 0, "other_pepper": false }));
        assert_eq!(system["outbox"], json!([]));
        assert_eq!(system["live"], json!({ "sessions": 0, "participants": 0 }));
        assert_eq!(system["media"]["udp_ports"].as_array().unwrap().len(), 1);

        let webhook = json!({ "url": "https://example.org/hook" });
        let webhook = admin.post("/webhooks", webhook).await.expect(201)["id"].clone();
        let idle = json!({ "target": webhook, "pending": 0, "oldest_at": null, "failing": false });
        assert_eq!(admin.get("/system").await.expect(200)["outbox"], json!([idle]));

        let session = story.now().await;
        story.call(&session).await;
        let system = admin.get("/system").await.expect(200);
        assert_eq!(system["live"], json!({ "sessions": 1, "participants": 2 }));
        let waiting = &system["outbox"][0];
        assert!(waiting["pending"].as_i64().unwrap() >= 2, "{waiting}");
        assert_eq!(waiting["oldest_at"], json!(story.server.now()));
    }
}

#[tokio::test]
async fn a_broker_that_does_not_answer_is_seen() {
    let server = Server::with("amqp_url = 'amqp://127.0.0.1:1'").await;
    let admin = server.admin().await;
    let system = admin.get("/system").await.expect(200);
    assert_eq!(
        (&system["broker"]["configured"], &system["broker"]["answers"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(system["outbox"][0]["target"], "broker");
    openvisit::run::deliver(&server.app).await.unwrap();
    let reason = until("a reason", async || {
        admin.get("/system").await.expect(200)["broker"]["reason"].as_str().map(str::to_owned)
    })
    .await;
    assert!(reason.contains("cannot be used"), "{reason}");
    for party in [server.practitioner("Dr. A").await, server.assistant("Alex").await] {
        party.get("/system").await.problem(403, "forbidden");
    }
}

/// A server that answers nonsense, and counts who asked.
async fn nonsense() -> (SocketAddr, Arc<AtomicUsize>) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let (address, asked) = (socket.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        let mut bytes = [0; 2048];
        while let Ok((_, from)) = socket.recv_from(&mut bytes).await {
            counted.fetch_add(1, Ordering::Relaxed);
            socket.send_to(b"nonsense", from).await.unwrap();
        }
    });
    (address, asked)
}

#[tokio::test]
async fn an_administrator_sees_what_works_and_others_are_not_asked_at_each_look() {
    let (address, asked) = nonsense().await;
    let server = Server::with(&format!(
        "amqp_url = 'amqp://somebody:hidden-word@127.0.0.1:1'\n\
         mail.url = 'smtp://somebody:hidden-word@127.0.0.1:1'\nmail.from = 'visit@clinic.test'\n\
         [[media.ice_servers]]\nurls = ['turn:{address}']\nsecret = 'another hidden-word'"
    ))
    .await;
    let admin = server.admin().await;
    let found = admin.get("/system/checks").await.expect(200);
    assert_eq!(found["checked_at"], json!(server.now()));
    for (check, verdict, code) in [
        ("public_url", "warning", "public_url_local"),
        ("media_udp", "ok", "media_answers"),
        ("media_tcp", "ok", "media_answers"),
        ("ice_server", "fault", "ice_strange"),
        ("broker", "fault", "broker_fails"),
        ("mail", "fault", "mail_fails"),
        ("database", "ok", "database_works"),
    ] {
        let findings = found["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["check"] == check).unwrap();
        assert_eq!((&finding["verdict"], &finding["code"]), (&json!(verdict), &json!(code)), "{finding}");
    }
    assert!(!found.to_string().contains("hidden-word"), "{found}");

    assert_eq!(asked.load(Ordering::Relaxed), 1);
    server.advance(SignedDuration::from_secs(19));
    assert_eq!(admin.get("/system/checks").await.expect(200), found);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    server.advance(SignedDuration::from_secs(1));
    // Two at once are one.
    let (one, two) = tokio::join!(admin.get("/system/checks"), admin.get("/system/checks"));
    assert_eq!(one.expect(200)["checked_at"], json!(server.now()));
    assert_eq!(two.expect(200)["checked_at"], json!(server.now()));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    for party in [server.practitioner("Dr. A").await, server.client("B").await, server.assistant("C").await] {
        party.get("/system/checks").await.problem(403, "forbidden");
    }
    server.anonymous().get("/system/checks").await.problem(401, "unauthorized");
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_server_proves_itself_to_its_operator_alone() {
    let (server, other) = (Server::start().await, Server::start().await);
    let ask = async |server: &Server, challenge: &str| {
        let path = format!("/health?challenge={challenge}");
        let answer = send(server.anonymous().raw(Method::GET, &path)).await;
        (answer.status, serde_json::from_str::<Value>(&answer.body).unwrap()["proof"].clone())
    };
    let (status, proof) = ask(&server, "one").await;
    assert_eq!((status, &proof), (200, &json!(server.running.server.proof.answer("one"))));
    assert_ne!(proof, ask(&server, "two").await.1);
    assert_ne!(proof, ask(&other, "one").await.1);
    assert_eq!(ask(&server, &"x".repeat(65)).await.0, 422);
}
