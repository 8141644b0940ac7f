//! Bad input gets a clear answer, and nothing else happens.

use reqwest::Method;
use serde_json::json;

use crate::common::{Server, send};
use crate::story::{Story, appointment_path};

/// Names nothing.
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

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
async fn a_filter_that_is_not_known_is_refused_and_the_nearest_named() {
    let story = Story::new().await;
    let booked = story.book(60, 30).await;
    for (path, unknown, nearest) in [
        ("/sessions?clientId=4711", "clientId", "client_id"),
        ("/appointments?limit=5&practitioner=x", "practitioner", "practitioner_id"),
        ("/sessions?stauts=waiting", "stauts", "status"),
        ("/requests?page_limit=5", "page_limit", "limit"),
        ("/clients?limits&limit=5", "limits", "limit"),
        ("/usage?months=2030-01", "months", "month"),
        ("/reports?form=2030-01", "form", "from"),
        ("/practitioners?%63ursors=1", "cursors", "cursor"),
    ] {
        let problem = story.doctor.get(path).await.problem(422, "invalid");
        let told = &problem["errors"][0];
        assert_eq!((&told["field"], &told["code"]), (&json!(unknown), &json!("unknown")), "{path}");
        assert!(told["message"].as_str().unwrap().contains(&format!("\"{nearest}\"")), "{told}");
    }
    // Also where nothing is asked for, and nothing has happened then.
    let cancel = format!("{}/cancel?resaon=x", appointment_path(&booked));
    story.doctor.post(&cancel, json!({})).await.problem(422, "invalid");
    assert_eq!(story.doctor.get(&appointment_path(&booked)).await.expect(200)["status"], "scheduled");
    story.doctor.get(&format!("{}?fields=id", appointment_path(&booked))).await.problem(422, "invalid");
    // What is empty is absent; dialects have it as their contracts do.
    story.doctor.get("/appointments?clientId=&limit=5").await.expect(200);
    let dialect = format!("/api/partners/{}/video-sessions?_=1", story.doctor.id());
    send(story.doctor.raw(Method::GET, &dialect)).await.expect(200);
}

#[tokio::test]
async fn every_route_refuses_a_parameter_that_it_does_not_have() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let document = send(admin.raw(Method::GET, "/openapi.json")).await.expect(200);
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let path: Vec<_> =
                path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part }).collect();
            let path = path.join("/");
            if !path.starts_with("/api/v1/") {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let reply = send(admin.raw(method, &format!("{path}?zzz=1"))).await;
            assert_eq!(reply.problem(422, "invalid")["errors"][0]["field"], "zzz", "{path}");
            asked += 1;
        }
    }
    assert!(asked > 60, "{asked}");
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
async fn what_an_operator_alerts_on_is_told() {
    let story = Story::with("webhook_allowed_networks = ['127.0.0.0/8']").await;
    let admin = story.server.admin().await;
    // Nobody delivers here, so that it waits.
    let webhook = admin.post("/webhooks", json!({ "url": "http://127.0.0.1:9/" })).await.expect(201);
    let session = story.now().await;
    story.call(&session).await;
    story.patient.post("/requests", json!({ "concern": "A cough" })).await.expect(201);
    admin.get(&format!("/sessions/{NOBODY}")).await.problem(404, "not_found");
    let metrics = send(admin.raw(Method::GET, "/metrics")).await;
    let told = |line: &str| {
        assert!(metrics.body.lines().any(|one| one.starts_with(line)), "no {line} in\n{}", metrics.body);
    };
    let id = webhook["id"].as_str().unwrap();
    told(&format!("outbox_pending{{target=\"{id}\"}} "));
    told(&format!("outbox_oldest_seconds{{target=\"{id}\"}} "));
    told("refusals_total{code=\"not_found\"} ");
    told("joins_total{outcome=\"in\"} ");
    for kind in ["read", "write"] {
        told(&format!("database_wait_seconds_bucket{{kind=\"{kind}\""));
        told(&format!("database_work_seconds_bucket{{kind=\"{kind}\""));
    }
    for family in ["calls", "participants", "requests_pending", "requests_oldest_seconds", "media_peers"] {
        told(&format!("{family} "));
        assert!(metrics.body.contains(&format!("# HELP {family} ")), "{family} is not explained");
    }
    for family in [
        "join_duration_seconds_bucket{",
        "media_received_bytes_total ",
        "media_dropped_packets_total ",
        "media_overrun_packets_total ",
        "media_shed_packets_total ",
        "media_busy_microseconds_total ",
    ] {
        told(family);
    }
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
