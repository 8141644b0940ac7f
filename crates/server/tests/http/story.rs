//! What most tests of appointments and sessions begin with.

use jiff::SignedDuration;
use openvisit_app::timers::run_due;
use openvisit_core::attendance::{Fact, FactKind, Key, Source};
use openvisit_core::ids::{ConnectionId, SessionId};
use serde_json::{Value, json};

use crate::common::{Node, Party, Server};

pub const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Whether the client of a story on PostgreSQL talks to another node than everybody else: `make test-nodes`.
const NODES_VARIABLE: &str = "OPENVISIT_TEST_NODES";

/// A practitioner, a client of theirs, and the server they use.
pub struct Story {
    pub server: Server,
    pub doctor: Party,
    pub patient: Party,
    /// The client's, where they have one of their own.
    pub node: Option<Node>,
}

impl Story {
    pub async fn new() -> Self {
        Self::with("").await
    }

    /// The same on PostgreSQL.
    pub async fn postgres() -> Self {
        Self::postgres_with("").await
    }

    /// The same with these lines in its settings file.
    pub async fn postgres_with(toml: &str) -> Self {
        let database = openvisit_testkit::databases::postgres().await;
        Self::with(&format!("database_url = '{}'\n{toml}", database.url)).await
    }

    pub async fn with(toml: &str) -> Self {
        let mut story = Self::alone(toml).await;
        if std::env::var_os(NODES_VARIABLE).is_some() && story.server.app.store.nodes().is_some() {
            story.part().await;
        }
        story
    }

    async fn alone(toml: &str) -> Self {
        let server = Server::with(toml).await;
        let doctor = server.practitioner("Dr. Ada").await;
        let made = doctor.post("/clients", json!({ "name": "Sam" })).await.expect(201);
        let patient = server.sign_in(made["id"].as_str().unwrap().parse().unwrap());
        Self { server, doctor, patient, node: None }
    }

    /// The same on PostgreSQL, with one node whatever is wished.
    pub async fn postgres_alone() -> Self {
        let database = openvisit_testkit::databases::postgres().await;
        Self::alone(&format!("database_url = '{}'", database.url)).await
    }

    /// From now on the client talks to another node than everybody else.
    pub async fn part(&mut self) {
        let node = self.server.another_node().await;
        self.patient = self.patient.at(node.address);
        self.node = Some(node);
    }

    /// The client's node.
    pub fn node(&self) -> &Node {
        self.node.as_ref().expect("a client at another node")
    }

    /// A booking that begins so many minutes from now, without a passcode.
    pub fn booking(&self, from_now: i64, minutes: i64) -> Value {
        json!({
            "client_id": self.patient.id(),
            "starts_at": self.server.now() + SignedDuration::from_mins(from_now),
            "duration_minutes": minutes,
            "passcode": false,
        })
    }

    pub async fn book(&self, from_now: i64, minutes: i64) -> Value {
        self.doctor.post("/appointments", self.booking(from_now, minutes)).await.expect(201)
    }

    /// An appointment that begins now, for half an hour; its session's path.
    pub async fn now(&self) -> String {
        session_path(&self.book(0, 30).await)
    }

    pub async fn advance(&self, minutes: i64) {
        self.server.advance(SignedDuration::from_mins(minutes));
        self.tick().await;
    }

    /// Lets the timers run, as the server does twice a second.
    pub async fn tick(&self) {
        run_due(&self.server.app).await.unwrap();
    }

    /// A connection of a participant begins or ends, as the media server would tell.
    pub async fn fact(&self, session: &str, participant: &Value, kind: FactKind) {
        self.fact_of(1, session, participant, kind).await;
    }

    /// The same of the participant's first, second, … connection.
    pub async fn fact_of(&self, nth: u8, session: &str, participant: &Value, kind: FactKind) {
        let app = &self.server.app;
        let id: SessionId = session.rsplit('/').next().unwrap().parse().unwrap();
        let participant = participant.as_str().unwrap().parse().unwrap();
        let connection = ConnectionId::new(openvisit_core::ids::Seed {
            now: jiff::Timestamp::UNIX_EPOCH,
            random: [nth; 10],
        });
        let key = Key { participant, source: Source::Media, connection };
        openvisit_app::attendance::record(app, id, Fact { key, kind, at: app.clock.now() }).await;
    }

    /// Both are in the call. Gives the two participants' ids.
    pub async fn call(&self, session: &str) -> (Value, Value) {
        let doctor =
            self.doctor.post(&format!("{session}/join"), json!({})).await.expect(200)["participant_id"]
                .clone();
        let patient =
            self.patient.post(&format!("{session}/join"), json!({})).await.expect(200)["participant_id"]
                .clone();
        self.doctor.post(&format!("{session}/admit"), json!({ "participant_id": patient })).await.expect(200);
        self.fact(session, &doctor, FactKind::Connected).await;
        self.fact(session, &patient, FactKind::Connected).await;
        (doctor, patient)
    }

    /// The session as the practitioner sees it.
    pub async fn see(&self, session: &str) -> Value {
        self.doctor.get(session).await.expect(200)
    }
}

/// Runs each test on a database of each kind: `async fn name(story: Story) { … }` makes `name::sqlite` and
/// `name::postgres`. With `settings TOML;` before them, a constant, on servers that have these.
macro_rules! on_both {
    ($(#[$attribute:meta])* async fn $($tests:tt)+) => {
        on_both! { settings ""; $(#[$attribute])* async fn $($tests)+ }
    };
    (settings $toml:expr; $($(#[$attribute:meta])* async fn $name:ident($story:ident: Story) $body:block)+) => {
        $(
            $(#[$attribute])*
            mod $name {
                use super::*;

                async fn run($story: Story) $body

                #[tokio::test]
                async fn sqlite() {
                    run(Story::with($toml).await).await;
                }

                #[tokio::test]
                async fn postgres() {
                    run(Story::postgres_with($toml).await).await;
                }
            }
        )+
    };
}
pub(crate) use on_both;

pub fn session_path(appointment: &Value) -> String {
    format!("/sessions/{}", appointment["session_id"].as_str().unwrap())
}

pub fn appointment_path(appointment: &Value) -> String {
    format!("/appointments/{}", appointment["id"].as_str().unwrap())
}
