//! What is the same for all operations, and said once: how they are refused, what their parts are called.

use axum::http::StatusCode;
use utoipa::ToSchema;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, Response, ResponseBuilder, Tag};

use crate::http::problem::ProblemDocument;
use crate::http::scopes;

/// Each group of operations of the canonical API.
const TAGS: [(&str, &str); 11] = [
    ("accounts", "People, organizations, and signing in"),
    ("appointments", "Bookings"),
    ("sessions", "What happens: waiting room, call, outcome"),
    ("invitations", "Ways in for whoever has no account"),
    ("requests", "Wishes to be seen now"),
    ("media", "Connections to the media server"),
    ("usage", "Minutes, quotas, reports"),
    ("support", "Why somebody cannot do what they want to"),
    ("messages", "What people are told by e-mail"),
    ("webhooks", "Where events are sent"),
    ("operation", "How the server does"),
];

/// Why an operation may be refused: the status, its name among the components, what it means.
const REFUSALS: [(u16, &str, &str); 11] = [
    (400, "BadRequest", "The request cannot be read"),
    (401, "Unauthorized", "No token, or one that is not valid here"),
    (403, "Forbidden", "Not for this caller"),
    (404, "NotFound", "Not there, or not for this caller to see"),
    (409, "Conflict", "Not possible as things are now"),
    (413, "TooLarge", "The body is too large"),
    (415, "UnsupportedMediaType", "The body is of another type"),
    (422, "Invalid", "Not valid; `errors` says which field, and why"),
    (429, "TooManyRequests", "Too many; `Retry-After` says when to ask again"),
    (500, "InternalError", "A mistake of the server, which is in its log"),
    (503, "Unavailable", "The server cannot for now"),
];
/// How a dialect refuses, among the components.
const ELSEWHERE: &str = "RefusedByDialect";

/// Says of every operation what they have in common: of the canonical API, or of the dialect that is named.
#[must_use]
pub fn complete(mut document: OpenApi, dialect: Option<&str>) -> OpenApi {
    document.tags = Some(match dialect {
        None => TAGS.map(|(name, description)| tag(name, description)).to_vec(),
        Some(name) => vec![tag(name, &format!("The contract of the {name} application"))],
    });
    let components = document.components.get_or_insert_default();
    for (_, name, description) in REFUSALS {
        components.responses.insert(name.to_owned(), RefOr::T(problem(description)));
    }
    components.responses.insert(ELSEWHERE.to_owned(), RefOr::T(elsewhere()));
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                describe(method, path, operation, dialect.is_some());
            }
        }
    }
    without_unused(document)
}

fn tag(name: &str, description: &str) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}

fn problem(description: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name(ProblemDocument::name())));
    ResponseBuilder::new().description(description).content("application/problem+json", content).build()
}

fn elsewhere() -> Response {
    ResponseBuilder::new().description("Refused, in the shape of this dialect's contract").build()
}

fn describe(method: &str, path: &str, operation: &mut Operation, is_of_dialect: bool) {
    operation.operation_id = Some(operation_id(method, path));
    if operation.description.is_none() {
        operation.description.clone_from(&operation.summary);
    }
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = success(status).to_owned();
        }
    }
    if let Some(scope) = method.to_uppercase().parse().ok().and_then(|method| scopes::of(&method, path)) {
        let scope = ExtensionsBuilder::new().add("x-scope", scope.name()).build();
        operation.extensions.get_or_insert_default().merge(scope);
    }
    let refusals = REFUSALS.into_iter().filter(|(status, ..)| may_be(*status, method, path, operation));
    let refusals: Vec<_> = refusals.collect();
    let responses = &mut operation.responses.responses;
    for (status, name, _) in refusals {
        let response = Ref::from_response_name(if is_of_dialect { ELSEWHERE } else { name });
        responses.entry(status.to_string()).or_insert(RefOr::Ref(response));
    }
    let other =
        if is_of_dialect { elsewhere() } else { problem("Refused: a problem document; `code` says why") };
    responses.insert("default".to_owned(), RefOr::T(other));
    if method != "get" && takes_key(path, operation) {
        operation.parameters.get_or_insert_default().push(RefOr::T(idempotency_key()));
    }
}

fn success(status: &str) -> &'static str {
    match status {
        "200" => "What there is now",
        "201" => "What was made",
        "202" => "It will be done",
        "204" => "It was done",
        _ => status.parse().ok().and_then(|status: StatusCode| status.canonical_reason()).unwrap_or("Done"),
    }
}

/// Whether an operation may be refused so.
fn may_be(status: u16, method: &str, path: &str, operation: &Operation) -> bool {
    let is_open = operation.security.as_ref().is_some_and(|asked| *asked == [SecurityRequirement::default()]);
    let has_body = operation.request_body.is_some();
    match status {
        400 | 413 | 415 => has_body,
        401 | 403 => !is_open,
        404 => path.contains('{'),
        409 => method != "get",
        422 => has_body || operation.parameters.is_some(),
        _ => true,
    }
}

fn idempotency_key() -> Parameter {
    ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 255 visible ASCII characters, new for each call. The same call made again with the same key within 24 \
             hours gets the first answer, marked `Idempotency-Replayed: true`, and is not carried out again.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255)).pattern(Some("^[!-~]+$"))))
        .build()
}

/// Whether `http::idempotency` answers for it: those who call the canonical API with their own token. Where
/// an operation does not say what it asks for, that is what it asks for.
fn takes_key(path: &str, operation: &Operation) -> bool {
    let own_token = vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])];
    path.starts_with("/api/v1/") && operation.security.as_ref().is_none_or(|asked| *asked == own_token)
}

/// Unique in the document: `post /api/v1/sessions/{id}/join` is `post_sessions_id_join`.
fn operation_id(method: &str, path: &str) -> String {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let words = path.split(['/', '{', '}']).filter(|word| !word.is_empty());
    std::iter::once(method).chain(words).collect::<Vec<_>>().join("_")
}

/// Leaves out the components that nothing refers to: some schemas are only built into others.
fn without_unused(mut document: OpenApi) -> OpenApi {
    loop {
        let text = document.to_json().unwrap_or_default();
        let Some(components) = &mut document.components else { return document };
        let is_used = |kind: &str, name: &str| text.contains(&format!("\"#/components/{kind}/{name}\""));
        let before = components.schemas.len() + components.responses.len();
        components.schemas.retain(|name, _| is_used("schemas", name));
        components.responses.retain(|name, _| is_used("responses", name));
        if components.schemas.len() + components.responses.len() == before {
            return document;
        }
    }
}
