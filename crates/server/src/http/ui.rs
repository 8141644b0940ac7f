//! The web UI, embedded in the program.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, VARY,
};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openvisit_providers::Sources;
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use super::security::{PERMISSIONS_POLICY, page_policy, permissions};
use openvisit_app::App;
use openvisit_app::Error;
use openvisit_app::settings::Dialects;

#[derive(Embed)]
#[folder = "../../web/build"]
struct Files;

/// The page behind every address that is not a file: the UI finds its way by itself.
const SHELL: &str = "200.html";
/// Where calls are held: what media providers need from elsewhere, these pages may load.
const CALL_PAGES: &str = "/join/";
/// What blurs the background behind a person is compiled in their browser; call pages alone have it.
const COMPILED: &str = "'wasm-unsafe-eval'";
/// Files whose names hold a hash of what is in them.
const IMMUTABLE: &str = "_app/immutable/";
/// How the build has compressed files, best first: the encoding's name and what it appends to a file's.
const ENCODINGS: &[(&str, &str)] = &[("br", ".br"), ("gzip", ".gz")];
/// Where programs ask, also below the prefixes of dialects; a page would be no answer there.
const NOT_PAGES: &[&str] = &["/api/", "/socket.io/", "/_app/", "/telehealth/", "/openapi/"];

/// The addresses of the UI's pages, as its routes have them; `*` is one part, whatever it is.
const ROUTES: &[&str] = &[
    "/",
    "/admin/organizations",
    "/admin/programs",
    "/admin/programs/*",
    "/admin/programs/new",
    "/admin/support",
    "/admin/system",
    "/admin/usage",
    "/admin/users",
    "/admin/users/*",
    "/admin/users/new",
    "/admin/webhooks",
    "/admin/webhooks/*",
    "/admin/webhooks/new",
    "/appointments",
    "/arrivals",
    "/calendar",
    "/clients",
    "/clients/*",
    "/customer/dashboard",
    "/forgot",
    "/how-it-works",
    "/intake",
    "/invite",
    "/join/*",
    "/overview",
    "/password",
    "/reports",
    "/requests",
    "/sessions",
    "/sessions/*",
    "/settings",
    "/test",
    "/today",
];

/// Where pages are, and where programs ask.
#[cfg(test)]
pub(crate) fn own_paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().chain(NOT_PAGES).copied()
}

/// As the build makes it.
const PLAIN_TITLE: &str = "<title>OpenVisit</title>";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>OpenVisit</title>\
    <h1>OpenVisit is running, without its pages</h1>\
    <p>They were not built when the program was. Run <code>make build</code> and start it again. \
    The API is described at <a href=\"/docs\">/docs</a>.</p></html>";

/// The files, read when the first page is asked for.
static PAGES: LazyLock<Pages> = LazyLock::new(Pages::embedded);

struct Pages {
    files: HashMap<String, File>,
    /// The hashes of the inline scripts of all pages: the bootstrap, mostly.
    scripts: Vec<String>,
}

