//! The descriptions, of the API and of each dialect: what strict tools ask of them, and that they say what the server does.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::common::{Server, send};
use crate::story::{Story, session_path};

/// Names nothing.
pub const NOBODY: &str = "01890000-0000-7000-8000-000000000000";
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// One operation of the document.
pub struct Described<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub operation: &'a Value,
}

impl Described<'_> {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// With ids that name nothing.
    pub fn address(&self) -> String {
        address(self.path)
    }

    pub fn parameters(&self) -> impl Iterator<Item = &Value> {
        self.operation["parameters"].as_array().into_iter().flatten()
    }
}

fn address(path: &str) -> String {
    let parts = path.split('/').map(|part| if part.starts_with('{') { NOBODY } else { part });
    parts.collect::<Vec<_>>().join("/")
}

pub fn operations(document: &Value) -> Vec<Described<'_>> {
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, item)| {
        let item = item.as_object().unwrap().iter();
        item.map(move |(method, operation)| Described { path, method, operation })
    });
    all.collect()
}

async fn document(server: &Server) -> Value {
    send(server.anonymous().raw(Method::GET, "/openapi.json")).await.expect(200)
}

/// Calls `look` with every object of a document.
fn every_object(value: &Value, look: &mut impl FnMut(&Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            look(object);
            object.values().for_each(|value| every_object(value, look));
        }
        Value::Array(items) => items.iter().for_each(|value| every_object(value, look)),
        _ => {}
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[tokio::test]
async fn strict_tools_find_nothing_missing() {
    let server = Server::start().await;
    for document in server.descriptions().await {
        nothing_is_missing(&document);
    }
}

fn nothing_is_missing(document: &Value) {
    let tags: Vec<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].clone()).collect();
    assert!(document["servers"][0]["url"].is_string() && document["info"]["contact"].is_object());
    let mut ids = BTreeSet::new();
    let mut used = BTreeSet::new();
    for described in operations(document) {
        let (name, operation) = (described.name(), described.operation);
        assert!(is_text(&operation["summary"]) && is_text(&operation["description"]), "{name}: no text");
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}: its id is another's");
        for tag in operation["tags"].as_array().unwrap() {
            assert!(tags.contains(tag), "{name}: {tag}");
            used.insert(tag.as_str().unwrap());
        }
        let of_path = described.parameters().filter(|one| one["in"] == "path");
        let given: BTreeSet<_> = of_path.filter_map(|one| one["name"].as_str()).collect();
        let needed = described.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        assert_eq!(given, needed.collect(), "{name}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{name}: never succeeds");
        assert!(responses.keys().any(|status| status.starts_with('4')), "{name}: never refuses");
        for (status, response) in responses {
            assert!(is_text(&response["description"]) || is_text(&response["$ref"]), "{name} {status}");
        }
    }
    assert_eq!(used.len(), tags.len(), "each tag is somebody's");
}

#[tokio::test]
async fn what_a_description_refers_to_is_there_and_nothing_else_is() {
    let server = Server::start().await;
    for document in server.descriptions().await {
        let mut referred = BTreeSet::new();
        every_object(&document, &mut |object| {
            if let Some(name) = object.get("$ref").and_then(Value::as_str) {
                assert!(document.pointer(&name[1..]).is_some(), "{name} is not there");
                referred.insert(name.to_owned());
            }
        });
        for kind in ["schemas", "responses"] {
            for name in document["components"][kind].as_object().unwrap().keys() {
                assert!(referred.contains(&format!("#/components/{kind}/{name}")), "nobody needs {name}");
            }
        }
    }
}

#[tokio::test]
async fn no_schema_asks_for_the_impossible() {
    let server = Server::start().await;
    for document in server.descriptions().await {
        every_object(&document, &mut is_possible);
    }
}

fn is_possible(object: &Map<String, Value>) {
    let words = object.get("enum").and_then(Value::as_array).into_iter().flatten();
    let words: Vec<_> = words.filter_map(|word| Some(word.as_str()?.to_lowercase())).collect();
    assert_eq!(BTreeSet::from_iter(&words).len(), words.len(), "the same word twice: {words:?}");
    let types = object.get("allOf").and_then(Value::as_array).into_iter().flatten();
    let types: BTreeSet<_> = types.filter_map(|schema| schema["type"].as_str()).collect();
    assert!(types.len() < 2, "both at once: {object:?}");
    if let (Some(properties), Some(required)) = (
        object.get("properties").and_then(Value::as_object),
        object.get("required").and_then(Value::as_array),
    ) {
        assert!(required.iter().all(|name| properties.contains_key(name.as_str().unwrap())), "{object:?}");
    }
}

#[tokio::test]
async fn a_method_that_is_not_described_is_none() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for document in server.descriptions().await {
        for (path, item) in document["paths"].as_object().unwrap() {
            for method in METHODS.into_iter().chain(["trace"]).filter(|method| item.get(method).is_none()) {
                let sent: Method = method.to_uppercase().parse().unwrap();
                // No key is used up by it, nor was it used for another.
                let keyed = admin.raw(sent, &address(path)).header("idempotency-key", "of-all-of-them");
                let reply = send(keyed).await;
                assert_eq!(reply.status, 405, "{method} {path}: {}", reply.body);
            }
        }
    }
}

/// A schema without its references, and whether null fits it.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str() {
        return resolved(document, document.pointer(&name[1..]).unwrap());
    }
    match schema["oneOf"].as_array() {
        Some(any) => resolved(document, any.iter().find(|one| one["type"] != "null").unwrap()),
        None => schema,
    }
}

