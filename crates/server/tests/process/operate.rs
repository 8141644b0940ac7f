//! `docs/operate.md` and `docs/scale.md`, where their blocks are other programs' files: those programs take them, and a call
//! gets through.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use openvisit_testkit::databases;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use crate::docs::{Block, blocks, free_port, repository};
use crate::nodes;
use crate::running::{Running, eventually, openvisit};

const PATIENCE: Duration = Duration::from_secs(60);

/// For one server.
const OPERATE: &str = "docs/operate.md";
/// For several.
const SCALE: &str = "docs/scale.md";

fn page(name: &str) -> Vec<Block> {
    blocks(&fs::read_to_string(repository().join(name)).unwrap())
}

/// The one block of a page that is this file.
fn file(name: &str, path: &str) -> String {
    let mut found = page(name).into_iter().filter(|block| block.file() == Some(path));
    let only = found.next().unwrap_or_else(|| panic!("{name} has no {path}"));
    assert!(found.next().is_none(), "{path} is there twice");
    only.text
}

/// Replaces what must be there.
fn replaced(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from} is not in:\n{text}");
        text.replace(from, to)
    })
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn must(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let told = said(&output);
    assert!(output.status.success(), "{command:?}: {told}");
    told
}

/// A private CA, and what it signed for `localhost`: as two files and as one.
#[derive(Clone)]
struct Certificates {
    ca: PathBuf,
    chain: PathBuf,
    key: PathBuf,
    both: PathBuf,
}

impl Certificates {
    fn new(folder: &Path) -> Self {
        let mut ours = CertificateParams::new(vec![]).unwrap();
        ours.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        ours.distinguished_name.push(DnType::CommonName, "a private CA");
        let ca_key = KeyPair::generate().unwrap();
        let ca = ours.self_signed(&ca_key).unwrap();
        let key = KeyPair::generate().unwrap();
        let leaf = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let leaf = leaf.signed_by(&key, &Issuer::new(ours, ca_key)).unwrap();
        let write = |name: &str, text: String| {
            let path = folder.join(name);
            fs::write(&path, text).unwrap();
            path
        };
        Self {
            ca: write("ca.pem", ca.pem()),
            chain: write("chain.pem", leaf.pem()),
            both: write("both.pem", leaf.pem() + &key.serialize_pem()),
            key: write("key.pem", key.serialize_pem()),
        }
    }
}

/// A proxy with the page's settings, on ports of its own.
struct Proxy {
    child: Child,
    http: String,
    https: String,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

/// Where one is to stand, and before what.
struct Site {
    folder: PathBuf,
    certificates: Certificates,
    page: &'static str,
    /// Our servers as the page calls them, and as they are: `127.0.0.1:…`.
    servers: Vec<(&'static str, String)>,
    http: String,
    https: String,
}

impl Site {
    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.join(name);
        fs::write(&path, text).unwrap();
        path
    }

    fn with_servers(&self, text: &str) -> String {
        let pairs: Vec<_> = self.servers.iter().map(|(called, is)| (*called, is.as_str())).collect();
        replaced(text, &pairs)
    }

    fn start(&self, command: &mut Command) -> Proxy {
        let log = fs::File::create(self.folder.join("proxy.log")).unwrap();
        let child =
            command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        Proxy { child, http: self.http.clone(), https: self.https.clone() }
    }

    fn nginx(&self) -> Proxy {
        let (http, https) =
            (format!("listen 127.0.0.1:{}", self.http), format!("listen 127.0.0.1:{}", self.https));
        let site = replaced(
            &file(self.page, "/etc/nginx/conf.d/openvisit.conf"),
            &[
                ("listen 80", &http),
                ("listen 443", &https),
                ("visit.example.org", "localhost"),
                ("/etc/ssl/openvisit/fullchain.pem", &self.certificates.chain.display().to_string()),
                ("/etc/ssl/openvisit/key.pem", &self.certificates.key.display().to_string()),
            ],
        );
        let site = self.with_servers(&site);
        let folder = self.folder.display();
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let temporary = temporary.map(|kind| format!("{kind}_temp_path {folder}/{kind};")).join(" ");
        let all = format!(
            "daemon off; worker_processes 1; pid {folder}/pid; error_log stderr;\nevents {{}}\n\
             http {{ {temporary} access_log off;\n{site}}}\n"
        );
        let path = self.write("nginx.conf", &all);
        let nginx = || {
            let mut nginx = Command::new("/usr/sbin/nginx");
            nginx.arg("-c").arg(&path).arg("-p").arg(&self.folder).arg("-e").arg("stderr");
            nginx
        };
        must(nginx().arg("-t"));
        self.start(&mut nginx())
    }

