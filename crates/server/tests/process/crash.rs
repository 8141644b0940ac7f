//! The program is killed in the worst moments. Whoever is told of events hears of every one; what is told
//! twice has the same id.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use openvisit_testkit::broker::{self, Consumer};
use openvisit_testkit::proxy::{Proxy, ProxyState};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::running::{Running, eventually, openvisit, post};

const ROUNDS: usize = 50;
const PATIENCE: Duration = Duration::from_secs(20);
const COMPLETED: &[&str] = &["appointment.consultation.completed"];
const WITHDRAWN: &[&str] = &["request.created", "request.withdrawn"];

/// A session's id, or a request's; an event of it: its place there, and its id.
type Heard = (String, String, String);

/// A data folder that outlives its servers, and those who are told of what happens there.
struct World {
    folder: TempDir,
    server: Running,
    /// Before the broker, and before the webhook's receiver.
    networks: [Proxy; 2],
    consumer: Consumer,
    at_consumer: Vec<Heard>,
    at_receiver: Arc<Mutex<Vec<Heard>>>,
    doctor: String,
    /// Who has an account.
    patient: String,
    client: Value,
    /// What both hear of.
    types: &'static [&'static str],
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_commit_and_publish() {
    let mut world = World::new(COMPLETED).await;
    let mut sessions = vec![];
    for _ in 0..ROUNDS {
        let session = world.consultation(ProxyState::StalledUp).await;
        assert_eq!(world.heard(&session), (0, 0), "it was told too early");
        world.kill_and_start().await;
        sessions.push(session);
    }
    world.every_one_is_heard(&sessions, 1).await;
    assert!(world.server.stop());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_publish_and_marking() {
    let mut world = World::new(COMPLETED).await;
    let mut sessions = vec![];
    for _ in 0..ROUNDS {
        let session = world.consultation(ProxyState::StalledDown).await;
        world.until(|world| world.heard(&session) == (1, 1)).await;
        world.kill_and_start().await;
        // Nobody knew that it had been told.
        world.until(|world| world.heard(&session) >= (2, 2)).await;
        // Else the next round's line holds this one's confirm back, and all that comes after it.
        world.until_marked().await;
        sessions.push(session);
    }
    world.every_one_is_heard(&sessions, 2).await;
    assert!(world.server.stop());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_a_request_is_told() {
    let mut world = World::new(WITHDRAWN).await;
    let mut requests = vec![];
    for round in 0..ROUNDS / 5 {
        world.set(ProxyState::StalledUp).await;
        let request = world.ask().await;
        // In every other round it is withdrawn only afterwards.
        let at_once = round % 2 == 0;
        if at_once {
            world.withdraw(&request).await;
        }
        assert_eq!(world.heard(&request), (0, 0), "it was told too early");
        world.kill_and_start().await;
        if !at_once {
            world.withdraw(&request).await;
        }
        requests.push(request);
    }
    world.every_one_is_heard(&requests, 1).await;
    assert!(world.server.stop());
}

impl World {
    async fn new(types: &'static [&'static str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at_receiver = Arc::new(Mutex::new(vec![]));
        let receiver = receive(at_receiver.clone()).await;
        let networks = [Proxy::before(broker::address()).await, Proxy::before(receiver).await];
        let (url, exchange) = (broker::url(), broker::exchange());
        let url = url.replace(&broker::address(), &networks[0].address.to_string());
        let settings = format!(
            "amqp_url = '{url}'\namqp_exchange = '{exchange}'\namqp_events = {types:?}\n\
             webhook_allowed_networks = ['127.0.0.0/8']\n"
        );
        std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
        let consumer = Consumer::new().await;
        for name in types {
            consumer.bind(&exchange, name).await;
        }

        add_administrator(folder.path());
        let server = Running::start(folder.path());
        let admin = login(&server.url, "admin@example.org").await;
        for (name, role) in [("doctor", "practitioner"), ("patient", "client")] {
            let account = json!({
                "email": format!("{name}@example.org"), "name": "D", "roles": [role], "password": "correct horse",
            });
            ask(&server.url, "/users", &admin, account).await;
        }
        let hook = format!("http://{}/hook", networks[1].address);
        ask(&server.url, "/webhooks", &admin, json!({ "url": hook, "events": types })).await;
        let doctor = login(&server.url, "doctor@example.org").await;
        let patient = login(&server.url, "patient@example.org").await;
        let client = ask(&server.url, "/clients", &doctor, json!({ "name": "C" })).await["id"].clone();
        let at_consumer = vec![];
        let world = Self {
            folder,
            server,
            networks,
            consumer,
            at_consumer,
            at_receiver,
            doctor,
            patient,
            client,
            types,
        };
        world.until_ready().await;
        world
    }

    /// A whole consultation, from booking to end, while nothing gets through; its session's id.
    async fn consultation(&self, line: ProxyState) -> String {
        self.set(line).await;
        let url = &self.server.url;
        let booking = json!({
            "client_id": self.client, "starts_at": jiff::Timestamp::now(), "duration_minutes": 30, "passcode": false,
        });
        let session = ask(url, "/appointments", &self.doctor, booking).await["session_id"].clone();
        let session = session.as_str().unwrap();
        ask(url, &format!("/sessions/{session}/start"), &self.doctor, json!({})).await;
        let ended = ask(url, &format!("/sessions/{session}/end"), &self.doctor, json!({})).await;
        assert_eq!(ended["status"], "completed");
        session.to_owned()
    }

    /// A request of the patient's; its id.
    async fn ask(&self) -> String {
        let wish = json!({ "kind": "video", "concern": "a cough" });
        ask(&self.server.url, "/requests", &self.patient, wish).await["id"].as_str().unwrap().to_owned()
    }

    async fn withdraw(&self, request: &str) {
        ask(&self.server.url, &format!("/requests/{request}/cancel"), &self.patient, json!({})).await;
    }

    /// Kills the server; what was held on its way is lost. Then starts it again.
    async fn kill_and_start(&mut self) {
        self.server.child.kill().unwrap();
        self.server.child.wait().unwrap();
        self.set(ProxyState::Cut).await;
        self.set(ProxyState::Open).await;
        self.server = Running::start(self.folder.path());
        self.until_ready().await;
    }

    async fn set(&self, line: ProxyState) {
        for network in &self.networks {
            network.set(line).await;
        }
    }

    async fn until_ready(&self) {
        let (client, url) = self.asking("ready?full=1");
        let ready = async || client.get(&url).send().await.unwrap().status() == 200;
        eventually(PATIENCE, "the server is ready", ready).await;
    }

    /// Waits until this server knows that it has told both.
    async fn until_marked(&self) {
        let (client, url) = self.asking("metrics");
        let marked = async || {
            let counts = client.get(&url).send().await.unwrap().text().await.unwrap();
            let of = |target| counts.contains(&format!("{target}_deliveries_total{{outcome=\"delivered\"}}"));
            of("broker") && of("webhook")
        };
        eventually(PATIENCE, "what was told is marked", marked).await;
    }

    fn asking(&self, path: &str) -> (reqwest::Client, String) {
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        (client, format!("{}/{path}", self.server.url))
    }

    /// How often the consumer and the receiver were told of a session, or of a request.
    fn heard(&mut self, session: &str) -> (usize, usize) {
        self.at_consumer.extend(self.consumer.waiting().iter().map(|message| heard(&message.event)));
        let count = |all: &[Heard]| all.iter().filter(|(of, ..)| of == session).count();
        (count(&self.at_consumer), count(&self.at_receiver.lock().unwrap()))
    }

    async fn until(&mut self, done: impl Fn(&mut Self) -> bool) {
        eventually(PATIENCE, "both are told", async || done(self)).await;
    }

    /// Waits until both know of all sessions, and looks at what they heard.
    async fn every_one_is_heard(&mut self, sessions: &[String], times: usize) {
        let of_each = times * self.types.len();
        let all = |world: &mut Self| {
            sessions.iter().all(|session| {
                let (consumer, receiver) = world.heard(session);
                consumer.min(receiver) >= of_each
            })
        };
        self.until(all).await;
        let at_receiver = self.at_receiver.lock().unwrap().clone();
        for told in [&self.at_consumer, &at_receiver] {
            let ids: HashSet<_> = told.iter().collect();
            let expected = sessions.len() * self.types.len();
            assert_eq!(ids.len(), expected, "a repeat has the same id, and nothing else was told");
            assert!(in_order(told), "{told:?}");
        }
        assert_eq!(
            self.at_consumer.iter().collect::<HashSet<_>>(),
            at_receiver.iter().collect::<HashSet<_>>(),
            "both know the events by the same ids"
        );
    }
}

fn heard(event: &Value) -> Heard {
    let text = |name: &str| event[name].as_str().unwrap().to_owned();
    (text("subject"), text("sequence"), text("id"))
}

/// Whether each was first heard of in its place.
fn in_order(told: &[Heard]) -> bool {
    let mut latest: HashMap<&str, &str> = HashMap::new();
    let mut seen = HashSet::new();
    told.iter()
        .filter(|one| seen.insert(*one))
        .all(|(of, sequence, _)| latest.insert(of, sequence).is_none_or(|before| before < sequence.as_str()))
}

/// A webhook's receiver that takes everything; its host and port.
async fn receive(all: Arc<Mutex<Vec<Heard>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().fallback(move |body: String| async move {
        all.lock().unwrap().push(heard(&serde_json::from_str(&body).unwrap()));
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

pub fn add_administrator(folder: &Path) {
    let arguments =
        ["user", "add", "--email", "admin@example.org", "--name", "A", "--role", "admin", "--password-stdin"];
    let mut child = openvisit(folder).args(arguments).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"correct horse").unwrap();
    assert!(child.wait().unwrap().success());
}

pub async fn login(url: &str, email: &str) -> String {
    let answer = ask(url, "/auth/login", "", json!({ "email": email, "password": "correct horse" })).await;
    answer["access_token"].as_str().unwrap().to_owned()
}

async fn ask(url: &str, path: &str, token: &str, body: Value) -> Value {
    let (status, answer) = post(url, path, token, body).await;
    assert!(matches!(status, 200 | 201), "{path}: {status}: {answer}");
    answer
}
