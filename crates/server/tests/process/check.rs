//! `openvisit check`, as an operator meets it: with what works, with what does not, and with what says nothing.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::path::Path;

use axum::Router;
use axum_server::tls_rustls::RustlsConfig;

use crate::running::{Running, broker_certificate, openvisit};
use crate::turn::Turn;
use openvisit_testkit::{broker, databases};
use tempfile::TempDir;

/// What the command told.
pub struct CheckOutput {
    pub text: String,
    pub succeeded: bool,
}

pub fn check(folder: &Path, settings: &[(&str, &str)]) -> CheckOutput {
    let done = openvisit(folder).arg("check").envs(settings.iter().copied()).output().unwrap();
    let told = [done.stdout, done.stderr].concat();
    CheckOutput { text: String::from_utf8(told).unwrap(), succeeded: done.status.success() }
}

impl CheckOutput {
    /// There is a line of this verdict about this thing, with these words in it.
    #[track_caller]
    pub fn says(&self, verdict: &str, thing: &str, words: &[&str]) {
        let about = |line: &&str| line.starts_with(&format!("{verdict:<8} {thing:<14} "));
        let found = self.text.lines().filter(about).any(|line| words.iter().all(|it| line.contains(it)));
        assert!(found, "no {verdict} of {thing} with {words:?} in:\n{}", self.text);
    }

    #[track_caller]
    pub fn fails(&self, thing: &str, words: &[&str]) {
        self.says("fault", thing, words);
        assert!(!self.succeeded, "{}", self.text);
        assert!(self.text.contains("found a fault"), "{}", self.text);
    }
}

/// Listens, and says nothing to whoever comes.
pub fn silent() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

/// A port that neither UDP nor TCP has.
fn free_for_both() -> u16 {
    let port = || UdpSocket::bind("[::]:0").unwrap().local_addr().unwrap().port();
    std::iter::repeat_with(port).find(|port| TcpListener::bind(("::", *port)).is_ok()).unwrap()
}

#[test]
fn a_server_that_does_not_run_is_said_to_and_nothing_is_left_behind() {
    let folder = TempDir::new().unwrap();
    let port = free_for_both().to_string();
    let told = check(
        folder.path(),
        &[
            ("OPENVISIT_MEDIA_PORT", &port),
            ("OPENVISIT_MEDIA_WORKERS", "1"),
            ("OPENVISIT_LISTEN", "127.0.0.1:1"),
        ],
    );
    told.says("warning", "public address", &["http://localhost:1", "does not run"]);
    told.says("ok", "media UDP", &[&port, "free"]);
    told.says("ok", "media TCP", &[&port, "free"]);
    told.says("ok", "broker", &["none"]);
    told.says("ok", "mail", &["none"]);
    told.says("ok", "database", &["at its first start", "sqlite"]);
    assert!(told.succeeded, "{}", told.text);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let things: Vec<_> = told.text.lines().map(|line| line[9..23].trim()).collect();
    let order = [
        "settings",
        "public address",
        "realtime",
        "media address",
        "media UDP",
        "media TCP",
        "broker",
        "mail",
        "database",
        "keys",
        "clock",
    ];
    assert_eq!(things, order);
}

#[test]
fn a_running_server_answers_to_its_operator() {
    let folder = TempDir::new().unwrap();
    let server = Running::start(folder.path());
    let (port, listen) = (server.media_port.to_string(), server.url.replace("http://localhost", "127.0.0.1"));
    let ours = [
        ("OPENVISIT_MEDIA_PORT", port.as_str()),
        ("OPENVISIT_MEDIA_WORKERS", "1"),
        ("OPENVISIT_LISTEN", listen.as_str()),
    ];
    let told = check(folder.path(), &ours);
    told.says("warning", "public address", &[&server.url, "on this machine only"]);
    told.says("ok", "realtime", &["at once"]);
    told.says("ok", "media UDP", &[&port, "it is this server"]);
    told.says("ok", "media TCP", &[&port, "it is this server"]);
    told.says("ok", "database", &["can be written"]);
    assert!(told.succeeded, "{}", told.text);

    let elsewhere = [&ours[..], &[("OPENVISIT_MEDIA_PUBLIC_ADDRESS", "127.0.0.1,192.0.2.99")]].concat();
    check(folder.path(), &elsewhere).says("ok", "media UDP", &["(127.0.0.1)"]);
    let elsewhere = [&ours[..], &[("OPENVISIT_MEDIA_PUBLIC_ADDRESS", "192.0.2.99")]].concat();
    let told = check(folder.path(), &elsewhere);
    told.says("warning", "media UDP", &["not at media.public_address", "192.0.2.99"]);
    told.says("warning", "media TCP", &["not at media.public_address"]);

    let stranger = TempDir::new().unwrap();
    let told = check(stranger.path(), &ours);
    told.says("warning", "media UDP", &["cannot be told without its secrets"]);
    told.says("warning", "public address", &["cannot be told without its secrets"]);
    let other = [&ours[..], &[("OPENVISIT_JWT_SECRET", "the secret of another server")]].concat();
    let told = check(stranger.path(), &other);
    told.fails("media UDP", &["another program"]);
    told.fails("media TCP", &["another program"]);
    told.fails("public address", &["another OpenVisit"]);
    assert!(!told.text.contains("the secret of another server"));
    assert_eq!(std::fs::read_dir(stranger.path()).unwrap().count(), 0);
    assert!(server.stop());
}

