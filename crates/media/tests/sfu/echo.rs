//! Somebody tests devices and line: the server sends them back to themselves.

use std::time::Duration;

use openvisit_media::DisconnectReason;
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{CAMERA, MICROPHONE};

use crate::stage::{Stage, connection};

#[test]
fn who_tests_their_line_gets_back_what_they_send_and_nothing_is_told_of_it() {
    let mut stage = Stage::new(1, NetworkConditions::FAIR);
    for n in [1, 2] {
        let client = stage.join(connection(1, n, n));
        stage.clients[client].talking = false;
    }
    let tester = stage.join_echo(connection(7, 7, 7));
    stage.run_until("picture and sound are back", |stage| {
        stage.received(tester, CAMERA) > 20 && stage.received(tester, MICROPHONE) > 10
    });
    assert_eq!(stage.received(0, CAMERA) + stage.received(1, CAMERA), 0, "nobody else has them");
    stage.run(Duration::from_secs(12));
    stage.worker.close_session(stage.now, connection(7, 7, 7).session, DisconnectReason::HungUp);
    stage.run(Duration::from_secs(1));
    assert_eq!(stage.worker.stats().peers, 2);
    assert_eq!(stage.events_of(7, |_| true), 0);
    assert!(stage.events_of(1, |_| true) > 0);
}

#[test]
fn two_in_one_test_never_hear_each_other() {
    let mut stage = Stage::new(2, NetworkConditions::FAIR);
    let (one, other) = (stage.join_echo(connection(7, 1, 1)), stage.join_echo(connection(7, 2, 2)));
    stage.clients[other].talking = false;
    stage.run_until("one hears themselves", |stage| stage.received(one, MICROPHONE) > 20);
    assert_eq!(stage.received(other, MICROPHONE) + stage.received(other, CAMERA), 0);
}
