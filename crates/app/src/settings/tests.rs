use std::io::Write;

use openvisit_core::person::Role;

use super::keys::{KEYS, Key};
use super::*;

fn from_environment(variables: &[(&str, &str)]) -> Result<Loaded, WrongSetting> {
    one(load(&Sources { environment: owned(variables), ..Sources::default() }))
}

/// Of settings of which one at most is wrong.
fn one(loaded: Result<Loaded, WrongSettings>) -> Result<Loaded, WrongSetting> {
    loaded.map_err(|WrongSettings(mut wrong)| {
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.remove(0)
    })
}

fn owned(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn from_file(toml: &str) -> Result<Loaded, WrongSetting> {
    one(all_of_file(toml))
}

fn all_of_file(toml: &str) -> Result<Loaded, WrongSettings> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(toml.as_bytes()).unwrap();
    load(&Sources { file: Some(file.path().to_owned()), ..Sources::default() })
}

#[test]
fn the_default_is_a_server_on_loopback() {
    let settings = from_environment(&[]).unwrap().settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8086");
    assert_eq!(settings.database_url(), "sqlite://data/openvisit.db");
    assert_eq!(settings.public_url(), "http://localhost:8086");
    assert_eq!(settings.policy(), Policy::default());
    assert_eq!(settings.wording(), Wording { practitioner: "doctor", client: "patient" });
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    writeln!(file, "listen = '127.0.0.1:1'\ndata_dir = 'file'\noverrun_seconds = 7\n[media]\nport = 9")
        .unwrap();
    let loaded = load(&Sources {
        file: Some(file.path().to_owned()),
        environment: owned(&[("OPENVISIT_LISTEN", "127.0.0.1:2"), ("OPENVISIT_DATA_DIR", "environment")]),
        flags: vec![("listen", "127.0.0.1:3".to_owned())],
    })
    .unwrap();
    assert_eq!(loaded.settings.listen.port(), 3);
    assert_eq!(loaded.settings.data_dir.to_str(), Some("environment"));
    assert_eq!(loaded.settings.policy().overrun, SignedDuration::from_secs(7));
    assert_eq!(loaded.settings.media.port, 9);
    assert!(loaded.given.contains(&("listen", "command line --listen".to_owned())));
    assert!(loaded.given.contains(&("data_dir", "environment variable OPENVISIT_DATA_DIR".to_owned())));
}

#[test]
fn the_log_is_text_unless_json_is_wanted() {
    assert_eq!(from_environment(&[]).unwrap().settings.log_format, LogFormat::Text);
    assert_eq!(from_file("log_format = 'json'").unwrap().settings.log_format, LogFormat::Json);
    assert_eq!(from_file("log_format = 'xml'").unwrap_err().key, "log_format");
}

#[test]
fn lists_come_from_the_environment_with_commas() {
    let loaded = from_environment(&[
        ("OPENVISIT_TRUSTED_PROXIES", "10.0.0.0/8, ::1/128"),
        ("OPENVISIT_MEDIA_PUBLIC_ADDRESS", "203.0.113.7"),
    ]);
    let settings = loaded.unwrap().settings;
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!(settings.media.public_address, [IpAddr::from([203, 0, 113, 7])]);
}

#[test]
fn the_broker_gets_what_it_is_set_to_get() {
    let events = |variables: &[_]| from_environment(variables).unwrap().settings.amqp_events();
    let url = ("OPENVISIT_AMQP_URL", "amqp://localhost");
    assert!(events(&[]).is_empty(), "there is no broker");
    assert_eq!(events(&[url]), ["appointment.consultation.completed"]);
    let two = "appointment.booked, appointment.moved";
    assert_eq!(events(&[url, ("OPENVISIT_AMQP_EVENTS", two)]), ["appointment.booked", "appointment.moved"]);
    assert_eq!(events(&[url, ("OPENVISIT_AMQP_EVENTS", "*")]).len(), event::NAMES.len());
}