/// A proxy as one is set up in haste: it passes everything on but what makes a WebSocket. For one request of each connection.
fn plain_proxy(to: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let pass_on = move |from: TcpStream| {
        let mut server = TcpStream::connect(to).unwrap();
        for line in BufReader::new(&from).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
            let name = line.split(':').next().unwrap().to_ascii_lowercase();
            if !["upgrade", "connection"].contains(&name.as_str()) {
                write!(server, "{line}\r\n").unwrap();
            }
        }
        write!(server, "connection: close\r\n\r\n").unwrap();
        std::io::copy(&mut server, &mut &from).unwrap();
    };
    std::thread::spawn(move || listener.incoming().map_while(Result::ok).for_each(pass_on));
    address
}

#[test]
fn a_proxy_that_lets_no_websocket_through_is_told_what_it_lacks() {
    let folder = TempDir::new().unwrap();
    let server = Running::start(folder.path());
    let listen = server.url.replace("http://localhost", "127.0.0.1");
    let (port, proxy) = (server.media_port.to_string(), plain_proxy(listen.parse().unwrap()));
    let url = format!("http://{proxy}");
    let ours = [
        ("OPENVISIT_MEDIA_PORT", port.as_str()),
        ("OPENVISIT_MEDIA_WORKERS", "1"),
        ("OPENVISIT_LISTEN", listen.as_str()),
        ("OPENVISIT_PUBLIC_URL", url.as_str()),
    ];
    let told = check(folder.path(), &ours);
    told.says("ok", "public address", &["it is this server"]);
    told.says("warning", "realtime", &["polling", "proxy_set_header Upgrade $http_upgrade"]);
    assert!(told.succeeded, "{}", told.text);
    // A node that is stopped, whose balancer leads to another one of the same secrets.
    let stopped = [&ours[..], &[("OPENVISIT_LISTEN", "127.0.0.1:1")]].concat();
    let another = ["does not run", "another node answers"];
    check(folder.path(), &stopped).says("warning", "public address", &another);
    assert!(server.stop());
    check(folder.path(), &ours).says("warning", "realtime", &["does not run"]);
}

