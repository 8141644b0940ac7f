//! Files that were put there by another account than the server's, which has the one that the data folder belongs to.

use std::fs::{Permissions, create_dir, set_permissions, write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;

use tempfile::TempDir;

use crate::cli::{out, refused, run};

/// Of nobody on this machine.
const SERVER: u32 = 4242;

/// A folder with settings, and data that belong to the server's account.
fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = folder.path();
    set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    write(path.join("cert.pem"), made.cert.pem()).unwrap();
    write(path.join("key.pem"), made.signing_key.serialize_pem()).unwrap();
    let settings =
        "tls.certificate = 'cert.pem'\ntls.key = 'key.pem'\nlisten = '127.0.0.1:1'\nmedia.port = 0";
    write(path.join("openvisit.toml"), settings).unwrap();
    create_dir(path.join("data")).unwrap();
    write(path.join("data/openvisit.db"), "").unwrap();
    for (file, mode) in [("openvisit.toml", 0o644), ("cert.pem", 0o644), ("key.pem", 0o644), ("data", 0o700)]
    {
        set_permissions(path.join(file), Permissions::from_mode(mode)).unwrap();
    }
    for of_server in ["data", "data/openvisit.db"] {
        // Others than the system's administrator cannot; for them nothing is in the way.
        let _ = chown(path.join(of_server), Some(SERVER), Some(SERVER));
    }
    folder
}

fn give_to_administrator(path: &Path, mode: u32) -> bool {
    set_permissions(path, Permissions::from_mode(mode)).unwrap();
    chown(path, Some(0), Some(0)).is_ok()
}

#[test]
fn an_administrator_is_told_what_the_server_s_account_cannot_use() {
    let cases = [
        ("key.pem", 0o600, "tls.key: ", "may not read it. Run as root: chown :$(id -gn 4242) "),
        ("cert.pem", 0o600, "tls.certificate: ", "may not read it"),
        ("openvisit.toml", 0o600, "--config: ", "may not read it"),
        ("data/openvisit.db", 0o644, "database_url: ", "may not write it. Run as root: chown 4242 "),
        ("data/openvisit.db-wal", 0o600, "database_url: ", "may not write it. Run as root: chown 4242 "),
        ("data/openvisit.db.lock", 0o600, "database_url: ", "may not write it"),
        ("data/secrets.toml", 0o600, "data_dir: ", "may not write it. Run as root: chown 4242 "),
    ];
    for (file, mode, setting, words) in cases {
        let folder = folder();
        let path = folder.path();
        assert!(out(&run(path, &["config", "check"], "")).contains("the settings file is "));
        let there = path.join(file);
        if !there.exists() {
            write(&there, "").unwrap();
        }
        if !give_to_administrator(&there, mode) {
            continue;
        }
        let told = refused(&run(path, &["config", "check"], ""));
        let shown = there.canonicalize().unwrap();
        let line = format!(
            "- {setting}{} belongs to root (mode {mode:04o}), and the account 4242 ",
            shown.display()
        );
        assert!(told.contains(&line) && told.contains(words), "{file}: {told}");
        let checked = run(path, &["check"], "");
        assert!(!checked.status.success(), "{file}");
        let told = String::from_utf8(checked.stdout).unwrap();
        assert!(told.contains(&format!("fault    files          {setting}")), "{file}: {told}");
    }
}

#[test]
fn a_folder_in_the_way_is_told_once() {
    let folder = folder();
    let path = folder.path();
    if path.join("data").metadata().unwrap().uid() != SERVER {
        return;
    }
    assert!(give_to_administrator(path, 0o700));
    let told = refused(&run(path, &["config", "check"], ""));
    assert_eq!(told.matches("may not look into it").count(), 1, "{told}");
}
