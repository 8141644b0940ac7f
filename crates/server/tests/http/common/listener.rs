//! A socket of the realtime channel, by Socket.IO's long polling.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::party::{Party, send};

/// How long a test waits for an event before it has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// Somebody who listens on `/v1`, and what he has heard and the test has not yet looked at.
pub struct Listener {
    party: Party,
    path: String,
    heard: VecDeque<(String, Value)>,
}

impl Listener {
    /// Connects; what is told at connect comes first.
    pub async fn of(party: &Party) -> Self {
        let path = "/socket.io/?EIO=4&transport=polling".to_owned();
        let open = send(party.raw(Method::GET, &path)).await;
        let handshake: Value = serde_json::from_str(open.body.strip_prefix('0').unwrap()).unwrap();
        let path = format!("{path}&sid={}", handshake["sid"].as_str().unwrap());
        let mut listener = Self { party: party.clone(), path, heard: VecDeque::new() };
        listener.say(format!("40/v1,{}", json!({ "token": party.token }))).await;
        while !listener.poll().await {}
        listener
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

    /// Waits for news; whether the namespace answered that we are in.
    async fn poll(&mut self) -> bool {
        let asked = send(self.party.raw(Method::GET, &self.path));
        let answer = timeout(PATIENCE, asked).await.expect("an event before the test's patience ends");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let mut connected = false;
        for packet in answer.body.split('\u{1e}') {
            if packet == "2" {
                self.say("3".to_owned()).await;
            } else if packet.starts_with("40/v1,") {
                connected = true;
            } else if let Some(event) = packet.strip_prefix("42/v1,") {
                let (name, payload): (String, Value) = serde_json::from_str(event).unwrap();
                self.heard.push_back((name, payload));
            } else {
                panic!("an unexpected packet: {packet}");
            }
        }
        connected
    }

    async fn say(&self, packet: String) {
        let request = self.party.raw(Method::POST, &self.path).header("content-type", "text/plain");
        assert_eq!(send(request.body(packet)).await.status, 200);
    }
}