#[test]
fn a_colour_too_light_is_told_how_light_it_is() {
    let wrong = from_environment(&[("OPENVISIT_ACCENT", "#777777")]).unwrap_err();
    assert!(wrong.to_string().contains("a contrast of 4.47 to 1"), "{wrong}");
    let settings = from_environment(&[("OPENVISIT_ACCENT", "#1A5FB4")]).unwrap().settings;
    assert_eq!(settings.accent.map(String::from).as_deref(), Some("#1a5fb4"));
}

#[test]
fn a_logo_is_a_picture_of_its_kind() {
    let folder = tempfile::tempdir().unwrap();
    let png = b"\x89PNG\r\n\x1a\nand so on".as_slice();
    for (name, bytes, good) in [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".as_slice(), true),
        ("b.png", png, true),
        ("c.svg", png, false),
        ("d.png", b"<svg/>", false),
        ("e.gif", b"GIF89a", false),
        ("f.svg", &[b' '; 300_000], false),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let loaded = from_environment(&[("OPENVISIT_LOGO", path.to_str().unwrap())]);
        assert_eq!(loaded.is_ok(), good, "{name}");
    }
}

#[test]
fn a_wrong_value_names_key_place_and_what_is_allowed() {
    for (variable, value, key) in [
        ("OPENVISIT_LISTEN", "8086", "listen"),
        ("OPENVISIT_JOIN_WINDOW_SECONDS", "soon", "join_window_seconds"),
        ("OPENVISIT_JOIN_WINDOW_SECONDS", "-1", "join_window_seconds"),
        ("OPENVISIT_PUBLIC_URL", "visit.example.org", "public_url"),
        ("OPENVISIT_PUBLIC_URL", "https://example.org/visit", "public_url"),
        ("OPENVISIT_MEDIA_PORT", "70000", "media.port"),
        ("OPENVISIT_TRUSTED_PROXIES", "proxy", "trusted_proxies"),
        ("OPENVISIT_DATABASE_URL", "mysql://x", "database_url"),
        ("OPENVISIT_WORDING", "boss/minion", "wording"),
        ("OPENVISIT_NAME", "", "name"),
        ("OPENVISIT_ACCENT", "blue", "accent"),
        ("OPENVISIT_ACCENT", "#77a1d3", "accent"),
        ("OPENVISIT_LOGO", "/nowhere/logo.svg", "logo"),
        ("OPENVISIT_SUPPORT", "nobody", "support"),
        ("OPENVISIT_SUPPORT_PHONE", "ask me", "support_phone"),
        ("OPENVISIT_LOCALE", "nl", "locale"),
        ("OPENVISIT_DEMO", "maybe", "demo"),
        ("OPENVISIT_AMQP_URL", "http://localhost", "amqp_url"),
        ("OPENVISIT_AMQP_EVENTS", "appointment.booked,appointment.eaten", "amqp_events"),
        ("OPENVISIT_WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0", "webhook_allowed_networks"),
        ("OPENVISIT_LIVEKIT_URL", "livekit.example.org", "livekit.url"),
        ("OPENVISIT_JITSI_URL", "meet example", "jitsi.url"),
        ("JITSI_DOMAIN", "https://", "jitsi.url"),
    ] {
        let wrong = from_environment(&[(variable, value)]).unwrap_err();
        assert_eq!(wrong.key, key);
        assert_eq!(wrong.place, format!("environment variable {variable}"));
        assert!(!wrong.allowed.is_empty(), "{key}");
    }
}

