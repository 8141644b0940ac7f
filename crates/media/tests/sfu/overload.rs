//! More comes than can be carried.

use std::time::Duration;

use openvisit_media::{MediaEvent, Shed};
use openvisit_testkit::network::NetworkConditions;
use openvisit_testkit::peer::{CAMERA, MICROPHONE, SCREEN};

use crate::stage::Stage;

#[test]
fn cameras_are_left_out_first_then_screens_and_sound_never() {
    let mut stage = Stage::call(30, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    stage.worker.shed(stage.now, Shed::CAMERAS);
    stage.run(Duration::from_millis(500));

    let (camera, voice) = (stage.received(0, CAMERA), stage.received(0, MICROPHONE));
    let told = r#"{"type":"overload","cameras":true,"screens":false}"#;
    assert_eq!(stage.clients[0].peer.messages.last().map(String::as_str), Some(told));
    share_screen(&mut stage, 25);
    assert_eq!(stage.received(0, CAMERA), camera);
    assert_eq!(stage.received(0, SCREEN), 25);
    assert!(stage.received(0, MICROPHONE) >= voice + 24);

    stage.worker.shed(stage.now, Shed::PICTURES);
    stage.run(Duration::from_millis(100));
    share_screen(&mut stage, 25);
    assert_eq!(stage.received(0, SCREEN), 25);
    assert!(stage.received(0, MICROPHONE) >= voice + 53);
    assert!(stage.worker.stats().shed > 150);
}

#[test]
fn what_is_carried_again_begins_with_a_keyframe_and_without_a_gap() {
    let mut stage = Stage::call(31, NetworkConditions::FAIR);
    stage.run(Duration::from_secs(1));
    stage.worker.shed(stage.now, Shed::CAMERAS);
    stage.run(Duration::from_secs(1));
    let (camera, asked) = (stage.received(0, CAMERA), stage.clients[1].peer.lines[CAMERA].keyframe_requests);
    stage.worker.shed(stage.now, Shed::NOTHING);
    stage.run(Duration::from_secs(1));
    assert!(stage.clients[1].peer.lines[CAMERA].keyframe_requests > asked);
    assert!(stage.received(0, CAMERA) > camera + 100);
    assert_eq!(stage.clients[0].peer.lines[CAMERA].received.missing(), 0);
    let told = r#"{"type":"overload","cameras":false,"screens":false}"#;
    assert_eq!(stage.clients[0].peer.messages.last().map(String::as_str), Some(told));
}

#[test]
fn a_call_without_pictures_stays_connected() {
    let mut stage = Stage::call(32, NetworkConditions::FAIR);
    stage.worker.shed(stage.now, Shed::PICTURES);
    stage.run(Duration::from_secs(70));
    assert_eq!(
        stage.events.iter().filter(|event| matches!(event, MediaEvent::Disconnected { .. })).count(),
        0
    );
    assert!(stage.received(0, MICROPHONE) > 3_450);
}

/// The other client's, one packet every 20 ms.
fn share_screen(stage: &mut Stage, packets: u32) {
    for n in 0..packets {
        stage.clients[1].peer.send(stage.now, SCREEN, n * 1_800, &[0x10, 1, 2, 3]).unwrap();
        stage.run(Duration::from_millis(20));
    }
    stage.run(Duration::from_millis(100));
}
