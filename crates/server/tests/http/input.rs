//! Bad input gets a clear answer, and nothing else happens.

use reqwest::Method;
use serde_json::json;

use crate::common::{Server, send};

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let organization = |kind: &str, body: Vec<u8>| {
        send(admin.request(Method::POST, "/organizations").header("content-type", kind).body(body))
    };
    let json = "application/json";
    organization(json, b"{\"name\":".to_vec()).await.problem(400, "bad_request");
    organization(json, b"\xff\xfe".to_vec()).await.problem(400, "bad_request");
    organization(json, vec![]).await.problem(400, "bad_request");
    organization("text/plain", b"{\"name\":\"A\"}".to_vec()).await.problem(415, "unsupported_media_type");
    organization(json, b"[]".to_vec()).await.problem(422, "invalid");
    organization(json, b"{\"name\":null}".to_vec()).await.problem(422, "invalid");
    let deep = "[".repeat(100_000);
    organization(json, deep.into_bytes()).await.problem(422, "invalid");
    let large = format!("{{\"name\":\"{}\"}}", "x".repeat(1024 * 1024));
    organization(json, large.into_bytes()).await.problem(413, "payload_too_large");
    organization("application/json; charset=utf-8", b"{\"name\":\"A\"}".to_vec()).await.expect(201);
    assert_eq!(admin.get("/organizations").await.expect(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_not_there_is_a_problem_document() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.get("/nothing").await.problem(404, "not_found");
    admin.get("/users/no-id").await.problem(404, "not_found");
    admin.get("/users/01890000-0000-7000-8000-000000000000").await.problem(404, "not_found");
    admin.delete("/users").await.problem(405, "method_not_allowed");
    admin.put("/me", json!({})).await.problem(405, "method_not_allowed");
    send(admin.raw(Method::GET, "/api")).await.problem(404, "not_found");
    send(admin.raw(Method::POST, "/nothing")).await.problem(405, "method_not_allowed");
}

#[tokio::test]
async fn the_database_gone_is_no_fault_of_the_caller() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.app.store.close().await;
    send(admin.raw(Method::GET, "/ready")).await.problem(503, "unavailable");
    admin.get("/me").await.problem(503, "unavailable");
    send(admin.raw(Method::GET, "/health")).await.expect(200);
}

#[tokio::test]
async fn numbers_are_told_by_route() {
    let server = Server::start().await;
    let admin = server.admin().await;
    admin.get(&format!("/users/{}", admin.id())).await.expect(200);
    let metrics = send(admin.raw(Method::GET, "/metrics")).await;
    assert_eq!(metrics.status, 200);
    let series = "http_requests_total{method=\"GET\",route=\"/api/v1/users/{id}\",status=\"200\"}";
    assert!(metrics.body.contains(series), "{}", metrics.body);
    assert!(metrics.body.contains("process_resident_memory_bytes"), "{}", metrics.body);
}

#[tokio::test]
async fn the_description_holds_every_route_and_its_refusals() {
    let server = Server::start().await;
    let document = send(server.anonymous().raw(Method::GET, "/openapi.json")).await.expect(200);
    let login = &document["paths"]["/api/v1/auth/login"]["post"];
    assert_eq!(login["security"], json!([{}]));
    let refused = &login["responses"]["default"]["content"]["application/problem+json"]["schema"]["$ref"];
    assert_eq!(refused, "#/components/schemas/Problem");
    assert!(document["components"]["schemas"]["Problem"]["properties"]["code"].is_object());
}
