//! Whatever goes wrong on the way of events, in whatever order: none is lost, and each session's are told in their order.
//!
//! `FAULT_ROUNDS` faults begin or end, as `FAULT_SEED` draws them, which is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use jiff::SignedDuration;
use openvisit_testkit::alarm::Alarm;
use openvisit_testkit::broker::{self, Consumer};
use openvisit_testkit::databases;
use openvisit_testkit::proxy::{Proxy, ProxyState};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use crate::crash;
use crate::running::{Running, eventually};

const ROUNDS: usize = 12;
/// Each run meets the same faults; more rounds meet others.
const SEED: u64 = 1;
/// Appointments that are booked, moved and cancelled at once in each round.
const LANES: usize = 3;
/// For what comes by itself; a dead server's leases on PostgreSQL last half a minute.
const PATIENCE: Duration = Duration::from_secs(180);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    /// The administrator takes the webhook out of service.
    Disabled,
    /// The receiver answers all, or all of one kind, with this.
    Answers(u16),
    RefusesBookings,
    /// Nothing gets to the receiver.
    Outage,
    BrokerAlarm,
    BrokerOutage,
    /// SIGKILL in the middle of the round's requests, and a start. It is over at once.
    Killed,
}

use Fault::{Answers, BrokerAlarm, BrokerOutage, Disabled, Killed, Outage, RefusesBookings};

const FAULTS: [Fault; 9] = [
    Disabled,
    Answers(410),
    Answers(400),
    Answers(503),
    RefusesBookings,
    Outage,
    BrokerAlarm,
    BrokerOutage,
    Killed,
];

/// An event as somebody was told of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    session: String,
    sequence: u64,
    id: String,
    event_type: String,
}

impl Told {
    fn of(event: &Value) -> Self {
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        Self {
            session: text("subject"),
            sequence: text("sequence").parse().unwrap(),
            id: text("id"),
            event_type: text("type"),
        }
    }
}

/// A webhook's receiver.
#[derive(Default)]
struct Receiver {
    is_wrong: BTreeSet<Fault>,
    asked: usize,
    /// What it took, in this order.
    took: Vec<Told>,
}

impl Receiver {
    fn answer(&mut self, told: Told) -> u16 {
        self.asked += 1;
        let wrong = self.is_wrong.iter().find_map(|fault| match fault {
            Answers(status) => Some(*status),
            RefusesBookings if told.event_type == "appointment.booked" => Some(422),
            _ => None,
        });
        if wrong.is_none() {
            self.took.push(told);
        }
        wrong.unwrap_or(204)
    }
}