#[test]
fn other_origins_are_named_one_by_one_or_all_at_once() {
    let origins = |toml: &str| from_file(toml).map(|loaded| loaded.settings.cors_origins);
    assert_eq!(origins("cors_origins = ['*']").unwrap(), ["*"]);
    assert_eq!(from_environment(&[("OPENVISIT_CORS_ORIGINS", "*")]).unwrap().settings.cors_origins, ["*"]);
    let named = ["https://clinic.example.org", "http://localhost:3000"];
    assert_eq!(origins(&format!("cors_origins = {named:?}")).unwrap(), named);
    let list = "a list of origins, scheme://host[:port], such as [\"https://clinic.example.org\"]";
    for wrong in [
        "['*', 'https://clinic.example.org']",
        "['*', '*']",
        "'*'",
        "['https://*.example.org']",
        "['clinic.example.org']",
        "['https://clinic.example.org/app']",
        "['null']",
    ] {
        let refused = origins(&format!("cors_origins = {wrong}")).unwrap_err();
        assert_eq!(refused.allowed, format!("[\"*\"] alone, for any page, or {list}"), "{wrong}");
    }
    // Who may show the pages in a frame is named.
    assert_eq!(from_file("frame_ancestors = ['*']").unwrap_err().allowed, list);
}

#[test]
fn half_a_block_says_what_of_it_is_missing() {
    let url = "wss://livekit.example.org";
    for wrong in [
        from_environment(&[("OPENVISIT_LIVEKIT_URL", url)]).unwrap_err(),
        from_file(&format!("[livekit]\nurl = '{url}'")).unwrap_err(),
    ] {
        let expected = "livekit.api_key: is missing\n  given in: nowhere, unlike others of [livekit]\n  \
                        allowed: a key of its configuration";
        assert_eq!(wrong.to_string(), expected);
    }
}

#[test]
fn a_provider_s_wrong_setting_says_what_is_wanted() {
    let allowed = |settings: &str| from_file(settings).unwrap_err().allowed;
    let url = "where browsers reach it, such as wss://livekit.example.org";
    assert_eq!(allowed("[livekit]\nurl = 'livekit.example.org'"), url);
    assert_eq!(allowed("[livekit]\napi_secret = 'short'"), "that key's secret, at least 16 characters");
}

#[test]
fn an_unknown_key_of_the_file_names_the_nearest() {
    let wrong = from_file("jion_window_seconds = 3").unwrap_err();
    assert_eq!(wrong.reason, "there is no such setting; did you mean join_window_seconds?");
    let wrong = from_file("[media]\npotr = 3").unwrap_err();
    assert_eq!(wrong.reason, "there is no such setting; did you mean media.port?");
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let told = |toml: &str| -> Vec<String> {
        let WrongSettings(wrong) = all_of_file(toml).unwrap_err();
        wrong.into_iter().map(|wrong| wrong.key).collect()
    };
    let toml = "lisen = ':80'\nlisten = '80'\nlog = 'openvisit=loud'\n[tls]\ncertificate = ''\nkey = 'k'\n[livekit]\nurl = 'x'\n\
                [media]\nprovider = 'livekit'\npublic_address = ['::']\n[[media.ice_servers]]\nurls = ['turn.example.org']\n\
                [dialects.clinic]\nprefixes = ['/api']\n[[issuers]]\nissuer = 'a'\n[[issuers]]\nissuer = 'b'";
    let expected = [
        "lisen",
        "listen",
        "log",
        "tls.certificate",
        "livekit.url",
        "dialects.clinic.prefixes",
        "media.public_address",
        "media.ice_servers",
        "issuers",
        "issuers",
    ];
    assert_eq!(told(toml), expected);
    // Half a block, an issuer's word and what is wrong beside them.
    let tables = "locale = 'nl'\n[[issuers]]\nissuer = 'a'\nmax_role = 'boss'\n[livekit]\nurl = 'wss://a'";
    assert_eq!(told(tables), ["locale", "issuers", "livekit.api_key"]);
    // Names that are also words of other sentences.
    let words =
        "a = 1\nlisten = '80'\nname = ''\nmedia.public_address = ['::']\noperation.metrics = 'listener'";
    assert_eq!(told(words), ["a", "listen", "name", "operation.metrics", "media.public_address"]);
    let shown = all_of_file("listen = '80'\nlocale = 'nl'").unwrap_err().to_string();
    assert_eq!(shown.matches("  given in: ").count(), 2, "{shown}");
}

