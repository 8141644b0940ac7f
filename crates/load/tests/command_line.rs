//! The load generator as a person at a terminal meets it.

use std::process::{Command, Output};

fn load(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_openvisit-load")).args(arguments).output().expect("it runs")
}

#[test]
fn help_names_the_commands_and_warns_of_what_stays_behind() {
    let help = load(&["--help"]);
    let text = String::from_utf8(help.stdout).unwrap();
    assert!(help.status.success());
    for part in ["api", "overlap", "--url", "the accounts and appointments that it makes stay there"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_a_sentence() {
    let refused = load(&["--url", "nonsense"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("nonsense is no URL"));
}
