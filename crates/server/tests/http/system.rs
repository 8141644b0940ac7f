//! What an administrator is told of the server itself.

use serde_json::json;

use crate::common::Server;
use crate::story::{Story, on_both};

on_both! {
    async fn an_administrator_sees_how_the_server_does(story: Story) {
        let admin = story.server.admin().await;
        let started_at = story.server.now();
        story.advance(5).await;
        let system = admin.get("/system").await.expect(200);
        assert_eq!(system["started_at"], json!(started_at));
        assert!(["sqlite", "postgres"].contains(&system["database"].as_str().unwrap()));
        assert_eq!(system["broker"], json!({ "configured": false, "answers": false }));
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
    let system = server.admin().await.get("/system").await.expect(200);
    assert_eq!(system["broker"], json!({ "configured": true, "answers": false }));
    assert_eq!(system["outbox"][0]["target"], "broker");
    for party in [server.practitioner("Dr. A").await, server.assistant("Alex").await] {
        party.get("/system").await.problem(403, "forbidden");
    }
}