/// The least that fits a schema, in shape at least.
fn fitting(document: &Value, schema: &Value) -> Value {
    let schema = resolved(document, schema);
    if let Some(words) = schema["enum"].as_array() {
        return words[0].clone();
    }
    let kinds = [schema["type"].as_str(), schema["type"][0].as_str()];
    match (kinds.into_iter().flatten().next().unwrap_or("object"), schema["format"].as_str()) {
        ("string", Some("uuid")) => json!(NOBODY),
        ("string", Some("date-time")) => json!("2030-01-08T10:00:00Z"),
        ("string", _) => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1) as usize)),
        ("integer" | "number", _) => schema["minimum"].as_i64().map_or(json!(1), |least| json!(least)),
        ("boolean", _) => json!(true),
        ("array", _) => {
            json!(vec![
                fitting(document, &schema["items"]);
                schema["minItems"].as_u64().unwrap_or(0) as usize
            ])
        }
        _ => Value::Object(required(document, schema)),
    }
}

fn required(document: &Value, schema: &Value) -> Map<String, Value> {
    let names = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    names.map(|name| (name.to_owned(), fitting(document, &schema["properties"][name]))).collect()
}

/// Values just outside of what a schema allows.
fn outside(schema: &Value) -> Vec<Value> {
    let whole = |name| schema[name].as_i64();
    let text = |length| json!("x".repeat(usize::try_from(length).unwrap()));
    let long = whole("maxLength").map(|most| text(most + 1));
    let short = whole("minLength").filter(|least| *least > 0).map(|least| text(least - 1));
    let large = whole("maximum").map(|most| json!(most + 1));
    let small = whole("minimum").filter(|least| *least > 0).map(|least| json!(least - 1));
    [long, short, large, small].into_iter().flatten().collect()
}

fn body_of<'a>(document: &'a Value, operation: &'a Value) -> &'a Value {
    resolved(document, &operation["requestBody"]["content"]["application/json"]["schema"])
}

/// Whether no object in it takes a field that it does not name, but for those that name none.
fn is_closed(document: &Value, schema: &Value) -> bool {
    let schema = resolved(document, schema);
    let Some(fields) = schema["properties"].as_object() else {
        return schema["items"].is_null() || is_closed(document, &schema["items"]);
    };
    schema["additionalProperties"] == false && fields.values().all(|field| is_closed(document, field))
}

/// What a mistyped field was to say would be lost.
#[tokio::test]
async fn a_field_that_is_not_known_is_refused_and_the_nearest_named() {
    let story = Story::new().await;
    let document = document(&story.server).await;
    let canonical = operations(&document).into_iter().filter(|one| one.path.starts_with("/api/v1/"));
    for described in canonical {
        let body = body_of(&document, described.operation);
        assert!(is_closed(&document, body), "{} takes any field", described.name());
    }
    let session = session_path(&story.book(60, 30).await);
    story.doctor.put(&format!("{session}/notes"), json!({ "notes": "kept" })).await.expect(200);
    for (path, body, nearest) in [
        ("notes", json!({ "text": "lost" }), "notes"),
        ("notes", json!({ "note": "lost" }), "notes"),
        ("rating", json!({ "rating": 5, "coment": "lost" }), "comment"),
    ] {
        let (field, _) = body.as_object().unwrap().iter().find(|(_, value)| value.is_string()).unwrap();
        let problem =
            story.doctor.put(&format!("{session}/{path}"), body.clone()).await.problem(422, "invalid");
        let told = &problem["errors"][0];
        assert_eq!((&told["field"], &told["code"]), (&json!(field), &json!("unknown")), "{told}");
        assert!(told["message"].as_str().unwrap().contains(&format!("known is \"{nearest}\"")), "{told}");
    }
    assert_eq!(story.doctor.get(&session).await.expect(200)["notes"], "kept");
    let login = json!({ "email": "nobody@example.org", "password": "wrong", "remember": true });
    story.server.anonymous().post("/auth/login", login).await.problem(422, "invalid");
}

#[tokio::test]
async fn limits_of_the_description_are_those_of_the_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    let document = document(&server).await;
    let mut tried = 0;
    for described in operations(&document) {
        if !described.path.starts_with("/api/v1/") || described.path.contains("/auth/") {
            continue;
        }
        let schema = body_of(&document, described.operation);
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            for value in outside(of) {
                let mut body = required(&document, schema);
                body.insert(field.clone(), value);
                let sent = described.method.to_uppercase().parse().unwrap();
                let request = admin.raw(sent, &described.address());
                let request = request.header("content-type", "application/json");
                let reply = send(request.body(Value::Object(body).to_string())).await;
                let name = format!("{} {field}", described.name());
                // Where there is nothing to change, nobody looks.
                assert!([403, 404, 422].contains(&reply.status), "{name}: {} {}", reply.status, reply.body);
                tried += usize::from(reply.status == 422 && reply.body.contains(field.as_str()));
            }
        }
    }
    assert!(tried > 25, "{tried}");
}

#[tokio::test]
async fn a_page_s_limits_are_those_of_the_server() {
    let server = Server::start().await;
    let admin = server.admin().await;
    for document in server.descriptions().await {
        for described in operations(&document).iter().filter(|one| one.method == "get") {
            for parameter in described.parameters().filter(|one| one["in"] == "query") {
                let name = parameter["name"].as_str().unwrap();
                for value in outside(&parameter["schema"]).iter().filter_map(Value::as_i64) {
                    let path = format!("{}?{name}={value}", described.address());
                    let reply = send(admin.raw(Method::GET, &path)).await;
                    assert!(
                        [400, 404, 422].contains(&reply.status),
                        "{path}: {} {}",
                        reply.status,
                        reply.body
                    );
                }
            }
        }
    }
}
