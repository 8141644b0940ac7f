//! Several processes on one PostgreSQL, as an operator sees them.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use openvisit_testkit::databases;

use crate::running::{Running, eventually, openvisit};

/// A node that was killed is forgotten ten seconds later; a slow machine takes its time.
const PATIENCE: Duration = Duration::from_secs(60);

fn shared(url: &str) -> [(&'static str, String); 4] {
    [
        ("OPENVISIT_DATABASE_URL", url.to_owned()),
        ("OPENVISIT_JWT_SECRET", "the same at all nodes".to_owned()),
        ("OPENVISIT_NOTES_KEY", "the same at all nodes".to_owned()),
        ("OPENVISIT_PASSCODE_PEPPER", "the same at all nodes".to_owned()),
    ]
}

pub fn node(folder: &Path, url: &str) -> Running {
    Running::of(openvisit(folder).args(["serve", "--listen", "127.0.0.1:0"]).envs(shared(url)))
}

fn told(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    openvisit(folder).args(arguments).envs(shared(url)).output().unwrap()
}

fn nodes_line(folder: &Path, url: &str) -> String {
    let report = String::from_utf8(told(folder, url, &["check"]).stdout).unwrap();
    report.lines().find(|line| line.contains(" nodes ")).unwrap().to_owned()
}

#[tokio::test]
async fn nodes_are_seen_drained_and_forgotten_when_they_are_gone() {
    let database = databases::postgres().await;
    let (folder, url) = (tempfile::tempdir().unwrap(), &database.url);
    let folder = folder.path();
    let (mut one, two) = (node(folder, url), node(folder, url));
    let port = |node: &Running| format!(":{} ", node.url.rsplit(':').next().unwrap());
    let line = nodes_line(folder, url);
    assert!(line.starts_with("ok ") && line.contains(&port(&one)) && line.contains(&port(&two)), "{line}");

    let refused = told(folder, url, &["drain", "--node", "nobody:1"]);
    let told_why = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && told_why.contains(port(&two).trim()), "{told_why}");
    let name = line.split([' ', '(']).find(|word| word.ends_with(port(&one).trim())).unwrap();
    let drained = told(folder, url, &["drain", "--node", name]);
    assert!(drained.status.success(), "{drained:?}");
    let ready =
        async |node: &Running| reqwest::get(format!("{}/ready", node.url)).await.unwrap().status() == 200;
    eventually(PATIENCE, "a node that is not ready", async || !ready(&one).await).await;
    assert!(ready(&two).await);
    assert!(nodes_line(folder, url).contains("takes no new ones"));

    // Keys that running nodes have are not given up for lost, and nobody is told to.
    for verb in ["accept", "rotate"] {
        let refused = told(folder, url, &["keys", verb]);
        let told_why = String::from_utf8(refused.stderr).unwrap();
        assert!(!refused.status.success() && told_why.contains(name), "{verb}: {told_why}");
    }
    let empty = tempfile::tempdir().unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let refused = openvisit(empty.path()).args(serve).env("OPENVISIT_DATABASE_URL", url).output().unwrap();
    let told_why = String::from_utf8(refused.stderr).unwrap();
    assert!(told_why.contains("scp ") && !told_why.contains("keys accept"), "{told_why}");
    assert!(told(folder, url, &["check", "--running"]).stdout.starts_with(b"ok "));

    // A newer version has been here: whoever runs goes on, and whoever starts says why it does not.
    let applied = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) \
                   values (9999, 'from the future', true, '', 0)";
    databases::tamper(url, applied).await;
    let refused = told(folder, url, &serve);
    let told_why = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && told_why.contains("schema version 9999"), "{told_why}");
    assert!(told_why.contains("it was used by a newer one") && ready(&two).await, "{told_why}");
    databases::tamper(url, "delete from _sqlx_migrations where version = 9999").await;

    one.child.kill().unwrap();
    eventually(PATIENCE, "a node that is forgotten", async || !nodes_line(folder, url).contains(name)).await;
    assert!(two.stop());
    assert!(nodes_line(folder, url).contains("none serves"), "whoever stops says so");
}

#[tokio::test]
async fn a_drain_on_sqlite_says_what_to_do_instead() {
    let folder = tempfile::tempdir().unwrap();
    let refused = openvisit(folder.path()).arg("drain").output().unwrap();
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && told.contains("drain_seconds"), "{told}");
}
