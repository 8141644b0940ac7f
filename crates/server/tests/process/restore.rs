//! `openvisit restore` beside a running server: whatever port and folder are named by, the database stays whole.

use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use openvisit_testkit::databases;
use serde_json::json;

use crate::cli::{add, login, out, refused, run};
use crate::running::{Running, openvisit, post};

/// A way to name the folder of a server that runs, or its port.
#[derive(Default)]
struct Way {
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
    /// The working folder; that of the server where it is empty.
    from: PathBuf,
}

impl Way {
    fn told(arguments: &[&str]) -> Self {
        Self { arguments: arguments.iter().map(|word| (*word).to_owned()).collect(), ..Self::default() }
    }

    fn set(name: &'static str, value: impl Into<String>) -> Self {
        Self { variables: vec![(name, value.into())], ..Self::default() }
    }

    fn from(self, folder: impl Into<PathBuf>) -> Self {
        Self { from: folder.into(), ..self }
    }

    /// What a command answers that must not be carried out.
    fn refused(&self, home: &Path, command: &[&str]) -> String {
        let mut program = openvisit(&home.join(&self.from));
        program.args(command).args(&self.arguments).envs(self.variables.iter().cloned());
        refused(&program.output().unwrap())
    }
}

/// All of them mean the folder `data` in `home`, which is absolute.
fn ways(home: &str, url: &str) -> Vec<Way> {
    let listen = |at: &str| Way::set("OPENVISIT_LISTEN", at);
    let by_url = [
        "sqlite://data/openvisit.db".to_owned(),
        "sqlite:data/openvisit.db".to_owned(),
        "sqlite://data/../link/./openvisit.db?mode=rwc".to_owned(),
        "sqlite://data/%6fpenvisit.db".to_owned(),
        "sqlite://file.db".to_owned(),
        format!("sqlite://{home}/data/openvisit.db"),
        format!("sqlite://{home}/link//openvisit.db"),
    ];
    let folders = ["data", "./data/", "data/../elsewhere/../data", "link", "link/", "elsewhere/link"];
    let mut ways = vec![
        Way::default(),
        Way::told(&["--data-dir", &format!("{home}/data")]),
        Way::told(&["--data-dir", &format!("{home}//link/")]),
        Way::told(&["--data-dir", "../data"]).from("elsewhere"),
        Way::told(&["--data-dir", "link"]).from("elsewhere"),
        Way::told(&["--data-dir", "."]).from("data"),
        Way::told(&["--config", "folder.toml"]),
        Way::told(&["--config", "../url.toml"]).from("elsewhere"),
        Way::set("OPENVISIT_CONFIG", "folder.toml"),
        Way::set("OPENVISIT_DATA_DIR", "./link"),
        Way::set("OPENVISIT_DATA_DIR", format!("{home}/data")).from("/"),
        Way::set("OPENVISIT_DATABASE_URL", format!("sqlite://{home}/data/openvisit.db")).from("elsewhere"),
        listen("127.0.0.1:0"),
        listen("127.0.0.1:1"),
        listen("[::1]:8086"),
        listen("0.0.0.0:0"),
        listen(url.trim_start_matches("http://").replace("localhost", "127.0.0.1").as_str()),
        Way::set("OPENVISIT_PUBLIC_URL", "https://visits.example.org"),
    ];
    ways.extend(folders.map(|folder| Way::told(&["--data-dir", folder])));
    ways.extend(by_url.iter().map(|url| Way::told(&["--database-url", url])));
    ways
}

