//! The web UI, embedded in the program.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

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
use flate2::Compression;
use flate2::write::GzEncoder;
use openvisit_providers::Sources;
use rust_embed::Embed;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use super::security::{PERMISSIONS_POLICY, page_policy, permissions};
use crate::app::App;

#[derive(Embed)]
#[folder = "../../web/build"]
struct Files;

/// The page behind every address that is not a file: the UI finds its way by itself.
const SHELL: &str = "200.html";
/// Where calls are held: what media providers need from elsewhere, these pages may load.
const CALL_PAGES: &str = "/join/";
/// Files whose names hold a hash of what is in them.
const IMMUTABLE: &str = "_app/immutable/";
/// Where programs ask; a page would be no answer there.
const NOT_PAGES: &[&str] = &["/api/", "/socket.io/", "/_app/", "/telehealth/", "/video/"];

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
    /// Compressed when a browser first asks; `None` where that is no gain.
    gzip: OnceLock<Option<Bytes>>,
    kind: String,
    etag: String,
}

/// Whatever no route answers: a file, or the shell of the UI.
pub(super) async fn fallback(State(app): State<App>, request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    let read = matches!(*method, Method::GET | Method::HEAD);
    let sources = if path.starts_with(CALL_PAGES) { app.providers.sources() } else { Sources::default() };
    if let Some((name, file)) = PAGES.find(path).filter(|_| read) {
        return file.answer(name, &app, request.headers(), &sources);
    }
    if NOT_PAGES.iter().any(|prefix| path.starts_with(prefix)) || path == "/api" {
        return Problem::NotFound.into_response();
    }
    if !read {
        return Problem::MethodNotAllowed.into_response();
    }
    match PAGES.files.get_key_value(SHELL) {
        Some((name, file)) => file.answer(name, &app, request.headers(), &sources),
        None => {
            File::new(NOT_BUILT.as_bytes().into(), SHELL).answer(SHELL, &app, request.headers(), &sources)
        }
    }
}

impl Pages {
    fn embedded() -> Self {
        let files: HashMap<String, File> = Files::iter()
            .filter_map(|name| {
                let bytes = match Files::get(&name)?.data {
                    Cow::Borrowed(bytes) => Bytes::from_static(bytes),
                    Cow::Owned(bytes) => Bytes::from(bytes),
                };
                Some((name.to_string(), File::new(bytes, &name)))
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

impl File {
    fn new(bytes: Bytes, name: &str) -> Self {
        let kind = mime_guess::from_path(name).first_or_octet_stream();
        let kind = if kind.type_() == "text" { format!("{kind}; charset=utf-8") } else { kind.to_string() };
        // Weak: it is the same for the compressed file.
        let etag = format!("W/\"{}\"", &STANDARD.encode(Sha256::digest(&bytes))[..22]);
        Self { bytes, gzip: OnceLock::new(), kind, etag }
    }

    fn answer(&self, name: &str, app: &App, request: &HeaderMap, sources: &Sources) -> Response {
        let cached =
            if name.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
        let mut response = if has(request, IF_NONE_MATCH, &self.etag) {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            match self.gzip().filter(|_| has(request, ACCEPT_ENCODING, "gzip")) {
                Some(gzip) => ([(CONTENT_ENCODING, "gzip")], Body::from(gzip.clone())).into_response(),
                None => Body::from(self.bytes.clone()).into_response(),
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

    fn gzip(&self) -> Option<&Bytes> {
        let compressed = self.gzip.get_or_init(|| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&self.bytes).ok()?;
            let compressed = encoder.finish().ok()?;
            (compressed.len() < self.bytes.len() * 9 / 10).then(|| compressed.into())
        });
        compressed.as_ref()
    }
}

fn has(request: &HeaderMap, header: HeaderName, value: &str) -> bool {
    let texts = request.get_all(header).into_iter().filter_map(|text| text.to_str().ok());
    texts
        .flat_map(|text| text.split(','))
        .any(|part| part.split(';').next().is_some_and(|p| p.trim() == value))
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
    use super::*;

    #[test]
    fn inline_scripts_are_found_and_others_are_not() {
        let page = b"<script src=\"a.js\"></script><script type=\"module\">alert(1)</script><script>";
        assert_eq!(inline_scripts(page), ["bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI="]);
    }
}