#[test]
fn what_has_a_syntax_of_its_own_is_checked_before_it_is_used() {
    for (setting, key) in [
        ("log = 'openvisit=loud'", "log"),
        ("log = 'loud'", "log"),
        ("log = 'info,verbose'", "log"),
        ("log = '=x=,'", "log"),
        ("media.bind = 'localhost'", "media.bind"),
        ("media.ice_servers = [{ urls = ['turn.example.org:3478'] }]", "media.ice_servers"),
        ("media.ice_servers = [{ urls = ['stun:a', 'https://turn.example.org'] }]", "media.ice_servers"),
        ("media.ice_servers = [{ urls = ['turns:a?transport=udp'] }]", "media.ice_servers"),
        ("database_url = 'postgres://host:port/name'", "database_url"),
        ("dialects.clinic.prefixes = ['/api']", "dialects.clinic.prefixes"),
        ("dialects.practice.prefixes = ['/video', '/join']", "dialects.practice.prefixes"),
        ("dialects.practice.prefixes = ['/admin/users']", "dialects.practice.prefixes"),
    ] {
        let wrong = from_file(setting).unwrap_err();
        assert_eq!(wrong.key, key, "{setting}");
        assert!(!wrong.allowed.is_empty(), "{setting}");
    }
    for right in [
        "log = 'warn'",
        "log = 'info,openvisit=debug,sqlx=off'",
        "log = 'openvisit_app::outbox=trace,warn'",
        "media.bind = '::'",
        "media.ice_servers = [{ urls = ['stun:a', 'turn:b:80?transport=tcp', 'turns:[::1]'] }]",
        "database_url = 'postgres://u:p@host:5432/name'",
        "dialects.clinic.prefixes = ['/video', '/api/video', '/joint']",
    ] {
        assert!(from_file(right).is_ok(), "{right}");
    }
}

#[test]
fn what_a_list_of_words_allows_is_told_once() {
    let wrong =
        from_file("[[issuers]]\nissuer = 'x'\nsecret = '0123456789abcdef'\nmax_role = 'doctor'").unwrap_err();
    assert_eq!(wrong.reason, "entry 1, max_role: \"doctor\" is not allowed");
    assert_eq!(wrong.allowed, "one of practitioner, client, assistant, admin");
    let wrong =
        from_file("[[issuers]]\nissuer = 'x'\nsecret = '0123456789abcdef'\naudeince = 'x'").unwrap_err();
    assert!(wrong.reason.ends_with("there is no \"audeince\"; did you mean audience?"), "{wrong}");
    assert_eq!(wrong.to_string().matches("max_role").count(), 1, "{wrong}");
}

#[test]
fn tables_are_not_taken_from_the_environment_and_the_file_is_named() {
    for (variable, key) in
        [("OPENVISIT_ISSUERS", "issuers"), ("OPENVISIT_MEDIA_ICE_SERVERS", "media.ice_servers")]
    {
        let wrong = from_environment(&[(variable, "[]")]).unwrap_err();
        assert_eq!((wrong.key.as_str(), wrong.place), (key, format!("environment variable {variable}")));
        assert_eq!(wrong.allowed, format!("tables of the settings file, [[{key}]]"));
    }
    let of_tests = [("OPENVISIT_TEST_ANYTHING", "x"), ("OPENVISIT_CONFIG", "x")];
    assert!(from_environment(&of_tests).unwrap().warnings.is_empty());
    assert!(
        from_environment(&[])
            .unwrap()
            .source()
            .starts_with("no settings file: all settings are the defaults")
    );
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(b"listen = '127.0.0.1:1'").unwrap();
    let loaded = load(&Sources { file: Some(file.path().to_owned()), ..Sources::default() }).unwrap();
    assert_eq!(loaded.source(), format!("the settings file is {}", file.path().display()));
}

