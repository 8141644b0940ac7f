//! A machine is lost: the backup says which `secrets.toml` its notes need, and nothing is touched without it.

use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use openvisit_testkit::databases;

use crate::cli::{add, login, out, refused, run};
use crate::running::Running;

/// A folder with a server's data, `copy.db` of it, and the fingerprint that `backup` told.
fn lost_machine(path: &Path) -> String {
    out(&add(path, "a@example.org", "correct horse"));
    assert!(Running::start(path).stop());
    let told = out(&run(path, &["backup", "copy.db"], ""));
    assert!(told.contains("which data/secrets.toml has: back that up too"), "{told}");
    let (_, after) = told.split_once("of fingerprint ").unwrap();
    let fingerprint = after.split(',').next().unwrap().to_owned();
    let kept = std::fs::read_to_string(path.join("data/secrets.toml")).unwrap();
    assert!(kept.contains(&format!("# The fingerprint of this notes_key is {fingerprint}.")), "{kept}");
    fingerprint
}

/// Everything below a folder, with its bytes.
fn everything(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found: Vec<_> = walk(folder);
    found.sort();
    found
}

fn walk(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = folder.read_dir() else { return vec![] };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                [vec![(path.clone(), vec![])], walk(&path)].concat()
            } else {
                vec![(path.clone(), std::fs::read(&path).unwrap())]
            }
        })
        .collect()
}

