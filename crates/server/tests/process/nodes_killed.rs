//! One of three nodes is killed again and again, in the middle of booking and ending at all of them: nothing is lost, and
//! nothing is there twice.
//!
//! `NODE_KILLS` nodes are killed, after as many answers as `FAULT_SEED` draws, which is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use axum::Router;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use openvisit_testkit::databases::{self, ask};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::crash;
use crate::nodes::node;
use crate::running::{Running, eventually};

const NODES: usize = 3;
const KILLS: usize = 3;
const SEED: u64 = 1;
/// Pairs of a practitioner and a client, who hold one visit after the other.
const LANES: usize = 4;
/// Answers between two kills, at most.
const ANSWERS: usize = 30;
/// Of so many bookings one names a key: whoever asks again what died waits until that one counts as dead.
const KEYED: usize = 8;
/// For what comes by itself; a dead node's leases last half a minute.
const PATIENCE: Duration = Duration::from_secs(180);
const SECRET: &str = "a secret that two systems share";

/// An event: its session, its place there, its id and its type.
type Told = (String, u64, String, String);

/// What whoever asks knows.
struct World {
    http: Client,
    urls: RwLock<Vec<String>>,
    database: String,
    admin: String,
    turn: AtomicUsize,
    /// How many answers came.
    answers: watch::Sender<usize>,
    is_over: AtomicBool,
    /// Sessions that were answered as booked; with their end those that were answered as ended.
    booked: Mutex<BTreeSet<String>>,
    ended: Mutex<BTreeMap<String, String>>,
}

/// A practitioner and a client, by their ids and tokens.
#[derive(Clone)]
struct Pair {
    ids: [String; 2],
    tokens: [String; 2],
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_are_killed_lose_nothing_and_do_nothing_twice() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let kills = number("NODE_KILLS").map_or(KILLS, |kills| usize::try_from(kills).unwrap());
    let seed = number("FAULT_SEED").unwrap_or_else(|| if kills > KILLS { rand::random() } else { SEED });
    println!("FAULT_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let database = databases::postgres().await;
    let told = Arc::<Mutex<Vec<Told>>>::default();
    let folder = tempfile::tempdir().unwrap();
    let receiver = receive(told.clone()).await;
    let mut nodes = start(folder.path(), &database.url);
    let world = Arc::new(World::new(&nodes, database.url.clone(), &receiver).await);
    let mut lanes = JoinSet::new();
    for number in 0..LANES {
        let pair = world.pair(number).await;
        lanes.spawn(Arc::clone(&world).hold_visits(pair, number));
    }
    for _ in 0..kills {
        tokio::select! {
            () = world.until_answered(random.random_range(1..ANSWERS)) => {}
            Some(failed) = lanes.join_next() => failed.unwrap(),
        }
        let (at, url) = (random.random_range(0..NODES), database.url.clone());
        nodes[at].child.kill().unwrap();
        nodes[at].child.wait().unwrap();
        let folder = folder.path().to_owned();
        nodes[at] = tokio::task::spawn_blocking(move || node(&folder, &url)).await.unwrap();
        world.urls.write().unwrap()[at].clone_from(&nodes[at].url);
    }
    world.is_over.store(true, Ordering::Relaxed);
    lanes.join_all().await;
    world.look_through(&told).await;
    println!("{kills} kills, {} answers, {} sessions", world.answers(), world.booked().len());
    nodes.into_iter().for_each(|node| assert!(node.stop()));
    database.discard().await;
}

fn start(folder: &Path, url: &str) -> Vec<Running> {
    let settings = format!(
        "database_url = '{url}'\nwebhook_allowed_networks = ['127.0.0.0/8']\naccess_token_seconds = 86_400\n\
         writes_per_minute = 100_000\n\
         [[issuers]]\nissuer = 'elsewhere'\nsecret = '{SECRET}'\ncreate_people = true\n"
    );
    std::fs::write(folder.join("openvisit.toml"), settings).unwrap();
    crash::add_administrator(folder);
    (0..NODES).map(|_| node(folder, url)).collect()
}

impl World {
    async fn new(nodes: &[Running], database: String, receiver: &str) -> Self {
        let urls: Vec<_> = nodes.iter().map(|node| node.url.clone()).collect();
        let admin = crash::login(&urls[0], "admin@example.org").await;
        let world = Self {
            http: Client::builder().no_proxy().build().unwrap(),
            urls: RwLock::new(urls),
            database,
            admin,
            turn: AtomicUsize::new(0),
            answers: watch::Sender::default(),
            is_over: AtomicBool::new(false),
            booked: Mutex::default(),
            ended: Mutex::default(),
        };
        let hook = json!({ "url": format!("http://{receiver}/hook") });
        assert_eq!(world.ask("POST", "/webhooks", &world.admin, None, hook).await.0, 201);
        world
    }

