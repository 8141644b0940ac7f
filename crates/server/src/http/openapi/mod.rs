//! The API's description, and the pages that show it.

mod complete;
pub mod problems;

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Contact, OpenApi, Server as Address};
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::state::Server;
pub use complete::complete;

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
    problems::add_to(components);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("bearer", bearer);
    // The token that `join` gives for one participant's media.
    let media = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("media", media);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
    // Wherever the document came from.
    document.servers = Some(vec![Address::new("/")]);
    document.info.contact = Some(Contact::builder().name(Some("Whoever runs this server")).build());
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
