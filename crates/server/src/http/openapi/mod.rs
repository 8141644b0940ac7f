//! The descriptions of the canonical API and of each dialect, and the pages that show them.

mod complete;
mod problems;

use std::sync::{Arc, LazyLock, OnceLock};

use axum::Router;
use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use utoipa::OpenApi as _;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Contact, OpenApi, Server as Address};
use utoipa_swagger_ui::{Config, SwaggerUi, Url};

use crate::dialects::NAMES;
use crate::state::Server;
use complete::complete;

/// Where the canonical API's description is.
const PATH: &str = "/openapi.json";
/// Where those of the dialects are: `/openapi/clinic.json`.
pub const DIALECTS: &str = "/openapi/";
static PATHS: LazyLock<[String; 5]> = LazyLock::new(|| NAMES.map(|name| format!("{DIALECTS}{name}.json")));

/// The description of one API: the canonical one, or a dialect's.
pub struct Description {
    /// The dialect's name.
    dialect: Option<&'static str>,
    pub document: OpenApi,
    /// Put together when somebody first asks for it.
    json: OnceLock<Bytes>,
}

impl Description {
    #[must_use]
    pub fn new(dialect: Option<&'static str>, document: OpenApi) -> Self {
        Self { dialect, document, json: OnceLock::new() }
    }

    #[must_use]
    pub fn is_of(&self, dialect: Option<&str>) -> bool {
        self.dialect == dialect
    }

    /// All of it, to be read by people, too.
    ///
    /// # Errors
    /// Never in practice: it is made of strings.
    pub fn text(&self) -> serde_json::Result<String> {
        complete(self.document.clone(), self.dialect).to_pretty_json()
    }

    fn path(&self) -> &'static str {
        let place = NAMES.iter().position(|name| self.dialect == Some(name));
        place.map_or(PATH, |place| &PATHS[place])
    }

    fn json(&self) -> Bytes {
        let make = || complete(self.document.clone(), self.dialect).to_json().unwrap_or_default().into();
        self.json.get_or_init(make).clone()
    }
}

/// Title and security; the routes come from the routers.
#[derive(utoipa::OpenApi)]
#[openapi(info(
    title = "OpenVisit",
    description = "One-to-one video consultations: appointments, waiting room, call, outcome. Errors are RFC 9457 \
                   problem documents with a stable `code`, all of which `/docs/problems` explains. Instants are RFC 3339 \
                   in UTC.",
))]
struct Base;

fn base() -> OpenApi {
    let mut document = Base::openapi();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    document.components.get_or_insert_default().add_security_scheme("bearer", bearer);
    document.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>("bearer", [])]);
    // Wherever the document came from.
    document.servers = Some(vec![Address::new("/")]);
    document.info.contact = Some(Contact::builder().name(Some("Whoever runs this server")).build());
    document
}

/// What the canonical API's routes are added to.
#[must_use]
pub fn canonical() -> OpenApi {
    let mut document = base();
    let components = document.components.get_or_insert_default();
    problems::add_to(components);
    // Dialects take no keys.
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.description = Some(
        "A person's token, of this server or of an issuer of the settings; or a program's API key, which opens the \
         operations whose `x-scope` it has."
            .to_owned(),
    );
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    // The token that `join` gives for one participant's media.
    let media = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("media", media);
    document
}

/// What a dialect's routes are added to; they are below each of its prefixes, too.
#[must_use]
pub fn of_dialect(name: &str, prefixes: &[String]) -> OpenApi {
    let mut document = base();
    document.info.title = format!("OpenVisit: the {name} dialect");
    document.info.description = Some(format!(
        "The contract of the {name} application: its paths, words and refusals. The same sessions are seen by the canonical \
         API, which is described at `{PATH}`. New programs use that one."
    ));
    document.servers.get_or_insert_default().extend(prefixes.iter().map(Address::new));
    document
}

/// The documents, and the pages that show them.
pub fn routes(descriptions: Vec<Description>) -> Router<Server> {
    let urls = descriptions.iter().map(|it| Url::new(it.dialect.unwrap_or("the API"), it.path()));
    let docs = SwaggerUi::new("/docs").config(Config::new(urls));
    descriptions.into_iter().fold(Router::new().merge(docs), |router, description| {
        let (path, description) = (description.path(), Arc::new(description));
        let answer = async move || ([(CONTENT_TYPE, "application/json")], description.json());
        router.route(path, get(answer))
    })
}