#[test]
fn an_address_that_leads_browsers_to_themselves_is_told() {
    let told = |url: &str, address: &str| {
        let toml = format!("public_url = '{url}'\nmedia.public_address = {address}");
        from_file(&toml).unwrap().warnings.join("\n")
    };
    assert!(told("https://visit.clinic.test", "['127.0.0.1', '::1']").contains("to its own machine"));
    for (url, address) in [
        ("http://localhost:8086", "['127.0.0.1']"),
        ("https://[::1]", "['127.0.0.1']"),
        ("https://visit.clinic.test", "['127.0.0.1', '8.8.8.8']"),
        ("https://visit.clinic.test", "[]"),
    ] {
        assert_eq!(told(url, address), "", "{url} {address}");
    }
}

#[test]
fn addresses_of_documents_that_were_left_are_told_with_their_setting() {
    let toml = "public_url = 'https://visit.example.org'\nmedia.public_address = ['8.8.8.8', '203.0.113.7']\n\
                [[media.ice_servers]]\nurls = ['turn:turn.clinic.example:3478']\n\
                [[issuers]]\nissuer = 'clinic'\nalgorithm = 'RS256'\njwks_url = 'https://auth.example.com/keys'";
    let told = from_file(toml).unwrap().warnings;
    for (line, (setting, example)) in told.iter().zip([
        ("public_url", "visit.example.org"),
        ("media.public_address", "203.0.113.7"),
        ("issuers", "auth.example.com"),
        ("media.ice_servers", "turn.clinic.example"),
    ]) {
        assert!(line.starts_with(&format!("{setting} has {example}, an address of documents")), "{line}");
    }
    assert_eq!(told.len(), 4, "{told:?}");
}

#[test]
fn an_unknown_variable_is_told_and_nothing_more() {
    let loaded = from_environment(&[("OPENVISIT_LISTE", "x"), ("PATH", "y")]).unwrap();
    assert_eq!(loaded.warnings, ["OPENVISIT_LISTE is no setting; did you mean OPENVISIT_LISTEN?"]);
}

#[test]
fn a_plan_is_for_the_tiers_that_file_or_environment_name() {
    let tiers = |loaded: Result<Loaded, WrongSetting>| loaded.unwrap().settings.request_rules().plan_tiers;
    let expected =
        [("a.b".to_owned(), vec!["gold".to_owned(), "silver".to_owned()]), ("nobody".to_owned(), vec![])];
    let file = "[request_plan_tiers]\n'a.b' = ['gold', 'silver']\nnobody = []";
    assert_eq!(tiers(from_file(file)), expected.clone().into());
    let variable = ("OPENVISIT_REQUEST_PLAN_TIERS", "a.b = gold | silver, nobody=");
    assert_eq!(tiers(from_environment(&[variable])), expected.into());
    assert_eq!(tiers(from_environment(&[])), [].into());
    for wrong in [
        from_file("request_plan_tiers = { premium = 'gold' }"),
        from_file("request_plan_tiers = ['gold']"),
        from_environment(&[("OPENVISIT_REQUEST_PLAN_TIERS", "gold")]),
    ] {
        let wrong = wrong.unwrap_err();
        assert_eq!(wrong.key, "request_plan_tiers");
        assert!(wrong.allowed.starts_with("a plan with the service tiers it is for, such as"), "{wrong}");
    }
}