#[tokio::test]
async fn nothing_is_restored_beside_a_running_server_however_port_and_folder_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let home = path.canonicalize().unwrap().display().to_string();
    out(&add(path, "a@example.org", "correct horse"));
    out(&run(path, &["backup", "copy.db"], ""));
    std::fs::create_dir(path.join("elsewhere")).unwrap();
    symlink(path.join("data"), path.join("link")).unwrap();
    symlink("../data", path.join("elsewhere/link")).unwrap();
    symlink("data/openvisit.db", path.join("file.db")).unwrap();
    std::fs::write(path.join("folder.toml"), "listen = '127.0.0.1:1'\ndata_dir = 'link'").unwrap();
    let by_url = format!("database_url = 'sqlite://{home}/link/openvisit.db'");
    std::fs::write(path.join("url.toml"), by_url).unwrap();
    let server = Running::start(path);
    // What is there now is not in the backup.
    let change = ["user", "password", "--email", "a@example.org", "--password-stdin"];
    out(&run(path, &change, "another horse"));

    let database = path.join("data/openvisit.db");
    let file = database.metadata().unwrap().ino();
    let copy = format!("{home}/copy.db");
    let named = format!("process {} (openvisit serve, listen 127.0.0.1:0) uses it", server.child.id());
    let ways = ways(&home, &server.url);
    assert!(ways.len() >= 20, "{}", ways.len());
    for way in &ways {
        for command in [&["restore", &copy][..], &["serve", "--listen", "127.0.0.1:0"]] {
            // Its own flag says more than the variable.
            let told = way.refused(path, command);
            assert!(told.contains(&named), "{command:?} {:?} {:?}: {told}", way.arguments, way.variables);
        }
        assert_eq!(database.metadata().unwrap().ino(), file, "another file is in its place");
    }
    assert!(!path.join("data/openvisit.db.before-restore").exists());
    // Another name of the same file, which only SQLite notices.
    std::fs::create_dir(path.join("hard")).unwrap();
    std::fs::hard_link(&database, path.join("hard/openvisit.db")).unwrap();
    let told = Way::told(&["--data-dir", "hard"]).refused(path, &["restore", "copy.db"]);
    assert!(told.contains("another program has it open"), "{told}");
    assert!(!path.join("hard/openvisit.db.restoring").exists());
    std::fs::remove_dir_all(path.join("hard")).unwrap();
    assert_eq!(login(&server.url, "another horse").await, 200);
    assert!(server.stop());
    is_whole(path, "another horse").await;

    let mut killed = Running::start(path);
    assert_eq!(login(&killed.url, "another horse").await, 200);
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    // No port is needed: somebody else's program may listen there.
    let somebody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut restore = openvisit(path);
    restore.args(["restore", "copy.db"]).env("OPENVISIT_LISTEN", somebody.local_addr().unwrap().to_string());
    out(&restore.output().unwrap());
    is_whole(path, "correct horse").await;
}

/// A backup of it can be restored elsewhere, which looks at all of it, and a server starts on it.
async fn is_whole(path: &Path, password: &str) {
    let trial = tempfile::tempdir().unwrap();
    let copy = trial.path().join("copy.db").display().to_string();
    out(&run(path, &["backup", &copy], ""));
    out(&run(trial.path(), &["restore", &copy, "--without-secrets"], ""));
    let server = Running::start(path);
    assert_eq!(login(&server.url, password).await, 200);
    assert!(server.stop());
}

#[tokio::test]
async fn a_postgresql_database_is_not_touched_by_restore() {
    let database = databases::postgres().await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    out(&add(path, "a@example.org", "correct horse"));
    out(&run(path, &["backup", "copy.db"], ""));
    let setting = format!("database_url = '{}'", database.url);
    std::fs::write(path.join("openvisit.toml"), &setting).unwrap();
    out(&add(path, "a@example.org", "another horse"));
    let server = Running::start(path);
    let ways = [
        Way::default(),
        Way::told(&["--config", "openvisit.toml"]),
        Way::told(&["--data-dir", "elsewhere"]),
        Way::told(&["--database-url", &database.url]),
        Way::set("OPENVISIT_DATABASE_URL", database.url.clone()),
    ];
    for way in ways {
        assert!(way.refused(path, &["restore", "copy.db"]).contains("pg_restore"), "{:?}", way.arguments);
    }
    assert_eq!(login(&server.url, "another horse").await, 200);
    let wrong = json!({ "email": "a@example.org", "password": "correct horse" });
    assert_eq!(post(&server.url, "/auth/login", "", wrong).await.0, 401);
    assert!(server.stop());
    database.discard().await;
}
