//! E-mail, as operators try it and through kills: each message that is called for arrives, and what arrives twice has the
//! same id.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use openvisit_testkit::mail::{Mail, MailServer, Manners, Mood, acceptor};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::running::{Running, eventually, openvisit, post};

const PATIENCE: Duration = Duration::from_secs(30);
const PASSWORD: &str = "correct horse";

/// What `openvisit mail check` says.
fn check(folder: &Path, settings: &[(&str, &str)]) -> (bool, String) {
    let mut command = openvisit(folder);
    command.args(["mail", "check", "ada@clients.test"]).envs(settings.iter().copied());
    let out = command.output().unwrap();
    let said = [out.stdout, out.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    assert!(!said.contains("geheim"), "{said}");
    (out.status.success(), said)
}

fn checked(mail: &MailServer, url: &str, more: &[(&str, &str)]) -> (bool, String) {
    let folder = tempfile::tempdir().unwrap();
    let url = url.replace("HOST", &format!("localhost:{}", mail.address.port()));
    let mut settings =
        vec![("OPENVISIT_MAIL_URL", url.as_str()), ("OPENVISIT_MAIL_FROM", "visit@praxis.test")];
    settings.extend(more);
    // The mail server is in this process.
    tokio::task::block_in_place(|| check(folder.path(), &settings))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_tries_the_mail_server_and_reads_what_it_said() {
    let mail = MailServer::start().await;
    for (mood, succeeds, says) in [
        (Mood::Takes, true, "took it: 250 2.0.0 queued as 7"),
        (Mood::KnowsNobody, false, "does not take mail to this address: 550"),
        (Mood::DislikesSender, false, "does not take mail from mail.from: 550 5.7.1 sender not allowed"),
        (Mood::DislikesContent, false, "does not take the message: 554 5.7.1 looks like spam"),
        (Mood::Away, false, "cannot be used"),
    ] {
        mail.set(mood);
        let (succeeded, said) = checked(&mail, "smtp://HOST", &[]);
        assert_eq!(succeeded, succeeds, "{said}");
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(mail.mails().len(), 1);
    assert_eq!(mail.mails()[0].subject(), "OpenVisit: e-mail works");

    let folder = tempfile::tempdir().unwrap();
    let (succeeded, said) = check(folder.path(), &[]);
    assert!(!succeeded && said.contains("there is no block [mail]"), "{said}");
    let (succeeded, said) = check(folder.path(), &[("OPENVISIT_MAIL_URL", "http://ada:geheim@mail.test")]);
    assert!(!succeeded && said.contains("begins with neither smtps:// nor smtp://"), "{said}");
    let (succeeded, said) = check(folder.path(), &[("OPENVISIT_MAIL_URL", "smtps://ada:geheim@mail.test")]);
    assert!(!succeeded && said.contains("mail.from: is missing"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_asked_for_and_a_certificate_that_nobody_trusts_is_not_taken() {
    openvisit_app::crypto::choose_provider();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("certificate.pem");
    std::fs::write(&file, made.cert.pem()).unwrap();
    let tls = || acceptor(made.cert.der().as_ref(), &made.signing_key.serialize_der());
    let login = Some(("praxis", "geheim-%word"));
    let wrapped = MailServer::with(Manners { tls: Some(tls()), login, ..Manners::default() }).await;
    let upgraded = MailServer::with(Manners { starttls: Some(tls()), login, ..Manners::default() }).await;
    let plain = MailServer::start().await;
    let trusted = [("SSL_CERT_FILE", file.to_str().unwrap())];
    let user = "praxis:geheim-%25word@";
    for (mail, url) in
        [(&wrapped, format!("smtps://{user}HOST")), (&upgraded, format!("smtp://{user}HOST?tls=required"))]
    {
        let (succeeded, said) = checked(mail, &url, &trusted);
        assert!(succeeded, "{said}");
        let (succeeded, said) = checked(mail, &url, &[]);
        assert!(!succeeded && said.contains("cannot be used") && said.contains("certificate"), "{said}");
        let (succeeded, said) = checked(mail, &url.replace("word", "other"), &trusted);
        assert!(!succeeded && said.contains("cannot be used: 535"), "{said}");
        assert_eq!(mail.mails().len(), 1);
    }
    let (succeeded, said) = checked(&plain, "smtp://HOST?tls=required", &trusted);
    assert!(!succeeded && said.contains("STARTTLS"), "{said}");
    let (succeeded, said) = checked(&plain, "smtps://HOST", &trusted);
    assert!(!succeeded && said.contains("cannot be used"), "{said}");
    assert!(plain.mails().is_empty());
}

#[test]
fn a_wrong_template_stops_the_start_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let templates = folder.path().join("texts");
    std::fs::create_dir_all(templates.join("fr")).unwrap();
    std::fs::write(templates.join("fr/moved.txt"), "Déplacé\n\n{{ nam }}\n").unwrap();
    let mut command = openvisit(folder.path());
    command.args(["serve", "--listen", "127.0.0.1:0"]).env("OPENVISIT_MEDIA_PORT", "0");
    command.env("OPENVISIT_MAIL_URL", "smtp://127.0.0.1:1").env("OPENVISIT_MAIL_FROM", "visit@praxis.test");
    command.env("OPENVISIT_MAIL_TEMPLATES", &templates);
    let out = command.output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    let place = format!("{}, line 3", templates.join("fr/moved.txt").display());
    assert!(!out.status.success() && said.contains(&place), "{said}");
}

/// A practice whose server is killed again and again.
struct World {
    folder: TempDir,
    mail: Arc<MailServer>,
    server: Running,
    doctor: String,
    client: Value,
}

impl World {
    async fn new() -> Self {
        let mail = Arc::new(MailServer::start().await);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("openvisit.toml"), mail.settings()).unwrap();
        add_practitioner(folder.path());
        let server = Running::start(folder.path());
        let login = json!({ "email": "ada@praxis.test", "password": PASSWORD });
        let (_, signed_in) = post(&server.url, "/auth/login", "", login).await;
        let doctor = signed_in["access_token"].as_str().unwrap().to_owned();
        let client = json!({ "name": "Carla", "email": "carla@clients.test" });
        let (_, made) = post(&server.url, "/clients", &doctor, client).await;
        Self { folder, mail, server, doctor, client: made["id"].clone() }
    }

    async fn book(&self, hours: i64) -> Option<(String, String)> {
        let starts_at = Timestamp::now() + SignedDuration::from_hours(24 * 9 + hours);
        let booking = json!({ "client_id": self.client, "starts_at": starts_at, "duration_minutes": 30, "passcode": false });
        let (status, booked) = post(&self.server.url, "/appointments", &self.doctor, booking).await;
        assert_eq!(status, 201, "{booked}");
        Some((booked["id"].as_str()?.to_owned(), booked["session_id"].as_str()?.to_owned()))
    }

    async fn move_to(&self, appointment: &str, hours: i64) {
        let starts_at = Timestamp::now() + SignedDuration::from_hours(24 * 40 + hours);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/api/v1/appointments/{appointment}", self.server.url);
        let request = client.patch(url).bearer_auth(&self.doctor).json(&json!({ "starts_at": starts_at }));
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    async fn cancel(&self, appointment: &str) {
        let path = format!("/appointments/{appointment}/cancel");
        assert_eq!(post(&self.server.url, &path, &self.doctor, json!({})).await.0, 200);
    }

    fn kill_and_start(&mut self) {
        self.server.child.kill().unwrap();
        self.server.child.wait().unwrap();
        self.server = Running::start(self.folder.path());
    }

    async fn until(&self, what: &str, so: impl Fn(&[Mail]) -> bool) -> Vec<Mail> {
        eventually(PATIENCE, what, async || so(&self.mail.mails())).await;
        self.mail.mails()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_sending_and_marking_the_same_id_goes_out_again() {
    let mut world = World::new().await;
    for round in 0..3 {
        world.mail.set(Mood::SilentAfterData);
        world.book(round).await;
        let known = 2 * usize::try_from(round).unwrap();
        let sent = world.until("it is sent", |mails| mails.len() == known + 1).await;
        world.mail.set(Mood::Takes);
        world.kill_and_start();
        let again = world.until("it is sent again", |mails| mails.len() == known + 2).await;
        let (first, second) = (&sent[known], &again[known + 1]);
        assert_eq!((first.id(), first.secret()), (second.id(), second.secret()));
    }
    assert!(world.server.stop());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn through_kills_everybody_is_told_how_it_stands_in_the_end() {
    let mut world = World::new().await;
    let mut stands = BTreeMap::new();
    for round in 0..5 {
        for n in 0..4 {
            let hour = round * 4 + n;
            let (appointment, session) = world.book(hour).await.unwrap();
            if n % 2 == 1 {
                world.move_to(&appointment, hour).await;
            }
            if n >= 2 {
                world.cancel(&appointment).await;
            }
            stands.insert(session, n);
        }
        world.kill_and_start();
    }
    let told = |mails: &[Mail]| {
        let mut told: BTreeMap<String, (i64, Vec<String>)> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for entry in mails.iter().map(Mail::calendar) {
            let value =
                |name: &str| entry.iter().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
            let (of, sequence) = (value("UID:"), value("SEQUENCE:").parse().unwrap());
            seen.insert(of.clone());
            let last = told.entry(of).or_insert((-1, vec![]));
            if sequence >= last.0 {
                *last = (sequence, vec![value("METHOD:"), value("DTSTART:")]);
            }
        }
        told
    };
    // Of what was cancelled before anybody heard of it, nobody need hear.
    let is_told = |mails: &[Mail]| {
        let told = told(mails);
        stands.iter().all(|(session, n)| {
            let last = told.get(session).map(|(_, last)| last[0].as_str());
            if *n >= 2 { matches!(last, None | Some("CANCEL")) } else { last == Some("REQUEST") }
        })
    };
    let mails = world.until("all are told how it stands", is_told).await;
    let mut by_id: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for mail in &mails {
        by_id.entry(mail.id()).or_default().insert(mail.to.join(","));
    }
    assert!(by_id.values().all(|to| to.len() == 1));
    assert!(world.server.stop());
}

fn add_practitioner(folder: &Path) {
    let mut child = openvisit(folder)
        .args([
            "user",
            "add",
            "--role",
            "practitioner",
            "--email",
            "ada@praxis.test",
            "--name",
            "Dr. Ada",
            "--password-stdin",
        ])
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
}
