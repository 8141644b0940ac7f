//! A whole server, asked over HTTP.

use std::iter;
use std::net::TcpListener;
use std::sync::LazyLock;

use axum_server::Handle;
use openvisit::dialects::NAMES;
use openvisit::run;
use openvisit_app::clock::Clock;
use openvisit_app::settings::{Sources, load};
use openvisit_core::ids::PersonId;
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};
use reqwest::{Client, Method};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

struct Server {
    runtime: Runtime,
    http: Client,
    url: String,
    /// Of a practitioner.
    token: String,
    /// Those that take a JSON body, and those that take a cursor.
    routes: Vec<(Method, String)>,
    _folder: TempDir,
}

static SERVER: LazyLock<Server> = LazyLock::new(Server::start);

impl Server {
    fn start() -> Self {
        openvisit_app::crypto::choose_provider();
        let runtime = Runtime::new().expect("threads");
        let folder = tempfile::tempdir().expect("a folder");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let flags = vec![
            ("data_dir", folder.path().display().to_string()),
            ("media.port", "0".to_owned()),
            ("media.workers", "1".to_owned()),
            ("writes_per_minute", "0".to_owned()),
        ];
        let settings = load(&Sources { file: None, environment: vec![], flags }).expect("settings").settings;
        let (http, token, routes) = runtime.block_on(async {
            let running = run::open(settings, Clock::system()).await.expect("a server");
            let token = practitioner(&running).await;
            tokio::spawn(openvisit::serve::serve(running, listener, Handle::new()));
            let http = Client::builder().no_proxy().build().expect("a client");
            let mut all = vec![];
            for path in iter::once("/openapi.json".to_owned())
                .chain(NAMES.map(|name| format!("/openapi/{name}.json")))
            {
                let document = http.get(format!("{url}{path}")).send().await.expect("an answer");
                let document =
                    serde_json::from_slice(&document.bytes().await.expect("a body")).expect("JSON");
                all.extend(routes(&document));
            }
            (http, token, all)
        });
        Self { runtime, http, url, token, routes, _folder: folder }
    }

    fn ask(&self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> String {
        self.runtime.block_on(async {
            let ask = self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
            let answer = ask.header("content-type", kind).body(body).send().await.expect("an answer");
            let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
            assert!(!status.is_server_error(), "{path}: {status}: {text}");
            text
        })
    }
}

async fn practitioner(running: &run::Running) -> String {
    let app = &running.server.app;
    let id = PersonId::new(app.seed());
    let person = Person {
        id,
        identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
        email: None,
        phone: None,
        name: "Dr. A".to_owned(),
        roles: vec![Role::Practitioner],
        organization_id: None,
        timezone: None,
        locale: None,
        disabled: false,
        practitioner: Some(Default::default()),
        created_by: None,
        created_at: app.clock.now(),
    };
    let mut tx = app.store.begin().await.expect("a database");
    tx.insert_person(&person).await.expect("a person");
    tx.commit().await.expect("a database");
    let life = jiff::SignedDuration::from_hours(24);
    app.tokens.access(id, app.clock.now(), life).expect("a token").token
}

fn routes(document: &Value) -> Vec<(Method, String)> {
    let mut routes = vec![];
    for (path, operations) in document["paths"].as_object().into_iter().flatten() {
        // Passwords take their time.
        if path.contains("/auth/") || path.ends_with("/me/password") {
            continue;
        }
        let parts = path.split('/').map(|part| match part.strip_prefix('{') {
            Some(_) => "01890000-0000-7000-8000-000000000000",
            None => part,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        for (method, operation) in operations.as_object().into_iter().flatten() {
            let takes_body = operation["requestBody"]["content"]["application/json"].is_object();
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            let takes_cursor = parameters.any(|parameter| parameter["name"] == "cursor");
            if let Ok(method) = method.to_uppercase().parse()
                && (takes_body || takes_cursor)
            {
                routes.push((method, path.clone()));
            }
        }
    }
    routes
}

/// Bodies and cursors of all contracts: the first two bytes choose the route.
pub fn requests(bytes: &[u8]) {
    let Some((route, input)) = bytes.split_first_chunk::<2>() else { return };
    let server = &*SERVER;
    let (method, path) = &server.routes[usize::from(u16::from_be_bytes(*route)) % server.routes.len()];
    if *method == Method::GET {
        let cursor: String = input.iter().map(|byte| format!("%{byte:02x}")).collect();
        server.ask(method.clone(), &format!("{path}?cursor={cursor}"), "text/plain", vec![]);
    } else {
        server.ask(method.clone(), path, "application/json", input.to_vec());
    }
}

/// Packets of a socket, from its handshake on.
pub fn sockets(bytes: &[u8]) {
    let server = &*SERVER;
    let path = "/socket.io/?EIO=4&transport=polling";
    let opened = server.ask(Method::GET, path, "text/plain", vec![]);
    let Some(Ok(Value::Object(handshake))) = opened.strip_prefix('0').map(serde_json::from_str) else {
        panic!("no handshake: {opened}")
    };
    let path = format!("{path}&sid={}", handshake["sid"].as_str().unwrap_or_default());
    for namespace in ["/v1,", ""] {
        let connect = format!("40{namespace}{{\"token\":\"{}\"}}", server.token);
        server.ask(Method::POST, &path, "text/plain", connect.into_bytes());
    }
    server.ask(Method::POST, &path, "text/plain", bytes.to_vec());
    server.ask(Method::POST, &path, "text/plain", b"1".to_vec());
}
