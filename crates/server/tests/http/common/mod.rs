//! A server for one test, and people who talk to it.
//!
//! ```ignore
//! let server = Server::start().await;
//! let doctor = server.practitioner("Dr. A").await;
//! let appointment = doctor.post("/appointments", json!({ … })).await.expect(201);
//! server.advance(SignedDuration::from_mins(5));
//! ```
//!
//! A test whose server wrote an ERROR into the log fails, unless it said [`Server::expect_error`].

pub mod browser;
mod listener;
mod log;
mod party;

use std::iter;
use std::net::{SocketAddr, TcpListener};

use axum_server::Handle;
use jiff::{SignedDuration, Timestamp};
use openvisit::dialects::NAMES;
use openvisit::realtime::NAMESPACE;
use openvisit::run::{self, Running};
use openvisit::serve::{Doors, serve};
use openvisit_app::App;
use openvisit_app::clock::Clock;
use openvisit_app::settings::{Sources, load};
use openvisit_core::ids::PersonId;
use openvisit_core::person::{Identity, LOCAL_ISSUER, Person, Role};
use reqwest::Method;
use serde_json::{Value, json};
use tempfile::TempDir;

pub use listener::Listener;
use log::Log;
pub use party::{Party, Reply, send};

/// When every test begins: a Monday morning.
pub const MORNING: Timestamp = Timestamp::constant(1_893_834_000, 0);

pub struct Server {
    pub app: App,
    pub running: Running,
    pub address: SocketAddr,
    http: reqwest::Client,
    handle: Handle<SocketAddr>,
    log: Log,
    folder: TempDir,
}

impl Server {
    pub async fn start() -> Self {
        Self::with("").await
    }

    /// A server with these lines in its settings file.
    pub async fn with(toml: &str) -> Self {
        openvisit_app::crypto::choose_provider();
        let log = Log::start();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("openvisit.toml"), toml).unwrap();
        let (running, address, handle) = open(&folder, Clock::fake(MORNING)).await;
        let app = running.server.app.clone();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { app, running, address, http, handle, log, folder }
    }

    /// Stops for good.
    pub async fn stop(&self) {
        self.app.stopping.cancel();
        self.handle.shutdown();
        self.running.server.sfu.stop().await;
        self.app.store.close().await;
    }

    /// Stops, and begins anew with what is in the data folder, at another address.
    pub async fn restart(&mut self) {
        self.stop().await;
        (self.running, self.address, self.handle) = open(&self.folder, self.app.clock.clone()).await;
        self.app = self.running.server.app.clone();
    }

    /// Another node on the same database, with the same secrets and the same clock.
    pub async fn another_node(&self) -> Node {
        let (running, address, handle) = open(&self.folder, self.app.clock.clone()).await;
        Node { address, app: running.server.app.clone(), running, handle }
    }

    /// Why another one on the same database does not start that has these settings besides.
    pub async fn refused_node(&self, toml: &str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let mut settings = settings(&self.folder, listener.local_addr().unwrap());
        let file = self.folder.path().join("other.toml");
        let ours = std::fs::read_to_string(self.folder.path().join("openvisit.toml")).unwrap();
        std::fs::write(&file, format!("{toml}\n{ours}")).unwrap();
        settings.file = Some(file);
        let settings = load(&settings).unwrap().settings;
        let refused =
            run::open(settings, self.app.clock.clone()).await.err().expect("a node that is refused");
        format!("{refused:#}")
    }

    pub async fn practitioner(&self, name: &str) -> Party {
        self.person(name, &[Role::Practitioner]).await
    }

    pub async fn client(&self, name: &str) -> Party {
        self.person(name, &[Role::Client]).await
    }

    pub async fn assistant(&self, name: &str) -> Party {
        self.person(name, &[Role::Assistant]).await
    }

    pub async fn admin(&self) -> Party {
        self.person("Administrator", &[Role::Admin]).await
    }

    /// Somebody who has an account and is signed in. No password: hashing takes its time.
    pub async fn person(&self, name: &str, roles: &[Role]) -> Party {
        let id = PersonId::new(self.app.seed());
        let person = Person {
            id,
            identity: Identity { issuer: LOCAL_ISSUER.to_owned(), subject: id.to_string() },
            email: None,
            phone: None,
            name: name.to_owned(),
            roles: roles.to_vec(),
            organization_id: None,
            timezone: None,
            locale: None,
            disabled: false,
            signed_out_at: None,
            practitioner: roles.contains(&Role::Practitioner).then(Default::default),
            created_by: None,
            created_at: self.now(),
        };
        let mut tx = self.app.store.begin().await.unwrap();
        tx.insert_person(&person).await.unwrap();
        tx.commit().await.unwrap();
        self.sign_in(id)
    }

    /// Somebody who has an account already.
    pub fn sign_in(&self, id: PersonId) -> Party {
        // Good for as long as a test may turn the clock.
        let life = SignedDuration::from_hours(24 * 400);
        let token = self.app.tokens.access(id, self.now(), life).unwrap().token;
        let mut party = self.bearer(token);
        party.id = Some(id);
        party
    }

    /// Somebody without an account who has opened a link into a session, made by `host`.
    pub async fn invited(&self, host: &Party, session: &str, role: &str) -> Party {
        let seen = host.get(&format!("/sessions/{session}")).await.expect(200);
        let path = format!("/appointments/{}/invitations", seen["appointment_id"].as_str().unwrap());
        let link = host.post(&path, json!({ "role": role })).await.expect(201);
        let secret = link["url"].as_str().unwrap().rsplit('#').next().unwrap();
        let opened =
            self.anonymous().post("/invitations/redeem", json!({ "token": secret })).await.expect(200);
        self.bearer(opened["access_token"].as_str().unwrap())
    }

    /// Somebody without a token.
    pub fn anonymous(&self) -> Party {
        Party::new(self.http.clone(), self.address, None)
    }

    /// Whoever has this token.
    pub fn bearer(&self, token: impl Into<String>) -> Party {
        Party::new(self.http.clone(), self.address, Some(token.into()))
    }

    /// What is described: the canonical API first, then each dialect.
    pub async fn descriptions(&self) -> Vec<Value> {
        let mut descriptions = vec![];
        for path in
            iter::once("/openapi.json".to_owned()).chain(NAMES.map(|name| format!("/openapi/{name}.json")))
        {
            descriptions.push(send(self.anonymous().raw(Method::GET, &path)).await.expect(200));
        }
        descriptions
    }

    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    pub fn advance(&self, by: SignedDuration) {
        self.app.clock.advance(by);
    }

    /// Everything logged so far.
    pub fn log(&self) -> String {
        self.log.text()
    }

    /// Whether a word was logged. Digits alone are part of many ports, times and durations.
    pub fn logged_word(&self, word: &str) -> bool {
        self.log().split(|c: char| !c.is_ascii_alphanumeric()).any(|it| it == word)
    }

    /// This test provokes an ERROR that holds `part`.
    pub fn expect_error(&self, part: &'static str) {
        self.log.expect(part);
    }
}

