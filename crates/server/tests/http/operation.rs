//! What operators look at: who may see it, and whether the server can work.

use reqwest::Method;
use serde_json::json;

use crate::common::{Reply, Server, send};
use crate::story::{Story, on_both};

const SHOWN: [&str; 5] =
    ["/metrics", "/openapi.json", "/openapi/clinic.json", "/docs/", "/docs/swagger-initializer.js"];

async fn get(server: &Server, path: &str) -> Reply {
    send(server.anonymous().raw(Method::GET, path)).await
}

#[tokio::test]
async fn what_is_set_to_token_opens_with_it_alone() {
    let server =
        Server::with("[operation]\nmetrics = 'token'\ndocs = 'token'\ntoken = 'only operators have it'")
            .await;
    let admin = server.admin().await;
    for path in SHOWN {
        let refused = get(&server, path).await;
        assert!(refused.header("www-authenticate").starts_with("Basic "), "{path}");
        refused.problem(401, "unauthorized");
        send(admin.raw(Method::GET, path)).await.problem(401, "unauthorized");
        let ask = || server.anonymous().raw(Method::GET, path);
        for wrong in ["only operators have i", "", "only operators have it "] {
            send(ask().basic_auth("me", Some(wrong))).await.problem(401, "unauthorized");
        }
        for scheme in ["Digest x", "Basic", "Basic ???", "Basic bm9jb2xvbg=="] {
            send(ask().header("authorization", scheme)).await.problem(401, "unauthorized");
        }
        assert_eq!(send(ask().bearer_auth("only operators have it")).await.status, 200, "{path}");
        assert_eq!(send(ask().basic_auth("me", Some("only operators have it"))).await.status, 200, "{path}");
    }
    get(&server, "/health").await.expect(200);
}

#[tokio::test]
async fn what_is_set_to_listener_is_at_its_own_address_only() {
    let server =
        Server::with("[operation]\nmetrics = 'listener'\ndocs = 'listener'\nlisten = '127.0.0.1:0'").await;
    let log = server.log();
    let (_, told) = log.split_once("operators are answered on http://").unwrap();
    let own = told.split_whitespace().next().unwrap().parse().unwrap();
    for path in SHOWN {
        get(&server, path).await.problem(404, "not_found");
        let there = send(server.anonymous().at(own).raw(Method::GET, path)).await;
        assert_eq!(there.status, 200, "{path}");
        assert_eq!(there.header("x-content-type-options"), "nosniff");
    }
    send(server.anonymous().at(own).raw(Method::GET, "/ready")).await.expect(200);
    for path in ["/api/v1/config", "/", "/today"] {
        send(server.anonymous().at(own).raw(Method::GET, path)).await.problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_refusal_leads_to_what_it_means_wherever_the_rest_is_shown() {
    let closed = "[operation]\ndocs = 'listener'\nlisten = '127.0.0.1:0'";
    for server in [Server::start().await, Server::with(closed).await] {
        let refused = server.anonymous().get("/me").await.problem(401, "unauthorized");
        let (page, place) = refused["type"].as_str().unwrap().split_once('#').unwrap();
        let page = get(&server, page).await;
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        assert!(page.body.contains(&format!("<section id=\"{place}\">")), "{}", page.body);
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'self'") && !page.body.contains("<script"), "{policy}");
    }
}

#[tokio::test]
async fn a_server_whose_media_are_gone_is_not_ready() {
    let server = Server::start().await;
    get(&server, "/ready").await.expect(200);
    server.running.server.sfu.stop().await;
    let refused = get(&server, "/ready").await.problem(503, "not_ready");
    assert_eq!(refused["detail"], "the media server does not answer");
    get(&server, "/health").await.expect(200);
}

on_both! {
    async fn who_asks_often_whether_it_is_ready_costs_a_write_now_and_then(story: Story) {
        let store = &story.server.app.store;
        for _ in 0..3 {
            assert_eq!(get(&story.server, "/ready").await.expect(200), json!({ "status": "ok" }));
        }
        let full = get(&story.server, "/ready?full=1").await.expect(200);
        assert!(full["disk_free_bytes"].as_u64().unwrap() > 0);
        store.close().await;
        get(&story.server, "/ready").await.problem(503, "unavailable");
    }
}
