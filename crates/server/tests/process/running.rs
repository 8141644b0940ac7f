//! The program, run as a process.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

pub fn openvisit(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openvisit"));
    command.current_dir(folder).env_remove("OPENVISIT_CONFIG");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Asks until it is so: what another process has done comes with no event to wait for.
pub async fn eventually(patience: Duration, what: &str, mut so: impl AsyncFnMut() -> bool) {
    let end = Instant::now() + patience;
    while !so().await {
        assert!(Instant::now() < end, "in vain: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// A server on free ports, and where it listens.
pub struct Running {
    pub child: Child,
    pub url: String,
    /// Of the first media worker, by UDP and by TCP.
    pub media_port: u16,
}

impl Running {
    pub fn start(folder: &Path) -> Self {
        Self::of(openvisit(folder).args(["serve", "--listen", "127.0.0.1:0"]))
    }

    /// With demo people, and these settings.
    pub fn demo(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let serve = ["serve", "--demo", "--listen", "127.0.0.1:0"];
        Self::of(openvisit(folder).args(serve).envs(settings.iter().copied()))
    }

    /// By a command of one's own.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.env("OPENVISIT_MEDIA_PORT", "0").spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let mut lines = stderr.lines().map(Result::unwrap);
        let media = lines.find(|line| line.contains("the media server is listening")).unwrap();
        let (_, ports) = media.split_once("udp=[").unwrap();
        let media_port = ports.split([',', ']']).next().unwrap().parse().unwrap();
        let listening = lines.find(|line| line.contains("listening on ")).unwrap();
        // Read on, or the server cannot write.
        std::thread::spawn(move || lines.for_each(drop));
        let url = listening.split("listening on ").last().unwrap().trim().to_owned();
        Self { child, url, media_port }
    }

    /// Stops it as an operator does, and tells how it went.
    pub fn stop(mut self) -> bool {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

/// A test that fails leaves no server behind.
impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the broker of scripts/rabbitmq.sh shows whoever comes by TLS.
pub fn broker_certificate() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_openvisit")).ancestors().nth(2).unwrap();
    target.join("rabbitmq/certificate.pem")
}

pub async fn post(url: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("{url}/api/v1{path}")).bearer_auth(token).json(&body);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
