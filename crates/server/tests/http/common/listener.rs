//! A socket of the realtime channel, by Socket.IO's long polling.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::party::{Party, send};

/// How long a test waits for an event before it has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who listens on a namespace, and what he has heard and the test has not yet looked at.
pub struct Listener {
    party: Party,
    path: String,
    /// As packets have it: `/v1,`, and nothing for `/`.
    namespace: &'static str,
    /// In milliseconds: whoever says nothing for so long is taken for gone, as the handshake has it.
    pub silence: u64,
    heard: VecDeque<(String, Value)>,
    acks: VecDeque<(u32, Value)>,
    asked: u32,
}

impl Listener {
    /// Connects to `/v1`; what is told at connect comes first.
    pub async fn of(party: &Party) -> Self {
        let mut listener = Self::open(party, "/v1,").await;
        assert_eq!(listener.connect(json!({ "token": party.token })).await, Ok(()));
        listener
    }

    /// Connects to `/`.
    pub async fn at_root(party: &Party) -> Self {
        let mut listener = Self::open(party, "").await;
        assert_eq!(listener.connect(json!({ "token": party.token })).await, Ok(()));
        listener
    }

    /// What somebody is told who may not connect to `/v1`.
    pub async fn refused(party: &Party) -> String {
        let auth = json!({ "token": party.token });
        Self::open(party, "/v1,").await.connect(auth).await.expect_err("no connection")
    }

    /// What somebody is told who may not connect to `/`.
    pub async fn refused_at_root(party: &Party, auth: Value) -> String {
        Self::open(party, "").await.connect(auth).await.expect_err("no connection")
    }

    async fn open(party: &Party, namespace: &'static str) -> Self {
        let path = "/socket.io/?EIO=4&transport=polling".to_owned();
        let open = send(party.raw(Method::GET, &path)).await;
        let handshake: Value = serde_json::from_str(open.body.strip_prefix('0').unwrap()).unwrap();
        let path = format!("{path}&sid={}", handshake["sid"].as_str().unwrap());
        let silence =
            ["pingInterval", "pingTimeout"].map(|name| handshake[name].as_u64().unwrap()).iter().sum();
        let (heard, acks) = (VecDeque::new(), VecDeque::new());
        Self { party: party.clone(), path, namespace, silence, heard, acks, asked: 0 }
    }

    async fn connect(&mut self, auth: Value) -> Result<(), String> {
        self.say(format!("40{}{auth}", self.namespace)).await;
        loop {
            if let Some(done) = self.poll().await {
                return done;
            }
        }
    }

    /// The next event's name and payload.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some(event) = self.heard.pop_front() {
                return event;
            }
            self.poll().await;
        }
    }

    /// The payload of the next event, which must have this name.
    pub async fn expect(&mut self, name: &str) -> Value {
        let (heard, payload) = self.next().await;
        assert_eq!(heard, name, "{payload}");
        payload
    }

    /// The payload of the next event that has this name, whatever else was heard.
    pub async fn hear(&mut self, name: &str) -> Value {
        let heard = async {
            loop {
                if let Some(payload) = self.heard_already(name) {
                    return payload;
                }
                self.poll().await;
            }
        };
        // The server's pings are news, too, and would keep one waiting for ever.
        timeout(PATIENCE, heard).await.unwrap_or_else(|_| panic!("nobody said {name}"))
    }

    /// The payload of the next event of this name that says so: answers do not wait for what is told of them.
    pub async fn hear_that(&mut self, name: &str, so: impl Fn(&Value) -> bool) -> Value {
        loop {
            let payload = self.hear(name).await;
            if so(&payload) {
                return payload;
            }
        }
    }

    /// The payload of the first event of this name that has come, with the answers to questions at the latest.
    pub fn heard_already(&mut self, name: &str) -> Option<Value> {
        let place = self.heard.iter().position(|(heard, _)| heard == name)?;
        self.heard.remove(place).map(|(_, payload)| payload)
    }

    /// Says something, and waits for the answer to it.
    pub async fn ask(&mut self, event: &str, payload: Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.say(format!("42{}{id}{}", self.namespace, json!([event, payload]))).await;
        loop {
            if let Some(place) = self.acks.iter().position(|(asked, _)| *asked == id) {
                return self.acks.remove(place).unwrap().1;
            }
            self.poll().await;
        }
    }

    /// Several things at once, in this order, without waiting.
    pub async fn say_all(&self, events: &[(&str, Value)]) {
        let packets: Vec<String> = events
            .iter()
            .map(|(event, payload)| format!("42{}{}", self.namespace, json!([event, payload])))
            .collect();
        self.say(packets.join("\u{1e}")).await;
    }

    /// Says the same so many times, whatever comes of it.
    pub async fn flood(&self, event: &str, times: usize) {
        let packet = format!("42{}{}", self.namespace, json!([event, null]));
        for packets in vec![packet; times].chunks(1_000) {
            let request = self.party.raw(Method::POST, &self.path).header("content-type", "text/plain");
            send(request.body(packets.join("\u{1e}"))).await;
        }
    }

    /// Says something, whatever comes of it.
    pub async fn mutter(&self, event: &str, payload: &Value) {
        let packet = format!("42{}{}", self.namespace, json!([event, payload]));
        let request = self.party.raw(Method::POST, &self.path).header("content-type", "text/plain");
        send(request.body(packet)).await;
    }

    /// Says goodbye to the namespace, as a page that is closed.
    pub async fn close(self) {
        self.say(format!("41{}", self.namespace)).await;
    }

    /// Waits until the server has cut this socket off.
    pub async fn cut(&mut self) {
        while self.try_poll().await.is_ok() {}
    }

    /// Waits for news; whether the namespace answered that we are in, or that we are not.
    async fn poll(&mut self) -> Option<Result<(), String>> {
        self.try_poll().await.unwrap_or_else(|answer| panic!("the socket is closed: {answer}"))
    }

    async fn try_poll(&mut self) -> Result<Option<Result<(), String>>, String> {
        let asked = send(self.party.raw(Method::GET, &self.path));
        let answer = timeout(PATIENCE, asked).await.expect("an event before the test's patience ends");
        if answer.status != 200 {
            return Err(answer.body);
        }
        let mut connected = None;
        for packet in answer.body.split('\u{1e}') {
            match packet.split_at(packet.len().min(2)) {
                ("2", "") => self.say("3".to_owned()).await,
                ("6" | "1" | "41", _) => return Err(packet.to_owned()),
                ("40", _) => connected = Some(Ok(())),
                ("44", refused) => connected = Some(Err(refused.to_owned())),
                ("42", event) => {
                    let event = event.strip_prefix(self.namespace).unwrap();
                    self.heard.push_back(serde_json::from_str(event).unwrap());
                }
                ("43", ack) => {
                    let (id, answer) = ack[self.namespace.len()..].split_once('[').unwrap();
                    let answer = serde_json::from_str(answer.strip_suffix(']').unwrap()).unwrap();
                    self.acks.push_back((id.parse().unwrap(), answer));
                }
                _ => panic!("an unexpected packet: {packet}"),
            }
        }
        Ok(connected)
    }

    async fn say(&self, packet: String) {
        let request = self.party.raw(Method::POST, &self.path).header("content-type", "text/plain");
        assert_eq!(send(request.body(packet)).await.status, 200);
    }
}
