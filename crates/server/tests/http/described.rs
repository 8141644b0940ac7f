//! Every route that the API's description has, with whatever HTTP libraries send.

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::common::{Party, Reply, Server, send};
use crate::description::{Described, NOBODY, operations};

const JSON: &str = "application/json";

/// A route as it is described.
struct Route {
    method: Method,
    path: String,
    /// What its JSON body may hold.
    body: Option<Map<String, Value>>,
    /// Its fields that may be null, each in a body of its own.
    nulls: Vec<(String, Value)>,
    needs_body: bool,
    query: Vec<String>,
}

impl Route {
    async fn ask(&self, caller: &Party, query: &str) -> Reply {
        send(caller.raw(self.method.clone(), &format!("{}{query}", self.path))).await
    }

    async fn send(&self, caller: &Party, kind: &str, body: impl Into<String>) -> Reply {
        let request = caller.raw(self.method.clone(), &self.path).body(body.into());
        send(if kind.is_empty() { request } else { request.header("content-type", kind) }).await
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// All routes but those whose body is something else than JSON.
async fn routes(server: &Server) -> Vec<Route> {
    let documents = server.descriptions().await;
    let described = documents
        .iter()
        .flat_map(|document| operations(document).into_iter().map(move |one| (document, one)));
    let routes: Vec<_> = described.filter_map(|(document, one)| route(document, &one)).collect();
    assert!(routes.len() > 60, "{}", routes.len());
    routes
}

fn route(document: &Value, described: &Described<'_>) -> Option<Route> {
    let body = &described.operation["requestBody"];
    let schema = &body["content"][JSON]["schema"];
    if !body.is_null() && schema.is_null() {
        return None;
    }
    let of_query = described.parameters().filter(|parameter| parameter["in"] == "query");
    Some(Route {
        method: described.method.to_uppercase().parse().unwrap(),
        path: described.address(),
        body: fields(document, schema),
        nulls: nulls(document, schema),
        needs_body: body["required"] == true,
        query: of_query.map(|parameter| parameter["name"].as_str().unwrap().to_owned()).collect(),
    })
}

/// The fields of an object, each with those of its own.
fn fields(document: &Value, schema: &Value) -> Option<Map<String, Value>> {
    if let Some(name) = schema["$ref"].as_str() {
        return fields(document, document.pointer(&name[1..]).unwrap());
    }
    if let Some(one_of) = schema["oneOf"].as_array() {
        return one_of.iter().find_map(|schema| fields(document, schema));
    }
    let properties = schema["properties"].as_object()?;
    let inner = |schema| fields(document, schema).map_or(Value::Null, Value::Object);
    Some(properties.iter().map(|(name, schema)| (name.clone(), inner(schema))).collect())
}

/// The fields of an object that may be null, and those of its own objects.
fn nulls(document: &Value, schema: &Value) -> Vec<(String, Value)> {
    if let Some(name) = schema["$ref"].as_str() {
        return nulls(document, document.pointer(&name[1..]).unwrap());
    }
    if let Some(one_of) = schema["oneOf"].as_array() {
        return one_of.iter().flat_map(|schema| nulls(document, schema)).collect();
    }
    let mut found = vec![];
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        if may_be_null(schema) {
            found.push((name.clone(), json!({ name: null })));
        }
        let inner = nulls(document, schema).into_iter();
        found.extend(inner.map(|(path, body)| (format!("{name}.{path}"), json!({ name: body }))));
    }
    found
}

fn may_be_null(schema: &Value) -> bool {
    let is_null = |schema: &Value| schema["type"] == "null";
    let types = schema["type"].as_array().is_some_and(|types| types.contains(&json!("null")));
    types || schema["oneOf"].as_array().is_some_and(|one_of| one_of.iter().any(is_null))
}

/// Values of every type, each of which is wrong for most fields.
fn values() -> Vec<Value> {
    let long = "9".repeat(30);
    vec![
        json!(null),
        json!(true),
        json!(7),
        json!(-1),
        json!(300),
        json!(1.5),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("x"),
        json!("30 minutes"),
        json!("NaN"),
        json!(long),
        json!("2026-12-24"),
        json!([]),
        json!(["x", 7]),
        json!({}),
        json!({ "x": 1 }),
        json!([[{}]]),
    ]
}

/// Bodies in which one field is wrong.
fn wrong_bodies(fields: &Map<String, Value>) -> Vec<Value> {
    let mut bodies = vec![];
    for (name, inner) in fields {
        let inner = inner.as_object().map(wrong_bodies).unwrap_or_default();
        bodies.extend(values().into_iter().chain(inner).map(|value| json!({ name: value })));
    }
    bodies
}

/// Words of the language that this is written in; some say something else in English, but not in a refusal.
const OURS: [&str; 20] = [
    "u8",
    "u16",
    "u32",
    "u64",
    "i32",
    "i64",
    "f32",
    "f64",
    "usize",
    "struct",
    "enum",
    "variant",
    "tuple",
    "Option",
    "newtype",
    "borrowed",
    "sequence",
    "map",
    "boolean",
    "backtrace",
];

fn expect_plain_refusal(reply: &Reply, sent: &str) {
    assert!(reply.status < 500, "{sent}: {}", reply.body);
    if reply.status >= 400 {
        let mut words = reply.body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let word = words.find(|word| OURS.contains(word));
        assert_eq!(word, None, "{sent}: {}", reply.body);
        assert!(!reply.body.contains("field `"), "{sent}: {}", reply.body);
    }
}

#[tokio::test]
async fn no_refusal_of_a_body_names_a_type_of_our_language() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut sent = 0;
    for route in routes(&server).await {
        let Some(fields) = &route.body else { continue };
        for body in values().into_iter().chain(wrong_bodies(fields)) {
            let reply = route.send(&admin, JSON, body.to_string()).await;
            expect_plain_refusal(&reply, &format!("{} {body}", route.name()));
            sent += 1;
        }
        for torn in ["{", "{\"", "[1,", "\"\u{1}\"", "{} x", "{\"a\":1,}"] {
            expect_plain_refusal(&route.send(&admin, JSON, torn).await, &format!("{} {torn}", route.name()));
        }
    }
    assert!(sent > 1_000, "{sent}");
}