fn copy_secrets(from: &Path, to: &Path) {
    std::fs::create_dir_all(to.join("data")).unwrap();
    let file = to.join("data/secrets.toml");
    std::fs::copy(from.join("data/secrets.toml"), &file).unwrap();
    std::fs::set_permissions(file, Permissions::from_mode(0o600)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn without_its_secrets_nothing_is_restored_and_with_them_all_of_it() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let fingerprint = lost_machine(old.path());
    let copy = old.path().join("copy.db").display().to_string();
    let restore = || run(new.path(), &["restore", &copy], "");

    let told = refused(&restore());
    for words in [&fingerprint, "data/secrets.toml is missing", "Nothing was touched", "--without-secrets"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(everything(new.path()), []);

    // Those of another server, which has begun already.
    let other = lost_machine(new.path());
    let before = everything(new.path());
    let told = refused(&restore());
    for words in [&fingerprint, &other, "has another", "Nothing was touched", "Copy the secrets.toml"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(everything(new.path()), before);

    copy_secrets(old.path(), new.path());
    let told = out(&restore());
    for words in [&fingerprint, "secrets.toml has it", "restored to ", "openvisit.db.before-restore"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert!(!told.contains("keys accept"), "{told}");
    let server = Running::start(new.path());
    assert_eq!(login(&server.url, "correct horse").await, 200);
    assert!(server.stop());
}

#[test]
fn what_was_there_and_what_is_there_now_are_told_truly() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    lost_machine(old.path());
    let copy = old.path().join("copy.db").display().to_string();
    copy_secrets(old.path(), new.path());
    let told = out(&run(new.path(), &["restore", &copy], ""));
    assert!(told.contains("no database was there before"), "{told}");
    assert!(!told.contains("folder"), "{told}");
    assert_eq!(mode(&new.path().join("data/openvisit.db")), 0o600);
    std::fs::remove_dir_all(new.path().join("data")).unwrap();
    // With the key in the settings there need be no folder.
    let kept: toml::Table =
        std::fs::read_to_string(old.path().join("data/secrets.toml")).unwrap().parse().unwrap();
    std::fs::write(new.path().join("openvisit.toml"), format!("notes_key = {}", kept["notes_key"])).unwrap();
    let told = out(&run(new.path(), &["restore", &copy], ""));
    for words in
        ["notes_key of the settings has it", "passcode_pepper is another", "the folder data was made"]
    {
        assert!(told.contains(words), "{words}: {told}");
    }
    assert_eq!(mode(&new.path().join("data")), 0o700);
}

#[test]
fn notes_that_are_lost_for_good_are_given_up_by_hand_only() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let fingerprint = lost_machine(old.path());
    let copy = old.path().join("copy.db").display().to_string();
    let told = out(&run(new.path(), &["restore", &copy, "--without-secrets"], ""));
    assert!(told.contains("shown as unreadable") && told.contains("run `openvisit keys accept`"), "{told}");
    let told = refused(&run(new.path(), &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(told.contains("secrets.toml is missing") && told.contains(&fingerprint), "{told}");
    assert!(!new.path().join("data/secrets.toml").exists(), "no secrets are made that open nothing");
    assert!(refused(&run(new.path(), &["keys", "rotate"], "")).contains("secrets.toml is missing"));
    assert!(out(&run(new.path(), &["keys", "accept"], "")).contains("is used from now on"));
    assert!(Running::start(new.path()).stop());
}

#[test]
fn a_backup_that_was_never_sealed_into_needs_no_key() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    out(&add(old.path(), "a@example.org", "correct horse"));
    let told = out(&run(old.path(), &["backup", "copy.db"], ""));
    assert!(told.contains("nothing was sealed in it so far"), "{told}");
    let copy = old.path().join("copy.db").display().to_string();
    assert!(out(&run(new.path(), &["restore", &copy], "")).contains("need no key"));
    assert!(Running::start(new.path()).stop());
}

#[test]
fn a_command_in_the_wrong_folder_makes_no_database() {
    let folder = tempfile::tempdir().unwrap();
    let commands: [&[&str]; 6] = [
        &["backup", "copy.db"],
        &["keys", "accept"],
        &["keys", "rotate"],
        &["user", "password", "--email", "a@example.org", "--password-stdin"],
        &["session", "inspect", "01890000-0000-7000-8000-000000000000"],
        &["practitioner", "inspect", "a@example.org"],
    ];
    for command in commands {
        let told = refused(&run(folder.path(), command, "correct horse"));
        assert!(told.contains("there is no database data/openvisit.db"), "{command:?}: {told}");
        assert_eq!(everything(folder.path()), [], "{command:?}");
    }
}

/// Where an administrator runs the commands and the server has an account of its own.
#[test]
fn what_a_command_makes_belongs_to_whom_the_folder_belongs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let data = path.join("data");
    std::fs::create_dir(&data).unwrap();
    // Others than the system's administrator make all of it their own anyway.
    let _ = chown(&data, Some(4242), Some(4242));
    let owner = data.metadata().unwrap().uid();
    let all_belong = |when: &str| {
        for entry in data.read_dir().unwrap() {
            let entry = entry.unwrap();
            assert_eq!(entry.metadata().unwrap().uid(), owner, "{when}: {}", entry.path().display());
        }
    };
    out(&add(path, "a@example.org", "correct horse"));
    all_belong("user add");
    assert!(Running::start(path).stop());
    all_belong("serve");
    out(&run(path, &["backup", "copy.db"], ""));
    for entry in data.read_dir().unwrap().map(|entry| entry.unwrap()) {
        if entry.file_name() != "secrets.toml" {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
    out(&run(path, &["restore", "copy.db"], ""));
    all_belong("restore");
    out(&run(path, &["restore", "copy.db"], ""));
    all_belong("restore, again");
}

#[tokio::test]
async fn a_server_on_postgresql_makes_no_second_secrets_either() {
    let database = databases::postgres().await;
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let setting = format!("database_url = '{}'", database.url);
    for folder in [&old, &new] {
        std::fs::write(folder.path().join("openvisit.toml"), &setting).unwrap();
    }
    assert!(Running::start(old.path()).stop());
    let told = refused(&run(new.path(), &["serve", "--listen", "127.0.0.1:0"], ""));
    assert!(told.contains("data/secrets.toml is missing") && told.contains("fingerprint"), "{told}");
    assert!(!new.path().join("data/secrets.toml").exists());
    copy_secrets(old.path(), new.path());
    assert!(Running::start(new.path()).stop());
    database.discard().await;
}