/// Answers everybody with this status, as proxies do for a server that is away.
async fn proxy_alone(status: u16) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let status = axum::http::StatusCode::from_u16(status).unwrap();
    let answering = Router::new().fallback(move || async move { status });
    tokio::spawn(async move { axum::serve(listener, answering).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxy_without_its_server_is_not_taken_for_something_else() {
    let folder = TempDir::new().unwrap();
    let (_listener, in_use) = silent();
    for status in [502, 503, 504, 521] {
        let (url, in_use) = (proxy_alone(status).await, in_use.to_string());
        let ours = |listen| [("OPENVISIT_PUBLIC_URL", url.as_str()), ("OPENVISIT_LISTEN", listen)];
        let words = ["the proxy is there, and the server behind it does not answer", &status.to_string()];
        // Where no server runs that is no fault of the proxy's.
        let away = check(folder.path(), &ours("127.0.0.1:1"));
        let elsewhere = check(folder.path(), &ours(&in_use));
        for thing in ["public address", "realtime"] {
            away.says("warning", thing, &words);
            elsewhere.says("fault", thing, &words);
        }
        assert!(!elsewhere.succeeded, "{}", elsewhere.text);
    }
    let url = proxy_alone(404).await;
    let other = [("OPENVISIT_PUBLIC_URL", url.as_str()), ("OPENVISIT_LISTEN", "127.0.0.1:1")];
    check(folder.path(), &other).fails("public address", &["something else answers", "404"]);
}

#[test]
fn addresses_that_keep_people_out_are_found() {
    let folder = TempDir::new().unwrap();
    let told = check(folder.path(), &[("OPENVISIT_PUBLIC_URL", "http://visit.example.org")]);
    told.fails("public address", &["https:// pages only"]);
    told.says("warning", "settings", &["public_url has visit.example.org, an address of documents"]);
    let private =
        [("OPENVISIT_PUBLIC_URL", "https://8.8.8.8"), ("OPENVISIT_MEDIA_PUBLIC_ADDRESS", "10.0.0.7")];
    check(folder.path(), &private).fails("media address", &["private", "10.0.0.7"]);
    // Another carries the calls: these addresses are for the odd one.
    let elsewhere = [&private[..], &[("OPENVISIT_JITSI_URL", "https://192.0.2.9")]].concat();
    check(folder.path(), &elsewhere).says("warning", "media address", &["private"]);
    let both = [&elsewhere[..], &[("OPENVISIT_MEDIA_FALLBACK", "embedded")]].concat();
    check(folder.path(), &both).says("fault", "media address", &["private"]);
    let off = [("OPENVISIT_MEDIA_TCP", "false"), ("OPENVISIT_MEDIA_PORT", "0")];
    let told = check(folder.path(), &off);
    told.says("warning", "media UDP", &["media.port is 0"]);
    told.says("warning", "media TCP", &["media.tcp is off"]);
    check(folder.path(), &[("OPENVISIT_MEDIA_BIND", "192.0.2.99")]).fails("media UDP", &["media.bind"]);
}

#[test]
fn the_broker_is_tried_and_left_as_it_was() {
    let folder = TempDir::new().unwrap();
    let (url, exchange) = (broker::url(), broker::exchange());
    let told = |url: &str| {
        check(folder.path(), &[("OPENVISIT_AMQP_URL", url), ("OPENVISIT_AMQP_EXCHANGE", exchange.as_str())])
    };
    // Twice: the first has not made it.
    for _ in 0..2 {
        told(&url).says("ok", "broker", &["creates its exchange when it starts", &exchange]);
    }
    let existing = [("OPENVISIT_AMQP_URL", url.as_str()), ("OPENVISIT_AMQP_EXCHANGE", "amq.topic")];
    check(folder.path(), &existing).says("ok", "broker", &["has our exchange", "amq.topic"]);
    let other_kind = [("OPENVISIT_AMQP_URL", url.as_str()), ("OPENVISIT_AMQP_EXCHANGE", "amq.fanout")];
    check(folder.path(), &other_kind).fails("broker", &["amq.fanout", "PRECONDITION_FAILED"]);

    let wrong = told(&url.replace("guest:guest", "guest:hidden-word"));
    wrong.fails("broker", &["cannot be used", "ACCESS_REFUSED"]);
    assert!(!wrong.text.contains("hidden-word"), "{}", wrong.text);
    told("amqp://127.0.0.1:1").fails("broker", &["cannot be used"]);
    let (_listener, address) = silent();
    told(&format!("amqp://{address}")).fails("broker", &["did not answer within"]);
}

#[test]
fn whoever_may_only_publish_is_no_fault_and_whoever_may_not_hears_why() {
    let folder = TempDir::new().unwrap();
    let (writer, booker) = (broker::url_of("writer"), broker::url_of("booker"));
    let told = |url: &str, exchange, events| {
        let settings = [
            ("OPENVISIT_AMQP_URL", url),
            ("OPENVISIT_AMQP_EXCHANGE", exchange),
            ("OPENVISIT_AMQP_EVENTS", events),
        ];
        check(folder.path(), &settings)
    };
    told(&booker, "amq.topic", r#"["appointment.booked"]"#).says("ok", "broker", &["has our exchange"]);
    told(&booker, "amq.topic", r#"["appointment.booked", "appointment.moved"]"#)
        .fails("broker", &["publishing appointment.moved", "ACCESS_REFUSED", "amq.topic"]);
    told(&writer, "amq.topic", r#"["*"]"#).fails("broker", &["ACCESS_REFUSED"]);
    told(&booker.replace("%2f", "missing"), "amq.topic", r#"["*"]"#)
        .fails("broker", &["NOT_ALLOWED", "missing"]);
}

#[test]
fn a_brokers_certificate_is_checked() {
    let folder = TempDir::new().unwrap();
    let (url, certificate) = (broker::tls_url(), broker_certificate());
    let told = |settings: &[(&str, &str)]| {
        check(folder.path(), &[&[("OPENVISIT_AMQP_URL", url.as_str())], settings].concat())
    };
    let trusted = told(&[("SSL_CERT_FILE", certificate.to_str().unwrap())]);
    trusted.says("ok", "broker", &["accepts our login"]);
    told(&[]).fails("broker", &["cannot be used", "certificate"]);
}

#[tokio::test]
async fn a_postgresql_is_tried() {
    let folder = TempDir::new().unwrap();
    let database = databases::postgres().await;
    let told = |url: &str| check(folder.path(), &[("OPENVISIT_DATABASE_URL", url)]);
    let works = told(&database.url);
    works.says("ok", "database", &["can be written", "postgres"]);
    works.says("ok", "clock", &["right", "the database"]);
    told(&format!("{}_missing", database.url)).fails("database", &["no database of this name (3D000)"]);
    let (_, server) = database.url.split_once('@').unwrap();
    told(&format!("postgres://nobody:hidden-word@{server}")).fails("database", &["refuses this user", "(28"]);
    told("postgres://somebody:hidden-word@127.0.0.1:1/none").fails("database", &["database_url"]);
    let (_listener, address) = silent();
    let silent = told(&format!("postgres://somebody:hidden-word@{address}/none"));
    silent.fails("database", &["did not answer within"]);
    assert!(!silent.text.contains("hidden-word"), "{}", silent.text);
    database.discard().await;
}

#[test]
fn a_file_that_is_no_database_or_may_not_be_written_is_found() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("data/openvisit.db");
    std::fs::create_dir(folder.path().join("data")).unwrap();
    std::fs::write(&file, "this is no database, and long enough to look like one".repeat(30)).unwrap();
    check(folder.path(), &[]).fails("database", &["cannot be used", "damaged", "Restore a backup"]);

    std::fs::remove_file(&file).unwrap();
    assert!(Running::start(folder.path()).stop());
    let read_only = format!("sqlite://{}?mode=ro", file.display());
    check(folder.path(), &[("OPENVISIT_DATABASE_URL", &read_only)])
        .fails("database", &["may not write it", "whose they are", "(8)"]);
    check(folder.path(), &[]).says("ok", "database", &["can be written"]);
}

/// What is told of these STUN and TURN servers, with this secret for all.
fn check_ice(urls: &[String], secret: Option<&str>, more: &[(&str, &str)]) -> CheckOutput {
    let folder = TempDir::new().unwrap();
    let secret = secret.map(|secret| format!("secret = '{secret}'")).unwrap_or_default();
    let file = format!("[[media.ice_servers]]\nurls = {urls:?}\n{secret}\n");
    std::fs::write(folder.path().join("openvisit.toml"), file).unwrap();
    check(folder.path(), more)
}

#[test]
fn a_turn_server_is_asked_as_a_browser_asks_it() {
    let turn = Turn::start(&["--use-auth-secret", "--static-auth-secret=shared-secret"]);
    let (port, tls_port) = (turn.port, turn.tls_port);
    let urls = [
        format!("stun:localhost:{port}"),
        format!("turn:localhost:{port}?transport=udp"),
        format!("turn:localhost:{port}?transport=tcp"),
        format!("turns:localhost:{tls_port}"),
    ];
    let trusted = ("SSL_CERT_FILE", turn.certificate.to_str().unwrap());
    let told = check_ice(&urls, Some("shared-secret"), &[trusted]);
    told.says("ok", "STUN/TURN", &[&urls[0], "answers (127.0.0.1)"]);
    for url in &urls[1..] {
        told.says("ok", "STUN/TURN", &[url, "relays for them (127.0.0.1)"]);
        // The allocation was given back.
        assert!(turn.says("lifetime=0"));
    }
    assert!(told.succeeded, "{}", told.text);

    let told = check_ice(&urls, Some("another-secret"), &[]);
    told.says("ok", "STUN/TURN", &[&urls[0]]);
    for url in &urls[1..3] {
        told.fails("STUN/TURN", &[url, "refuses our credentials", "(401)"]);
    }
    told.fails("STUN/TURN", &[&urls[3], "cannot be reached", "certificate"]);
    assert!(!told.text.contains("another-secret"), "{}", told.text);
    let told = check_ice(&urls, None, &[]);
    told.fails("STUN/TURN", &[&urls[1], "needs credentials"]);
}

#[test]
fn a_turn_server_for_strangers_is_found() {
    let turn = Turn::start(&["--no-auth"]);
    let url = format!("turn:localhost:{}", turn.port);
    let told = check_ice(&[url], Some("shared-secret"), &[]);
    told.says("warning", "STUN/TURN", &["without credentials"]);
    assert!(turn.says("lifetime=0"));
}

#[test]
fn a_turn_server_that_is_none_is_found() {
    let (_listener, silent_tcp) = silent();
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let silent_udp = socket.local_addr().unwrap();
    let folder = TempDir::new().unwrap();
    let server = Running::start(folder.path());
    let web = server.url.trim_start_matches("http://");
    let urls = [
        "turn:127.0.0.1:1".to_owned(),
        "turn:127.0.0.1:1?transport=tcp".to_owned(),
        format!("turn:{silent_tcp}?transport=tcp"),
        format!("turn:{silent_udp}"),
        format!("turns:{web}"),
        format!("turn:{web}?transport=tcp"),
        "turn:nowhere.invalid".to_owned(),
    ];
    let told = check_ice(&urls, Some("shared-secret"), &[]);
    let expected = [
        "cannot be reached",
        "cannot be reached",
        "did not answer within",
        "did not answer within",
        "cannot be reached",
        "answers, but not as",
        "cannot be reached",
    ];
    for (url, words) in urls.iter().zip(expected) {
        told.fails("STUN/TURN", &[url, words]);
    }
}

/// Answers every request with this, by TLS.
async fn keys(answer: &'static str, certificate: &Path, key: &Path) -> SocketAddr {
    openvisit_app::crypto::choose_provider();
    let config = RustlsConfig::from_pem_file(certificate, key).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let answering = Router::new().fallback(move || async move { answer });
    let serving =
        axum_server::from_tcp_rustls(listener, config).unwrap().serve(answering.into_make_service());
    tokio::spawn(serving);
    address
}

/// One of RSA, one of Ed25519 and one that signs nothing.
const JWKS: &str = r#"{ "keys": [
    { "kty": "RSA", "kid": "a", "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXboIRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4gs_7svlJJQ4H9_NxsiIoLwAEk7-Q3UXERGYw_75IDrGA84-lA_-Ct4eTlXHBIY2EaV7t7LjJaynVJCpkv4LKjTTAumiGUIuQhrNhZLuF_RJLqHpM2kgWFLU7-VTdL1VbC2tejvcI2BlMkEpk1BzBZI0KQB0GaDWFLN-aEAw3vRw", "e": "AQAB" },
    { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
    { "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB" } ] }"#;

#[tokio::test(flavor = "multi_thread")]
async fn each_issuers_keys_are_fetched_and_counted() {
    let folder = TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let good = format!("https://localhost:{}/keys", keys(JWKS, &certificate, &key).await.port());
    let strange = format!("https://localhost:{}/", keys("<html>", &certificate, &key).await.port());
    let issuers = [
        ("right", "algorithms = ['RS256', 'EdDSA']", good.as_str()),
        ("changing", "algorithms = ['RS256', 'ES256']", good.as_str()),
        ("other", "algorithm = 'ES256'", good.as_str()),
        ("strange", "algorithm = 'RS256'", strange.as_str()),
        ("away", "algorithm = 'RS256'", "https://localhost:1/keys?code=hidden-word"),
    ];
    let each = issuers.map(|(name, algorithms, url)| {
        format!("[[issuers]]\nissuer = '{name}'\n{algorithms}\njwks_url = '{url}'\n")
    });
    let given = "[[issuers]]\nissuer = 'given'\nsecret = 'sixteen letters at least'\n";
    std::fs::write(folder.path().join("openvisit.toml"), each.concat() + given).unwrap();
    let trusted = check(folder.path(), &[("SSL_CERT_FILE", certificate.to_str().unwrap())]);
    trusted.says("ok", "issuer", &["right: ", "(RS256: 1, EdDSA: 1; https://localhost"]);
    trusted.says("warning", "issuer", &["changing: ", "(RS256: 1, ES256: 0; "]);
    trusted.fails("issuer", &["other: ", "no key", "(ES256: 0; "]);
    trusted.fails("issuer", &["strange: ", "something else"]);
    trusted.fails("issuer", &["away: ", "cannot be fetched", "refused", "https://localhost:1/keys)"]);
    trusted.says("ok", "issuer", &["given: ", "in the settings"]);
    assert!(!trusted.text.contains("hidden-word"), "{}", trusted.text);
    // A certificate of somebody whom this machine does not trust.
    check(folder.path(), &[]).fails("issuer", &["right: ", "cannot be fetched", "certificate"]);
}
