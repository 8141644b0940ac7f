//! A server that is killed in the middle of calls: each is carried out once, however often it is made.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use reqwest::Client;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const ROUNDS: usize = 12;
const CALLS: usize = 16;

struct Running {
    child: Child,
    url: String,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_openvisit"))
            .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
            .current_dir(folder)
            .env("OPENVISIT_MEDIA_PORT", "0")
            .env("OPENVISIT_ACCESS_TOKEN_SECONDS", "3600")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let listening = lines.find(|line| line.contains("listening on ")).unwrap();
        // Read on, or the server cannot write.
        std::thread::spawn(move || lines.for_each(drop));
        let url = listening.split("listening on ").last().unwrap().trim().to_owned();
        Self { child, url }
    }

    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

async fn sign_in(http: &Client, url: &str) -> String {
    let body = json!({ "email": "admin@demo.test", "password": "openvisit-demo" });
    let answer = http.post(format!("{url}/api/v1/auth/login")).json(&body).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["access_token"].as_str().unwrap().to_owned()
}

/// Makes the organization `name`, with its name as the key; `None` when the server dies on it.
async fn call(http: Client, url: String, token: String, name: String) -> (String, Option<(u16, Value)>) {
    let request = http.post(format!("{url}/api/v1/organizations")).bearer_auth(token);
    let request = request.header("idempotency-key", &name).json(&json!({ "name": name }));
    let answer = async { request.send().await.ok() }.await;
    let Some(answer) = answer else { return (name, None) };
    let status = answer.status().as_u16();
    (name, answer.json().await.ok().map(|body| (status, body)))
}

/// How many organizations of each name there are.
async fn made(http: &Client, url: &str, token: &str) -> BTreeMap<String, usize> {
    let answer = http.get(format!("{url}/api/v1/organizations?limit=500")).bearer_auth(token).send().await;
    let list = answer.unwrap().json::<Value>().await.unwrap();
    let mut counts = BTreeMap::new();
    for item in list["items"].as_array().unwrap() {
        *counts.entry(item["name"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    counts
}

#[tokio::test]
async fn a_killed_server_carries_no_call_out_twice() {
    let folder = tempfile::tempdir().unwrap();
    let http = Client::builder().no_proxy().build().unwrap();
    let mut answered: BTreeMap<String, Option<(u16, Value)>> = BTreeMap::new();
    for round in 0..ROUNDS {
        let server = Running::start(folder.path());
        let token = sign_in(&http, &server.url).await;
        let names = (0..CALLS).map(|n| format!("{round}-{n}"));
        let mut calls: JoinSet<_> =
            names.map(|name| call(http.clone(), server.url.clone(), token.clone(), name)).collect();
        // One more is through in each round.
        for _ in 0..round {
            answered.extend([calls.join_next().await.unwrap().unwrap()]);
        }
        server.kill();
        answered.extend(calls.join_all().await);
    }
    let server = Running::start(folder.path());
    let token = sign_in(&http, &server.url).await;
    let again =
        answered.keys().map(|name| call(http.clone(), server.url.clone(), token.clone(), name.clone()));
    let repeats = again.collect::<JoinSet<_>>().join_all().await;
    let made = made(&http, &server.url, &token).await;
    let mut outcomes: BTreeMap<(bool, u16), usize> = BTreeMap::new();
    for (name, repeat) in repeats {
        let first = &answered[&name];
        let (status, body) = repeat.unwrap();
        assert_eq!(made.get(&name), Some(&1), "{name}: {first:?}, then {status} {body}");
        match first {
            Some(first) => assert_eq!(first, &(status, body), "{name}"),
            None => assert!(status == 201 || body["code"] == "idempotency_answer_lost", "{name}: {body}"),
        }
        *outcomes.entry((first.is_some(), status)).or_default() += 1;
    }
    println!("(answered before, answered again): {outcomes:?}");
    assert!(outcomes.len() > 1, "the server died too late or too early: {outcomes:?}");
    server.kill();
}
