//! Debian's coturn, on loopback and ports of its own, with a certificate for `localhost`.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use tempfile::TempDir;

/// How long a line of its log is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Turn {
    child: Child,
    log: Receiver<String>,
    pub port: u16,
    pub tls_port: u16,
    /// Who trusts it needs this.
    pub certificate: PathBuf,
    _folder: TempDir,
}

impl Turn {
    /// A server that lets in whom these options say.
    pub fn start(who: &[&str]) -> Self {
        // Somebody else may take a port that was free a moment ago.
        (0..5).find_map(|_| Self::try_start(who)).expect("a TURN server that starts")
    }

    fn try_start(who: &[&str]) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let file = |name: &str| folder.path().join(name);
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        std::fs::write(file("certificate.pem"), made.cert.pem()).unwrap();
        std::fs::write(file("key.pem"), made.signing_key.serialize_pem()).unwrap();
        let (port, tls_port) = (free_port(), free_port());
        let mut child = Command::new("turnserver")
            .args(["-n", "-v", "--no-cli", "--no-dtls", "--simple-log", "--log-file=stdout", "--realm=visit"])
            .args([
                "--listening-ip=127.0.0.1",
                "--relay-ip=127.0.0.1",
                "--cert=certificate.pem",
                "--pkey=key.pem",
            ])
            .args(["--userdb=users", "--pidfile=pid"])
            .args([format!("--listening-port={port}"), format!("--tls-listening-port={tls_port}")])
            .args(who)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("coturn: scripts/install-tools.sh test");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let (sender, log) = channel();
        std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
        let certificate = file("certificate.pem");
        let turn = Self { child, log, port, tls_port, certificate, _folder: folder };
        turn.says("UDP listener opened").then_some(turn)
    }

    /// Waits until its log says so; whether it did.
    pub fn says(&self, words: &str) -> bool {
        std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok()).any(|line| line.contains(words))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
