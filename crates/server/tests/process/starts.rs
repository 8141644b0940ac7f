//! What a start refuses is a fault of `openvisit check` as well, and all of it is told in one go.

use std::net::{TcpListener, UdpSocket};

use openvisit_testkit::databases;
use tempfile::TempDir;

use crate::check::{check, silent};
use crate::cli::{refused, run};
use crate::running::Running;

#[test]
fn a_port_that_a_stranger_has_is_a_fault_where_no_server_runs() {
    let folder = TempDir::new().unwrap();
    let mut udp = std::iter::repeat_with(|| UdpSocket::bind("[::]:0").unwrap());
    let with_tcp = |udp: UdpSocket| TcpListener::bind(udp.local_addr().unwrap()).ok().map(|tcp| (udp, tcp));
    let (udp, _tcp) = udp.find_map(with_tcp).unwrap();
    let port = udp.local_addr().unwrap().port().to_string();
    let ours = [
        ("OPENVISIT_MEDIA_PORT", port.as_str()),
        ("OPENVISIT_MEDIA_WORKERS", "1"),
        ("OPENVISIT_LISTEN", "127.0.0.1:1"),
    ];
    // Before its first start, and with the secrets of one that has run.
    for secret in [None, Some(("OPENVISIT_JWT_SECRET", "of a server that has run"))] {
        let told = check(folder.path(), &[&ours[..], secret.as_slice()].concat());
        told.fails("media UDP", &["another program", &port]);
        told.fails("media TCP", &["another program", &port]);
    }
    let (_listener, in_use) = silent();
    let in_use = in_use.to_string();
    let operation = [("OPENVISIT_LISTEN", "127.0.0.1:1"), ("OPENVISIT_OPERATION_LISTEN", &in_use)];
    check(folder.path(), &operation).fails("public address", &["cannot be taken", &in_use]);
    let none = [("OPENVISIT_LISTEN", "192.0.2.99:1")];
    check(folder.path(), &none).fails("public address", &["does not run, and could not", "192.0.2.99"]);
}

/// Settings that name a database, and what of it a start would say.
fn other_keys_are_found(settings: &str) {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
    check(folder.path(), &[]).says("ok", "keys", &["nothing is sealed so far"]);
    assert!(Running::start(folder.path()).stop());
    let secrets = std::fs::read_to_string(folder.path().join("data/secrets.toml")).unwrap();
    let (_, fingerprint) = secrets.split_once("The fingerprint of this notes_key is ").unwrap();
    let fingerprint = fingerprint.split('.').next().unwrap();
    check(folder.path(), &[]).says("ok", "keys", &["is the one", fingerprint]);
    let other = [("OPENVISIT_NOTES_KEY", "another key than the first one")];
    let told = check(folder.path(), &other);
    told.fails("keys", &["is not the one", "keys accept", fingerprint, "here"]);
    assert!(!told.text.contains("another key than"), "{}", told.text);
    let rotated =
        secrets.lines().find_map(|line| line.strip_prefix("notes_key = ")).unwrap().trim_matches('"');
    let both = [other[0], ("OPENVISIT_PREVIOUS_NOTES_KEY", rotated)];
    check(folder.path(), &both).says("ok", "keys", &["is the one"]);
    let pepper = [("OPENVISIT_PASSCODE_PEPPER", "another pepper than the first one")];
    check(folder.path(), &pepper).says("warning", "keys", &["passcode_pepper is another"]);
    std::fs::remove_file(folder.path().join("data/secrets.toml")).unwrap();
    check(folder.path(), &[]).fails("keys", &["is missing", fingerprint]);
    assert!(!folder.path().join("data/secrets.toml").exists(), "nothing is made by looking");
    std::fs::write(folder.path().join("data/secrets.toml"), "jwt_secret = 3").unwrap();
    check(folder.path(), &[]).fails("keys", &["cannot be used", "secrets.toml"]);
}

#[tokio::test]
async fn another_key_than_the_database_s_is_a_fault() {
    other_keys_are_found("");
    let database = databases::postgres().await;
    other_keys_are_found(&format!("database_url = '{}'", database.url));
    database.discard().await;
}

#[test]
fn settings_and_files_are_told_before_all_else() {
    let folder = TempDir::new().unwrap();
    let listen = ("OPENVISIT_LISTEN", "127.0.0.1:1");
    let told = check(folder.path(), &[listen, ("OPENVISIT_LISTE", "x")]);
    told.says("ok", "settings", &["no settings file", "openvisit.toml", "OPENVISIT_CONFIG"]);
    told.says("warning", "settings", &["OPENVISIT_LISTE is no setting; did you mean OPENVISIT_LISTEN?"]);
    std::fs::write(folder.path().join("openvisit.toml"), "name = 'Practice'").unwrap();
    let file = folder.path().canonicalize().unwrap().join("openvisit.toml").display().to_string();
    check(folder.path(), &[listen]).says("ok", "settings", &["the settings file is", &file]);

    let mut made = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    made.not_after = rcgen::date_time_ymd(2020, 1, 2);
    let key = rcgen::KeyPair::generate().unwrap();
    std::fs::write(folder.path().join("cert.pem"), made.self_signed(&key).unwrap().pem()).unwrap();
    std::fs::write(folder.path().join("key.pem"), key.serialize_pem()).unwrap();
    let tls = [listen, ("OPENVISIT_TLS_CERTIFICATE", "cert.pem"), ("OPENVISIT_TLS_KEY", "key.pem")];
    check(folder.path(), &tls).fails("files", &["cert.pem has expired on 2020-01-02"]);
    let none = [listen, ("OPENVISIT_TLS_CERTIFICATE", "cert.pem"), ("OPENVISIT_TLS_KEY", "none.pem")];
    check(folder.path(), &none).fails("files", &["tls.key: cannot read none.pem"]);
}

#[test]
fn all_that_a_start_would_stumble_over_is_told_in_one_go() {
    let folder = TempDir::new().unwrap();
    let settings = "[tls]\ncertificate = 'none.pem'\nkey = 'none.pem'\n[livekit]\nurl = 'ftp://livekit.example.org'\n\
                    api_key = 'k'\napi_secret = 'sixteen letters at least'\n[[issuers]]\nissuer = 'portal'\n\
                    public_key_file = 'gone.pem'";
    std::fs::write(folder.path().join("openvisit.toml"), settings).unwrap();
    let told = refused(&run(folder.path(), &["config", "check"], ""));
    for words in ["\n- tls.certificate: cannot read none.pem", "gone.pem", "livekit.url"] {
        assert!(told.contains(words), "{words}: {told}");
    }
}
