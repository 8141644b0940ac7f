//! Every route that the API's description lists has an access rule.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Party, Reply, Server, send};
use crate::description::operations;

/// Routes for whoever comes by.
const PUBLIC: &[&str] = &[
    "GET /health",
    "GET /ready",
    "GET /metrics",
    "GET /api/v1/config",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/logout",
    "POST /api/v1/auth/password/forgotten",
    // Whoever has a link: see `messages/accounts.rs`.
    "POST /api/v1/auth/password/choose",
    // Whoever has the secret address: see `messages/calendars.rs`.
    "GET /api/v1/calendar-feeds/{token}",
    "POST /api/v1/invitations/redeem",
    "POST /api/v1/invitations/code",
    "POST /api/v1/test-calls",
    // Whoever signs as the provider: see `providers.rs`.
    "POST /api/v1/providers/{name}/events",
];

/// Routes that answer every account, with what is its own.
const OWN: &[&str] = &[
    "GET /api/v1/me",
    "PATCH /api/v1/me",
    "POST /api/v1/me/password",
    "GET /api/v1/me/calendar-feed",
    "POST /api/v1/me/calendar-feed",
    "DELETE /api/v1/me/calendar-feed",
    "GET /api/v1/appointments",
    "GET /api/v1/sessions",
    "POST /api/v1/requests",
    "GET /api/v1/requests",
    "POST /api/sessions/requests",
    "GET /api/sessions/requests",
    "GET /api/video/sessions",
];

const SOME_ID: &str = "01890000-0000-7000-8000-000000000000";

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
        if !PUBLIC.contains(&route.name.as_str()) {
            let reply = route.ask(&server.anonymous()).await;
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
        assert!(route.is_refused(&reply), "{name}: {}: {}", reply.status, reply.body);
    }
}

#[tokio::test]
async fn an_invitation_opens_no_other_session() {
    let server = Server::start().await;
    let doctor = server.practitioner("Dr. Own").await;
    let client = doctor.post("/clients", json!({ "name": "Own" })).await.expect(201);
    let booking = json!({ "client_id": client["id"], "starts_at": server.now(), "duration_minutes": 30 });
    let booked = doctor.post("/appointments", booking).await.expect(201);
    let own = booked["session_id"].as_str().unwrap();
    let guest = server.invited(&doctor, own, "guest").await;
    for route in routes(&server).await {
        let name = route.name.as_str();
        if PUBLIC.contains(&name) || name == "GET /api/v1/me" {
            continue;
        }
        let reply = route.ask(&guest).await;
        let is_own = |item: &Value| item["id"] == own || item["session_id"] == own;
        let lists = |name: &str| reply.json()[name].as_array().is_some_and(|items| items.iter().all(is_own));
        let nothing = reply.status == 200 && (lists("items") || lists("sessions"));
        assert!(nothing || route.is_refused(&reply), "{name}: {}: {}", reply.status, reply.body);
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
    /// Told nothing but that he may not, or that there is nothing; one contract says the latter with a 400.
    fn is_refused(&self, reply: &Reply) -> bool {
        let is_400 = reply.status == 400 && self.name == "POST /telehealth/sessions/end";
        matches!(reply.status, 401 | 403 | 404) || (is_400 && reply.json()["code"] == "not_found")
    }

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

/// All routes, with ids of things that are there and belong to others.
async fn routes(server: &Server) -> Vec<Route> {
    let doctor = server.practitioner("Dr. A").await;
    let client = doctor.post("/clients", json!({ "name": "Cyd" })).await.expect(201);
    let booking =
        json!({ "client_id": client["id"], "starts_at": "2030-01-07T10:00:00Z", "duration_minutes": 30 });
    let appointment = doctor.post("/appointments", booking).await.expect(201);
    let customer = server.client("Cas").await;
    let request = customer.post("/requests", json!({ "concern": "Something" })).await.expect(201);
    let id_of = |path: &str| match path.split('/').nth(3) {
        Some("{id}") if path.starts_with("/api/video-sessions/") => {
            appointment["session_id"].as_str().unwrap().to_owned()
        }
        Some("{partner_id}") => doctor.id().to_string(),
        Some("{user_id}") => client["id"].as_str().unwrap().to_owned(),
        Some("users") => doctor.id().to_string(),
        Some("appointments") => appointment["id"].as_str().unwrap().to_owned(),
        Some("sessions") => appointment["session_id"].as_str().unwrap().to_owned(),
        Some("{id}") if path.starts_with("/api/sessions/") => {
            appointment["session_id"].as_str().unwrap().to_owned()
        }
        Some("requests") => request["id"].as_str().unwrap().to_owned(),
        _ => SOME_ID.to_owned(),
    };
    let mut routes = Vec::new();
    for document in server.descriptions().await {
        for described in operations(&document) {
            let (path, operation) = (described.path, described.operation);
            let method: Method = described.method.to_uppercase().parse().unwrap();
            let content = operation["requestBody"]["content"].as_object();
            let body = content.and_then(|content| content.iter().next());
            routes.push(Route {
                name: format!("{method} {path}"),
                path: with_ids(path, &id_of(path)),
                body: body.map(|(kind, content)| (kind.clone(), sample(&document, &content["schema"]))),
                method,
            });
        }
    }
    routes
}

/// The path with `id` for its `{id}`, and some id for its other variables.
fn with_ids(path: &str, id: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{id}" => id,
        _ if part.starts_with('{') => SOME_ID,
        _ => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// A small value that fits a schema, so that a refusal is about access and not about the body.
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
        (Some("string"), Some("uuid")) => json!(SOME_ID),
        (Some("string"), Some("date-time")) => json!("2030-01-07T10:00:00Z"),
        (Some("string"), _) => json!("sample of a text"),
        (Some("integer" | "number"), _) => {
            let bound = |name: &str| schema[name].as_i64();
            json!(5.clamp(bound("minimum").unwrap_or(5), bound("maximum").unwrap_or(5)))
        }
        (Some("boolean"), _) => json!(true),
        _ => json!({}),
    }
}
