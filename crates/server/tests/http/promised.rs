//! What docs/api.md promises of `/api/v1`: whatever stands in `promised.txt` stays. What is new is added to it before a
//! release, by `PROMISE_MORE=1 cargo test --workspace --test http -- promised`.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Map, Value};

use crate::common::Server;
use crate::description::{Described, operations};

/// What a description says that a program may rely on, a line each.
#[derive(Default)]
struct Said {
    lines: BTreeSet<String>,
    /// The schemas of what is sent to the server.
    taken: BTreeSet<String>,
    /// The schemas of what is answered.
    given: BTreeSet<String>,
}

impl Said {
    fn of(document: &Value) -> Self {
        let mut said = Self::default();
        for described in operations(document).iter().filter(|one| one.path.starts_with("/api/v1/")) {
            said.operation(document, described);
        }
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            said.schema(name, schema);
        }
        said
    }

    fn add(&mut self, line: String) {
        self.lines.insert(line);
    }

    fn operation(&mut self, document: &Value, described: &Described<'_>) {
        let (name, operation) = (format!("{} {}", described.method, described.path), described.operation);
        for parameter in described.parameters() {
            let (place, parameter_name) = (word(&parameter["in"]), word(&parameter["name"]));
            self.add(format!("{name} {place} {parameter_name}: {}", kind(&parameter["schema"])));
            if parameter["required"] == true {
                self.add(format!("{name} {place} {parameter_name} must be there"));
            }
        }
        let body = &operation["requestBody"];
        for (content, of) in members(&body["content"]) {
            self.add(format!("{name} takes {content}: {}", kind(&of["schema"])));
            take(document, &of["schema"], &mut self.taken);
        }
        for (status, response) in
            members(&operation["responses"]).filter(|(status, _)| status.starts_with('2'))
        {
            self.add(format!("{name} gives {status}"));
            for (content, of) in members(&response["content"]) {
                self.add(format!("{name} gives {status} {content}: {}", kind(&of["schema"])));
                take(document, &of["schema"], &mut self.given);
            }
        }
    }

    fn schema(&mut self, name: &str, schema: &Value) {
        for (field, of) in members(&schema["properties"]) {
            self.add(format!("{name}.{field}: {}", kind(of)));
        }
        for field in schema["required"].as_array().into_iter().flatten() {
            self.add(format!("{name}.{} must be there", word(field)));
        }
        for value in schema["enum"].as_array().into_iter().flatten() {
            self.add(format!("{name} may be {}", word(value)));
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The name of a schema, or of a type; with a question mark where null fits.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if let Some(all) = schema["oneOf"].as_array() {
        let other: Vec<_> = all.iter().filter(|one| one["type"] != "null").map(kind).collect();
        return format!("{}{}", other.join("|"), if other.len() < all.len() { "?" } else { "" });
    }
    let types = match &schema["type"] {
        Value::Array(types) => types.iter().map(word).collect(),
        one => vec![word(one)],
    };
    let plain: Vec<_> = types.iter().filter(|name| **name != "null").copied().collect();
    let of = if plain == ["array"] { format!(" of {}", kind(&schema["items"])) } else { String::new() };
    format!("{}{of}{}", plain.join("|"), if plain.len() < types.len() { "?" } else { "" })
}

/// The names of the schemas that a schema is made of.
fn take(document: &Value, schema: &Value, taken: &mut BTreeSet<String>) {
    match schema {
        Value::Object(object) => {
            if let Some(name) = object.get("$ref").and_then(Value::as_str)
                && taken.insert(name.rsplit('/').next().unwrap_or_default().to_owned())
            {
                take(document, document.pointer(&name[1..]).unwrap(), taken);
            }
            object.values().for_each(|value| take(document, value, taken));
        }
        Value::Array(items) => items.iter().for_each(|item| take(document, item, taken)),
        _ => {}
    }
}

/// What breaks programs that rely on what was promised: what is gone, and what they must send now.
fn broken(promised: &BTreeSet<String>, now: &Said) -> Vec<String> {
    let gone = promised.difference(&now.lines).filter(|line| !is_asked_for_no_more(line, now));
    let gone = gone.map(|line| format!("gone: {line}"));
    let is_known = |owner: &str| promised.iter().any(|line| line.starts_with(owner));
    let asked = now.lines.difference(promised).filter(|line| {
        let Some(field) = line.strip_suffix(" must be there") else { return false };
        match field.split_once('.') {
            Some((schema, _)) if !schema.contains(' ') => {
                now.taken.contains(schema) && is_known(&format!("{schema}."))
            }
            _ => is_known(&field.split(' ').take(2).map(|part| format!("{part} ")).collect::<String>()),
        }
    });
    gone.chain(asked.map(|line| format!("asked for: {line}"))).collect()
}

/// A field that is only sent to the server may be left out from now on.
fn is_asked_for_no_more(line: &str, now: &Said) -> bool {
    let field = line.strip_suffix(" must be there").and_then(|field| field.split_once('.'));
    field.is_some_and(|(schema, _)| now.taken.contains(schema) && !now.given.contains(schema))
}

#[tokio::test]
async fn what_was_promised_of_v1_is_kept() {
    let server = Server::start().await;
    let now = Said::of(&server.descriptions().await[0]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/http/promised.txt");
    let text = std::fs::read_to_string(&path).unwrap();
    let promised: BTreeSet<_> = text.lines().map(str::to_owned).collect();
    let broken = broken(&promised, &now);
    assert!(broken.is_empty(), "this breaks programs that use /api/v1 (docs/api.md):\n{}", broken.join("\n"));
    if std::env::var_os("PROMISE_MORE").is_some() {
        let all: Vec<_> = promised.union(&now.lines).map(|line| format!("{line}\n")).collect();
        std::fs::write(&path, all.concat()).unwrap();
    }
}

#[test]
fn what_breaks_a_program_is_found_and_what_is_added_is_not() {
    let document = |schema: &str, parameter: &str| -> Value {
        let text = format!(
            r##"{{ "paths": {{ "/api/v1/a": {{ "post": {{ "parameters": [{parameter}],
                "requestBody": {{ "content": {{ "application/json": {{ "schema": {{ "$ref": "#/components/schemas/A" }} }} }} }},
                "responses": {{ "200": {{}} }} }} }} }},
                "components": {{ "schemas": {{ "A": {schema} }} }} }}"##
        );
        serde_json::from_str(&text).unwrap()
    };
    let old = r#"{ "properties": { "b": { "type": "string" }, "c": { "type": ["string", "null"] } }, "required": ["b"] }"#;
    let promised = Said::of(&document(old, "")).lines;
    let broken = |schema: &str, parameter: &str| broken(&promised, &Said::of(&document(schema, parameter)));
    assert_eq!(broken(old, ""), [""; 0]);
    let more = old.replace(r#""b": {"#, r#""d": { "type": "integer" }, "b": {"#);
    assert_eq!(broken(&more, r#"{ "in": "query", "name": "e", "schema": { "type": "string" } }"#), [""; 0]);
    assert_eq!(broken(&old.replace(r#"["b"]"#, "[]"), ""), [""; 0]);
    assert_eq!(broken(&old.replace(r#"["b"]"#, r#"["b", "c"]"#), ""), ["asked for: A.c must be there"]);
    assert_eq!(broken(&old.replace(r#"["string", "null"]"#, r#""string""#), ""), ["gone: A.c: string?"]);
    let asked = r#"{ "in": "query", "name": "e", "required": true, "schema": { "type": "string" } }"#;
    assert_eq!(broken(old, asked), ["asked for: post /api/v1/a query e must be there"]);
}