    fn caddy(&self) -> Proxy {
        let (chain, key) = (self.certificates.chain.display(), self.certificates.key.display());
        let site = format!("https://localhost:{} {{\n  tls {chain} {key}", self.https);
        let site = replaced(&file(self.page, "/etc/caddy/Caddyfile"), &[("visit.example.org {", &site)]);
        let site = self.with_servers(&site);
        let ports = format!("{{\n  admin off\n  http_port {}\n  https_port {}\n}}\n", self.http, self.https);
        let path = self.write("Caddyfile", &(ports + &site));
        let caddy = |verb: &str| {
            let mut caddy = Command::new("caddy");
            caddy.arg(verb).arg("--config").arg(&path).args(["--adapter", "caddyfile"]);
            caddy.env("HOME", &self.folder).env_remove("XDG_DATA_HOME").env_remove("XDG_CONFIG_HOME");
            caddy
        };
        must(&mut caddy("validate"));
        self.start(&mut caddy("run"))
    }

    fn haproxy(&self) -> Proxy {
        let (http, https) =
            (format!("bind 127.0.0.1:{}", self.http), format!("bind 127.0.0.1:{}", self.https));
        let all = replaced(
            &file(self.page, "/etc/haproxy/haproxy.cfg"),
            &[
                ("bind :80", &http),
                ("bind :443", &https),
                ("/etc/haproxy/openvisit.pem", &self.certificates.both.display().to_string()),
            ],
        );
        let all = self.with_servers(&all);
        let path = self.write("haproxy.cfg", &all);
        must(Command::new("/usr/sbin/haproxy").arg("-c").arg("-f").arg(&path));
        self.start(Command::new("/usr/sbin/haproxy").arg("-db").arg("-f").arg(&path))
    }
}

/// Starts one; somebody else may have taken a port that was free a moment ago.
fn start(
    folder: &Path,
    certificates: &Certificates,
    (page, servers): (&'static str, &[(&'static str, String)]),
    of: fn(&Site) -> Proxy,
) -> Proxy {
    let begun = Instant::now();
    loop {
        let site = Site {
            folder: folder.to_owned(),
            certificates: certificates.clone(),
            page,
            servers: servers.to_vec(),
            http: free_port(),
            https: free_port(),
        };
        let mut proxy = of(&site);
        while proxy.child.try_wait().unwrap().is_none() {
            let log = || fs::read_to_string(folder.join("proxy.log")).unwrap();
            assert!(begun.elapsed() < PATIENCE, "it does not answer: {}", log());
            // HAProxy asks the server once before it passes anything on to it.
            let asked = proxy.curl(certificates, &["-o", "/dev/null", "-w", "%{http_code}"], "/health");
            if asked == "200" {
                return proxy;
            }
            // Another program tells nobody when it has begun to listen.
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Proxy {
    fn curl(&self, certificates: &Certificates, arguments: &[&str], path: &str) -> String {
        let mut curl = Command::new("curl");
        curl.args(["-s", "--noproxy", "*", "--max-time", "30", "--cacert"])
            .arg(&certificates.ca)
            .args(arguments);
        said(&curl.arg(format!("https://localhost:{}{path}", self.https)).output().unwrap())
    }
}

/// What `openvisit check` finds through it, and what the page promises besides.
fn lets_calls_through(name: &str, of: fn(&Site) -> Proxy) {
    let folder = TempDir::new().unwrap();
    let certificates = Certificates::new(folder.path());
    let server = Running::start(folder.path());
    let address = server.url.replace("http://localhost", "127.0.0.1");
    let servers = [("127.0.0.1:8086", address.clone())];
    let proxy = start(folder.path(), &certificates, (OPERATE, &servers), of);

    let mut check = openvisit(folder.path());
    check.arg("check").env("SSL_CERT_FILE", &certificates.ca).env("OPENVISIT_LISTEN", &address);
    check.env("OPENVISIT_PUBLIC_URL", format!("https://localhost:{}", proxy.https));
    let told = said(&check.output().unwrap());
    let finds = |words: &str| told.lines().any(|line| line.starts_with("ok ") && line.contains(words));
    assert!(finds("it is this server"), "{name}: {told}");
    assert!(finds("messages come at once"), "{name}: {told}");
    // Whoever does not trust the private CA is told so.
    let told = said(&check.env_remove("SSL_CERT_FILE").output().unwrap());
    assert!(told.contains("nobody whom this machine trusts signed its certificate"), "{name}: {told}");

    let curl = |arguments: &[&str], path: &str| proxy.curl(&certificates, arguments, path);
    let status = ["-o", "/dev/null", "-w", "%{http_code}"];
    assert_eq!(curl(&status, "/metrics"), "404", "{name}");
    assert_eq!(curl(&["-o", "/dev/null", "-w", "%{http_version}"], "/ready"), "2", "{name}");
    // As large as a file in a chat may be. We refuse the stranger, perhaps before all of it has come; the proxy does not.
    let file = folder.path().join("large");
    fs::write(&file, vec![0; 10_000_000]).unwrap();
    let body = format!("@{}", file.display());
    let answer = curl(&["-i", "--data-binary", &body], "/api/v1/auth/login");
    assert!(answer.contains("x-request-id") || !answer.starts_with("HTTP/2 413"), "{name}: {answer}");
    let plain = ["-s", "-o", "/dev/null", "-w", "%{http_code}", "--noproxy", "*"];
    let plain = Command::new("curl").args(plain).arg(format!("http://localhost:{}/", proxy.http)).output();
    assert!(["301", "308"].contains(&said(&plain.unwrap()).as_str()), "{name}");
    drop(proxy);
    assert!(server.stop());
}

#[test]
fn calls_get_through_nginx() {
    lets_calls_through("nginx", Site::nginx);
}

#[test]
fn calls_get_through_caddy() {
    lets_calls_through("Caddy", Site::caddy);
}

#[test]
fn calls_get_through_haproxy() {
    lets_calls_through("HAProxy", Site::haproxy);
}

/// Polling stays at the node where it began, and everything else goes to the one that is left when the other is killed.
async fn is_balanced(of: fn(&Site) -> Proxy) {
    let database = databases::postgres().await;
    let folder = TempDir::new().unwrap();
    let certificates = Certificates::new(folder.path());
    let mut nodes = [nodes::node(folder.path(), &database.url), nodes::node(folder.path(), &database.url)];
    let address = |node: &Running| node.url.replace("http://localhost", "127.0.0.1");
    let servers = [("10.0.0.11:8086", address(&nodes[0])), ("10.0.0.12:8086", address(&nodes[1]))];
    let proxy = start(folder.path(), &certificates, (SCALE, &servers), of);
    let curl = |arguments: &[&str], path: &str| proxy.curl(&certificates, arguments, path);
    let jar = folder.path().join("cookies");
    let jar = jar.to_str().unwrap();
    for _ in 0..4 {
        let begun = curl(&["-c", jar], "/socket.io/?EIO=4&transport=polling");
        let sid = begun.split("\"sid\":\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let path = format!("/socket.io/?EIO=4&transport=polling&sid={sid}");
        for _ in 0..4 {
            let said = curl(&["-b", jar, "-H", "content-type: text/plain", "--data-binary", "3"], &path);
            assert_eq!(said, "ok");
        }
    }
    let status = ["-o", "/dev/null", "-w", "%{http_code}"];
    assert_eq!(curl(&status, "/metrics"), "404");
    nodes[0].child.kill().unwrap();
    eventually(PATIENCE, "only the other one is asked", async || {
        (0..8).all(|_| curl(&status, "/ready") == "200")
    })
    .await;
}

#[tokio::test]
async fn haproxy_balances_nodes() {
    is_balanced(Site::haproxy).await;
}

#[tokio::test]
async fn nginx_balances_nodes() {
    is_balanced(Site::nginx).await;
}

#[test]
fn systemd_takes_the_units_and_finds_ours_hardened() {
    let folder = TempDir::new().unwrap();
    let units = ["openvisit.service", "openvisit-backup.service", "openvisit-backup.timer"];
    for unit in units {
        let text = file(OPERATE, &format!("/etc/systemd/system/{unit}"));
        // The programs are not installed here.
        let here = text.replace("/usr/local/bin/openvisit", "/bin/true");
        fs::write(folder.path().join(unit), here.replace("/usr/local/sbin/openvisit-backup", "/bin/true"))
            .unwrap();
    }
    let told =
        must(Command::new("systemd-analyze").arg("verify").args(units.map(|unit| folder.path().join(unit))));
    assert_eq!(told, "");
    let hardened = ["security", "--offline=true", "--threshold=25"];
    must(Command::new("systemd-analyze").args(hardened).arg(folder.path().join("openvisit.service")));
}

#[test]
fn the_firewall_lets_in_what_the_server_listens_on_and_nothing_else() {
    let rules = file(OPERATE, "/etc/nftables.conf");
    for opened in ["tcp dport { 22, 80, 443 }", "udp dport 8087-8094", "tcp dport 8087 accept", "policy drop"]
    {
        assert!(rules.contains(opened), "{opened}");
    }
    assert!(!rules.contains("8086") && !rules.contains("9090"));
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("nftables.conf");
    fs::write(&path, rules).unwrap();
    let checked = Command::new("/usr/sbin/nft").arg("-c").arg("-f").arg(&path).output().unwrap();
    // Whoever may not look at this machine's rules cannot check others either.
    let told = said(&checked);
    assert!(checked.status.success() || told.contains("Operation not permitted"), "{told}");
}

/// The metrics of the sources, and what the page says of them; the fields of the log, and what writes them.
#[test]
fn what_is_watched_is_there() {
    let text = fs::read_to_string(repository().join("docs/operate.md")).unwrap();
    let names = fs::read_to_string(repository().join("crates/server/src/http/metrics/names.rs")).unwrap();
    let quoted = |text: &str, quote: char| -> Vec<String> {
        text.split(quote).skip(1).step_by(2).map(str::to_owned).collect()
    };
    let known: Vec<String> = names
        .split("describe_")
        .skip(1)
        .filter(|call| call.contains('!'))
        .filter_map(|call| quoted(call, '"').into_iter().next())
        .collect();
    assert!(known.len() > 25, "{known:?}");
    let section = |title: &str| {
        let (_, after) = text.split_once(&format!("\n## {title}\n")).unwrap();
        after.split("\n## ").next().unwrap().to_owned()
    };
    let shown: Vec<String> = quoted(&section("Metrics").replace("```", ""), '`');
    for name in &known {
        assert!(shown.contains(name), "docs/operate.md does not name the metric {name}");
    }
    let alerts = section("Alerts");
    let words = alerts.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    let of_prometheus = ["histogram_quantile"];
    for word in words.filter(|word| word.contains('_') && !of_prometheus.contains(word)) {
        let name = word.strip_suffix("_bucket").unwrap_or(word);
        let is_setting = alerts.contains(&format!(".{word}"));
        assert!(is_setting || known.iter().any(|known| known == name), "there is no metric {word}");
    }
    logged(&section("Log"));
}

fn logged(section: &str) {
    let sources = sources(&repository().join("crates"));
    let rows = section.lines().filter(|line| {
        line.starts_with("| INFO") || line.starts_with("| WARN") || line.starts_with("| ERROR")
    });
    let mut seen = 0;
    for row in rows {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        let message = cells[2].trim_matches('`');
        let level = cells[1].to_ascii_lowercase();
        let written = sources
            .iter()
            .flat_map(|source| calls(source, message))
            .find(|call| call.starts_with(&format!("tracing::{level}!")));
        let written = written.unwrap_or_else(|| panic!("nothing logs {message:?} as {level}"));
        for field in cells[3].split(',').map(|field| field.trim().trim_matches('`')) {
            assert!(written.contains(field), "{message:?} has no {field}: {written}");
        }
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}

/// What is logged with this message: each call up to it.
fn calls<'a>(source: &'a str, message: &str) -> Vec<&'a str> {
    let before =
        source.match_indices(&format!("\"{message}\"")).map(|(at, _)| &source[..at]).collect::<Vec<_>>();
    before.into_iter().filter_map(|before| Some(&before[before.rfind("tracing::")?..])).collect()
}

/// All that a release is made of.
fn sources(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
    found
}