#[test]
fn no_error_shows_a_secret() {
    let wrong = from_environment(&[("OPENVISIT_JWT_SECRET", "hunter2")]).unwrap_err();
    assert!(!wrong.to_string().contains("hunter2"));
    let settings = from_environment(&[("OPENVISIT_JWT_SECRET", "hunter2hunter2hunter2")]).unwrap().settings;
    assert!(!format!("{settings:?}").contains("hunter2"));
    let wrong = from_environment(&[("OPENVISIT_AMQP_URL", "amqp//u:hunter2@host")]).unwrap_err();
    assert!(!wrong.to_string().contains("hunter2"));
    let settings = from_environment(&[("OPENVISIT_AMQP_URL", "amqp://u:hunter2@host")]).unwrap().settings;
    assert!(!format!("{settings:?}").contains("hunter2"));
    assert_eq!(shown(&settings, "amqp_url").as_deref(), Some("\"(not shown)\""));
}

#[test]
fn broken_toml_and_a_missing_file_are_told() {
    assert!(from_file("listen = ").unwrap_err().place.starts_with("file "));
    let named = |file: &str| one(load(&Sources { file: Some(file.into()), ..Sources::default() }));
    let missing = named("/nowhere/o.toml").unwrap_err();
    assert_eq!(missing.reason, "there is no file /nowhere/o.toml");
    // Where nobody may look there may be one.
    let hidden = named("/dev/null/o.toml").unwrap_err();
    assert!(hidden.reason.starts_with("cannot look for /dev/null/o.toml: "), "{}", hidden.reason);
}

#[test]
fn an_address_that_stands_for_all_is_none_that_browsers_can_reach() {
    for every in ["0.0.0.0", "::"] {
        let wrong = from_file(&format!("media.public_address = ['203.0.113.7', '{every}']")).unwrap_err();
        assert_eq!(wrong.key, "media.public_address");
    }
}

#[test]
fn the_demo_stays_on_loopback() {
    let wrong =
        from_environment(&[("OPENVISIT_DEMO", "true"), ("OPENVISIT_LISTEN", "0.0.0.0:80")]).unwrap_err();
    assert_eq!(wrong.key, "listen");
}

#[test]
fn an_issuer_maps_its_roles() {
    let loaded = from_file(
        "[[issuers]]\nissuer = 'clinic'\nsecret = '0123456789abcdef'\nroles = { NURSE = 'assistant' }\n\
         organization_claim = 'org.id'\n",
    );
    let issuer = loaded.unwrap().settings.issuers.remove(0);
    assert_eq!(issuer.organization_claim.as_deref(), Some("org.id"));
    assert_eq!(issuer.algorithm(), issuer::Algorithm::HS256);
    assert_eq!(issuer.role_of("DOCTOR"), Some(Role::Practitioner));
    assert_eq!(issuer.role_of("NURSE"), Some(Role::Assistant));
    assert_eq!(issuer.role_of("root"), None);
}

#[test]
fn an_issuer_that_is_no_issuer_is_refused() {
    for (table, reason) in [
        ("issuer = 'x'", "exactly one of"),
        ("issuer = 'x'\nsecret = '0123456789abcdef'\npublic_key = 'x'", "exactly one of"),
        ("issuer = 'local'\nsecret = '0123456789abcdef'", "the server's own"),
        ("issuer = 'x'\nsecret = '0123456789abcdef'\nalgorithm = 'RS256'", "HS256"),
        ("issuer = 'x'\npublic_key = 'x'\nalgorithm = 'HS256'", "RS256"),
        ("issuer = 'x'\nsecret = '0123456789abcdef'\nalgorithm = 'none'", "none"),
        (
            "issuer = 'x'\njwks_url = 'https://x/'\nalgorithms = ['RS256']\nalgorithm = 'ES256'",
            "leave algorithm out",
        ),
        ("issuer = 'x'\njwks_url = 'https://x/'\nalgorithms = ['RS256', 'HS256']", "RS256, ES256, EdDSA"),
        ("issuer = 'x'\npublic_key = 'x'\nalgorithms = ['RS256', 'ES256']", "jwks_url"),
        ("issuer = 'x'\nsecret = '0123456789abcdef'\nroles = { BOSS = 'admin' }", "max_role"),
        (
            "issuer = 'x'\njwks_url = 'https://x/'\n[[issuers]]\nissuer = 'x'\njwks_url = 'https://y/'\n\
             algorithms = ['ES256', 'RS256']",
            "twice with the same algorithm",
        ),
        ("issuer = 'x'\nsecret = '0123456789abcdef'\naudeince = 'x'", "audeince"),
    ] {
        let wrong = from_file(&format!("[[issuers]]\n{table}\n")).unwrap_err();
        assert!(wrong.reason.contains(reason), "{table}: {wrong}");
        assert!(wrong.key.starts_with("issuers"), "{wrong}");
    }
}