/// A data folder that outlives its servers, and those who are told of what happens there.
struct World {
    folder: TempDir,
    server: Option<Running>,
    admin: String,
    webhook: String,
    people: [Value; 2],
    before_receiver: Proxy,
    before_broker: Proxy,
    alarm: Alarm,
    receiver: Arc<Mutex<Receiver>>,
    consumer: Consumer,
    at_consumer: Vec<Told>,
    /// What is wrong now.
    wrong: BTreeSet<Fault>,
    booked: usize,
    /// Of each session the events that a request was told of.
    acknowledged: BTreeMap<String, Vec<&'static str>>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_out_of_order_whatever_goes_wrong() {
    no_event_is_lost("").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_or_out_of_order_whatever_goes_wrong_on_postgresql() {
    let database = databases::postgres().await;
    no_event_is_lost(&format!("database_url = '{}'\n", database.url)).await;
    database.discard().await;
}

async fn no_event_is_lost(settings: &str) {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let more = number("FAULT_ROUNDS").map(|rounds| usize::try_from(rounds).unwrap());
    let rounds = more.unwrap_or(ROUNDS);
    let seed = number("FAULT_SEED").unwrap_or_else(|| if more.is_some() { rand::random() } else { SEED });
    println!("FAULT_SEED={seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut world = World::new(settings).await;
    let mut begun = BTreeMap::new();
    for _ in 0..rounds {
        let fault = *FAULTS.choose(&mut random).unwrap();
        if !world.wrong.contains(&fault) {
            *begun.entry(fault).or_insert(0) += 1;
        }
        println!("{fault:?} {}", if world.wrong.contains(&fault) { "ends" } else { "begins" });
        world.toggle(fault).await;
        let killed_after = (fault == Killed).then(|| random.random_range(0..3 * LANES));
        let (asked, acknowledged) = (world.asked(), world.acknowledged.len());
        world.book_move_and_cancel(killed_after).await;
        world.until_it_is_met(asked, acknowledged).await;
    }
    let set_aside = world.end_all().await;
    world.every_event_was_told(&set_aside);
    let told = world.at_consumer.len() + world.receiver.lock().unwrap().took.len();
    println!(
        "{rounds} rounds, {begun:?}: {told} told of {} sessions, {} set aside",
        world.booked,
        set_aside.len()
    );
    assert!(world.server.take().unwrap().stop());
}

impl World {
    async fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let receiver = Arc::<Mutex<Receiver>>::default();
        let before_receiver = Proxy::before(receive(receiver.clone()).await).await;
        let alarm = Alarm::before(broker::address()).await;
        let before_broker = Proxy::before(alarm.address.to_string()).await;
        let exchange = broker::exchange();
        let url = broker::url().replace(&broker::address(), &before_broker.address.to_string());
        let settings = format!(
            "{settings}amqp_url = '{url}'\namqp_exchange = '{exchange}'\namqp_events = ['*']\n\
             webhook_allowed_networks = ['127.0.0.0/8']\naccess_token_seconds = 86_400\n\
             [[issuers]]\nissuer = 'elsewhere'\nsecret = 'nobody comes from there with a token'\n"
        );
        std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
        let consumer = Consumer::new().await;
        consumer.bind(&exchange, "#").await;
        let (server, admin) = start_with_administrator(folder.path()).await;
        let make = async |path: &str, body: Value| {
            call(&server.url, "POST", path, &admin, body).await.expect("an answer")["id"].clone()
        };
        let hook = json!({ "url": format!("http://{}/hook", before_receiver.address) });
        let webhook = format!("/webhooks/{}", make("/webhooks", hook).await.as_str().unwrap());
        let person =
            |role: &str| json!({ "issuer": "elsewhere", "subject": role, "name": role, "roles": [role] });
        let people = [make("/users", person("practitioner")).await, make("/users", person("client")).await];
        Self {
            folder,
            server: Some(server),
            admin,
            webhook,
            people,
            before_receiver,
            before_broker,
            alarm,
            receiver,
            consumer,
            at_consumer: vec![],
            wrong: BTreeSet::new(),
            booked: 0,
            acknowledged: BTreeMap::new(),
        }
    }

    fn url(&self) -> &str {
        &self.server.as_ref().unwrap().url
    }

    async fn ask(&self, method: &str, path: &str, body: Value) -> Value {
        call(self.url(), method, path, &self.admin, body).await.expect("an answer")
    }

    /// Begins what is not, ends what is.
    async fn toggle(&mut self, fault: Fault) {
        if fault == Killed {
            return;
        }
        let begins = self.wrong.insert(fault);
        if !begins {
            self.wrong.remove(&fault);
        }
        let line = if begins { ProxyState::Cut } else { ProxyState::Open };
        match fault {
            Disabled => {
                self.ask("PATCH", &self.webhook, json!({ "disabled": begins })).await;
            }
            Outage => self.before_receiver.set(line).await,
            BrokerOutage => self.before_broker.set(line).await,
            BrokerAlarm if begins => self.alarm.raise(),
            BrokerAlarm => self.alarm.end(),
            _ => self.receiver.lock().unwrap().is_wrong = self.wrong.clone(),
        }
    }

    /// A few appointments at once. With `killed_after`, the server is killed after so many answers, and started again.
    async fn book_move_and_cancel(&mut self, killed_after: Option<usize>) {
        let (keep, mut answers) = unbounded_channel();
        let mut lanes = JoinSet::new();
        for _ in 0..LANES {
            self.booked += 1;
            let (url, admin, keep) = (self.url().to_owned(), self.admin.clone(), keep.clone());
            lanes.spawn(lane(url, admin, self.people.clone(), self.booked, keep));
        }
        drop(keep);
        let mut answered = 0;
        loop {
            if killed_after == Some(answered) {
                let mut server = self.server.take().unwrap();
                server.child.kill().unwrap();
                server.child.wait().unwrap();
            }
            let Some((session, event)) = answers.recv().await else { break };
            self.acknowledged.entry(session).or_default().push(event);
            answered += 1;
        }
        lanes.join_all().await;
        if self.server.is_none() {
            self.server = Some(Running::start(self.folder.path()));
        }
    }

    /// Waits until the receiver was asked since, where it can be and there was something to tell.
    async fn until_it_is_met(&self, asked: usize, acknowledged: usize) {
        let is_reached = !self.wrong.contains(&Disabled) && !self.wrong.contains(&Outage);
        if is_reached && self.acknowledged.len() > acknowledged {
            eventually(PATIENCE, "the receiver is asked", async || self.asked() > asked).await;
        }
    }

    fn asked(&self) -> usize {
        self.receiver.lock().unwrap().asked
    }

    /// Everything is well again, and what was set aside is sent again by hand; gives that.
    async fn end_all(&mut self) -> BTreeSet<String> {
        for fault in self.wrong.clone() {
            self.toggle(fault).await;
        }
        // Enabled anew, the webhook gets at once what waits for its next try.
        for disabled in [true, false] {
            self.ask("PATCH", &self.webhook, json!({ "disabled": disabled })).await;
        }
        let mut set_aside = BTreeSet::new();
        eventually(PATIENCE, "all is delivered", async || {
            let all = self.deliveries().await;
            for one in all.iter().filter(|one| one["state"] == "given_up") {
                assert_eq!(one["last_error"], "refused", "{one}");
                assert!(one["attempts"].as_u64() >= Some(3), "{one}");
                let id = one["id"].as_str().unwrap();
                self.ask("POST", &format!("{}/deliveries/{id}/redeliver", self.webhook), json!({})).await;
                set_aside.insert(id.to_owned());
            }
            all.iter().all(|one| one["state"] == "delivered")
        })
        .await;
        let taken = self.all_taken();
        eventually(PATIENCE, "the broker's consumer has all", async || {
            self.at_consumer.extend(self.consumer.waiting().iter().map(|message| Told::of(&message.event)));
            taken.is_subset(&self.at_consumer.iter().cloned().collect())
        })
        .await;
        set_aside
    }

    fn all_taken(&self) -> BTreeSet<Told> {
        self.receiver.lock().unwrap().took.iter().cloned().collect()
    }

    async fn deliveries(&self) -> Vec<Value> {
        let (mut all, mut next) = (vec![], String::new());
        loop {
            let path = format!("{}/deliveries?limit=100{next}", self.webhook);
            let page = self.ask("GET", &path, Value::Null).await;
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else { return all };
            next = format!("&cursor={cursor}");
        }
    }

    fn every_event_was_told(&self, set_aside: &BTreeSet<String>) {
        let took = self.receiver.lock().unwrap().took.clone();
        assert_eq!(self.all_taken(), self.at_consumer.iter().cloned().collect(), "both know the same");
        for (who, told) in [("the receiver", took), ("the consumer", self.at_consumer.clone())] {
            let mut sessions: BTreeMap<String, Vec<Told>> = BTreeMap::new();
            for one in told {
                let of = sessions.entry(one.session.clone()).or_default();
                // A repeat has the same id.
                if !of.contains(&one) {
                    of.push(one);
                }
            }
            for (session, told) in &sessions {
                assert!(is_in_order(told, set_aside), "{who}: {told:#?}");
                let all: Vec<u64> = (1..=told.len() as u64).collect();
                let mut sequences: Vec<_> = told.iter().map(|one| one.sequence).collect();
                sequences.sort_unstable();
                assert_eq!(sequences, all, "{who}, {session}: none lacks, none is another");
            }
            for (session, events) in &self.acknowledged {
                let told =
                    sessions.get(session).unwrap_or_else(|| panic!("{who} knows nothing of {session}"));
                for event in events {
                    assert!(told.iter().any(|one| one.event_type == *event), "{who}: {event} of {session}");
                }
            }
        }
    }
}

/// But for what was set aside, which comes later.
fn is_in_order(told: &[Told], set_aside: &BTreeSet<String>) -> bool {
    told.iter().filter(|one| !set_aside.contains(&one.id)).is_sorted_by_key(|one| one.sequence)
}

/// An appointment from booking to cancelling; what was answered, until the server is gone.
async fn lane(
    url: String,
    admin: String,
    [practitioner, client]: [Value; 2],
    place: usize,
    keep: UnboundedSender<(String, &'static str)>,
) {
    // Nobody has two at a time.
    let hour =
        |hour: usize| jiff::Timestamp::now() + SignedDuration::from_hours(i64::try_from(hour).unwrap());
    let (first, then) = (hour(2 * place + 24), hour(2 * place + 25));
    let booking = json!({
        "practitioner_id": practitioner, "client_id": client, "starts_at": first, "duration_minutes": 30,
    });
    let Some(booked) = call(&url, "POST", "/appointments", &admin, booking).await else { return };
    let session = booked["session_id"].as_str().unwrap().to_owned();
    let _ = keep.send((session.clone(), "appointment.booked"));
    let path = format!("/appointments/{}", booked["id"].as_str().unwrap());
    if call(&url, "PATCH", &path, &admin, json!({ "starts_at": then })).await.is_none() {
        return;
    }
    let _ = keep.send((session.clone(), "appointment.moved"));
    if call(&url, "POST", &format!("{path}/cancel"), &admin, json!({})).await.is_some() {
        let _ = keep.send((session, "appointment.cancelled"));
    }
}

/// What a server answers; nothing when it is gone.
async fn call(url: &str, method: &str, path: &str, token: &str, body: Value) -> Option<Value> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.request(method.parse().unwrap(), format!("{url}/api/v1{path}")).bearer_auth(token);
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let body = answer.json().await.ok()?;
    assert!(status.is_success(), "{method} {path}: {status} {body}");
    Some(body)
}

/// A webhook's receiver; its host and port.
async fn receive(receiver: Arc<Mutex<Receiver>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let router = Router::new().fallback(move |body: String| async move {
        let told = Told::of(&serde_json::from_str(&body).unwrap());
        StatusCode::from_u16(receiver.lock().unwrap().answer(told)).unwrap()
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Passwords take their time, and one is enough.
async fn start_with_administrator(folder: &Path) -> (Running, String) {
    crash::add_administrator(folder);
    let server = Running::start(folder);
    let admin = crash::login(&server.url, "admin@example.org").await;
    (server, admin)
}