struct File {
    bytes: Bytes,
    /// The same, smaller, under the names of encodings; the best first.
    compressed: Vec<(&'static str, Bytes)>,
    kind: String,
    etag: String,
}

/// Whatever no route answers: a file, or the shell of the UI.
pub async fn fallback(State(app): State<App>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let read = matches!(*method, Method::GET | Method::HEAD);
    let sources = if path.starts_with(CALL_PAGES) { of_calls(&app) } else { Sources::default() };
    if let Some((name, file)) = PAGES.find(path).filter(|_| read) {
        return file.answer(name, &app, request.headers(), &sources);
    }
    if is_for_programs(path, &app.settings.dialects) {
        return Problem::from(Error::NotFound).into_response();
    }
    if !read {
        return Problem::MethodNotAllowed.into_response();
    }
    let mut answer = match PAGES.files.get_key_value(SHELL) {
        Some((name, file)) => file.answer(name, &app, request.headers(), &sources),
        None => {
            File::new(NOT_BUILT.as_bytes().into(), SHELL).answer(SHELL, &app, request.headers(), &sources)
        }
    };
    if !is_page(path) && answer.status() == StatusCode::OK {
        // People are told by the page, everybody else by the status.
        *answer.status_mut() = StatusCode::NOT_FOUND;
    }
    answer
}

/// Whether the UI has a page there.
fn is_page(path: &str) -> bool {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let fits = |page: &str| {
        let (mut parts, mut asked) = (page.split('/'), path.split('/'));
        loop {
            match (parts.next(), asked.next()) {
                (None, None) => return true,
                (Some("*"), Some(part)) if !part.is_empty() => {}
                (Some(name), Some(part)) if name == part => {}
                _ => return false,
            }
        }
    };
    ROUTES.iter().any(|page| fits(page))
}

fn is_for_programs(path: &str, dialects: &Dialects) -> bool {
    let is_one = |path: &str| NOT_PAGES.iter().any(|prefix| path.starts_with(prefix));
    let prefixes = dialects.all().into_iter().filter(|it| it.enabled).flat_map(|it| &it.prefixes);
    path == "/api" || is_one(path) || prefixes.filter_map(|prefix| path.strip_prefix(prefix)).any(is_one)
}

/// What call pages may load or do besides what all may.
fn of_calls(app: &App) -> Sources {
    let mut sources = app.providers.sources();
    sources.scripts.push(COMPILED.to_owned());
    sources
}

impl Pages {
    fn embedded() -> Self {
        let files: HashMap<String, File> = Files::iter()
            .filter(|name| !ENCODINGS.iter().any(|(_, ending)| name.ends_with(ending)))
            .filter_map(|name| {
                let mut file = File::new(embedded(&name)?, &name);
                let compressed = |(encoding, ending)| Some((encoding, embedded(&format!("{name}{ending}"))?));
                file.compressed = ENCODINGS.iter().copied().filter_map(compressed).collect();
                Some((name.to_string(), file))
            })
            .collect();
        let pages = files.iter().filter(|(name, _)| name.ends_with(".html"));
        let mut scripts: Vec<String> = pages.flat_map(|(_, file)| inline_scripts(&file.bytes)).collect();
        scripts.sort_unstable();
        scripts.dedup();
        Self { files, scripts }
    }

    /// The file at a path; pages without their ending too.
    fn find(&self, path: &str) -> Option<(&str, &File)> {
        let path = path.trim_start_matches('/');
        let name = if path.is_empty() { Cow::Borrowed("index.html") } else { Cow::Borrowed(path) };
        let found =
            self.files.get_key_value(&*name).or_else(|| self.files.get_key_value(&format!("{name}.html")));
        found.map(|(name, file)| (name.as_str(), file))
    }
}

fn embedded(name: &str) -> Option<Bytes> {
    Some(match Files::get(name)?.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    })
}

impl File {
    fn new(bytes: Bytes, name: &str) -> Self {
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
        // Weak: it is the same for the compressed file.
        let etag = format!("W/\"{}\"", &STANDARD.encode(Sha256::digest(&bytes))[..22]);
        Self { bytes, compressed: Vec::new(), kind, etag }
    }

    fn answer(&self, name: &str, app: &App, request: &HeaderMap, sources: &Sources) -> Response {
        match self.titled(name, &app.settings.name) {
            Some(titled) => titled.send(name, app, request, sources),
            None => self.send(name, app, request, sources),
        }
    }

    /// A page under the operator's name, also one that is not there: what a messenger shows of a link, and what is seen
    /// before the page's own program has come. It is small, and compressed like other answers.
    fn titled(&self, name: &str, operator: &str) -> Option<Self> {
        let page = std::str::from_utf8(&self.bytes).ok().filter(|_| name.ends_with(".html"))?;
        let title = format!("<title>{}</title>", operator.replace('&', "&amp;").replace('<', "&lt;"));
        let titled = page.replacen(PLAIN_TITLE, &title, 1);
        (titled != page).then(|| Self::new(titled.into(), name))
    }

    fn send(&self, name: &str, app: &App, request: &HeaderMap, sources: &Sources) -> Response {
        let cached =
            if name.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = if listed(request, IF_NONE_MATCH).any(|etag| etag == self.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match self.smallest(request) {
                (Some(encoding), bytes) => {
                    ([(CONTENT_ENCODING, encoding)], Body::from(bytes)).into_response()
                }
                (None, bytes) => Body::from(bytes).into_response(),
            }
        };
        let mut set = |header: HeaderName, value: &str| {
            if let Ok(value) = value.parse() {
                response.headers_mut().insert(header, value);
            }
        };
        set(CONTENT_TYPE, &self.kind);
        set(CACHE_CONTROL, cached);
        set(ETAG, &self.etag);
        set(VARY, "accept-encoding");
        set(CONTENT_SECURITY_POLICY, &page_policy(&app.settings, request, &PAGES.scripts, sources));
        if !sources.frames.is_empty() {
            response.headers_mut().insert(PERMISSIONS_POLICY, permissions(&sources.frames));
        }
        response
    }

