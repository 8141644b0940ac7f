//! The program, as an operator meets it.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::running::{Running, openvisit, post};

pub fn run(folder: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut child = openvisit(folder).args(arguments).spawn().unwrap();
    // A command that refuses at once does not read it.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

pub fn out(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub fn add(folder: &Path, email: &str, password: &str) -> Output {
    let arguments = ["user", "add", "--email", email, "--name", "A", "--role", "admin", "--password-stdin"];
    run(folder, &arguments, password)
}

pub async fn login(url: &str, password: &str) -> u16 {
    post(url, "/auth/login", "", json!({ "email": "a@example.org", "password": password })).await.0
}

#[tokio::test]
async fn an_account_made_here_signs_in_there() {
    let folder = tempfile::tempdir().unwrap();
    let id = out(&add(folder.path(), "a@example.org", "correct horse\n"));
    assert_eq!(id.trim().len(), 36);
    assert!(refused(&add(folder.path(), "a@example.org", "correct horse")).contains("this email is taken"));
    assert!(refused(&add(folder.path(), "b@example.org", "short")).contains("at least 12 characters"));
    assert!(refused(&add(folder.path(), "no address", "correct horse")).contains("email"));

    let server = Running::start(folder.path());
    assert_eq!(login(&server.url, "correct horse").await, 200);
    let change = ["user", "password", "--email", "a@example.org", "--password-stdin"];
    out(&run(folder.path(), &change, "another horse"));
    assert_eq!(login(&server.url, "correct horse").await, 401);
    assert_eq!(login(&server.url, "another horse").await, 200);
    assert!(server.stop());
}

#[test]
fn a_backup_that_fails_leaves_nothing_that_looks_like_one() {
    let folder = tempfile::tempdir().unwrap();
    out(&add(folder.path(), "a@example.org", "correct horse"));
    let whole = folder.path().join("whole.db");
    out(&run(folder.path(), &["backup", whole.to_str().unwrap()], ""));
    // As on a disk that is full: no file may be longer than half of it, in units of 1,024 bytes.
    let half = std::fs::metadata(&whole).unwrap().len() / 2_048;
    let limited =
        format!("trap '' XFSZ; ulimit -f {half}; exec {} backup half.db", env!("CARGO_BIN_EXE_openvisit"));
    let mut shell = Command::new("bash");
    shell.args(["-c", &limited]).current_dir(folder.path()).env_remove("OPENVISIT_CONFIG");
    let done = shell.output().unwrap();
    refused(&done);
    assert!(!folder.path().join("half.db").exists(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[tokio::test]
async fn a_backup_brings_back_what_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    out(&add(path, "a@example.org", "correct horse"));
    let server = Running::start(path);
    out(&run(path, &["backup", "copy.db"], ""));
    assert!(refused(&run(path, &["backup", "copy.db"], "")).contains("copy.db cannot be made"));
    assert!(server.stop());

    out(&run(path, &["user", "password", "--email", "a@example.org", "--password-stdin"], "another horse"));
    let first = path.join("data/openvisit.db.before-restore");
    std::fs::write(path.join("no.db"), "this is no database, and long enough to look like one").unwrap();
    assert!(refused(&run(path, &["restore", "no.db"], "")).contains("cannot be restored"));
    assert!(!first.exists());
    assert!(out(&run(path, &["restore", "copy.db"], "")).contains("before-restore"));
    let kept = std::fs::read(&first).unwrap();
    assert!(out(&run(path, &["restore", "copy.db"], "")).contains("before-restore-2"));
    assert_eq!(std::fs::read(&first).unwrap(), kept);
    let server = Running::start(path);
    assert_eq!(login(&server.url, "correct horse").await, 200);
    assert!(server.stop());
}

#[test]
fn config_check_says_what_is_in_force_and_what_is_missing() {
    let folder = TempDir::new().unwrap();
    std::fs::write(
        folder.path().join("openvisit.toml"),
        "wording = 'mechanic/customer'\njwt_secret = 'not to be shown here'",
    )
    .unwrap();
    let mut command = openvisit(folder.path());
    command.args(["config", "check"]).env("OPENVISIT_OVERRUN_SECONDS", "60").env("OPENVISIT_OVERUN", "1");
    let text = out(&command.output().unwrap());
    for line in [
        "listen = \"127.0.0.1:8086\"  # default",
        "wording = \"mechanic/customer\"  # file ",
        "overrun_seconds = 60  # environment variable OPENVISIT_OVERRUN_SECONDS",
        "jwt_secret = (not shown)",
        "warning: OPENVISIT_OVERUN is no setting",
        "amqp_url = (none)  # default",
        "No message broker: events go to webhooks only",
        "- https:",
        "- media.public_address:",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    assert!(!text.contains("not to be shown here"));
}

#[test]
fn config_check_shows_the_providers_and_fails_like_a_start() {
    let folder = TempDir::new().unwrap();
    let check = |settings: &str| {
        std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
        run(folder.path(), &["config", "check"], "")
    };
    let text = out(&check(
        "[livekit]\nurl = 'wss://livekit.example.org'\napi_key = 'k'\napi_secret = 'hidden, and long enough'",
    ));
    for line in [
        "livekit.url = \"wss://livekit.example.org/\"  # file ",
        "livekit.api_url = (none)  # default",
        "livekit.api_key = \"k\"  # file ",
        "livekit.api_secret = (not shown)  # file ",
        "jitsi.app_secret = (none)  # default",
        "notes_key = (generated, in the data folder)  # default",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    assert!(!text.contains("hidden"));
    let half = check("[jitsi]\nurl = 'https://meet.example.org'\napp_id = 'openvisit'");
    assert!(!half.status.success());
    let told = String::from_utf8(half.stderr).unwrap();
    assert!(told.contains("jitsi.url goes alone or with app_id and app_secret"), "{told}");
}

#[test]
fn config_check_tries_the_message_broker() {
    let folder = TempDir::new().unwrap();
    let check = |url: &str| {
        let mut command = openvisit(folder.path());
        out(&command.args(["config", "check"]).env("OPENVISIT_AMQP_URL", url).output().unwrap())
    };
    let text = check(&openvisit_testkit::broker::url());
    assert!(text.contains("The message broker answers; events go to exchange openvisit."), "{text}");
    let text = check("amqp://somebody:hidden@127.0.0.1:1/%2f");
    assert!(text.contains("warning: the message broker cannot be used (amqp_url):"), "{text}");
    assert!(text.contains("amqp_url = (not shown)") && !text.contains("hidden"), "{text}");
}

#[test]
fn the_log_is_json_where_an_operator_wants_it() {
    let folder = TempDir::new().unwrap();
    let mut command = openvisit(folder.path());
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "json"])
        .env("OPENVISIT_MEDIA_PORT", "0");
    let mut child = command.spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let read = lines.map(|line| serde_json::from_str::<Value>(&line).expect("each line is an object"));
    let listening = read.into_iter().find(|line| line["message"].as_str().unwrap().contains("listening on "));
    child.kill().unwrap();
    child.wait().unwrap();
    let line = listening.expect("it says where it listens");
    assert_eq!(line["level"], "INFO");
    assert!(line["timestamp"].is_string());
}

#[test]
fn a_wrong_setting_stops_the_start() {
    let folder = TempDir::new().unwrap();
    let told = refused(&run(folder.path(), &["serve", "--listen", "8086", "--log-format", "xml"], ""));
    assert!(told.contains("listen: ") && told.contains("log_format: \"xml\" is not allowed"), "{told}");
    let told = refused(&run(folder.path(), &["serve", "--listen", "8086"], ""));
    assert_eq!(
        told,
        "openvisit: listen: \"8086\" is not allowed\n  given in: command line --listen\n  \
         allowed: an address and port, such as 127.0.0.1:8086\n"
    );
    assert!(
        refused(&run(folder.path(), &["serve", "--config", "none.toml"], ""))
            .contains("there is no file none.toml")
    );
    assert!(!folder.path().join("data").exists(), "nothing is made before the settings are right");
}

#[tokio::test]
async fn a_session_can_be_inspected_without_its_names() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    out(&add(path, "a@example.org", "correct horse"));
    let server = Running::start(path);
    let body = json!({ "email": "a@example.org", "password": "correct horse" });
    let token = post(&server.url, "/auth/login", "", body).await.1["access_token"].clone();
    let admin = async |path: &str, body: Value| {
        let (status, answer) = post(&server.url, path, token.as_str().unwrap(), body).await;
        assert_eq!(status, 201, "{answer}");
        answer
    };
    let person = |email: &str, role: &str| json!({ "email": email, "name": "Erika Muster", "roles": [role] });
    let doctor = admin("/users", person("doctor@example.org", "practitioner")).await;
    let client = admin("/users", person("client@example.org", "client")).await;
    let booking = json!({
        "practitioner_id": doctor["id"], "client_id": client["id"], "starts_at": "2035-01-07T10:00:00Z",
        "duration_minutes": 30, "title": "Private matter", "notes": "Private notes",
    });
    let appointment = admin("/appointments", booking).await;
    for id in [&appointment["session_id"], &appointment["id"]] {
        let text = out(&run(path, &["session", "inspect", id.as_str().unwrap()], ""));
        for line in [
            "scheduled",
            "booked        2035-01-07T10:00:00Z",
            "due           2035-",
            "can be ended  yes",
            "timeline",
        ] {
            assert!(text.contains(line), "{line} is not in:\n{text}");
        }
        assert!(!text.contains("Muster") && !text.contains("Private"), "{text}");
    }
    let none = run(path, &["session", "inspect", "01890000-0000-7000-8000-000000000000"], "");
    assert!(refused(&none).contains("there is no session"));
    assert!(server.stop());
}

#[tokio::test]
async fn it_can_be_told_why_a_practitioner_sees_no_requests() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    std::fs::write(path.join("openvisit.toml"), "request_plan_tiers = { premium = ['gold'] }").unwrap();
    out(&add(path, "a@example.org", "correct horse"));
    let server = Running::start(path);
    let login = async |email: &str| {
        let body = json!({ "email": email, "password": "correct horse" });
        post(&server.url, "/auth/login", "", body).await.1["access_token"].as_str().unwrap().to_owned()
    };
    let admin = login("a@example.org").await;
    for (email, role) in [("m@example.org", "practitioner"), ("c@example.org", "client")] {
        let body =
            json!({ "email": email, "name": "Erika Muster", "roles": [role], "password": "correct horse" });
        assert_eq!(post(&server.url, "/users", &admin, body).await.0, 201);
    }
    let body = json!({ "plan": "premium", "concern": "Private matter" });
    let (status, request) = post(&server.url, "/requests", &login("c@example.org").await, body).await;
    assert_eq!(status, 201, "{request}");
    let id = request["id"].as_str().unwrap();

    let text = out(&run(path, &["practitioner", "inspect", "M@example.org"], ""));
    for line in [
        "accepts requests   no",
        "requests that wait 1, seen 0",
        &format!("{id}  does_not_accept_requests: the practitioner does not accept requests"),
        "Let the account accept requests: set practitioner.accepts_requests.",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    let text = text + &out(&run(path, &["session", "inspect", id], ""));
    for line in ["  pending\n", "can be ended  yes", "No doctor has accepted it yet"] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    assert!(!text.contains("Muster") && !text.contains("Private"), "{text}");
    let nobody = run(path, &["practitioner", "inspect", "nobody@example.org"], "");
    assert!(refused(&nobody).contains("there is no account"));
    assert!(server.stop());
}

/// A pipe that nobody reads any more, as `head` leaves it.
fn closed() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer
}

#[test]
fn commands_do_their_work_also_when_nobody_reads_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let id = out(&add(path, "a@example.org", "correct horse"));
    let commands: [&[&str]; 12] = [
        &["--help"],
        &["openapi"],
        &["openapi", "--dialect", "clinic"],
        &["asyncapi"],
        &["problems"],
        &["config", "check"],
        &["practitioner", "inspect", id.trim()],
        &["user", "add", "--email", "b@example.org", "--name", "B", "--role", "client", "--password-stdin"],
        &["backup", "copy.db"],
        &["restore", "copy.db"],
        &["keys", "rotate"],
        &["keys", "accept"],
    ];
    for command in commands {
        let heard = run_to(openvisit(path).args(command).stdout(closed()));
        let told = String::from_utf8_lossy(&heard.stderr);
        assert!(heard.status.success(), "{command:?}: {:?} {told}", heard.status);
        assert!(!told.contains("panicked"), "{command:?}: {told}");
    }
    assert!(path.join("copy.db").exists());
    assert!(refused(&add(path, "b@example.org", "correct horse")).contains("this email is taken"));
    let failing: [&[&str]; 3] =
        [&["restore", "no.db"], &["session", "inspect", id.trim()], &["--config", "no.toml", "check"]];
    for command in failing {
        let failed = run_to(openvisit(path).args(command).stdout(closed()).stderr(closed()));
        assert_eq!(failed.status.code(), Some(1), "{command:?}");
    }
}

fn run_to(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(b"correct horse");
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn a_server_goes_on_when_nobody_reads_its_log_any_more() {
    let folder = tempfile::tempdir().unwrap();
    out(&add(folder.path(), "a@example.org", "correct horse"));
    for format in ["text", "json"] {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--log-format", format];
        let mut server =
            openvisit(folder.path()).args(serve).env("OPENVISIT_MEDIA_PORT", "0").spawn().unwrap();
        let mut log = BufReader::new(server.stderr.take().unwrap()).lines().map(Result::unwrap);
        let listening = log.find(|line| line.contains("listening on ")).unwrap();
        let (_, url) = listening.split_once("listening on ").unwrap();
        let url = url.split('"').next().unwrap().trim().to_owned();
        drop(log);
        // Each of them is a line in the log.
        for _ in 0..3 {
            assert_eq!(post(&url, "/clients", "no token", json!({})).await.0, 401);
        }
        assert_eq!(login(&url, "correct horse").await, 200);
        let stopped = Command::new("kill").args(["-TERM", &server.id().to_string()]).status().unwrap();
        assert!(stopped.success() && server.wait().unwrap().success());
    }
}

#[test]
fn what_keeps_a_server_from_starting_is_told_once_and_before_it_says_that_it_listens() {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    let (taken, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("[::]:0").unwrap());
    let in_use = taken.local_addr().unwrap().to_string();
    let (media, none) = (udp.local_addr().unwrap().port().to_string(), "192.0.2.99:80");
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(path.join("cert.pem"), made.cert.pem()).unwrap();
    std::fs::write(path.join("key.pem"), other.signing_key.serialize_pem()).unwrap();
    let told = |listen: &str, settings: &[(&str, &str)]| {
        let mut serve = openvisit(path);
        serve
            .args(["serve", "--listen", listen])
            .env("OPENVISIT_MEDIA_PORT", "0")
            .envs(settings.iter().copied());
        let told = refused(&serve.output().unwrap());
        assert!(!told.contains("listening on http"), "{told}");
        let last = told.lines().last().unwrap().to_owned();
        for part in last.split(": ") {
            assert_eq!(last.matches(part).count(), 1, "{part:?} is told twice: {last}");
        }
        last
    };
    let free = "127.0.0.1:0";
    let tls = |certificate, key| [("OPENVISIT_TLS_CERTIFICATE", certificate), ("OPENVISIT_TLS_KEY", key)];
    let operation = [("OPENVISIT_OPERATION_LISTEN", in_use.as_str())];
    for (told, words) in [
        (told(&in_use, &[]), ["listen: cannot bind", "in use"]),
        (told(none, &[]), ["listen: cannot bind", "Cannot assign"]),
        (told(free, &operation), ["operation.listen: cannot bind", "in use"]),
        (told(free, &[("OPENVISIT_MEDIA_PORT", &media)]), ["media.port: cannot listen", "in use"]),
        (
            told(free, &[("OPENVISIT_MEDIA_BIND", "192.0.2.99")]),
            ["media.port: cannot listen", "Cannot assign"],
        ),
        (told(free, &tls("none.pem", "key.pem")), ["tls.certificate: cannot read none.pem", "No such file"]),
        (told(free, &tls("cert.pem", "none.pem")), ["tls.key: cannot read none.pem", "No such file"]),
        (told(free, &tls("key.pem", "key.pem")), ["tls.certificate", "there is no certificate in key.pem"]),
        (told(free, &tls("cert.pem", "cert.pem")), ["tls.key", "there is no private key in cert.pem"]),
        (
            told(free, &tls("cert.pem", "key.pem")),
            ["tls", "is not that of the first certificate in cert.pem"],
        ),
        (told(free, &[("OPENVISIT_DATA_DIR", "cert.pem")]), ["data_dir: cannot make", "cert.pem"]),
        (
            told(free, &[("OPENVISIT_DATABASE_URL", "postgres://a:b@127.0.0.1:1/c")]),
            ["database_url", "refused"],
        ),
        (told(free, &[("OPENVISIT_DATABASE_URL", "sqlite://cert.pem")]), ["database_url", "not a database"]),
    ] {
        assert!(words.iter().all(|word| told.contains(word)), "{words:?}: {told}");
    }
}

#[test]
fn config_check_shows_what_each_issuer_may_say() {
    let folder = TempDir::new().unwrap();
    let settings = r#"
        [[issuers]]
        issuer = "https://auth.clinic.example"
        audience = "openvisit"
        algorithms = ["RS256", "ES256"]
        jwks_url = "https://auth.clinic.example/keys"
        role_claim = "realm_access.roles"
        roles = { OWNER = "practitioner" }
        create_people = true
        [[issuers]]
        issuer = "portal"
        secret = "hidden, and long enough"
        accept_missing_issuer = true
        max_role = "client"
    "#;
    std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
    let text = out(&run(folder.path(), &["config", "check"], ""));
    for line in [
        "Tokens of \"https://auth.clinic.example\" are taken:",
        "- iss \"https://auth.clinic.example\"; aud \"openvisit\"; exp must be there",
        "- signed with RS256, ES256, by a key of https://auth.clinic.example/keys",
        "- who it is: claim \"sub\", name \"name\", e-mail \"email\"",
        "- role: claim \"realm_access.roles\"; \"OWNER\" is practitioner, at most practitioner",
        "- people who are not known yet are made",
        "- iss \"portal\", or none; aud not looked at; exp must be there",
        "- signed with HS256, by a key of its secret (not shown)",
        "- role: claim \"role\"; at most client",
        "- people who are not known yet are refused",
    ] {
        assert!(text.contains(&format!("{line}\n")), "{line} is not in:\n{text}");
    }
    assert!(!text.contains("hidden") && !text.contains("fingerprint"), "{text}");
    assert!(!folder.path().join("data").exists(), "nothing is made by looking");
    assert!(Running::start(folder.path()).stop());
    assert!(out(&run(folder.path(), &["config", "check"], "")).contains("The fingerprint of notes_key is "));
}
