//! Nobody but the server's account reads what it keeps, whatever its account lets others do by default.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cli::{out, refused, run};
use crate::running::{Running, openvisit};

/// The program, of an account that lets everybody read and write what it makes.
fn careless(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$0\" \"$@\"", env!("CARGO_BIN_EXE_openvisit")]).args(arguments);
    command.current_dir(folder).env_remove("OPENVISIT_CONFIG");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

const SERVE: [&str; 3] = ["serve", "--listen", "127.0.0.1:0"];

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Everything in the data folder is its owner's alone; how many files there are.
fn all_private(folder: &Path) -> usize {
    let files: Vec<_> = folder.join("data").read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in &files {
        assert_eq!(mode(file), 0o600, "{}: {:o}", file.display(), mode(file));
    }
    files.len()
}

#[test]
fn what_is_made_is_the_accounts_own_also_where_it_would_let_everybody_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let careless_run = |arguments: &[&str]| out(&careless(path, arguments).output().unwrap());
    let server = Running::of(&mut careless(path, &SERVE));
    assert_eq!(mode(&path.join("data")), 0o700);
    // The database with its two files, two locks, the secrets.
    assert_eq!(all_private(path), 6);
    careless_run(&["backup", "copy.db"]);
    assert_eq!(mode(&path.join("copy.db")), 0o600);
    assert!(server.stop());
    for command in [&["restore", "copy.db"][..], &["keys", "rotate"], &["keys", "accept"]] {
        careless_run(command);
        assert!(all_private(path) >= 5, "{command:?}");
    }
}

#[test]
fn what_was_opened_to_others_by_hand_is_closed_or_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(Running::start(path).stop());
    let data = path.join("data");
    let open_all = || {
        for entry in data.read_dir().unwrap() {
            set_mode(&entry.unwrap().path(), 0o666);
        }
    };
    open_all();
    // Secrets that others may have read are no secrets any more: somebody has to know.
    let told = refused(&run(path, &SERVE, ""));
    assert!(told.contains("secrets.toml can be read by others; run: chmod 600"), "{told}");
    set_mode(&data.join("secrets.toml"), 0o600);
    let mut killed = Running::start(path);
    assert_eq!(all_private(path), 6);
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    // With what a killed one leaves beside the database.
    open_all();
    set_mode(&data.join("secrets.toml"), 0o600);
    let server = Running::start(path);
    assert_eq!(all_private(path), 6);
    assert!(server.stop());

    set_mode(&data, 0o777);
    let mut server = openvisit(path).args(SERVE).env("OPENVISIT_MEDIA_PORT", "0").spawn().unwrap();
    let log = std::io::BufReader::new(server.stderr.take().unwrap());
    let mut lines = std::io::BufRead::lines(log).map(Result::unwrap);
    let told = lines.find(|line| line.contains("others can write to") || line.contains("listening on "));
    assert!(told.as_ref().is_some_and(|line| line.contains("run: chmod 700")), "{told:?}");
    server.kill().unwrap();
    server.wait().unwrap();
}