#[test]
fn what_operators_look_at_needs_what_opens_it() {
    for (toml, key) in [
        ("operation.metrics = 'token'", "operation.metrics"),
        ("operation.docs = 'listener'", "operation.docs"),
        ("operation.docs = 'closed'", "operation.docs"),
        ("operation.token = 'short'", "operation.token"),
    ] {
        assert_eq!(from_file(toml).unwrap_err().key, key, "{toml}");
    }
    let given = "[operation]\nmetrics = 'token'\ndocs = 'listener'\ntoken = '0123456789abcdef'\nlisten = '[::1]:9090'";
    let operation = from_file(given).unwrap().settings.operation;
    assert_eq!((operation.metrics, operation.docs), (Exposure::Token, Exposure::Listener));
}

#[test]
fn secrets_are_made_once_and_kept_for_the_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { data_dir: folder.path().to_owned(), ..Settings::default() };
    let first = Secrets::of(&settings).unwrap();
    let second = Secrets::of(&settings).unwrap();
    assert_eq!(first.jwt, second.jwt);
    let file = folder.path().join("secrets.toml");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Secrets::of(&settings).unwrap_err().to_string().contains("chmod 600"));
}

#[test]
fn what_is_missing_off_localhost_is_told() {
    assert_eq!(Settings::default().missing_off_localhost().len(), 4);
    let settings = from_environment(&[
        ("OPENVISIT_PUBLIC_URL", "https://visit.example.org"),
        ("OPENVISIT_TRUSTED_PROXIES", "127.0.0.1/32"),
        ("OPENVISIT_MEDIA_PUBLIC_ADDRESS", "203.0.113.7"),
    ]);
    assert!(settings.unwrap().settings.missing_off_localhost().is_empty());
}

#[test]
fn the_applications_own_variables_of_jitsi_count_and_ours_win() {
    let jitsi = |variables: &[(&str, &str)]| {
        let loaded = from_environment(variables).unwrap();
        let jitsi = loaded.settings.jitsi.unwrap_or_default();
        (jitsi.url.map(String::from), jitsi.tenant, loaded.warnings.len())
    };
    let (meet, other) =
        (Some("https://meet.clinic.test/".to_owned()), Some("https://other.test/".to_owned()));
    assert_eq!(jitsi(&[("JITSI_DOMAIN", "meet.clinic.test")]), (meet.clone(), None, 0));
    assert_eq!(jitsi(&[("JITSI_DOMAIN", "https://meet.clinic.test")]), (meet, None, 0));
    let ours = ("OPENVISIT_JITSI_URL", "other.test");
    assert_eq!(jitsi(&[("JITSI_DOMAIN", "meet.clinic.test"), ours]), (other.clone(), None, 0));
    let tenant = ("JITSI_APP_ID", "vpaas-magic-cookie-1");
    assert_eq!(jitsi(&[tenant, ours]), (other, Some("vpaas-magic-cookie-1".to_owned()), 1));
    assert_eq!(jitsi(&[("JITSI_DOMAIN", ""), ("JITSI_APP_ID", "")]), (None, None, 0));
    assert_eq!(from_environment(&[tenant]).unwrap().settings.media_provider(), MediaProvider::Jitsi);
}