    async fn pair(&self, number: usize) -> Pair {
        let token = |role: &str| {
            let until = jiff::Timestamp::now().as_second() + 86_400;
            let who = format!("{role} {number}");
            let claims = json!({ "iss": "elsewhere", "sub": who, "name": who, "role": role, "exp": until });
            let key = EncodingKey::from_secret(SECRET.as_bytes());
            jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap()
        };
        let tokens = ["DOCTOR", "PATIENT"].map(token);
        let mut ids = Vec::new();
        for token in &tokens {
            let (_, me) = self.ask("GET", "/me", token, None, Value::Null).await;
            ids.push(me["id"].as_str().unwrap().to_owned());
        }
        Pair { ids: ids.try_into().unwrap(), tokens }
    }

    /// The first answer that says what became of it: asks the next node where one is gone, or cannot say.
    async fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        key: Option<&str>,
        body: Value,
    ) -> (u16, Value) {
        loop {
            let at = self.turn.fetch_add(1, Ordering::Relaxed) % NODES;
            let url = format!("{}/api/v1{path}", self.urls.read().unwrap()[at]);
            let mut request = self.http.request(method.parse().unwrap(), url).bearer_auth(token);
            if let Some(key) = key {
                request = request.header("idempotency-key", key);
            }
            if !body.is_null() {
                request = request.json(&body);
            }
            let Ok(answer) = request.send().await else {
                tokio::task::yield_now().await;
                continue;
            };
            let status = answer.status().as_u16();
            let Ok(body) = answer.json::<Value>().await else { continue };
            self.answers.send_modify(|answers| *answers += 1);
            assert!(status < 500 || status == 503, "{method} {path}: {status} {body}");
            if status != 503 && body["code"] != "version_conflict" {
                return (status, body);
            }
        }
    }

    async fn until_answered(&self, more: usize) {
        let until = self.answers() + more;
        self.answers.subscribe().wait_for(|answers| *answers >= until).await.unwrap();
    }

    fn answers(&self) -> usize {
        *self.answers.borrow()
    }

    /// Two who want the same time, one visit, and two who end it; until all is over.
    async fn hold_visits(self: Arc<Self>, pair: Pair, lane: usize) {
        let mut visit = 0;
        while !self.is_over.load(Ordering::Relaxed) {
            let titles = [0, 1].map(|rival| format!("{lane}-{visit}-{rival}"));
            let is_keyed = visit % KEYED == 0;
            let rivals =
                tokio::join!(self.book(&pair, &titles[0], is_keyed), self.book(&pair, &titles[1], false));
            if let [Some(one), Some(other)] = [&rivals.0, &rivals.1] {
                panic!("both have the same time: {one}, {other}");
            }
            // Whose answer was lost has it all the same.
            let live = format!(
                "select id from session where practitioner_id = '{}' and status in ('scheduled', 'waiting', 'in_progress')",
                pair.ids[0]
            );
            for session in ask(&self.database, &live).await {
                self.hold(&pair, &session).await;
            }
            visit += 1;
        }
    }

    async fn book(&self, pair: &Pair, title: &str, is_keyed: bool) -> Option<String> {
        let [practitioner, client] = &pair.ids;
        let booking = json!({
            "practitioner_id": practitioner, "client_id": client, "starts_at": jiff::Timestamp::now(),
            "duration_minutes": 30, "passcode": false, "title": title,
        });
        let key = is_keyed.then_some(title);
        let (status, answer) = self.ask("POST", "/appointments", &self.admin, key, booking).await;
        if status == 201 {
            let session = answer["session_id"].as_str().unwrap().to_owned();
            self.booked.lock().unwrap().insert(session.clone());
            return Some(session);
        }
        let code = answer["code"].as_str().unwrap();
        assert!(["slot_taken", "idempotency_answer_lost"].contains(&code), "{title}: {status} {answer}");
        None
    }