#[tokio::test]
async fn no_refusal_of_a_query_or_a_path_names_a_type_of_our_language() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for mut route in routes(&server).await {
        for name in &route.query {
            for value in [
                "x",
                "-1",
                "1.5",
                "1e3",
                "99999999999999999999",
                "%20",
                "true",
                "%F0%9F",
                "a,b",
                "2026-12-24",
            ] {
                let query = format!("?{name}={value}");
                expect_plain_refusal(&route.ask(&admin, &query).await, &format!("{}{query}", route.name()));
            }
            let twice = format!("?{name}=1&{name}=1");
            expect_plain_refusal(&route.ask(&admin, &twice).await, &format!("{}{twice}", route.name()));
        }
        if route.path.contains(NOBODY) && route.method == Method::GET {
            for id in ["no-id", "7", "%2e%2e%2fetc", "%F0", &"x".repeat(5_000)] {
                let path = route.path.replace(NOBODY, id);
                let path = std::mem::replace(&mut route.path, path);
                expect_plain_refusal(&route.ask(&admin, "").await, &route.name());
                route.path = path;
            }
        }
    }
}

#[tokio::test]
async fn an_empty_body_of_any_type_is_no_body_where_none_is_needed() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let form = "application/x-www-form-urlencoded";
    for route in routes(&server).await {
        if route.method == Method::GET {
            continue;
        }
        let of_nothing = route.send(&admin, JSON, "{}").await;
        if route.needs_body {
            assert!([400, 422].contains(&of_nothing.status), "{}: {}", route.name(), of_nothing.body);
            continue;
        }
        assert_ne!(of_nothing.status, 422, "{}: {}", route.name(), of_nothing.body);
        for kind in ["", JSON, form, "application/json; charset=utf-8", "text/plain", "multipart/form-data"] {
            let reply = route.send(&admin, kind, "").await;
            assert_eq!(reply.status, of_nothing.status, "{} {kind:?}: {}", route.name(), reply.body);
        }
        let null = route.send(&admin, JSON, "null").await;
        assert_eq!(null.status, of_nothing.status, "{}: {}", route.name(), null.body);
        if route.body.is_some() {
            for kind in ["", form, "text/plain"] {
                let reply = route.send(&admin, kind, "{\"passcode\":\"1\"}").await;
                assert!([400, 415].contains(&reply.status), "{} {kind:?}: {}", route.name(), reply.body);
            }
        }
    }
}

#[tokio::test]
async fn null_is_taken_wherever_the_description_allows_it() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let mut sent = 0;
    for route in routes(&server).await {
        for (path, body) in &route.nulls {
            let reply = route.send(&admin, JSON, body.to_string()).await;
            let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let mut errors = said["errors"].as_array().into_iter().flatten();
            // Something else may be missing, or may make null impossible here; as a value it can be read.
            let refused = errors.find(|error| {
                error["field"] == path.as_str()
                    && ["wrong_type", "invalid"].iter().any(|c| error["code"] == *c)
            });
            assert_eq!(refused, None, "{} {body}: {}", route.name(), reply.body);
            sent += 1;
        }
    }
    assert!(sent > 50, "{sent}");
    let client = server.client("Cyd").await;
    let body = json!({ "concern": "a noise", "kind": null, "metadata": null, "plan": null, "organization_id": null });
    let asked = client.post("/requests", body).await.expect(201);
    assert_eq!((&asked["kind"], &asked["metadata"]), (&json!("video"), &json!({})));
}

#[tokio::test]
async fn empty_values_of_a_query_are_absent() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for route in routes(&server).await {
        if route.query.is_empty() {
            continue;
        }
        let without = route.ask(&admin, "").await;
        let empty: Vec<_> = route.query.iter().map(|name| format!("{name}=")).collect();
        for query in [format!("?{}", empty.join("&")), format!("?{}&nothing=&=", empty.join("&"))] {
            let with = route.ask(&admin, &query).await;
            assert_eq!(with.status, without.status, "{}{query}: {}", route.name(), with.body);
        }
    }
}

#[tokio::test]
async fn what_is_missing_or_not_known_is_named() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let first = |problem: Value| problem["errors"][0].clone();
    let missing = admin.post("/users", json!({ "name": "A" })).await.problem(422, "invalid");
    assert_eq!(first(missing)["code"], "required");
    let missing = admin.post("/organizations", json!({})).await.problem(422, "invalid");
    assert_eq!(first(missing), json!({ "field": "name", "code": "required", "message": "is required" }));
    let unknown = json!({ "price": { "amount": "1", "currency": "EUR", "tax": 3 } });
    let unknown = admin.patch(&format!("/appointments/{NOBODY}"), unknown).await.problem(422, "invalid");
    assert_eq!(
        (&first(unknown.clone())["field"], &first(unknown)["code"]),
        (&json!("price.tax"), &json!("unknown"))
    );
    let missing = send(admin.raw(Method::GET, "/api/debug/check-session?id=")).await.expect(422);
    assert_eq!(first(missing)["field"], "id");
    let wrong = admin.get("/sessions?limit=many").await.problem(422, "invalid");
    let text = "must be a whole number, in digits";
    assert_eq!(first(wrong), json!({ "field": "limit", "code": "invalid", "message": text }));
}