async fn open(folder: &TempDir, clock: Clock) -> (Running, SocketAddr, Handle<SocketAddr>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let settings = load(&settings(folder, address)).unwrap().settings;
    openvisit_app::crypto::choose_provider();
    let doors = Doors::open(&settings, listener).await.unwrap();
    let running = run::open(settings, clock).await.unwrap();
    let handle = Handle::new();
    let serving = tokio::spawn(serve(running.clone(), doors, handle.clone()));
    tokio::select! {
        at = handle.listening() => assert!(at.is_some()),
        ended = serving => panic!("the server does not listen: {ended:?}"),
    }
    (running, address, handle)
}

fn settings(folder: &TempDir, address: SocketAddr) -> Sources {
    let flags = [
        ("data_dir", folder.path().join("data").display().to_string()),
        ("listen", address.to_string()),
        ("media.port", "0".to_owned()),
        ("media.workers", "1".to_owned()),
    ];
    let file = folder.path().join("openvisit.toml");
    Sources { file: Some(file), environment: vec![], flags: flags.to_vec() }
}

/// A second server; it goes with the test.
pub struct Node {
    pub address: SocketAddr,
    pub app: App,
    pub running: Running,
    handle: Handle<SocketAddr>,
}

/// What listens to sockets holds them, and with them all that a server has: connections to the database, too.
fn let_go(running: &Running) {
    running.sockets.delete_ns(NAMESPACE);
}

impl Drop for Node {
    fn drop(&mut self) {
        self.app.stopping.cancel();
        self.handle.shutdown();
        let_go(&self.running);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.app.stopping.cancel();
        self.handle.shutdown();
        let_go(&self.running);
        if !std::thread::panicking() {
            self.log.check();
        }
    }
}