    /// By telephone: both are there at once.
    async fn hold(&self, pair: &Pair, session: &str) {
        let [doctor, patient] = &pair.tokens;
        let call = async |path: &str, token: &str| {
            self.ask("POST", &format!("/sessions/{session}/{path}"), token, None, json!({})).await
        };
        let (status, called) = call("phone", doctor).await;
        assert_eq!(status, 200, "{called}");
        let ends = tokio::join!(call("end", doctor), call("end", patient));
        for (status, end) in [ends.0, ends.1] {
            assert_eq!((status, &end["status"]), (200, &json!("completed")), "{end}");
            let at = end["ended_at"].as_str().unwrap().to_owned();
            let before = self.ended.lock().unwrap().insert(session.to_owned(), at.clone());
            assert!(before.is_none_or(|before| before == at), "it ended twice");
        }
    }

    fn booked(&self) -> BTreeSet<String> {
        self.booked.lock().unwrap().clone()
    }

    /// What the database has, and what the receiver was told.
    async fn look_through(&self, told: &Mutex<Vec<Told>>) {
        let rows = async |sql: &str| ask(&self.database, sql).await;
        let nothing: [&str; 0] = [];
        eventually(PATIENCE, "all is delivered", async || {
            rows("select event_id from delivery where state <> 'delivered'").await.is_empty()
        })
        .await;
        let completed: BTreeSet<_> =
            rows("select id from session where status = 'completed'").await.into_iter().collect();
        assert!(self.booked().is_subset(&completed), "what was answered as booked was held");
        assert!(self.ended.lock().unwrap().keys().all(|ended| completed.contains(ended)));
        assert_eq!(rows("select id from session where status <> 'completed'").await, nothing);
        for (wrong, sql) in WRONG {
            assert_eq!(rows(sql).await, nothing, "{wrong}");
        }
        let stored: BTreeSet<Told> =
            rows("select json_build_array(session_id, sequence, id, type)::text from outbox")
                .await
                .iter()
                .map(|row| serde_json::from_str(row).unwrap())
                .collect();
        let told = told.lock().unwrap();
        assert_eq!(told.iter().cloned().collect::<BTreeSet<_>>(), stored, "a repeat has the same id");
        println!("{} events, {} of them told again", stored.len(), told.len() - stored.len());
    }
}

/// What must not be there, and how to find it.
const WRONG: [(&str, &str); 5] = [
    (
        "two at the same time",
        "select one.id from session one join session other on one.practitioner_id = other.practitioner_id \
         and one.id < other.id and one.status = 'completed' and other.status = 'completed' \
         and one.started_at < other.started_at + other.lasted and other.started_at < one.started_at + one.lasted",
    ),
    (
        "carried out twice by one key",
        "select appointment_doc::json ->> 'title' from session join keyed_call \
         on key = appointment_doc::json ->> 'title' group by 1 having count(*) > 1",
    ),
    (
        "not one booking and one end of each, in places without a gap",
        "select session.id from session left join outbox on outbox.session_id = session.id \
         group by session.id, event_sequence having count(*) filter (where type = 'appointment.booked') <> 1 \
         or count(*) filter (where type = 'appointment.consultation.completed') <> 1 \
         or count(*) <> event_sequence or min(sequence) <> 1 or max(sequence) <> event_sequence",
    ),
    (
        "minutes that are not those of the sessions",
        "select practitioner_id from (select practitioner_id, count(*) as held, sum(attended) as attended \
         from session where status = 'completed' group by 1) as session full join \
         (select practitioner_id, sum(sessions) as held, sum(attended) as attended from usage group by 1) as usage \
         using (practitioner_id) where session.held is distinct from usage.held \
         or session.attended is distinct from usage.attended or session.attended = 0",
    ),
    (
        "more minutes than both had",
        "select id from session where status = 'completed' and attended > 2 * lasted",
    ),
];

/// A webhook's receiver that takes everything; its host and port.
async fn receive(all: Arc<Mutex<Vec<Told>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().fallback(move |body: String| async move {
        let event: Value = serde_json::from_str(&body).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        all.lock().unwrap().push((
            text("subject"),
            text("sequence").parse().unwrap(),
            text("id"),
            text("type"),
        ));
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}
