//! The API's description, and the pages that show it.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{OpenApi as _, PartialSchema, ToSchema};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::problem::{FieldError, ProblemDocument};
use super::words::FieldCode;
use crate::state::Server;

/// Title and security; the routes come from the routers.
#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "OpenVisit",
    description = "One-to-one video consultations: appointments, waiting room, call, outcome. Errors are RFC 9457 \
                   problem documents with a stable `code`. Instants are RFC 3339 in UTC.",
))]
struct Base;

#[must_use]
pub fn base() -> OpenApi {
    let mut document = Base::openapi();
    let components = document.components.get_or_insert_default();
    components.schemas.insert(ProblemDocument::name().into_owned(), ProblemDocument::schema());
    components.schemas.insert(FieldError::name().into_owned(), FieldError::schema());
    components.schemas.insert(FieldCode::name().into_owned(), FieldCode::schema());
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("bearer", bearer);
    // The token that `join` gives for one participant's media.
    let media = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("media", media);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
    document
}

/// `/openapi.json` is put together when somebody first asks for it.
pub fn routes(document: OpenApi) -> Router<Server> {
    let described = Arc::new((document, OnceLock::<Bytes>::new()));
    let docs = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    Router::new().merge(docs).route(
        "/openapi.json",
        get(move || async move {
            let (document, json) = &*described;
            let json = json.get_or_init(|| complete(document.clone()).to_json().unwrap_or_default().into());
            ([(CONTENT_TYPE, "application/json")], json.clone()).into_response()
        }),
    )
}

/// Every operation may be refused; said here once for all.
#[must_use]
pub fn complete(mut document: OpenApi) -> OpenApi {
    let refused = ResponseBuilder::new()
        .description("Refused: a problem document; `code` says why")
        .content(
            "application/problem+json",
            Content::new(Some(Ref::from_schema_name(ProblemDocument::name()))),
        )
        .build();
    let refused_elsewhere =
        ResponseBuilder::new().description("Refused, in the shape of this dialect's contract").build();
    let key = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "1 to 255 visible ASCII characters, new for each call. The same call made again with the same key within 24 \
             hours gets the first answer, marked `Idempotency-Replayed: true`, and is not carried out again.",
        ))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(255))))
        .build();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("get", &mut item.get),
            ("post", &mut item.post),
            ("put", &mut item.put),
            ("patch", &mut item.patch),
            ("delete", &mut item.delete),
        ];
        for (method, operation) in operations {
            let Some(operation) = operation else { continue };
            operation.operation_id = Some(operation_id(method, path));
            let refused = if of_a_dialect(operation) { &refused_elsewhere } else { &refused };
            operation.responses.responses.insert("default".to_owned(), RefOr::T(refused.clone()));
            if method != "get" && takes_key(path, operation) {
                operation.parameters.get_or_insert_default().push(RefOr::T(key.clone()));
            }
        }
    }
    document
}

/// Each dialect has its tag, and its own way to refuse.
fn of_a_dialect(operation: &Operation) -> bool {
    let dialects = ["telehealth", "marketplace", "counselling", "clinic", "practice"];
    operation.tags.iter().flatten().any(|tag| dialects.contains(&tag.as_str()))
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
