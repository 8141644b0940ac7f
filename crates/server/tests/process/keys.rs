//! The keys that notes are sealed with: lost, given up, changed.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::running::{Running, openvisit};

/// What it wrote, whether it succeeded.
fn run(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = openvisit(folder).args(arguments).env("OPENVISIT_MEDIA_PORT", "0").output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(text).unwrap())
}

fn secrets(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("data/secrets.toml")).unwrap()
}

fn refused(folder: &Path, named: &str) {
    let (started, told) = run(folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(!started && told.contains(named) && told.contains("openvisit keys accept"), "{told}");
}

#[test]
fn a_server_with_lost_secrets_does_not_start_until_that_is_accepted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(Running::start(path).stop());
    let kept = secrets(path);
    std::fs::remove_file(path.join("data/secrets.toml")).unwrap();
    refused(path, "data/secrets.toml is missing, and with it the notes_key");
    assert!(!path.join("data/secrets.toml").exists(), "a new one would open nothing");
    std::fs::write(path.join("data/secrets.toml"), &kept).unwrap();
    std::fs::set_permissions(path.join("data/secrets.toml"), Permissions::from_mode(0o600)).unwrap();
    assert!(Running::start(path).stop());
    std::fs::write(path.join("openvisit.toml"), "notes_key = 'quite another one'").unwrap();
    refused(path, "notes_key is not the one");
    let (done, told) = run(path, &["keys", "accept"]);
    assert!(done && told.contains("this notes_key is used from now on"), "{told}");
    assert!(!told.contains("passcode"), "{told}");
    assert!(Running::start(path).stop());
    assert!(run(path, &["keys", "accept"]).1.contains("nothing to accept"));
    // Another pepper stops nothing.
    let both = "notes_key = 'quite another one'\npasscode_pepper = 'another one as well'";
    std::fs::write(path.join("openvisit.toml"), both).unwrap();
    assert!(Running::start(path).stop());
    let (done, told) = run(path, &["keys", "accept"]);
    assert!(done && told.contains("this passcode_pepper is used from now on"), "{told}");
    assert!(!told.contains("unreadable"), "{told}");
    assert!(run(path, &["keys", "accept"]).1.contains("nothing to accept"));
    let help = run(path, &["keys", "accept", "--help"]).1;
    for named in ["`notes_key`", "stays unreadable", "`passcode_pepper`", "nothing is lost"] {
        assert!(help.contains(named), "{named}: {help}");
    }
}

#[test]
fn keys_are_rotated_while_no_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let server = Running::start(path);
    let before = secrets(path);
    let (done, told) = run(path, &["keys", "rotate"]);
    assert!(!done && told.contains("uses it; stop that first"), "{told}");
    assert_eq!(secrets(path), before);
    assert!(server.stop());
    let (done, told) = run(path, &["keys", "rotate"]);
    assert!(done && told.contains("1 keys were sealed anew"), "{told}");
    assert_ne!(secrets(path), before);
    assert!(!secrets(path).contains("previous_notes_key"));
    assert!(Running::start(path).stop());
    let ours = "notes_key = 'given by the settings'\n";
    std::fs::write(path.join("openvisit.toml"), ours).unwrap();
    refused(path, "notes_key is not the one");
    let was: toml::Table = secrets(path).parse().unwrap();
    let previous = format!("previous_notes_key = {}\n", was["notes_key"]);
    std::fs::write(path.join("openvisit.toml"), format!("{ours}{previous}")).unwrap();
    assert!(Running::start(path).stop());
    let (done, told) = run(path, &["keys", "rotate"]);
    assert!(done && told.contains("previous_notes_key is not needed any more"), "{told}");
    std::fs::write(path.join("openvisit.toml"), ours).unwrap();
    assert!(Running::start(path).stop());
}

#[test]
fn a_secret_that_is_too_short_is_refused_wherever_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    assert!(Running::start(path).stop());
    let kept: toml::Table = secrets(path).parse().unwrap();
    for name in ["jwt_secret", "notes_key", "passcode_pepper"] {
        let mut short = kept.clone();
        short.insert(name.to_owned(), "x".into());
        std::fs::write(path.join("data/secrets.toml"), short.to_string()).unwrap();
        let (started, told) = run(path, &["serve", "--listen", "127.0.0.1:0"]);
        assert!(!started && told.contains(&format!("{name} has fewer than 16 characters")), "{told}");
    }
}