#[test]
fn a_jitsi_that_is_chosen_and_named_nowhere_is_the_public_one_and_a_lost_key_is_told() {
    let warnings = |toml: &str| {
        let loaded = from_file(toml).unwrap();
        assert_eq!(loaded.settings.media_provider(), MediaProvider::Jitsi);
        loaded.warnings.join("\n")
    };
    let public = "calls go to meet.jit.si, where whoever knows a room's name can join, and nobody's presence";
    assert!(warnings("media.provider = 'jitsi'").contains(public));
    let told = warnings("[jitsi]\ntenant = 'vpaas-magic-cookie-1'");
    assert!(told.contains(public) && told.contains("no tokens are signed"), "{told}");
    let key = "key_id = 'vpaas-magic-cookie-1/4f4910'\nprivate_key = 'of more than sixteen letters'";
    assert_eq!(warnings(&format!("[jitsi]\ntenant = 'vpaas-magic-cookie-1'\n{key}")), "");
    assert_eq!(warnings("[jitsi]\nurl = 'meet.clinic.test'"), "");
}

#[test]
fn an_entry_that_is_wrong_is_named_wherever_the_list_comes_from() {
    let told = |wrong: WrongSetting| (wrong.key, wrong.reason);
    let in_file = |toml: &str| told(from_file(toml).unwrap_err());
    let lists = [
        ("trusted_proxies", "10.0.0.0/8", "10.0.0.1/99"),
        ("webhook_allowed_networks", "10.0.0.0/8", "intern"),
        ("media.public_address", "203.0.113.7", "203.0.113.7:8087"),
        ("cors_origins", "https://a.example.org", "https://b.example.org/path"),
        ("frame_ancestors", "https://a.example.org", "b.example.org"),
        ("amqp_events", "appointment.booked", "appointment.boked"),
        ("dialects.clinic.prefixes", "/a", "b"),
    ];
    let is_list = |key: &&Key| key.form.value_of("a,b").as_array().is_some();
    assert_eq!(
        KEYS.iter().filter(is_list).count() - 4,
        lists.len(),
        "four more prefixes are as the clinic's"
    );
    for (key, right, wrong) in lists {
        let reason = format!("entry 2 of the list, {wrong:?}, is not allowed");
        assert_eq!(in_file(&format!("{key} = [{right:?}, {wrong:?}]")), (key.to_owned(), reason.clone()));
        let variable = Key::find(key).unwrap().variable();
        let from_there = from_environment(&[(&variable, &format!("{right},{wrong}"))]).unwrap_err();
        assert_eq!(told(from_there), (key.to_owned(), reason));
        assert_eq!(in_file(&format!("{key} = [3]")).1, "entry 1 of the list, 3, is not allowed");
        assert_eq!(in_file(&format!("{key} = {right:?}")).1, format!("{right:?} is no list"));
    }
    assert_eq!(in_file("cors_origins = ['*', 'https://a.example.org']").1, "its entries do not go together");
    assert_eq!(
        in_file("request_plan_tiers = { premium = 'gold' }").1,
        "premium: \"gold\" is no list of words"
    );
    assert_eq!(in_file("listen = 8086").1, "8086 is not allowed");
    let (key, reason) =
        in_file("[[media.ice_servers]]\nurls = ['turn:a']\n[[media.ice_servers]]\nurls = 'turn:b'");
    assert_eq!(key, "media.ice_servers");
    assert!(reason.starts_with("entry 2, urls: "), "{reason}");
    let (key, reason) =
        in_file("[[issuers]]\nissuer = 'x'\njwks_url = 'https://a'\nalgorithms = ['RS256', 'RS512']");
    assert_eq!(key, "issuers");
    assert!(reason.starts_with("entry 1, algorithms, 2: "), "{reason}");
    assert_eq!(in_file("issuers = { secret = 'not to be shown' }").1, "a table is not allowed");
}
