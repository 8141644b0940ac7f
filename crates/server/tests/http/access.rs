//! Every route that the API's description lists has an access rule.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, Server, send};

/// Routes for whoever comes by.
const PUBLIC: &[&str] = &[
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "GET /api/v1/config",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
];

/// Routes that answer every account, with what is its own.
const OWN: &[&str] = &["GET /api/v1/me", "POST /api/v1/me/password"];

struct Route {
    name: String,
    method: Method,
    path: String,
    body: Option<(String, Value)>,
}

#[tokio::test]
async fn nobody_gets_anywhere_without_a_token() {
    let server = Server::start().await;
    for route in routes(&server).await {
        let reply = route.ask(&server.anonymous()).await;
        if PUBLIC.contains(&route.name.as_str()) {
            assert!(reply.status != 403 && reply.status != 404, "{}: {}", route.name, reply.status);
        } else {
            assert_eq!(reply.status, 401, "{}: {}", route.name, reply.body);
        }
    }
}

#[tokio::test]
async fn a_stranger_gets_nothing_that_is_others() {
    let server = Server::start().await;
    let stranger = server.client("Stranger").await;
    for route in routes(&server).await {
        let name = route.name.as_str();
        if PUBLIC.contains(&name) || OWN.contains(&name) {
            continue;
        }
        let reply = route.ask(&stranger).await;
        assert!(matches!(reply.status, 401 | 403 | 404), "{name}: {}: {}", reply.status, reply.body);
    }
}

#[tokio::test]
async fn the_lists_above_name_routes_that_are_there() {
    let server = Server::start().await;
    let routes = routes(&server).await;
    for name in PUBLIC.iter().chain(OWN) {
        assert!(routes.iter().any(|route| route.name == *name), "there is no route {name}");
    }
}

impl Route {
    async fn ask(&self, party: &Party) -> Reply {
        let request = party.raw(self.method.clone(), &self.path);
        send(match &self.body {
            Some((kind, body)) if kind == "application/json" => request.json(body),
            Some((kind, _)) => request.header("content-type", kind).body("x"),
            None => request,
        })
        .await
    }
}

async fn routes(server: &Server) -> Vec<Route> {
    let document = send(server.anonymous().raw(Method::GET, "/openapi.json")).await.expect(200);
    let mut routes = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let content = operation["requestBody"]["content"].as_object();
            let body = content.and_then(|content| content.iter().next());
            routes.push(Route {
                name: format!("{method} {path}"),
                path: with_ids(path),
                body: body.map(|(kind, content)| (kind.clone(), sample(&document, &content["schema"]))),
                method,
            });
        }
    }
    routes
}

/// The path with an id for each of its variables.
fn with_ids(path: &str) -> String {
    let parts = path
        .split('/')
        .map(|part| if part.starts_with('{') { "01890000-0000-7000-8000-000000000000" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

/// The smallest value that fits a schema, so that a refusal is about access and not about the body.
fn sample(document: &Value, schema: &Value) -> Value {
    if let Some(name) = schema["$ref"].as_str() {
        return sample(document, document.pointer(name.trim_start_matches('#')).unwrap());
    }
    if let Some(first) = schema["enum"].get(0).or_else(|| schema["oneOf"].get(0)) {
        return if first.is_object() { sample(document, first) } else { first.clone() };
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"].get(0)?.as_str());
    match (kind, schema["format"].as_str()) {
        (Some("object"), _) => {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            let fields = required.iter().map(|name| {
                let name = name.as_str().unwrap();
                (name.to_owned(), sample(document, &schema["properties"][name]))
            });
            Value::Object(fields.collect())
        }
        (Some("array"), _) => json!([sample(document, &schema["items"])]),
        (Some("string"), Some("uuid")) => json!("01890000-0000-7000-8000-000000000000"),
        (Some("string"), Some("date-time")) => json!("2030-01-07T10:00:00Z"),
        (Some("string"), _) => json!("sample text"),
        (Some("integer" | "number"), _) => schema.get("minimum").cloned().unwrap_or(json!(1)),
        (Some("boolean"), _) => json!(true),
        _ => json!({}),
    }
}