    /// What this browser can read, and how it is compressed.
    fn smallest(&self, request: &HeaderMap) -> (Option<&'static str>, Bytes) {
        match self.compressed.iter().find(|(encoding, _)| accepts(request, encoding)) {
            Some((encoding, bytes)) => (Some(encoding), bytes.clone()),
            None => (None, self.bytes.clone()),
        }
    }
}

/// Whether a browser reads this encoding: it is named, and not with a weight of nothing.
fn accepts(request: &HeaderMap, encoding: &str) -> bool {
    listed(request, ACCEPT_ENCODING).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight != Some(0.0)
    })
}

fn listed(request: &HeaderMap, header: HeaderName) -> impl Iterator<Item = &str> {
    let texts = request.get_all(header).into_iter().filter_map(|text| text.to_str().ok());
    texts.flat_map(|text| text.split(',')).map(str::trim)
}

/// The hashes of a page's scripts that stand in the page itself.
fn inline_scripts(page: &[u8]) -> Vec<String> {
    let page = String::from_utf8_lossy(page);
    let mut hashes = Vec::new();
    for element in page.split("<script").skip(1) {
        let Some((attributes, rest)) = element.split_once('>') else { continue };
        let Some((script, _)) = rest.split_once("</script>") else { continue };
        if !attributes.contains("src=") {
            hashes.push(STANDARD.encode(Sha256::digest(script.as_bytes())));
        }
    }
    hashes
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The addresses of the UI's routes, from the folder that they are in.
    fn routes(folder: &Path, address: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            match name.as_str() {
                "+page.svelte" if address.is_empty() => found.push("/".to_owned()),
                "+page.svelte" => found.push(address.to_owned()),
                _ if !entry.path().is_dir() => {}
                _ if name.starts_with('(') => routes(&entry.path(), address, found),
                _ if name.starts_with('[') => routes(&entry.path(), &format!("{address}/*"), found),
                _ => routes(&entry.path(), &format!("{address}/{name}"), found),
            }
        }
    }

    #[test]
    fn every_page_of_the_ui_is_known_and_nothing_else() {
        let mut found = Vec::new();
        routes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/src/routes"), "", &mut found);
        found.sort_unstable();
        assert_eq!(found, ROUTES);
        for page in ["/", "/today", "/today/", "/join/x", "/admin/users/new", "/admin/users/7"] {
            assert!(is_page(page), "{page}");
        }
        for nothing in ["", "/wp-login.php", "/join", "/join/", "/join/x/y", "/joinery", "/today/x", "/*"] {
            assert!(!is_page(nothing), "{nothing}");
        }
    }

    #[test]
    fn a_browser_gets_the_smallest_that_it_can_read() {
        let mut file = File::new("plain".into(), "a.js");
        file.compressed = vec![("br", "b".into()), ("gzip", "gz".into())];
        let answered = |accepted: &'static str| {
            let request = HeaderMap::from_iter([(ACCEPT_ENCODING, accepted.parse().unwrap())]);
            file.smallest(&request)
        };
        assert_eq!(answered("gzip, deflate, br"), (Some("br"), "b".into()));
        assert_eq!(answered("gzip;q=0.5"), (Some("gzip"), "gz".into()));
        assert_eq!(answered("GZIP, br;q=0"), (Some("gzip"), "gz".into()));
        assert_eq!(answered("identity"), (None, "plain".into()));
    }

    #[test]
    fn a_page_has_the_operators_name_and_a_script_is_left_alone() {
        let page = File::new("<head><title>OpenVisit</title></head>".into(), SHELL);
        let titled = page.titled(SHELL, "Praxis <Nord> & Süd").unwrap();
        assert_eq!(titled.bytes, "<head><title>Praxis &lt;Nord> &amp; Süd</title></head>");
        assert_ne!(titled.etag, page.etag);
        assert!(page.titled(SHELL, "OpenVisit").is_none(), "compressed already");
        assert!(page.titled("a.js", "Praxis").is_none());
    }

    #[test]
    fn inline_scripts_are_found_and_others_are_not() {
        let page = b"<script src=\"a.js\"></script><script type=\"module\">alert(1)</script><script>";
        assert_eq!(inline_scripts(page), ["bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="]);
    }
}
